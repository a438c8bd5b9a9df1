//! What the values of a column have in common.

use std::collections::{BTreeMap, HashSet};
use std::hash::BuildHasher;

use foldhash::fast::FixedState;

use crate::schema::{Field, FieldFormat, FieldType, lexical};

/// Words that often mean "no value".
const MARKERS: [&str; 14] =
    ["NA", "N/A", "n/a", "NaN", "nan", "null", "NULL", "None", "-", "--", ".", "?", "n.a.", "k.A."];

/// The forms that are tried, in the order in which they are preferred.
const FORMS: [Form; 11] = [
    Form { kind: "integer", more: "", test: |text| is(FieldType::Integer, text) && !is_padded(text) },
    Form {
        kind: "number",
        more: "",
        test: |text| lexical::number(&FieldFormat::default(), text).is_some() && !is_padded(text),
    },
    Form {
        kind: "boolean",
        more: "",
        test: |text| matches!(text, "true" | "false" | "True" | "False" | "TRUE" | "FALSE"),
    },
    Form { kind: "date", more: "", test: |text| is(FieldType::Date, text) },
    Form { kind: "datetime", more: "", test: |text| is(FieldType::Datetime, text) },
    Form { kind: "yearmonth", more: "", test: |text| is(FieldType::Yearmonth, text) },
    Form { kind: "time", more: "", test: |text| is(FieldType::Time, text) },
    Form { kind: "date", more: "format: \"%d.%m.%Y\"", test: |text| is_date("%d.%m.%Y", text) },
    Form { kind: "date", more: "format: \"%d/%m/%Y\"", test: |text| is_date("%d/%m/%Y", text) },
    Form { kind: "date", more: "format: \"%m/%d/%Y\"", test: |text| is_date("%m/%d/%Y", text) },
    Form { kind: "number", more: "decimalChar: \",\"", test: is_comma_number },
];

/// Places of the forms that may be taken for another.
const DAY_FIRST: usize = 8;
const MONTH_FIRST: usize = 9;
const COMMA: usize = 10;

/// A type with its options, and which texts are of it.
struct Form {
    kind: &'static str,
    more: &'static str,
    test: fn(&str) -> bool,
}

fn is(kind: FieldType, text: &str) -> bool {
    let format = FieldFormat::default();
    match kind {
        FieldType::Integer => lexical::integer(&format, text).is_some(),
        FieldType::Date => lexical::date(&format, text).is_some(),
        FieldType::Datetime => lexical::datetime(&format, text).is_some(),
        kind => lexical::text(&Field::plain("f", kind), text).is_some(),
    }
}

/// `007`: a code, of which a number would lose the zeros.
fn is_padded(text: &str) -> bool {
    let digits = text.trim_start_matches(['-', '+']).as_bytes();
    digits.len() > 1 && digits[0] == b'0' && digits[1].is_ascii_digit()
}

fn is_date(pattern: &str, text: &str) -> bool {
    let pattern = lexical::TimePattern::new(pattern, FieldType::Date).ok();
    pattern.is_some() && lexical::date(&FieldFormat { pattern, ..FieldFormat::default() }, text).is_some()
}

fn is_comma_number(text: &str) -> bool {
    lexical::number(&FieldFormat { decimal_char: ',', ..FieldFormat::default() }, text).is_some()
        && !is_padded(text)
}

/// A column being looked at.
pub(super) struct Column {
    /// Its name in the header.
    pub(super) written: String,
    /// Forms that every value so far has.
    possible: [bool; FORMS.len()],
    /// Empty cells.
    empty: u64,
    markers: BTreeMap<&'static str, u64>,
    /// Values that are neither.
    values: u64,
    padded: Option<String>,
    /// Whether a comma was seen that cannot stand between groups of digits.
    has_decimal_comma: bool,
    examples: Vec<String>,
    /// What the cells' texts hash to, row by row, and each of them once.
    pub(super) hashes: Vec<u64>,
    pub(super) distinct: HashSet<u64, FixedState>,
    hasher: FixedState,
}

/// What is proposed for a column.
pub(super) struct Proposal {
    /// Type of the field.
    pub(super) kind: &'static str,
    /// Further keys of the field.
    pub(super) more: String,
    /// Whether every row has a value.
    pub(super) is_required: bool,
    /// What was seen.
    pub(super) seen: Vec<String>,
}

impl Column {
    pub(super) fn new(written: &str) -> Column {
        Column {
            written: written.to_owned(),
            possible: [true; FORMS.len()],
            empty: 0,
            markers: BTreeMap::new(),
            values: 0,
            padded: None,
            has_decimal_comma: false,
            examples: Vec::new(),
            hashes: Vec::new(),
            distinct: HashSet::default(),
            hasher: FixedState::default(),
        }
    }

    pub(super) fn look_at(&mut self, cell: &str) {
        let hash = self.hasher.hash_one(cell);
        self.hashes.push(hash);
        if cell.is_empty() {
            self.empty += 1;
            return;
        }
        let is_new = self.distinct.insert(hash);
        if let Some(marker) = MARKERS.into_iter().find(|marker| *marker == cell) {
            *self.markers.entry(marker).or_default() += 1;
            return;
        }
        self.values += 1;
        if is_new && self.examples.len() < 3 {
            self.examples.push(cell.chars().take(30).collect());
        }
        let groups = cell.split_once(',').map(|(_, digits)| digits.len() == 3);
        self.has_decimal_comma |= groups == Some(false);
        if is_padded(cell) && cell.bytes().all(|b| b.is_ascii_digit()) {
            self.padded.get_or_insert_with(|| cell.to_owned());
        }
        for (is_possible, form) in self.possible.iter_mut().zip(&FORMS) {
            *is_possible = *is_possible && (form.test)(cell);
        }
    }

