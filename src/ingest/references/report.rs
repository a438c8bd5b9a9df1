//! What is said of references to nothing.

use std::collections::BTreeMap;

use arrow::array::{Array, ArrayRef};
use foldhash::fast::FixedState;
use hashbrown::HashMap;

use super::super::alike::{Alike, At, Message};
use super::super::cell_text::{cell, item_text, shown};
use super::super::describe;
use super::super::findings::Findings;
use super::{Dangling, Link, References};
use crate::diagnostic::{Flood, Result, codes, listed, nearest};
use crate::schema::{ColumnType, Table};
use crate::sort::{RowId, Rows};

/// Most comparisons spent on finding the nearest existing keys, over the whole run.
const NEAREST_BUDGET: usize = 20_000_000;

/// References to nothing from one file and one part of the record plan.
type OfOrigin = ((usize, usize), Flood<At, ()>);

/// Reports references to nothing.
pub(super) fn report(
    references: &References<'_>,
    tables: &[Rows],
    dangling: Dangling,
    findings: &mut Findings,
) -> Result<()> {
    let mut budget = NEAREST_BUDGET;
    let mut of_links: BTreeMap<usize, Vec<OfOrigin>> = BTreeMap::new();
    for ((link, origin), flood) in dangling {
        of_links.entry(link).or_default().push((origin, flood));
    }
    for (number, floods) in of_links {
        let link = &references.links[number];
        if findings.lost[link.foreign_key.table] {
            findings.muted += floods.iter().map(|(_, flood)| flood.count()).sum::<u64>();
            continue;
        }
        let near = Near::new(references, link, tables, &mut budget)?;
        let kept = floods.iter().flat_map(|(_, flood)| flood.kept().iter().map(|(at, ())| at.row));
        let rows = tables[link.table].fetch(&kept.collect::<Vec<_>>())?;
        let rows: HashMap<RowId, Vec<ArrayRef>, FixedState> = rows.into_iter().collect();
        let field = link.foreign_key.fields.first().copied();
        for (origin, flood) in floods {
            let alike = Alike::new(link.table, field, &codes::DANGLING_REFERENCE, origin);
            let (kept, rest) = flood.into_parts();
            for (at, ()) in kept {
                let Some(columns) = rows.get(&at.row) else { continue };
                let (text, value) = named(references, link, columns, at.item);
                let near = near.find(text, &mut budget);
                findings.pending.push(alike.clone(), at, || say(references, link, at.item, &value, near));
            }
            if let Some(rest) = rest {
                findings.pending.leave(alike, rest);
            }
        }
    }
    Ok(())
}

/// What a row, or an item of its list, names that is not there: the text of a key that is one, and the key in backticks.
fn named(
    references: &References<'_>,
    link: &Link<'_>,
    columns: &[ArrayRef],
    item: Option<u32>,
) -> (Option<String>, String) {
    let table = &references.project.tables[link.table];
    let fields = &link.foreign_key.fields;
    match item {
        None => (cell(table, fields[0], columns), shown(table, fields, columns)),
        Some(item) => {
            let text = item_text(&columns[link.columns[0]], item as usize);
            let value = format!("`{}`", describe::shorten(text.as_deref().unwrap_or_default()));
            (text, value)
        }
    }
}

fn say(
    references: &References<'_>,
    link: &Link<'_>,
    item: Option<u32>,
    value: &str,
    near: Option<&str>,
) -> Message {
    let table = &references.project.tables[link.table];
    let target = &references.project.tables[link.foreign_key.table].name;
    let names = listed(link.foreign_key.fields.iter().map(|&f| table.fields[f].name.as_str()));
    let subject = match (item, link.foreign_key.fields.len()) {
        (Some(_), _) => format!("an item of {names} refers"),
        (None, 1) => format!("field {names} refers"),
        (None, _) => format!("fields {names} refer"),
    };
    let message = format!("{subject} to {value}, but `{target}` has no such record");
    let nearest = near.map(|near| format!(" (nearest: `{near}`)")).unwrap_or_default();
    let help = format!("add {value} to `{target}`, or correct the reference{nearest}");
    Message::Ready(message, Some(help))
}

/// The existing keys that a dangling one may have been meant for: single texts only.
struct Near {
    known: Vec<String>,
}

impl Near {
    fn new(
        references: &References<'_>,
        link: &Link<'_>,
        tables: &[Rows],
        budget: &mut usize,
    ) -> Result<Near> {
        let mut near = Near { known: Vec::new() };
        let rows = &tables[link.foreign_key.table];
        let &[theirs] = link.foreign_key.references.as_slice() else { return Ok(near) };
        let target: &Table = &references.project.tables[link.foreign_key.table];
        if target.fields[theirs].column_type() != ColumnType::Text || *budget < rows.len() {
            return Ok(near);
        }
        for batch in rows.batches(crate::sort::BLOCK, u64::MAX) {
            let columns = batch?.columns().to_vec();
            let of_row = |row| columns.iter().map(|column| column.slice(row, 1)).collect::<Vec<_>>();
            let count = columns.first().map_or(0, |column| column.len());
            near.known.extend((0..count).filter_map(|row| cell(target, theirs, &of_row(row))));
        }
        Ok(near)
    }

    /// The key most like the one that is wanted, while the budget lasts.
    fn find(&self, wanted: Option<String>, budget: &mut usize) -> Option<&str> {
        if self.known.is_empty() || *budget < self.known.len() {
            return None;
        }
        *budget -= self.known.len();
        nearest(&wanted?, self.known.iter().map(String::as_str))
    }
}
