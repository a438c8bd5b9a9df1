//! The bounds of every value in plain records, key by key.

use std::borrow::Cow;

use crate::offsets::split_position;
use crate::seeds::structural_index::StructuralIndex;
use crate::tokens::{JsonTokens, MAX_TEXT_BYTES, Scalar, Token, Tokens, is_number};

/// A value, and where it stands: its text without quotes, or for a list the first of its items, and how many they are.
#[derive(Clone, Copy)]
pub(super) struct Cell {
    pub(super) start: u32,
    pub(super) length: u32,
    pub(super) form: Form,
}

/// How a value is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// There is none.
    Absent,
    /// `null`.
    Null,
    /// Its text stands there as it is.
    Plain,
    /// In quotes, with escapes.
    Escaped,
    List,
}

/// The cells of plain records, one record after the other, each with as many as there are keys.
#[derive(Default)]
pub(super) struct Cells {
    pub(super) cells: Vec<Cell>,
    pub(super) items: Vec<Cell>,
}

impl Cell {
    /// The text of a value that is there; `None` when its escapes are not those of JSON.
    pub(super) fn text<'a>(&self, text: &'a str) -> Option<Cow<'a, str>> {
        let (start, end) = (self.start as usize, (self.start + self.length) as usize);
        if self.form != Form::Escaped {
            return Some(Cow::Borrowed(&text[start..end]));
        }
        match JsonTokens::new(&text[start - 1..=end], 1).next().ok()? {
            Token::Scalar(Scalar { text, .. }) => Some(text),
            _ => None,
        }
    }

    pub(super) fn is_missing(&self) -> bool {
        matches!(self.form, Form::Absent | Form::Null)
    }
}

/// A key of the records, and the field that holds its value.
pub(super) struct Key<'a> {
    pub(super) name: &'a [u8],
    /// The name in quotes and a colon, if that is how it is written.
    opening: Option<Opening>,
    pub(super) field: usize,
    pub(super) is_list: bool,
}

impl<'a> Key<'a> {
    pub(super) fn new(name: &'a str, field: usize, is_list: bool) -> Key<'a> {
        let is_plain = !name.bytes().any(|byte| byte < 0x20 || matches!(byte, b'"' | b'\\'));
        let opening = is_plain.then(|| Opening::new(format!("\"{name}\":").into_bytes()));
        Key { name: name.as_bytes(), opening, field, is_list }
    }
}

/// What a member begins with. As most are short, the first bytes are compared as a number.
struct Opening {
    bytes: Vec<u8>,
    head: u128,
    mask: u128,
}

/// Bytes that are compared as a number.
const HEAD_BYTES: usize = size_of::<u128>();

impl Opening {
    fn new(bytes: Vec<u8>) -> Opening {
        let mut head = [0; HEAD_BYTES];
        let mut mask = [0; HEAD_BYTES];
        let length = bytes.len().min(HEAD_BYTES);
        head[..length].copy_from_slice(&bytes[..length]);
        mask[..length].fill(0xff);
        Opening { bytes, head: u128::from_le_bytes(head), mask: u128::from_le_bytes(mask) }
    }

    /// Whether a text begins with it.
    #[inline]
    fn begins(&self, text: &[u8]) -> bool {
        let Some((head, rest)) = text.split_first_chunk::<HEAD_BYTES>() else {
            return text.starts_with(&self.bytes);
        };
        u128::from_le_bytes(*head) & self.mask == self.head
            && self.bytes.get(HEAD_BYTES..).is_none_or(|more| rest.starts_with(more))
    }
}

/// Finds the cells of all records, and returns how many records there are.
pub(super) fn scan(keys: &[Key<'_>], text: &str, cells: &mut Cells) -> Option<usize> {
    cells.cells.clear();
    cells.items.clear();
    let bytes = text.as_bytes();
    let mut scanner =
        Scanner { bytes, index: StructuralIndex::new(bytes, [b'"', b'\\', b'\n']), keys, cells };
    let (mut at, mut rows) = (0, 0);
    loop {
        at = scanner.space(at);
        match bytes.get(at) {
            None => return Some(rows),
            Some(b'\n') => at += 1,
            Some(b'{') => {
                at = scanner.record(at)?;
                at = scanner.space(at);
                if !matches!(bytes.get(at), None | Some(b'\n')) {
                    return None;
                }
                rows += 1;
            }
            Some(_) => return None,
        }
    }
}

struct Scanner<'a, 'k> {
    bytes: &'a [u8],
    index: StructuralIndex<'a>,
    keys: &'k [Key<'k>],
    cells: &'k mut Cells,
}

impl Scanner<'_, '_> {
    /// The first byte from `at` on that is no space.
    #[inline]
    fn space(&self, mut at: usize) -> usize {
        while self.bytes.get(at) == Some(&b' ') {
            at += 1;
        }
        at
    }

