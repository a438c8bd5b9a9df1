//! Seeds in YAML, JSON and NDJSON.

use super::assemble::Assembler;
use super::nodes::Nodes;
use super::{Found, Lookup, Reading, Seeds, Source, SourceKind, Split};
use super::{array_rows, ndjson, wrapper};
use crate::diagnostic::{Diagnostic, Place};
use crate::schema::{SeedLocation, Step};
use crate::tokens::{JsonTokens, SyntaxError, Token, Tokens, YamlTokens, decode};

/// Reads a split; the places of `lookups` are found on the way and come in their order.
pub(super) fn read(seeds: &Seeds<'_>, split: &Split, lookups: Vec<Lookup>) -> (Reading, Vec<Found>) {
    let source = &seeds.sources[split.id.source];
    let text = match text(source, split) {
        Ok(text) => text,
        Err(problem) => {
            let reading =
                Reading { diagnostics: (*problem).into(), lost_records: true, ..Reading::default() };
            return (reading, Vec::new());
        }
    };
    if source.kind == SourceKind::Ndjson
        && lookups.is_empty()
        && source.form.within.is_empty()
        && let Some(reading) = ndjson::read(seeds, split, text)
    {
        return (reading, Vec::new());
    }
    let mut assembler = Assembler::new(seeds, split, lookups.clone());
    let table = &seeds.project.tables[source.table];
    let keyed = table.keyed;
    // Data of others may be rows of cells; a list where a record of one's own should be is a mistake.
    let may_be_rows = matches!(table.seeds, SeedLocation::Files(_));
    let shape = Shape { within: &source.form.within, keyed, may_be_rows };
    let lost_records = match source.kind {
        SourceKind::Ndjson => lines(&mut assembler, &shape, text, split.id.first_line),
        SourceKind::Yaml => {
            let shape = Shape { may_be_rows: false, ..shape };
            document(&mut assembler, &shape, &mut YamlTokens::new(text))
        }
        SourceKind::Json | SourceKind::Delimited | SourceKind::Parquet => {
            let mut tokens = JsonTokens::new(text, split.id.first_line);
            match source.form.has_nodes {
                true => document(&mut assembler, &shape, &mut Nodes::new(&mut tokens)),
                false => document(&mut assembler, &shape, &mut tokens),
            }
        }
    };
    let fallback = Found { place: Place::file(&source.path), text: String::new() };
    let locate = |lookup: &Lookup| {
        let whole = Lookup { item: None, ..*lookup };
        let record = Lookup { field: None, ..whole };
        let mut found = [*lookup, whole, record].into_iter().filter_map(|lookup| assembler.located(lookup));
        found.next().cloned().unwrap_or(fallback.clone())
    };
    let located = lookups.iter().map(locate).collect();
    let mut reading = assembler.finish();
    reading.lost_records |= lost_records;
    (reading, located)
}

/// The split's bytes as text, or which byte is not UTF-8.
pub(super) fn text<'a>(source: &Source, split: &'a Split) -> Result<&'a str, Box<Diagnostic>> {
    let text = decode(&split.bytes, split.id.first_line, split.id.offset);
    text.map_err(|error| error.into_diagnostic(&source.path).into())
}

/// How records stand in a document.
struct Shape<'a> {
    /// Where they are; empty: they are the whole document.
    within: &'a [Step],
    /// Whether they may stand under their keys.
    keyed: bool,
    /// Whether they may be rows of cells.
    may_be_rows: bool,
}

/// Reads a whole document. Returns whether records were lost.
fn document(assembler: &mut Assembler<'_>, shape: &Shape<'_>, tokens: &mut dyn Tokens<'_>) -> bool {
    match wrapped_records(assembler, shape, tokens) {
        Ok(()) => false,
        Err(error) => {
            assembler.abandon();
            assembler.broken(error);
            true
        }
    }
}

/// Reads the records of a document, and what lies around them, to its end.
fn wrapped_records(
    assembler: &mut Assembler<'_>,
    shape: &Shape<'_>,
    tokens: &mut dyn Tokens<'_>,
) -> Result<(), SyntaxError> {
    let first = wrapper::enter(tokens, shape.within)?;
    records(assembler, shape, tokens, first)?;
    wrapper::leave(tokens, shape.within)
}

fn records(
    assembler: &mut Assembler<'_>,
    shape: &Shape<'_>,
    tokens: &mut dyn Tokens<'_>,
    first: Token<'_>,
) -> Result<(), SyntaxError> {
    let mut names: Option<Vec<String>> = None;
    let mut is_first = true;
    match first {
        Token::End => {}
        Token::MapStart if shape.keyed => assembler.keyed_records(0, tokens)?,
        Token::ListStart => loop {
            let first = tokens.next()?;
            let is_row = first == Token::ListStart;
            match &names {
                _ if matches!(first, Token::ListEnd | Token::End) => break,
                None if is_row && is_first && shape.may_be_rows => names = Some(array_rows::names(tokens)?),
                Some(names) if is_row => {
                    assembler.record(&mut array_rows::Row::new(tokens, names), Token::MapStart, None)?;
                }
                _ => assembler.record(tokens, first, None)?,
            }
            is_first = false;
        },
        Token::Scalar(scalar) if scalar.style == crate::tokens::Style::Null => {}
        first => assembler.record(tokens, first, None)?,
    }
    Ok(())
}

/// Reads one record per line. A broken line is reported and left behind. Returns whether records were lost.
fn lines(assembler: &mut Assembler<'_>, shape: &Shape<'_>, text: &str, first_line: u64) -> bool {
    let mut lost = false;
    for (number, line) in text.split('\n').enumerate() {
        if line.trim_ascii().is_empty() {
            continue;
        }
        let mut tokens = JsonTokens::new(line, first_line + number as u64);
        let result = match shape.within {
            [] => tokens.next().and_then(|first| assembler.record(&mut tokens, first, None)),
            _ => {
                assembler.begin_list();
                wrapped_records(assembler, shape, &mut tokens)
            }
        };
        if let Err(error) = result.and_then(|()| tokens.next().map(|_| ())) {
            assembler.abandon();
            assembler.broken(error);
            lost = true;
        }
    }
    lost
}
