//! Seeds in YAML, JSON and NDJSON.

use std::str;

use super::assemble::Assembler;
use super::{Located, Reading, Seeds, Source, SourceKind, Split, Want};
use crate::diagnostic::{Diagnostic, Place, codes};
use crate::tokens::{JsonTokens, SyntaxError, Token, Tokens, YamlTokens};

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
    let plan = &seeds.plans[source.table];
    let mut assembler = Assembler::new(seeds.project, plan, source.path.clone(), wants.clone());
    let keyed = seeds.project.tables[source.table].keyed;
    let lost_records = match source.kind {
        SourceKind::Ndjson => lines(&mut assembler, source, text, split.id.first_line),
        SourceKind::Yaml => document(&mut assembler, source, keyed, &mut YamlTokens::new(text)),
        _ => document(&mut assembler, source, keyed, &mut JsonTokens::new(text, split.id.first_line)),
    };
    let fallback = Located { place: Place::file(&source.path), text: String::new() };
    let locate = |want: &Want| {
        let record = Want { field: None, ..*want };
        assembler.located(*want).or_else(|| assembler.located(record)).cloned().unwrap_or(fallback.clone())
    };
    let located = wants.iter().map(locate).collect();
    let (chunks, diagnostics) = assembler.finish(split.id);
    (Reading { chunks, diagnostics, lost_records }, located)
}

/// The split's bytes as text, or which byte is not UTF-8.
pub(super) fn text<'a>(source: &Source, split: &'a Split) -> Result<&'a str, Box<Diagnostic>> {
    str::from_utf8(&split.bytes).map_err(|error| {
        let at = error.valid_up_to();
        let before = &split.bytes[..at];
        let line_start = memchr::memrchr(b'\n', before).map_or(0, |i| i + 1);
        let column = str::from_utf8(&before[line_start..]).map_or(0, |t| t.chars().count()) as u64 + 1;
        let line = memchr::memchr_iter(b'\n', before).count() as u64;
        let byte = split.id.offset + at as u64;
        let message = format!("not UTF-8 text: byte {byte} (from 0) is {:#04x}", split.bytes[at]);
        let place = Place::at(&source.path, split.id.first_line + line, column, 1);
        Diagnostic::new(&codes::NOT_UTF8, place, message).with_help("save the file as UTF-8").into()
    })
}

/// Reads a whole document. Returns whether records were lost.
fn document(
    assembler: &mut Assembler<'_>,
    source: &Source,
    keyed: bool,
    tokens: &mut dyn Tokens<'_>,
) -> bool {
    match records(assembler, keyed, tokens) {
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
    tokens: &mut dyn Tokens<'_>,
) -> Result<(), SyntaxError> {
    match tokens.next()? {
        Token::End => return Ok(()),
        Token::MapStart if keyed => assembler.keyed_records(0, tokens)?,
        Token::ListStart => loop {
            match tokens.next()? {
                Token::ListEnd | Token::End => break,
                first => assembler.record(tokens, first, None)?,
            }
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
