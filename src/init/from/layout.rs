//! Where the table is in a file: which row is the header, and what stands above it.

use super::form::{FORMS, Trial};
use crate::seeds::{OutlineRow, usual_width};

/// Where the table is in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) delimiter: char,
    pub(super) header: Header,
    /// Lines that are neither header nor records, ascending.
    pub(super) comment_rows: Vec<u64>,
    /// Names of the columns, as the file has them; empty where it has none.
    pub(super) names: Vec<String>,
    /// What there is to decide.
    pub(super) doubts: Vec<String>,
}

/// Where the names of the columns are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Header {
    /// In the first row.
    First,
    /// In the row that begins in this line; what stands above it is none of the table's.
    Line(u64),
    /// There is none, or none that has as many cells as the rows.
    None,
}

impl Layout {
    /// The layout that the first rows of a file speak for, of which there are some.
    pub(super) fn of(delimiter: char, rows: &[OutlineRow]) -> Layout {
        let width = usual_width(rows);
        let at = rows.iter().position(|row| row.cells.len() == width && is_filled(row)).unwrap_or(0);
        let (above, first, below) = (&rows[..at], &rows[at], &rows[at + 1..]);
        let below: Vec<&OutlineRow> = below.iter().filter(|row| row.cells.len() == width).collect();
        let mut layout = Layout {
            delimiter,
            header: if at == 0 { Header::First } else { Header::Line(first.lines.0) },
            comment_rows: Vec::new(),
            names: first.cells.clone(),
            doubts: passed_over(above),
        };
        let apart = above.last().filter(|row| row.cells.len() > 1 && is_filled(row));
        let is_record = is_record(first, &below);
        let fit = apart.map_or(Fit::None, |names| Fit::of(names, first, &below));
        match (apart, fit) {
            (Some(names), Fit::Clear) => layout.take_apart(names, fit, width, above),
            (Some(names), Fit::Unclear) if is_record => layout.take_apart(names, fit, width, above),
            _ if is_record => layout.go_without(above, width),
            _ => {}
        }
        layout
    }

    /// The header has another number of cells than the rows.
    fn take_apart(&mut self, header: &OutlineRow, fit: Fit, width: usize, above: &[OutlineRow]) {
        self.go_without(above, width);
        let how = match fit {
            Fit::Clear => {
                self.names = header.cells.iter().take(width).cloned().collect();
                self.names.resize(width, String::new());
                "what is surplus is empty"
            }
            Fit::Unclear | Fit::None => "so none is taken",
        };
        let (line, cells, written) = (header.lines.0, header.cells.len(), listed(&header.cells));
        self.doubts = passed_over(&above[..above.len() - 1]);
        self.doubts.push(format!(
            "The header in line {line} has {cells} names, and the rows have {width} cells; {how}: {written}."
        ));
    }

    /// Every row is a record, but for those above.
    fn go_without(&mut self, above: &[OutlineRow], width: usize) {
        self.header = Header::None;
        self.comment_rows = above.iter().flat_map(|row| row.lines.0..=row.lines.1).collect();
        self.doubts.push(format!(
            "No row is taken for a header, for the first is like the others: {}. If it is one, remove `header: false`, \
             and `from` where the names are right.",
            listed(&self.names)
        ));
        self.names = vec![String::new(); width];
    }
}

/// Tells of the rows above a header, which are none of the table's.
fn passed_over(above: &[OutlineRow]) -> Vec<String> {
    const TOLD: usize = 10;
    let told = above.iter().take(TOLD);
    told.map(|row| format!("Above the header, line {} is passed over: {}.", row.lines.0, listed(&row.cells)))
        .collect()
}

/// Some cells for people.
fn listed(cells: &[String]) -> String {
    let shown: Vec<String> = cells.iter().take(6).map(|cell| super::yaml::shortened(cell)).collect();
    let more = if cells.len() > shown.len() { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}

/// Whether at least half of the cells have something in them.
fn is_filled(row: &OutlineRow) -> bool {
    let filled = row.cells.iter().filter(|cell| !cell.trim().is_empty()).count();
    filled * 2 >= row.cells.len() && filled > 0
}

/// How the names of a header fit rows of another length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fit {
    /// What is missing or surplus is empty everywhere.
    Clear,
    /// One name is missing or surplus.
    Unclear,
    /// It is no header of theirs.
    None,
}

impl Fit {
    fn of(names: &OutlineRow, first: &OutlineRow, below: &[&OutlineRow]) -> Fit {
        let (cells, width) = (names.cells.len(), first.cells.len());
        let is_blank =
            |row: &OutlineRow, from| row.cells.iter().skip(from).all(|cell| cell.trim().is_empty());
        let is_clear = match cells < width {
            true => is_blank(first, cells) && below.iter().all(|row| is_blank(row, cells)),
            false => is_blank(names, width),
        };
        match (is_clear, cells.abs_diff(width)) {
            (true, _) => Fit::Clear,
            (false, 1) => Fit::Unclear,
            (false, _) => Fit::None,
        }
    }
}