    /// Adds the cells of the record that begins at `at`, and returns where it ends.
    fn record(&mut self, at: usize) -> Option<usize> {
        let first = self.cells.cells.len();
        let absent = Cell { start: 0, length: 0, form: Form::Absent };
        self.cells.cells.resize(first + self.keys.len(), absent);
        let mut at = self.space(at + 1);
        if self.bytes.get(at) == Some(&b'}') {
            return Some(at + 1);
        }
        let mut expected = 0;
        loop {
            let (number, end) = self.key(at, expected)?;
            expected = number + 1;
            let (cell, end) = self.value(self.space(end), self.keys[number].is_list)?;
            let before = std::mem::replace(&mut self.cells.cells[first + number], cell);
            if before.form != Form::Absent {
                return None;
            }
            at = self.space(end);
            match self.bytes.get(at)? {
                b',' => at = self.space(at + 1),
                b'}' => return Some(at + 1),
                _ => return None,
            }
        }
    }

    /// Number of the key that stands at `at`, and where its colon ends; mostly keys come in the order of the schema.
    #[inline]
    fn key(&mut self, at: usize, expected: usize) -> Option<(usize, usize)> {
        if let Some(opening) = self.keys.get(expected).and_then(|key| key.opening.as_ref())
            && opening.begins(&self.bytes[at..])
        {
            return Some((expected, at + opening.bytes.len()));
        }
        let (key, end) = self.string(at)?;
        let name = &self.bytes[key.start as usize..(key.start + key.length) as usize];
        let is = |other: &Key<'_>| other.name == name;
        let (before, after) = self.keys.split_at(expected);
        let found = after.iter().position(is).map(|number| expected + number);
        let number = found.or_else(|| before.iter().position(is)).filter(|_| key.form == Form::Plain)?;
        let colon = self.space(end);
        (self.bytes.get(colon) == Some(&b':')).then_some((number, colon + 1))
    }

    /// The value that begins at `at`, and where it ends.
    #[inline]
    fn value(&mut self, at: usize, is_list: bool) -> Option<(Cell, usize)> {
        let (cell, end) = match self.bytes.get(at)? {
            b'[' if is_list => return self.list(at),
            b'"' => self.string(at)?,
            _ => self.bare(at)?,
        };
        (!is_list || cell.form == Form::Null).then_some((cell, end))
    }

    fn list(&mut self, at: usize) -> Option<(Cell, usize)> {
        let first = self.cells.items.len();
        let mut at = self.space(at + 1);
        while self.bytes.get(at) != Some(&b']') {
            let (item, end) = self.value(at, false)?;
            self.cells.items.push(item);
            at = self.space(end);
            match self.bytes.get(at)? {
                b',' => {
                    at = self.space(at + 1);
                    if self.bytes.get(at) == Some(&b']') {
                        return None;
                    }
                }
                b']' => {}
                _ => return None,
            }
        }
        let length = self.cells.items.len() - first;
        Some((
            Cell { start: split_position(first), length: split_position(length), form: Form::List },
            at + 1,
        ))
    }

    /// The string whose quote stands at `at`, and where it ends.
    #[inline]
    fn string(&mut self, at: usize) -> Option<(Cell, usize)> {
        if self.bytes.get(at) != Some(&b'"') {
            return None;
        }
        let start = at + 1;
        let (mut from, mut form) = (start, Form::Plain);
        loop {
            let stop = self.index.next(from)?;
            match self.bytes[stop] {
                b'"' => {
                    let length = stop - start;
                    let cell = Cell { start: split_position(start), length: split_position(length), form };
                    return (length < MAX_TEXT_BYTES).then_some((cell, stop + 1));
                }
                b'\\' => (from, form) = (stop + 2, Form::Escaped),
                // The line ends.
                _ => return None,
            }
        }
    }

