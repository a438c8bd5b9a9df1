//! Delimited text without the lines that are neither header nor records: they become blank, and blank lines are no rows.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};

use super::{Refusal, Stop};
use crate::diagnostic::codes;
use crate::schema::Dialect;

/// Whether a dialect needs any line looked at.
pub(super) fn has_any(dialect: &Dialect) -> bool {
    let has_header_rows = !dialect.header_rows.is_empty() && dialect.header_rows != [1];
    has_header_rows || !dialect.comment_rows.is_empty() || dialect.escape_char.is_some()
}

/// Copies line by line. Lines above the header and those listed as comments become blank; several header rows become
/// one, in the first of their lines.
pub(super) fn copy(reader: impl Read, dialect: &Dialect, target: &mut impl Write) -> Result<(), Stop> {
    let mut reader = BufReader::new(reader);
    let header_rows: &[u64] = if dialect.header == Some(false) { &[] } else { &dialect.header_rows };
    let comment_rows: BTreeSet<u64> = dialect.comment_rows.iter().copied().collect();
    let last_header = header_rows.last().copied().unwrap_or(0);
    let (mut header, mut between): (Vec<Vec<u8>>, u64) = (Vec::new(), 0);
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        if reader.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        refuse_escape(dialect, &line, number)?;
        if header_rows.contains(&number) {
            header.push(line.clone());
        } else if number < last_header && !header.is_empty() {
            between += 1;
        } else if number < last_header || comment_rows.contains(&number) {
            target.write_all(b"\n")?;
        } else {
            target.write_all(&line)?;
        }
        if number == last_header {
            target.write_all(&joined(dialect, &header))?;
            let blank = header.len() as u64 - 1 + between;
            (0..blank).try_for_each(|_| target.write_all(b"\n"))?;
        }
    }
    Ok(())
}

/// An escape takes the next character's meaning away, which no reader of RFC 4180 knows of.
fn refuse_escape(dialect: &Dialect, line: &[u8], number: u64) -> Result<(), Stop> {
    let quote = dialect.quote_char.or(Some('"')).filter(|_| !dialect.is_unquoted);
    let Some(escape) = dialect.escape_char.filter(|escape| Some(*escape) != quote) else { return Ok(()) };
    let Some(at) = u8::try_from(escape).ok().and_then(|escape| memchr::memchr(escape, line)) else {
        return Ok(());
    };
    let column =
        String::from_utf8_lossy(&line[..at]).trim_start_matches('\u{feff}').chars().count() as u64 + 1;
    let message = format!("the escape character `{escape}` of the dialect is used, which is not read");
    let help = "double quotes inside a cell that is in quotes instead, or remove `escapeChar` if it is meant literally";
    Err(Stop::Problem(Box::new(Refusal { code: &codes::CSV_SYNTAX, line: number, column, message, help })))
}

/// One header of several: the parts of each column's name, joined.
fn joined(dialect: &Dialect, rows: &[Vec<u8>]) -> Vec<u8> {
    if let [only] = rows {
        return only.clone();
    }
    let byte = |mark: Option<char>, default| mark.and_then(|c| u8::try_from(c).ok()).unwrap_or(default);
    let (delimiter, quote) = (byte(dialect.delimiter, b','), byte(dialect.quote_char, b'"'));
    let mut reader = csv::ReaderBuilder::new();
    let reader = reader.has_headers(false).flexible(true).delimiter(delimiter).quote(quote);
    let reader = reader.quoting(!dialect.is_unquoted);
    let mut names: Vec<String> = Vec::new();
    for row in rows {
        // A row that is no CSV is left out here, and told of by the names that are then not found.
        for record in reader.from_reader(row.as_slice()).byte_records().filter_map(Result::ok) {
            for (index, part) in record.iter().enumerate() {
                let part = String::from_utf8_lossy(part);
                match names.get_mut(index) {
                    Some(name) if !name.is_empty() && !part.is_empty() => {
                        name.push_str(dialect.header_join.as_deref().unwrap_or(" "));
                        name.push_str(&part);
                    }
                    Some(name) => name.push_str(&part),
                    None => names.push(part.into_owned()),
                }
            }
        }
    }
    let (delimiter, quote) = (char::from(delimiter).to_string(), char::from(quote).to_string());
    let quoted = |name: &String| match dialect.is_unquoted {
        true => name.clone(),
        false => format!("{quote}{}{quote}", name.replace(&quote, &quote.repeat(2))),
    };
    let mut line = names.iter().map(quoted).collect::<Vec<_>>().join(&delimiter);
    line.push('\n');
    line.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copied(dialect: &Dialect, text: &str) -> String {
        let mut copy = Vec::new();
        assert!(super::copy(text.as_bytes(), dialect, &mut copy).is_ok());
        String::from_utf8(copy).expect("it is text")
    }

    #[test]
    fn lines_keep_their_numbers() {
        let dialect = Dialect { header_rows: vec![3], comment_rows: vec![5], ..Dialect::default() };
        assert_eq!(
            copied(&dialect, "Title\n\na,b\n1,2\nnote\n3,4\n"),
            "\n\na,b\n1,2\nnote\n3,4\n".replace("note", "")
        );
        let dialect = Dialect { header_rows: vec![1, 3], ..Dialect::default() };
        assert_eq!(copied(&dialect, "x,,z\nskip\n1,2,\n5,6,7\n"), "\"x 1\",\"2\",\"z\"\n\n\n5,6,7\n");
    }

    #[test]
    fn an_escape_is_refused_only_where_it_is_used() {
        let dialect = Dialect { escape_char: Some('\\'), ..Dialect::default() };
        assert_eq!(copied(&dialect, "a\n1\n"), "a\n1\n");
        let result = super::copy("a\nx \\\"y\n".as_bytes(), &dialect, &mut Vec::new());
        let Err(Stop::Problem(refusal)) = result else { unreachable!("it is refused") };
        assert_eq!((refusal.line, refusal.column), (2, 3));
    }
}