/// Whether the first row is like those below it: no column tells it from them, and some column would.
fn is_record(first: &OutlineRow, below: &[&OutlineRow]) -> bool {
    let mut numbers: Vec<i64> = Vec::new();
    let mut likenesses = 0;
    for (column, cell) in first.cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
        let mut values = below.iter().map(|row| row.cells[column].as_str()).filter(|cell| !cell.is_empty());
        let Some(some) = values.next() else { continue };
        if !is_value(some) || !values.take(LOOKED_AT).all(is_value) {
            continue;
        }
        if !is_value(cell) {
            return false;
        }
        likenesses += 1;
        numbers.extend(cell.parse::<i64>());
    }
    // Years and numbers of columns are names, too.
    let ascend = numbers.windows(2).all(|pair| pair[0] < pair[1]);
    let are_years = numbers.len() > 1 && ascend && numbers.iter().all(|n| (1500..=2200).contains(n));
    let are_counted = numbers.len() > 2 && numbers.windows(2).all(|pair| pair[1] == pair[0] + 1);
    let is_series = numbers.len() == likenesses && (are_years || are_counted);
    likenesses > 0 && !is_series
}

/// Rows that a first row is compared with.
const LOOKED_AT: usize = 50;

/// Whether a text is more than a word: a number, a day or a time, however it is written.
pub(super) fn is_value(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
        && FORMS.iter().any(|form| matches!(form.try_on(&[text]), Trial::Holds | Trial::Changes(..)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(text: &str) -> (Header, Vec<u64>, Vec<String>) {
        let row = |(number, line): (usize, &str)| {
            let line_number = number as u64 + 1;
            let cells = line.split(',').map(str::to_owned).collect();
            (!line.is_empty()).then_some(OutlineRow { lines: (line_number, line_number), cells })
        };
        let rows: Vec<OutlineRow> = text.lines().enumerate().filter_map(row).collect();
        let layout = Layout::of(',', &rows);
        assert_eq!(layout.header != Header::First, !layout.doubts.is_empty(), "{:?}", layout.doubts);
        (layout.header, layout.comment_rows, layout.names)
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn the_header_is_the_first_row_that_is_as_long_as_the_others() {
        assert_eq!(layout("id,name\n1,a\n2,b"), (Header::First, vec![], names(&["id", "name"])));
        assert_eq!(layout("Title\n\nid,name\n1,a\n2,b"), (Header::Line(3), vec![], names(&["id", "name"])));
        assert_eq!(
            layout("Title,,,\nid,a,b,\n1,2,3,4"),
            (Header::Line(2), vec![], names(&["id", "a", "b", ""]))
        );
        assert_eq!(layout("id\n1\n2"), (Header::First, vec![], names(&["id"])));
        assert_eq!(layout("a,b\nx,y\nz,w"), (Header::First, vec![], names(&["a", "b"])));
    }

    #[test]
    fn a_first_row_that_is_like_the_others_is_no_header() {
        assert_eq!(layout("1,a\n2,b\n3,c"), (Header::None, vec![], names(&["", ""])));
        assert_eq!(layout("Title\n1,a\n2,b\n3,c"), (Header::None, vec![1], names(&["", ""])));
        assert_eq!(
            layout("x,2010,2011\na,1,2\nb,3,4"),
            (Header::First, vec![], names(&["x", "2010", "2011"]))
        );
        assert_eq!(layout("x,2010,2015\na,1,2\nb,3,4").0, Header::First);
        assert_eq!(layout("0,1,2\n5,6,7\n8,9,9").0, Header::First);
        assert_eq!(layout("a,17,4\nb,1,2\nc,3,4").0, Header::None);
    }

    #[test]
    fn a_header_of_another_length_names_what_it_can() {
        assert_eq!(layout("a,b\n1,2,\n3,4,"), (Header::None, vec![1], names(&["a", "b", ""])));
        assert_eq!(layout("a,b,\n1,2\n3,4"), (Header::None, vec![1], names(&["a", "b"])));
        assert_eq!(layout("a,b,c\n5,2\n3,4"), (Header::None, vec![1], names(&["", ""])));
        assert_eq!(layout("a,b\nx,1,2\ny,3,4"), (Header::None, vec![1], names(&["", "", ""])));
        assert_eq!(layout("Title, then\na,b,c\nx,1,2\ny,3,4").0, Header::Line(2));
    }
}
