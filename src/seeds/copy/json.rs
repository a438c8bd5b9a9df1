//! The part of a JSON file that holds the records, where it stands, with blanks around it.

use std::io::{Read, Write};

use encoding_rs::Encoding;

use super::decode::Decoder;
use super::{Refusal, Stop};
use crate::diagnostic::codes;
use crate::schema::Step;
use crate::tokens::{JsonTokens, SyntaxError, Token, Tokens, decode, skip};

/// Largest JSON file, which is held in memory as a whole.
const MAX_BYTES: u64 = 1 << 30;

/// Copies the value at `steps`; everything before and after it becomes a blank, line ends excepted.
pub(super) fn only(
    reader: impl Read,
    encoding: Option<&'static Encoding>,
    steps: &[Step],
    target: &mut impl Write,
) -> Result<(), Stop> {
    let mut bytes = Vec::new();
    Decoder::new(reader, encoding).take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_BYTES {
        let message = format!("the file is larger than {} MiB", MAX_BYTES >> 20);
        return Err(stop(&codes::TOO_LARGE, (0, 0), message, "write large tables as NDJSON or CSV"));
    }
    let text = decode(&bytes, 1, 0).map_err(syntax)?;
    let Some(range) = find(text, steps).map_err(syntax)? else {
        let named: Vec<&str> =
            steps.iter().map(|step| if let Step::Key(key) = step { key } else { "" }).collect();
        let message = format!("there is nothing at `{}`", named.join("."));
        return Err(stop(
            &codes::WRONG_SHAPE,
            (1, 1),
            message,
            "`property` of the dialect names the key of the records",
        ));
    };
    let blank = |text: &str| -> String { text.chars().map(|c| if c == '\n' { c } else { ' ' }).collect() };
    target.write_all(blank(text[..range.start].trim_start_matches('\u{feff}')).as_bytes())?;
    target.write_all(&text.as_bytes()[range.clone()])?;
    target.write_all(blank(&text[range.end..]).as_bytes())?;
    Ok(())
}

fn stop(
    code: &'static crate::diagnostic::Code,
    (line, column): (u64, u64),
    message: String,
    help: &'static str,
) -> Stop {
    Stop::Problem(Box::new(Refusal { code, line, column, message, help }))
}

fn syntax(error: SyntaxError) -> Stop {
    let help = error.help.unwrap_or("mend the file where it is marked");
    stop(error.code, (error.mark.line, error.mark.column), error.message, help)
}

/// The bytes of the value at `steps`.
fn find(text: &str, steps: &[Step]) -> Result<Option<std::ops::Range<usize>>, SyntaxError> {
    let mut tokens = JsonTokens::new(text, 1);
    let mut first = tokens.next()?;
    for step in steps {
        let found = match step {
            Step::Key(key) => key_value(&mut tokens, &first, key)?,
            Step::Item(index) => item(&mut tokens, &first, *index)?,
        };
        match found {
            Some(token) => first = token,
            None => return Ok(None),
        }
    }
    let start = tokens.range().start;
    skip(&mut tokens, &first)?;
    Ok(Some(start..tokens.range().end))
}

/// The first token of the value under `key` of a mapping that has begun.
fn key_value<'a>(
    tokens: &mut JsonTokens<'a>,
    first: &Token<'a>,
    wanted: &str,
) -> Result<Option<Token<'a>>, SyntaxError> {
    if *first != Token::MapStart {
        return Ok(None);
    }
    while let Token::Key(key) = tokens.next()? {
        let value = tokens.next()?;
        if key == wanted {
            return Ok(Some(value));
        }
        skip(tokens, &value)?;
    }
    Ok(None)
}

/// The first token of an item of a list that has begun.
fn item<'a>(
    tokens: &mut JsonTokens<'a>,
    first: &Token<'a>,
    wanted: usize,
) -> Result<Option<Token<'a>>, SyntaxError> {
    if *first != Token::ListStart {
        return Ok(None);
    }
    for _ in 0..wanted {
        match tokens.next()? {
            Token::ListEnd | Token::End => return Ok(None),
            value => skip(tokens, &value)?,
        }
    }
    match tokens.next()? {
        Token::ListEnd | Token::End => Ok(None),
        value => Ok(Some(value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_stays_where_it_stands() {
        let steps = [Step::Key("a".into()), Step::Item(1), Step::Key("d".into())];
        let text = "{\"ü\": 1,\n \"a\": [0, {\"c\": [], \"d\":\n  [1, {}]}]\n}";
        let mut copy = Vec::new();
        assert!(only(text.as_bytes(), None, &steps, &mut copy).is_ok());
        let copy = String::from_utf8(copy).expect("it is text");
        assert_eq!(copy.trim(), "[1, {}]");
        assert_eq!(copy.lines().nth(2), Some("  [1, {}]  "));
        assert_eq!(copy.chars().count(), text.chars().count());
        let nowhere = only(text.as_bytes(), None, &[Step::Key("b".into())], &mut Vec::new());
        assert!(
            matches!(nowhere, Err(Stop::Problem(refusal)) if refusal.message == "there is nothing at `b`")
        );
    }
}
