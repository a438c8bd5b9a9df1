//! Nodes of a JSON-LD document of a release as records.
//!
//! A reference or a code stands in a node as it is, or beside its id: `{"@id": …, "identifier": …}` (`docs/jsonld.md`).

use crate::tokens::{Span, SyntaxError, Token, Tokens, skip};

/// Mappings around the values of a node: the document, and the node.
const DEPTH: usize = 2;

/// Tokens of a document in which what stands beside its id stands alone.
pub(super) struct Nodes<'t, 'a> {
    tokens: &'t mut dyn Tokens<'a>,
    /// Mappings that are open.
    depth: usize,
    /// Whether a mapping was begun that has been read to its end: it refers to a row by its id alone.
    is_ending: bool,
}

impl<'t, 'a> Nodes<'t, 'a> {
    pub(super) fn new(tokens: &'t mut dyn Tokens<'a>) -> Nodes<'t, 'a> {
        Nodes { tokens, depth: 0, is_ending: false }
    }

    /// The value of a mapping that has begun.
    fn identifier(&mut self) -> Result<Token<'a>, SyntaxError> {
        let mut identifier = None;
        while let Token::Key(key) = self.tokens.next()? {
            let value = self.tokens.next()?;
            skip(self.tokens, &value)?;
            if key == "identifier" && matches!(value, Token::Scalar(_)) {
                identifier = Some(value);
            }
        }
        self.is_ending = identifier.is_none();
        Ok(identifier.unwrap_or(Token::MapStart))
    }
}

impl<'a> Tokens<'a> for Nodes<'_, 'a> {
    fn next(&mut self) -> Result<Token<'a>, SyntaxError> {
        if std::mem::take(&mut self.is_ending) {
            return Ok(Token::MapEnd);
        }
        let token = self.tokens.next()?;
        match token {
            Token::MapStart if self.depth == DEPTH => return self.identifier(),
            Token::MapStart => self.depth += 1,
            Token::MapEnd => self.depth -= 1,
            Token::ListStart | Token::ListEnd | Token::Key(_) | Token::Scalar(_) | Token::End => {}
        }
        Ok(token)
    }

    fn span(&self) -> Span {
        self.tokens.span()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::{JsonTokens, compact_json};

    #[test]
    fn what_stands_beside_its_id_stands_alone() {
        let text = r#"{"@context": {"a": {"@id": "x", "@context": {}}}, "@graph": [
            {"@id": "x/1", "a": {"@id": "x/%20", "identifier": " "}, "b": [{"@id": "x/2", "identifier": 2}, 3],
             "c_ref": {"@id": "x/1/2"}}
        ]}"#;
        let mut tokens = JsonTokens::new(text, 1);
        let mut nodes = Nodes::new(&mut tokens);
        let first = nodes.next().expect("JSON");
        let read = compact_json(&mut nodes, first).expect("JSON").text;
        let expected = r#"{"@context":{"a":{}},"@graph":[{"@id":"x/1","a":" ","b":[2,3],"c_ref":{}}]}"#;
        assert_eq!(read, expected);
    }
}
