//! NDJSON whose records are plain: read like delimited text, first the bounds of every cell, then each column as a whole.
//!
//! A record is plain when it is an object on a line of its own whose members are single values and lists of them, and all
//! is well with it. Where one is not, the split is read token by token, which understands everything and explains what is
//! wrong ([`super::document`]).

mod scan;

use std::cell::Cell as Slot;

use super::assemble::{has_missing_words, is_missing};
use super::record_mapping::RecordMapping;
use super::texts::{self, TextCell};
use super::{Chunk, ColumnBuilder, Reading, Seeds, Source, Split, derive};
use crate::offsets::field_number;
use crate::schema::{Field, FieldType, Table, lexical};
use scan::{Cell, Cells, Form, Key, scan};

thread_local! {
    /// The cells of the split that the thread has read last: as much memory as the next one will need.
    static CELLS: Slot<Cells> = Slot::default();
}

/// Cells that are worth keeping for the next split.
const MOST_CELLS: usize = 1 << 20;

/// The keys of the records; `None` when there is more to them than fields.
fn keys<'a>(mapping: &'a RecordMapping, table: &Table) -> Option<Vec<Key<'a>>> {
    let [instance] = mapping.instances.as_slice() else { return None };
    if !(instance.itself.is_empty() && instance.index.is_empty() && instance.key.is_empty()) {
        return None;
    }
    let key = |(name, node): &'a (String, usize)| {
        let node = &mapping.nodes[*node];
        let [field] = node.fields.as_slice() else { return None };
        let is_list = matches!(table.fields[*field].kind, FieldType::List(_));
        // Whether a text is one value or JSON is for the tokens to say.
        let is_json = table.fields[*field].format.one_or_many && !is_list;
        // What JSON has without quotes is read as if it were a text.
        let is_text = lexical::is_as_json(&table.fields[*field]);
        let is_leaf = node.children.is_empty() && node.nested.is_none() && !is_json && is_text;
        is_leaf.then(|| Key::new(name, *field, is_list))
    };
    mapping.nodes[instance.root].children.iter().map(key).collect()
}

/// Reads the text of a split; `None` when not all its records are plain.
pub(super) fn read(seeds: &Seeds<'_>, split: &Split, text: &str) -> Option<Reading> {
    let source = &seeds.sources[split.id.source];
    let table = &seeds.project.tables[source.table];
    let keys = keys(&seeds.mappings[source.table], table)?;
    // Other control characters stand in no plain record.
    let is_control = |byte: u8| (byte < 0x20) & (byte != b'\n');
    if keys.is_empty() || text.bytes().fold(false, |seen, byte| seen | is_control(byte)) {
        return None;
    }
    let mut cells = CELLS.take();
    let reading = scan(&keys, text, &mut cells).and_then(|rows| {
        let mut reading = Reading::default();
        if rows > 0 {
            reading.chunks.push(chunk(table, source, &keys, (text, &cells))?);
        }
        Some(reading)
    });
    if cells.cells.capacity() <= MOST_CELLS {
        CELLS.set(cells);
    }
    reading
}

/// The columns of all cells; `None` when a cell does not mean what its field asks for.
fn chunk(table: &Table, source: &Source, keys: &[Key<'_>], (text, cells): (&str, &Cells)) -> Option<Chunk> {
    let rows = cells.cells.len() / keys.len();
    let mut builders: Vec<ColumnBuilder> =
        table.fields.iter().map(|field| ColumnBuilder::new(field, rows)).collect();
    let mut is_filled = vec![false; builders.len()];
    for (number, key) in keys.iter().enumerate() {
        let column = (&cells.cells[number..], keys.len());
        let (builder, field) = (&mut builders[key.field], &table.fields[key.field]);
        match key.is_list {
            true => fill_lists(builder, field, text, column, &cells.items)?,
            false => fill(builder, table, field, text, column)?,
        }
        is_filled[key.field] = true;
    }
    let (mut problems, mut unnamed) = (Vec::new(), Vec::new());
    let mut fields = Vec::with_capacity(builders.len());
    for (index, builder) in builders.into_iter().enumerate() {
        fields.push(match is_filled[index] {
            true => builder.finish(field_number(index), &mut problems),
            false => source.named_column(table, index, rows, &mut unnamed),
        });
    }
    if !unnamed.is_empty() {
        return None;
    }
    let columns = derive::columns(table, &fields, &mut problems);
    Some(Chunk { problems, ..Chunk::new(source.table, columns, rows) })
}

/// Fills a column of single values: every so many cells one, beginning with the first.
fn fill(
    builder: &mut ColumnBuilder,
    table: &Table,
    field: &Field,
    text: &str,
    (cells, keys): (&[Cell], usize),
) -> Option<()> {
    let column = cells.iter().step_by(keys);
    if let Some(texts) = builder.as_texts(field) {
        let has_words = has_missing_words(table, field);
        texts.reserve(column.clone().map(|cell| cell.length as usize).sum());
        let cell = |row: usize| {
            let cell = &cells[row * keys];
            Some(match cell.form {
                Form::Absent | Form::Null => TextCell::Absent,
                Form::Plain if !has_words => TextCell::Plain(cell.start as usize, cell.length as usize),
                Form::Plain | Form::Escaped | Form::List => TextCell::Written(cell.text(text)?),
            })
        };
        return texts::fill(texts, (table, field), text.as_bytes(), column.len(), cell);
    }
    let mut is_well = Slot::new(true);
    let values = column.map(|cell| {
        let value = if cell.is_missing() { return None } else { cell.text(text) };
        is_well.set(is_well.get() && value.is_some());
        value.filter(|value| !is_missing(table, field, value))
    });
    builder.extend(field, values, |_, _| is_well.set(false));
    is_well.get_mut().then_some(())
}

/// Fills a column of lists.
fn fill_lists(
    builder: &mut ColumnBuilder,
    field: &Field,
    text: &str,
    (cells, keys): (&[Cell], usize),
    items: &[Cell],
) -> Option<()> {
    for cell in cells.iter().step_by(keys) {
        if cell.is_missing() {
            builder.null();
            continue;
        }
        for item in &items[cell.start as usize..(cell.start + cell.length) as usize] {
            let value = if item.is_missing() { None } else { item.text(text) };
            builder.push_item(field, &value?).ok()?;
        }
        builder.end_list();
    }
    Some(())
}
