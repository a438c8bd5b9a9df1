//! `json`: one object per line and diagnostic; `--json` carries the same objects in its list `diagnostics`.

use serde::Serialize;

use crate::cli::json::to_line;
use crate::cli::terminal::Stream;
use crate::diagnostic::{Diagnostic, More, Position};

/// A diagnostic as other programs read it; what does not apply is null.
#[derive(Serialize)]
pub(crate) struct Message<'a> {
    severity: &'static str,
    code: &'a str,
    file: &'a str,
    line: Option<u64>,
    column: Option<u64>,
    length: Option<u64>,
    row: Option<u64>,
    message: &'a str,
    help: Option<&'a str>,
    more: Option<Others>,
}

/// Problems with the same code in the same field of the same file that are not listed.
#[derive(Serialize)]
struct Others {
    count: u64,
    first: Spot,
    last: Spot,
}

/// A place in a file.
#[derive(Serialize)]
struct Spot {
    line: Option<u64>,
    column: Option<u64>,
    length: Option<u64>,
    row: Option<u64>,
}

impl From<Position> for Spot {
    fn from(position: Position) -> Spot {
        let (line, column, length, row) = match position {
            Position::File => (None, None, None, None),
            Position::Row(row) => (None, None, None, Some(row)),
            Position::At { line, column, length } => (Some(line), Some(column), Some(length), None),
        };
        Spot { line, column, length, row }
    }
}

impl From<&More> for Others {
    fn from(more: &More) -> Others {
        Others { count: more.count, first: more.first.into(), last: more.last.into() }
    }
}

impl<'a> From<&'a Diagnostic> for Message<'a> {
    fn from(diagnostic: &'a Diagnostic) -> Message<'a> {
        let Spot { line, column, length, row } = diagnostic.place.position.into();
        Message {
            severity: diagnostic.severity.word(),
            code: &diagnostic.code,
            file: &diagnostic.place.file,
            line,
            column,
            length,
            row,
            message: &diagnostic.message,
            help: diagnostic.help.as_deref(),
            more: diagnostic.more.as_deref().map(Others::from),
        }
    }
}

/// Writes one object per line.
pub(super) fn render(diagnostics: &[Diagnostic], out: &mut Stream) {
    for diagnostic in diagnostics {
        out.print(&to_line(&Message::from(diagnostic)));
        out.print("\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Place, codes};

    #[test]
    fn every_key_is_there_and_null_where_it_does_not_apply() {
        let row = Diagnostic::new(&codes::MISSING_KEY, Place::row(&"a.parquet".into(), 7), "no `x`\n");
        assert_eq!(
            to_line(&Message::from(&row)),
            r#"{"severity":"error","code":"missing-key","file":"a.parquet","line":null,"column":null,"length":null,"row":7,"message":"no `x`\n","help":null,"more":null}"#
        );
        let place = |line, length| Place::at(&"a.yaml".into(), line, 4, length);
        let (first, last) = (place(4, 5).position, place(99, 2).position);
        let at = Diagnostic::new(&codes::MISSING_KEY, place(3, 5), "m").with_help("h");
        let at = Diagnostic { more: Some(Box::new(More { count: 7, first, last })), ..at };
        assert_eq!(
            to_line(&Message::from(&at)),
            r#"{"severity":"error","code":"missing-key","file":"a.yaml","line":3,"column":4,"length":5,"row":null,"message":"m","help":"h","more":{"count":7,"first":{"line":4,"column":4,"length":5,"row":null},"last":{"line":99,"column":4,"length":2,"row":null}}}"#
        );
    }
}
