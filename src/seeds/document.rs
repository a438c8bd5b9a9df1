//! Seeds in YAML, JSON and NDJSON.

use super::assemble::Assembler;
use super::{Located, Reading, Seeds, Source, SourceKind, Split, Want};
use super::{array_rows, ndjson};
use crate::diagnostic::{Diagnostic, Place};
use crate::schema::SeedLocation;
use crate::tokens::{JsonTokens, SyntaxError, Token, Tokens, YamlTokens, decode};

/// Reads a split; the places of `wants` are found on the way and come in their order.
pub(super) fn read(seeds: &Seeds<'_>, split: &Split, wants: Vec<Want>) -> (Reading, Vec<Located>) {
    let source = &seeds.sources[split.id.source];
    let text = match text(source, split) {
        Ok(text) => text,
        Err(problem) => {
            let reading = Reading { diagnostics: vec![*problem], lost_records: true, ..Reading::default() };
            return (reading, Vec::new());
        }
    };
    if source.kind == SourceKind::Ndjson
        && wants.is_empty()
        && let Some(reading) = ndjson::read(seeds, split, text)
    {
        return (reading, Vec::new());
    }
    let plan = &seeds.plans[source.table];
    let mut assembler = Assembler::new(seeds.project, plan, source.path.clone(), wants.clone());
    let table = &seeds.project.tables[source.table];
    let keyed = table.keyed;
    // Data of others may be rows of cells; a list where a record of one's own should be is a mistake.
    let may_be_rows = matches!(table.seeds, SeedLocation::Files(_));
    let lost_records = match source.kind {
        SourceKind::Ndjson => lines(&mut assembler, source, text, split.id.first_line),
        SourceKind::Yaml => document(&mut assembler, source, keyed, false, &mut YamlTokens::new(text)),
        _ => {
            let mut tokens = JsonTokens::new(text, split.id.first_line);
            document(&mut assembler, source, keyed, may_be_rows, &mut tokens)
        }
    };
    let fallback = Located { place: Place::file(&source.path), text: String::new() };
    let locate = |want: &Want| {
        let whole = Want { item: None, ..*want };
        let record = Want { field: None, ..whole };
        let mut found = [*want, whole, record].into_iter().filter_map(|want| assembler.located(want));
        found.next().cloned().unwrap_or(fallback.clone())
    };
    let located = wants.iter().map(locate).collect();
    let mut reading = assembler.finish(split.id);
    reading.lost_records |= lost_records;
    (reading, located)
}

/// The split's bytes as text, or which byte is not UTF-8.
pub(super) fn text<'a>(source: &Source, split: &'a Split) -> Result<&'a str, Box<Diagnostic>> {
    let text = decode(&split.bytes, split.id.first_line, split.id.offset);
    text.map_err(|error| error.into_diagnostic(&source.path).into())
}

/// Reads a whole document. Returns whether records were lost.
fn document(
    assembler: &mut Assembler<'_>,
    source: &Source,
    keyed: bool,
    may_be_rows: bool,
    tokens: &mut dyn Tokens<'_>,
) -> bool {
    match records(assembler, keyed, may_be_rows, tokens) {
        Ok(()) => false,
        Err(error) => {
            assembler.abandon();
            assembler.diagnostics.push(error.into_diagnostic(&source.path));
            true
        }
    }
}

fn records(
    assembler: &mut Assembler<'_>,
    keyed: bool,
    may_be_rows: bool,
    tokens: &mut dyn Tokens<'_>,
) -> Result<(), SyntaxError> {
    let mut names: Option<Vec<String>> = None;
    let mut is_first = true;
    match tokens.next()? {
        Token::End => return Ok(()),
        Token::MapStart if keyed => assembler.keyed_records(0, tokens)?,
        Token::ListStart => loop {
            let first = tokens.next()?;
            let is_row = first == Token::ListStart;
            match &names {
                _ if matches!(first, Token::ListEnd | Token::End) => break,
                None if is_row && is_first && may_be_rows => names = Some(array_rows::names(tokens)?),
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
    // What follows the document, if anything does, is an error of the language.
    tokens.next().map(|_| ())
}

/// Reads one record per line. A broken line is reported and left behind. Returns whether records were lost.
fn lines(assembler: &mut Assembler<'_>, source: &Source, text: &str, first_line: u64) -> bool {
    let mut lost = false;
    for (number, line) in text.split('\n').enumerate() {
        if line.trim_ascii().is_empty() {
            continue;
        }
        let mut tokens = JsonTokens::new(line, first_line + number as u64);
        let result = tokens.next().and_then(|first| assembler.record(&mut tokens, first, None));
        if let Err(error) = result.and_then(|()| tokens.next().map(|_| ())) {
            assembler.abandon();
            assembler.diagnostics.push(error.into_diagnostic(&source.path));
            lost = true;
        }
    }
    lost
}
