//! A value kept as its tokens, to be read more than once.

use super::{Scalar, Span, SyntaxError, Token, Tokens};

/// The tokens of one value, with their places.
pub struct Recorded(Vec<(Token<'static>, Span)>);

impl Recorded {
    /// Records the value whose first token has been read, to its end.
    pub fn read(tokens: &mut dyn Tokens<'_>, first: Token<'_>) -> Result<Recorded, SyntaxError> {
        let mut recorded = Vec::new();
        let mut depth = 0_usize;
        let mut token = first;
        loop {
            match token {
                Token::MapStart | Token::ListStart => depth += 1,
                Token::MapEnd | Token::ListEnd => depth = depth.saturating_sub(1),
                Token::Key(_) | Token::Scalar(_) | Token::End => {}
            }
            let is_end = token == Token::End;
            recorded.push((owned(token), tokens.span()));
            if depth == 0 || is_end {
                return Ok(Recorded(recorded));
            }
            token = tokens.next()?;
        }
    }

    /// Reads the value from its beginning.
    pub fn replay(&self) -> Replay<'_> {
        Replay { rest: self.0.iter(), span: Span::default() }
    }
}

fn owned(token: Token<'_>) -> Token<'static> {
    match token {
        Token::MapStart => Token::MapStart,
        Token::Key(key) => Token::Key(key.into_owned().into()),
        Token::MapEnd => Token::MapEnd,
        Token::ListStart => Token::ListStart,
        Token::ListEnd => Token::ListEnd,
        Token::Scalar(Scalar { text, style }) => {
            Token::Scalar(Scalar { text: text.into_owned().into(), style })
        }
        Token::End => Token::End,
    }
}

/// The tokens of a recorded value, one after the other.
pub struct Replay<'r> {
    rest: std::slice::Iter<'r, (Token<'static>, Span)>,
    span: Span,
}

impl<'r> Tokens<'r> for Replay<'r> {
    fn next(&mut self) -> Result<Token<'r>, SyntaxError> {
        let Some((token, span)) = self.rest.next() else { return Ok(Token::End) };
        self.span = *span;
        Ok(token.clone())
    }

    fn span(&self) -> Span {
        self.span
    }
}
