//! JSON records written as rows: a list of lists, of which the first holds the names.

use crate::diagnostic::codes;
use crate::tokens::{Scalar, Span, SyntaxError, Token, Tokens};

/// The names that the first row of a list of rows holds; its beginning has been read.
pub(super) fn names(tokens: &mut dyn Tokens<'_>) -> Result<Vec<String>, SyntaxError> {
    let mut names = Vec::new();
    loop {
        match tokens.next()? {
            Token::ListEnd | Token::End => return Ok(names),
            Token::Scalar(Scalar { text, .. }) => names.push(text.into_owned()),
            _ => return Err(ragged(tokens.span(), "a name in the first row is not a text".to_owned())),
        }
    }
}

fn ragged(span: Span, message: String) -> SyntaxError {
    let help = Some("the first row names the cells of all the others; what follows this place was not read");
    SyntaxError { code: &codes::RAGGED_ROW, span, message, help }
}

/// A row, whose beginning has been read, as the mapping that it stands for.
pub(super) struct Row<'t, 'a> {
    tokens: &'t mut dyn Tokens<'a>,
    names: &'t [String],
    /// Number of cells begun.
    cells: usize,
    /// Lists and mappings that are open inside the row.
    depth: usize,
    /// The value whose key was just returned.
    value: Option<Token<'a>>,
}

impl<'t, 'a> Row<'t, 'a> {
    pub(super) fn new(tokens: &'t mut dyn Tokens<'a>, names: &'t [String]) -> Row<'t, 'a> {
        Row { tokens, names, cells: 0, depth: 0, value: None }
    }
}

impl<'a> Tokens<'a> for Row<'_, 'a> {
    fn next(&mut self) -> Result<Token<'a>, SyntaxError> {
        if let Some(value) = self.value.take() {
            self.depth += usize::from(matches!(value, Token::MapStart | Token::ListStart));
            return Ok(value);
        }
        let token = self.tokens.next()?;
        if self.depth > 0 {
            match token {
                Token::MapStart | Token::ListStart => self.depth += 1,
                Token::MapEnd | Token::ListEnd => self.depth -= 1,
                Token::Key(_) | Token::Scalar(_) | Token::End => {}
            }
            return Ok(token);
        }
        if matches!(token, Token::ListEnd | Token::End) {
            let (cells, names) = (self.cells, self.names.len());
            return match cells == names {
                true => Ok(Token::MapEnd),
                false => {
                    Err(ragged(self.tokens.span(), format!("the row has {cells} cells, the first {names}")))
                }
            };
        }
        let Some(name) = self.names.get(self.cells) else {
            let message = format!("the row has more cells than the first, {}", self.names.len());
            return Err(ragged(self.tokens.span(), message));
        };
        self.cells += 1;
        self.value = Some(token);
        Ok(Token::Key(name.clone().into()))
    }

    fn span(&self) -> Span {
        self.tokens.span()
    }
}
