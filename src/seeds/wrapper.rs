//! Records that stand under a path of keys in a document that is about more than them.

use crate::diagnostic::codes;
use crate::schema::Step;
use crate::tokens::{Span, SyntaxError, Token, Tokens, skip};

/// Goes to the value at `steps`, whose first token is returned. What lies before it is passed over.
pub(super) fn enter<'a>(tokens: &mut dyn Tokens<'a>, steps: &[Step]) -> Result<Token<'a>, SyntaxError> {
    let mut first = tokens.next()?;
    for (depth, step) in steps.iter().enumerate() {
        let span = tokens.span();
        let found = match (step, &first) {
            (Step::Key(key), Token::MapStart) => key_value(tokens, key)?,
            (Step::Item(index), Token::ListStart) => item(tokens, *index)?,
            _ => None,
        };
        first = found.ok_or_else(|| nothing(span, &steps[..=depth]))?;
    }
    Ok(first)
}

/// Reads on to the end of the document, when the value at `steps` has been read to its end.
pub(super) fn leave(tokens: &mut dyn Tokens<'_>, steps: &[Step]) -> Result<(), SyntaxError> {
    for step in steps.iter().rev() {
        loop {
            match (tokens.next()?, step) {
                (Token::MapEnd | Token::ListEnd | Token::End, _) => break,
                (Token::Key(key), Step::Key(wanted)) if key == *wanted => {
                    let message = format!("`{key}`, under which the records are, is given twice");
                    let (code, span) = (&codes::REPEATED_KEY, tokens.span());
                    return Err(SyntaxError { code, span, message, help: None });
                }
                (token, _) => skip(tokens, &token)?,
            }
        }
    }
    // What follows the document, if anything does, is an error of the language.
    tokens.next().map(|_| ())
}

fn nothing(span: Span, steps: &[Step]) -> SyntaxError {
    let named: Vec<String> = steps
        .iter()
        .map(|step| match step {
            Step::Key(key) => key.clone(),
            Step::Item(index) => index.to_string(),
        })
        .collect();
    let message = format!("there is nothing at `{}`, where the records should be", named.join("."));
    let help = Some("`records` of the table, or `property` of a package's dialect, leads to the records");
    SyntaxError { code: &codes::WRONG_SHAPE, span, message, help }
}

/// The first token of the value under `wanted` of a mapping that has begun.
fn key_value<'a>(tokens: &mut dyn Tokens<'a>, wanted: &str) -> Result<Option<Token<'a>>, SyntaxError> {
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
fn item<'a>(tokens: &mut dyn Tokens<'a>, wanted: usize) -> Result<Option<Token<'a>>, SyntaxError> {
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
    use crate::tokens::{JsonTokens, compact_json};

    fn read(text: &str, steps: &[Step]) -> Result<String, (u64, u64, String)> {
        let mut tokens = JsonTokens::new(text, 1);
        let result = enter(&mut tokens, steps).and_then(|first| {
            let value = compact_json(&mut tokens, first)?;
            leave(&mut tokens, steps).map(|()| value.text)
        });
        result.map_err(|error| (error.span.line, error.span.column, error.message))
    }

    #[test]
    fn the_value_at_a_path_is_found_and_the_rest_is_read_to_its_end() {
        let steps = [Step::Key("a".into()), Step::Item(1), Step::Key("d".into())];
        let text =
            "{\"ü\": 1,\n \"a\": [0, {\"c\": [], \"d\":\n  [1, {}], \"e\": {\"d\": 1}}, 2], \"b\": [1]\n}";
        assert_eq!(read(text, &steps).as_deref(), Ok("[1,{}]"));
        assert_eq!(read("[1]", &[]).as_deref(), Ok("[1]"));
    }

    #[test]
    fn what_is_not_there_or_there_twice_or_broken_behind_is_told() {
        let steps = [Step::Key("a".into()), Step::Key("b".into())];
        let message = |path: &str| format!("there is nothing at `{path}`, where the records should be");
        assert_eq!(read("{\"x\": 1}", &steps), Err((1, 1, message("a"))));
        assert_eq!(read("{\"a\":\n [1]}", &steps), Err((2, 2, message("a.b"))));
        assert_eq!(read("[1]", &steps), Err((1, 1, message("a"))));
        let twice = "`a`, under which the records are, is given twice".to_owned();
        assert_eq!(read("{\"a\": {\"b\": 1}, \"a\": 2}", &steps), Err((1, 17, twice)));
        assert!(read("{\"a\": {\"b\": 1} \"c\": 2}", &steps).is_err());
        assert!(read("{\"a\": {\"b\": 1}} x", &steps).is_err());
    }
}
