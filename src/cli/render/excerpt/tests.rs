use std::io::Cursor as Memory;

use super::*;

fn at(line: u64, column: u64, length: u64) -> Position {
    Position::At { line, column, length }
}

/// The excerpts of a file that holds `bytes`, as text and marked text.
fn excerpts(bytes: &[u8], positions: &[Position]) -> Vec<Option<(String, String)>> {
    let file = tempfile::NamedTempFile::new().expect("a temporary file can be made");
    fs::write(file.path(), bytes).expect("and written");
    let mut excerpts = Excerpts::find(open(file.path()), positions);
    (0..positions.len())
        .map(|index| {
            excerpts.read(index).map(|excerpt| {
                let marked = excerpt.text[excerpt.span.clone()].to_owned();
                (excerpt.text, marked)
            })
        })
        .collect()
}

fn one(text: &str, position: Position) -> Option<(String, String)> {
    excerpts(text.as_bytes(), &[position]).remove(0)
}

fn some(text: &str, marked: &str) -> Option<(String, String)> {
    Some((text.to_owned(), marked.to_owned()))
}

#[test]
fn lines_are_cut_at_either_kind_of_line_end_and_at_the_end_of_the_file() {
    assert_eq!(one("a: 1\nb: 22\n", at(2, 4, 2)), some("b: 22", "22"));
    assert_eq!(one("a: 1\r\nb: 22\r\n", at(1, 1, 1)), some("a: 1", "a"));
    assert_eq!(one("a: 1\r\nb: 22", at(2, 4, 2)), some("b: 22", "22"));
}

#[test]
fn columns_count_characters_and_not_the_byte_order_mark() {
    assert_eq!(one("\u{feff}név: 湖水\n", at(1, 6, 2)), some("név: 湖水", "湖水"));
}

#[test]
fn a_position_past_the_end_marks_the_end_or_nothing() {
    assert_eq!(one("ab\n", at(1, 9, 4)), some("ab", ""));
    assert_eq!(one("ab\n", at(1, 2, 40)), some("ab", "b"));
    assert_eq!(one("ab\n", at(1, 900, 1)), some("ab", ""));
    // The place just after the last line end, where parsers miss what should have followed.
    assert_eq!(one("ab\n", at(2, 1, 1)), some("", ""));
    assert_eq!(one("", at(1, 1, 1)), some("", ""));
    assert_eq!(one("ab\n", at(3, 1, 1)), None);
    assert_eq!(one("ab\n", at(u64::MAX, u64::MAX, u64::MAX)), None);
    assert_eq!(one("ab\n", at(1, u64::MAX, u64::MAX)), some("ab", ""));
}

#[test]
fn files_and_rows_have_no_excerpt() {
    assert_eq!(excerpts(b"ab\n", &[Position::File, Position::Row(1)]), [None, None]);
}

#[test]
fn binary_data_and_what_cannot_be_read_have_no_excerpt() {
    assert_eq!(one("a\0b\n", at(1, 1, 1)), None);
    assert_eq!(one("a\n", at(1, 1, 1)), some("a", "a"));
    assert!(Excerpts::find(open(Path::new("/nonexistent")), &[at(1, 1, 1)]).read(0).is_none());
    assert!(Excerpts::find(open(Path::new("/")), &[at(1, 1, 1)]).read(0).is_none());
    assert_eq!(excerpts(b"a\xffb\n", &[at(1, 3, 1)]), [some("a\u{fffd}b", "b")]);
}

#[test]
fn hostile_characters_are_escaped_and_the_mark_moves_with_them() {
    assert_eq!(one("\tk\u{202e}: x\n", at(1, 6, 1)), some("\\tk\\u{202e}: x", "x"));
    assert_eq!(one("\tk\n", at(1, 1, 1)), some("\\tk", "\\t"));
}

#[test]
fn a_long_line_is_shown_around_the_mark() {
    let line = format!("{}X{}\n", "é".repeat(100_000), "ü".repeat(100_000));
    let (text, marked) = one(&line, at(1, 100_001, 1)).expect("the line is there");
    assert_eq!(marked, "X");
    assert_eq!(text.chars().count(), 202, "200 characters and two marks of omission");
    assert!(text.starts_with("…é") && text.ends_with("ü…"));
    assert_eq!(text.chars().position(|c| c == 'X'), Some(81));

    let (text, marked) = one(&line, at(1, 1, 1_000_000)).expect("the line is there");
    assert_eq!((text.chars().count(), marked.chars().count()), (201, 200));
}

#[test]
fn many_positions_in_one_long_line_are_all_found() {
    let line: String = (0..5_000).map(|n| format!("{n:04}湖")).collect();
    let positions: Vec<Position> = (0..5_000).map(|n| at(1, n * 5 + 1, 4)).collect();
    for (n, excerpt) in excerpts(line.as_bytes(), &positions).into_iter().enumerate() {
        assert_eq!(excerpt.map(|(_, marked)| marked), Some(format!("{n:04}")));
    }
}

#[test]
fn the_cursor_does_not_depend_on_how_the_bytes_arrive() {
    let text = "aé湖\nb𝄞c\n".as_bytes();
    for capacity in 1..9 {
        let mut cursor =
            Cursor::new(BufReader::with_capacity(capacity, Memory::new(text))).expect("memory can be read");
        assert!(matches!(cursor.go_to_line(2), Ok(true)));
        assert!(matches!(cursor.go_to_column(3), Ok(true)));
        assert_eq!((cursor.offset, cursor.line_offset), (12, 7), "with {capacity} bytes at a time");
        assert!(matches!(cursor.go_to_column(5), Ok(false)));
    }
}