    /// Whether every row has a value of its own.
    pub(super) fn is_key(&self) -> bool {
        self.is_complete() && self.distinct.len() == self.hashes.len()
    }

    /// Whether no cell is empty or marked as such.
    pub(super) fn is_complete(&self) -> bool {
        self.empty == 0 && self.markers.is_empty() && self.values > 0
    }

    /// Type, options and what was seen.
    pub(super) fn propose(&self) -> Proposal {
        let mut seen = vec![self.counts()];
        let form = (0..FORMS.len()).find(|&form| self.possible[form] && self.values > 0);
        let doubt = match form {
            Some(DAY_FIRST) if self.possible[MONTH_FIRST] => Some(
                "dates of which day and month cannot be told apart: make it a `date` with the right `format`",
            ),
            Some(COMMA) if !self.has_decimal_comma => Some(
                "numbers whose comma is a decimal mark or between groups: `decimalChar` or `groupChar` says which",
            ),
            _ => None,
        };
        seen.extend(doubt.map(str::to_owned));
        let form = form.filter(|_| doubt.is_none()).map(|form| &FORMS[form]);
        if form.is_none()
            && let Some(padded) = &self.padded
        {
            seen.push(format!("`{padded}` begins with a zero, so these are texts"));
        }
        let mut more = form.map_or(String::new(), |form| form.more.to_owned());
        let mut kind = form.map_or("string", |form| form.kind);
        if kind == "integer" && self.looks_like_years() {
            kind = "year";
            seen.push("the name and the numbers are those of years".to_owned());
        }
        let markers: Vec<&str> = self.markers.keys().copied().collect();
        if !markers.is_empty() {
            let counts: Vec<String> =
                self.markers.iter().map(|(m, count)| format!("`{m}` in {count} of them")).collect();
            if form.is_some() {
                let listed = markers.iter().map(|m| super::text::quoted(m)).collect::<Vec<_>>().join(", ");
                let comma = if more.is_empty() { "" } else { ", " };
                more = format!("{more}{comma}missingValues: [\"\", {listed}]");
                seen.push(format!("{}, taken as no value", counts.join(", ")));
            } else {
                seen.push(format!("{}, kept as a text", counts.join(", ")));
            }
        }
        let is_required = self.empty == 0 && self.values > 0 && (self.markers.is_empty() || form.is_none());
        Proposal { kind, more, is_required, seen }
    }

    fn counts(&self) -> String {
        let filled = self.hashes.len() as u64 - self.empty;
        let distinct = self.distinct.len() as u64;
        let examples: Vec<String> =
            self.examples.iter().map(|example| super::text::quoted(example)).collect();
        let of_them = match filled {
            0 => return "no value at all".to_owned(),
            filled if filled == distinct => "all different".to_owned(),
            _ => format!("{distinct} different"),
        };
        let empty = if self.empty > 0 { format!(", {} empty", self.empty) } else { String::new() };
        format!("{filled} values, {of_them}{empty}; {}", examples.join(", "))
    }

    fn looks_like_years(&self) -> bool {
        let name = self.written.to_lowercase();
        let is_named = ["year", "jahr", "année", "año", "anno"].iter().any(|word| name.contains(word));
        is_named
            && self.examples.iter().all(|text| text.len() == 4 && ("1000".."2200").contains(&text.as_str()))
            && self.possible[0]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proposal(name: &str, cells: &[&str]) -> Proposal {
        let mut column = Column::new(name);
        cells.iter().for_each(|cell| column.look_at(cell));
        column.propose()
    }

    #[test]
    fn a_type_holds_for_every_value() {
        for (cells, kind, more) in [
            (&["1", "-2"][..], "integer", ""),
            (&["1", "2.5", "1e3"], "number", ""),
            (&["1", "x"], "string", ""),
            (&["007", "12"], "string", ""),
            (&["true", "False"], "boolean", ""),
            (&["0", "1"], "integer", ""),
            (&["2020-02-29"], "date", ""),
            (&["2020-02-30"], "string", ""),
            (&["2020-02-29T10:00:00Z"], "datetime", ""),
            (&["2020-02"], "yearmonth", ""),
            (&["10:00:00"], "time", ""),
            (&["29.02.2020"], "date", "format: \"%d.%m.%Y\""),
            (&["13/02/2020"], "date", "format: \"%d/%m/%Y\""),
            (&["02/13/2020"], "date", "format: \"%m/%d/%Y\""),
            (&["1,5", "2"], "number", "decimalChar: \",\""),
            (&["NA", "1", ""], "integer", "missingValues: [\"\", NA]"),
            (&["NA", "x"], "string", ""),
            (&["", ""], "string", ""),
        ] {
            let proposal = proposal("a", cells);
            assert_eq!((proposal.kind, proposal.more.as_str()), (kind, more), "{cells:?}");
        }
        assert_eq!(proposal("Year", &["1901", "2020"]).kind, "year");
        assert_eq!(proposal("a", &["1901", "2020"]).kind, "integer");
    }

    #[test]
    fn what_can_be_read_in_two_ways_stays_a_text_and_is_told() {
        for cells in [&["02/03/2020", "03/02/2020"][..], &["1,234", "5"]] {
            let proposal = proposal("a", cells);
            assert_eq!(proposal.kind, "string");
            assert_eq!(proposal.seen.len(), 2, "{:?}", proposal.seen);
        }
    }
}
