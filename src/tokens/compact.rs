//! A value of any depth as JSON text without spaces.

use super::{Style, SyntaxError, Token, Tokens};

/// Writes the value whose first token has been read as compact JSON; numbers keep their digits.
///
/// An unquoted YAML value that is not a JSON number, `true` or `false` becomes a string, as it is written.
pub fn compact_json(tokens: &mut dyn Tokens<'_>, first: Token<'_>) -> Result<String, SyntaxError> {
    let mut out = String::new();
    write_token(&mut out, &first);
    let mut depth = usize::from(matches!(first, Token::MapStart | Token::ListStart));
    let mut after_value = false;
    while depth > 0 {
        let token = tokens.next()?;
        if after_value && !matches!(token, Token::MapEnd | Token::ListEnd) {
            out.push(',');
        }
        after_value = matches!(token, Token::Scalar(_) | Token::MapEnd | Token::ListEnd);
        match token {
            Token::MapStart | Token::ListStart => depth += 1,
            Token::MapEnd | Token::ListEnd => depth -= 1,
            Token::End => return Ok(out),
            Token::Key(_) | Token::Scalar(_) => {}
        }
        write_token(&mut out, &token);
    }
    Ok(out)
}

fn write_token(out: &mut String, token: &Token<'_>) {
    match token {
        Token::MapStart => out.push('{'),
        Token::ListStart => out.push('['),
        Token::MapEnd => out.push('}'),
        Token::ListEnd => out.push(']'),
        Token::Key(key) => {
            write_string(out, key);
            out.push(':');
        }
        Token::Scalar(scalar) => match scalar.style {
            Style::Null | Style::AmbiguousNull => out.push_str("null"),
            Style::Bare if is_json(&scalar.text) => out.push_str(&scalar.text),
            Style::Bare | Style::Quoted => write_string(out, &scalar.text),
        },
        Token::End => {}
    }
}

fn is_json(text: &str) -> bool {
    matches!(text, "true" | "false") || super::json::is_number(text.as_bytes())
}

fn write_string(out: &mut String, text: &str) {
    out.push_str(&serde_json::to_string(text).expect("a text can always be written as JSON"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::{JsonTokens, YamlTokens};

    #[test]
    fn yaml_and_json_come_out_the_same() {
        let mut yaml = YamlTokens::new("a: [1.10, no, 'x', {b: }]\nc: true\n");
        let first = yaml.next().expect("a token");
        let from_yaml = compact_json(&mut yaml, first).expect("a value");
        let mut json = JsonTokens::new(r#"{ "a" : [1.10,"no","x",{"b":null}], "c": true }"#, 1);
        let first = json.next().expect("a token");
        assert_eq!(compact_json(&mut json, first).expect("a value"), from_yaml);
        assert_eq!(from_yaml, r#"{"a":[1.10,"no","x",{"b":null}],"c":true}"#);
    }
}