    /// A number, `true`, `false` or `null` at `at`, and where it ends.
    #[inline]
    fn bare(&self, at: usize) -> Option<(Cell, usize)> {
        let rest = &self.bytes[at..];
        let length = rest.iter().position(|byte| matches!(byte, b',' | b'}' | b']' | b' ' | b'\n'))?;
        let word = &rest[..length];
        let form = match word {
            b"null" => Form::Null,
            b"true" | b"false" => Form::Plain,
            number if is_number(number) => Form::Plain,
            _ => return None,
        };
        Some((Cell { start: split_position(at), length: split_position(length), form }, at + length))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The cells of each record, `-` for one that is not there; `None` when the records are not plain.
    fn read(text: &str) -> Option<Vec<String>> {
        let key = |(field, name): (usize, &'static str)| Key::new(name, field, name == "list");
        let keys: Vec<Key<'_>> = ["id", "text", "list"].into_iter().enumerate().map(key).collect();
        let mut cells = Cells::default();
        let rows = scan(&keys, text, &mut cells)?;
        let shown = |cell: &Cell| cell.text(text).map_or("?".to_owned(), Cow::into_owned);
        let shown = |cell: &Cell| match cell.form {
            Form::Absent => "-".to_owned(),
            Form::Null => "null".to_owned(),
            Form::Plain | Form::Escaped => shown(cell),
            Form::List => {
                let items = &cells.items[cell.start as usize..][..cell.length as usize];
                format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(" "))
            }
        };
        assert_eq!(cells.cells.len(), rows * keys.len());
        Some(
            cells
                .cells
                .chunks(keys.len())
                .map(|row| row.iter().map(shown).collect::<Vec<_>>().join(","))
                .collect(),
        )
    }

    #[test]
    fn plain_records_are_found_however_they_are_laid_out() {
        let text = concat!(
            r#"{"id":"a","text":"x","list":["1",2]}"#,
            "\n\n",
            r#"  { "list" : [ ] , "id" : -1.5e3 } "#,
            "\n{}\n",
            r#"{"text":null,"id":true,"list":null}"#,
            "\n",
            r#"{"text":"a \"b\" \\ \u00e9\n","id":"","list":["\\"]}"#,
        );
        let expected = ["a,x,[1 2]", "-1.5e3,-,[]", "-,-,-", "true,null,null", ",a \"b\" \\ é\n,[\\]"];
        assert_eq!(read(text), Some(expected.map(str::to_owned).to_vec()));
        assert_eq!(read("\n"), Some(vec![]));
    }

    #[test]
    fn what_is_not_plain_is_left_to_others() {
        for record in [
            r#"{"id":"a","id":"b"}"#,
            r#"{"other":1}"#,
            r#"{"\u0069d":1}"#,
            r#"{"id":{"x":1}}"#,
            r#"{"id":["x"]}"#,
            r#"{"list":"x"}"#,
            r#"{"list":["x",["y"]]}"#,
            r#"{"list":["x",]}"#,
            r#"{"list":["x" "y"]}"#,
            r#"{"list":["x"}"#,
            r#"{"id":01}"#,
            r#"{"id":nul}"#,
            r#"{"id":}"#,
            r#"{"id" 1}"#,
            r#"{"id":1 "text":2}"#,
            r#"{"id":1,}"#,
            r#"{"id":1,,"text":2}"#,
            r#"{"id":1"#,
            r#"{"id":"1"#,
            r#"{"id":"1\"#,
            r#"{"id":1} {"id":2}"#,
            r#"{"id":1}x"#,
            r#"["a"]"#,
            "null",
            "{\"id\":\n1}",
            "{\"id\":\"a\nb\"}",
        ] {
            assert_eq!(read(record), None, "{record}");
            assert_eq!(read(&format!("{{\"id\":1}}\n{record}\n{{\"id\":2}}")), None, "{record}");
        }
    }

    #[test]
    fn an_opening_is_found_whatever_follows() {
        for name in ["a", "fourteen_bytes", "thirteen_byte", "more_than_sixteen_bytes_long"] {
            let text = format!("\"{name}\":");
            let opening = Opening::new(text.clone().into_bytes());
            for more in ["", "1", "\"some more than sixteen bytes\"}"] {
                assert!(opening.begins(format!("{text}{more}").as_bytes()));
                assert!(!opening.begins(format!("{} {more}", &text[..text.len() - 1]).as_bytes()));
                assert!(!opening.begins(format!("x{}{more}", &text[1..]).as_bytes()));
            }
        }
    }

    #[test]
    fn a_key_with_a_quote_in_it_is_never_taken_for_another() {
        let keys = [Key::new("q\"", 0, false), Key::new("q", 1, false)];
        let rows = |text: &str| scan(&keys, text, &mut Cells::default());
        assert_eq!([r#"{"q":1}"#, r#"{"q"":1}"#, r#"{"q\"":1}"#].map(rows), [Some(1), None, None]);
    }
}
