//! Foreign keys: every reference names a record that is there.
//!
//! Parents are read before their children, so most references are looked up while they are read, in the set of keys of a
//! table that has been read to its end. The others (references of a table to itself, or to a later one) wait, in memory or
//! on the disk, until all is read. A table with more keys than memory has room for is gone through a share at a time.

mod report;
mod wanted;

use std::sync::{Arc, OnceLock};

use crate::diagnostic::{Floods, Keep, Result};
use crate::key_set::KeySet;
use crate::offsets::split_position;
use crate::schema::{ForeignKey, Project, Table};
use crate::seeds::Chunk;
use crate::sort::{RowId, Rows};
use crate::sort_key::Keys;
use crate::spill::{Section, Spill};

use super::alike::At;
use super::findings::Findings;
use super::provenance::Origin;
use report::report;
pub(crate) use wanted::Wanted;

/// The foreign keys of a project, and what is known of the keys they refer to.
pub(crate) struct References<'p> {
    project: &'p Project,
    targets: Vec<Target>,
    links: Vec<Link<'p>>,
    /// The numbers of each table's links.
    links_of: Vec<Vec<usize>>,
}

/// Columns that are referred to.
struct Target {
    table: usize,
    columns: Vec<usize>,
    /// Every key of the table, once it is read to its end and if there is room.
    known: OnceLock<KeySet>,
}

/// A foreign key of a table.
struct Link<'p> {
    table: usize,
    foreign_key: &'p ForeignKey,
    columns: Vec<usize>,
    target: usize,
}

/// References to nothing: by link, and by file and part of the record plan, the rows and items.
type Dangling = Floods<(usize, (usize, usize)), At, ()>;

/// What looking up a chunk's references found: for each link of its table, numbers of [`Wanted`].
#[derive(Default)]
pub(super) struct LookedUp {
    dangling: Vec<(usize, Vec<u32>)>,
    unknown: Vec<(usize, Vec<u32>)>,
}

impl<'p> References<'p> {
    /// The foreign keys of the tables that `concerns` names.
    pub(super) fn new(project: &'p Project, concerns: impl Fn(usize) -> bool) -> References<'p> {
        let mut targets: Vec<Target> = Vec::new();
        let mut links = Vec::new();
        let mut links_of = vec![Vec::new(); project.tables.len()];
        for (index, table) in project.tables.iter().enumerate().filter(|(index, _)| concerns(*index)) {
            for foreign_key in table.foreign_keys.iter().filter(|key| !is_parent(table, key)) {
                let columns = columns(&project.tables[foreign_key.table], &foreign_key.references);
                let is_wanted = |t: &Target| t.table == foreign_key.table && t.columns == columns;
                let target = targets.iter().position(is_wanted).unwrap_or(targets.len());
                if target == targets.len() {
                    targets.push(Target { table: foreign_key.table, columns, known: OnceLock::new() });
                }
                links_of[index].push(links.len());
                let columns = self::columns(table, &foreign_key.fields);
                links.push(Link { table: index, foreign_key, columns, target });
            }
        }
        References { project, targets, links, links_of }
    }

    /// Looks up the references of a chunk, as far as the keys are known.
    pub(super) fn look_up(&self, chunk: &Chunk) -> LookedUp {
        let mut found = LookedUp::default();
        for &number in &self.links_of[chunk.table] {
            let link = &self.links[number];
            let wanted = wanted(&link.columns, chunk);
            match self.targets[link.target].known.get() {
                Some(known) => {
                    let dangling = wanted.whole().filter(|&key| !known.contains(wanted.key(key)));
                    found.dangling.push((number, dangling.map(split_position).collect()));
                }
                None => found.unknown.push((number, wanted.whole().map(split_position).collect())),
            }
        }
        found
    }
}

/// Gathers keys and references while records are read, in the order of reading.
pub(crate) struct Gatherer<'r> {
    references: Arc<References<'r>>,
    spill: &'r Spill,
    /// For each target, the keys so far; `None` when there is no room.
    building: Vec<Option<KeySet>>,
    waiting: Vec<Waiting>,
    dangling: Dangling,
}

/// Stands for the number of an item where a reference is that of the row.
const NO_ITEM: u32 = u32::MAX;

/// References of a link that wait: for each its row's id, the number of its item, the length of its key, and the key.
#[derive(Default)]
struct Waiting {
    bytes: Vec<u8>,
    sections: Vec<Section>,
}

impl Waiting {
    fn is_empty(&self) -> bool {
        self.bytes.is_empty() && self.sections.is_empty()
    }

    fn push(&mut self, at: At, key: &[u8]) {
        let length = u32::try_from(key.len()).expect("a chunk's keys are smaller than 4 GiB");
        self.bytes.extend_from_slice(&at.row.to_number().to_le_bytes());
        self.bytes.extend_from_slice(&at.item.unwrap_or(NO_ITEM).to_le_bytes());
        self.bytes.extend_from_slice(&length.to_le_bytes());
        self.bytes.extend_from_slice(key);
    }

    fn put_aside(&mut self, spill: &Spill) -> Result<()> {
        self.sections.push(spill.write(&[&self.bytes])?);
        self.bytes.clear();
        Ok(())
    }

    /// Hands every reference that waits to `see`.
    fn each(&self, spill: &Spill, mut see: impl FnMut(At, &[u8])) -> Result<()> {
        for section in &self.sections {
            each(&spill.read(*section)?, &mut see);
        }
        each(&self.bytes, &mut see);
        Ok(())
    }
}

fn each(bytes: &[u8], see: &mut impl FnMut(At, &[u8])) {
    let mut rest = bytes;
    while let Some((id, after)) = rest.split_first_chunk::<8>() {
        let (item, after) = after.split_first_chunk::<4>().expect("an item stands behind each id");
        let (length, after) = after.split_first_chunk::<4>().expect("a length stands behind each item");
        let (key, after) = after.split_at(u32::from_le_bytes(*length) as usize);
        let item = Some(u32::from_le_bytes(*item)).filter(|item| *item != NO_ITEM);
        see(At { row: RowId::from_number(u64::from_le_bytes(*id)), item }, key);
        rest = after;
    }
}

impl<'r> Gatherer<'r> {
    pub(super) fn new(references: Arc<References<'r>>, spill: &'r Spill, keep: Keep) -> Gatherer<'r> {
        Gatherer {
            spill,
            building: references.targets.iter().map(|_| Some(KeySet::default())).collect(),
            waiting: references.links.iter().map(|_| Waiting::default()).collect(),
            dangling: Dangling::new(keep),
            references,
        }
    }

    /// Takes the chunk that becomes number `number` of its table, and what looking it up has found.
    pub(super) fn add(
        &mut self,
        chunk: &Chunk,
        number: u32,
        origin: Origin,
        looked_up: LookedUp,
    ) -> Result<()> {
        let at = |wanted: &Wanted, key: usize| At {
            row: RowId { chunk: number, row: split_position(wanted.row(key)) },
            item: wanted.item(key),
        };
        let wanted = |link: usize| wanted(&self.references.links[link].columns, chunk);
        for (link, keys) in looked_up.dangling.into_iter().filter(|(_, keys)| !keys.is_empty()) {
            let wanted = wanted(link);
            for key in keys {
                self.dangling.push((link, origin.file_and_instance()), at(&wanted, key as usize), || ());
            }
        }
        for (link, keys) in looked_up.unknown {
            let wanted = wanted(link);
            for key in keys {
                self.waiting[link].push(at(&wanted, key as usize), wanted.key(key as usize));
            }
            if self.waiting[link].bytes.len() as u64 >= self.spill.memory.reference_bytes() {
                self.waiting[link].put_aside(self.spill)?;
            }
        }
        self.add_keys(chunk);
        Ok(())
    }

    /// Adds the keys of a chunk to the sets they belong to.
    pub(super) fn add_keys(&mut self, chunk: &Chunk) {
        for (target, set) in self.references.targets.iter().zip(&mut self.building) {
            let (true, Some(known)) = (target.table == chunk.table, set.as_mut()) else { continue };
            let keys = keys(&target.columns, chunk);
            (0..chunk.rows).filter_map(|row| keys.get(row)).for_each(|key| known.insert(key));
            if known.bytes() > self.spill.memory.key_bytes() {
                *set = None;
            }
        }
    }

    /// The table has been read to its end: its keys are known from now on.
    pub(super) fn complete(&mut self, table: usize) {
        let room = |targets: &[Target]| {
            let taken: u64 = targets.iter().filter_map(|t| t.known.get()).map(KeySet::bytes).sum();
            self.spill.memory.key_bytes().saturating_sub(taken)
        };
        for (target, set) in self.references.targets.iter().zip(&mut self.building) {
            if target.table != table {
                continue;
            }
            let known = set.take().filter(|known| known.bytes() <= room(&self.references.targets));
            if let Some(known) = known {
                // It is set here only, once.
                drop(target.known.set(known));
            }
        }
    }

    /// Looks up what waited, when everything has been read, and returns whether every reference names a key that is known.
    pub(super) fn settle(&mut self) -> Result<bool> {
        if !self.dangling.is_empty() {
            return Ok(false);
        }
        for (link, waiting) in self.references.links.iter().zip(&mut self.waiting) {
            if let Some(known) = self.references.targets[link.target].known.get() {
                *waiting = without(std::mem::take(waiting), known, self.spill)?;
            }
            if !waiting.is_empty() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Looks up what waited, when everything has been read, and reports what refers to nothing.
    pub(crate) fn finish(mut self, tables: &[Rows], findings: &mut Findings) -> Result<()> {
        for (number, waiting) in std::mem::take(&mut self.waiting).into_iter().enumerate() {
            let link = &self.references.links[number];
            let left = unresolved(&self.references.targets[link.target], tables, waiting, self.spill)?;
            let origin = |at: At| findings.provenance.file_and_instance(link.table, at.row);
            left.each(self.spill, |at, _| self.dangling.push((number, origin(at)), at, || ()))?;
        }
        report(&self.references, tables, self.dangling, findings)
    }
}

/// What still waits after all keys of the target have been asked.
fn unresolved(target: &Target, tables: &[Rows], mut waiting: Waiting, spill: &Spill) -> Result<Waiting> {
    if let Some(known) = target.known.get() {
        waiting = without(waiting, known, spill)?;
    } else if !waiting.is_empty() {
        let mut share = KeySet::default();
        for batch in tables[target.table].scan_columns(&target.columns) {
            let (ids, columns) = batch?;
            let keys = Keys::new(&target.columns.iter().map(|&c| &columns[c]).collect::<Vec<_>>());
            (0..ids.len()).filter_map(|row| keys.get(row)).for_each(|key| share.insert(key));
            if share.bytes() > spill.memory.key_bytes() {
                waiting = without(waiting, &share, spill)?;
                share = KeySet::default();
            }
        }
        waiting = without(waiting, &share, spill)?;
    }
    Ok(waiting)
}

/// What still waits after `known` has been asked.
fn without(waiting: Waiting, known: &KeySet, spill: &Spill) -> Result<Waiting> {
    let mut left = Waiting::default();
    let mut failure = None;
    waiting.each(spill, |at, key| {
        if !known.contains(key) {
            left.push(at, key);
            if left.bytes.len() as u64 >= spill.memory.reference_bytes() {
                failure = failure.take().or(left.put_aside(spill).err());
            }
        }
    })?;
    match failure {
        Some(error) => Err(error),
        None => Ok(left),
    }
}

/// Checks the references of one table when every table is there.
pub(crate) fn check_table(
    project: &Project,
    index: usize,
    tables: &[Rows],
    spill: &Spill,
    findings: &mut Findings,
) -> Result<()> {
    let references = References::new(project, |table| table == index);
    let mut dangling = Dangling::new(findings.pending.keep());
    for (number, link) in references.links.iter().enumerate() {
        let mut waiting = Waiting::default();
        for batch in tables[index].scan_columns(&link.columns) {
            let (ids, columns) = batch?;
            let wanted = Wanted::new(&link.columns.iter().map(|&c| &columns[c]).collect::<Vec<_>>());
            for key in wanted.whole() {
                let at = At { row: ids[wanted.row(key)], item: wanted.item(key) };
                waiting.push(at, wanted.key(key));
            }
        }
        let left = unresolved(&references.targets[link.target], tables, waiting, spill)?;
        let origin = |at: At| findings.provenance.file_and_instance(index, at.row);
        left.each(spill, |at, _| dangling.push((number, origin(at)), at, || ()))?;
    }
    report(&references, tables, dangling, findings)
}

/// Whether the reference is that of a nested record to the record around it, which is there.
fn is_parent(table: &Table, foreign_key: &ForeignKey) -> bool {
    table.nested.as_ref().is_some_and(|nested| {
        nested.parents == [foreign_key.table] && nested.key.iter().all(|f| foreign_key.fields.contains(f))
    })
}

fn columns(table: &Table, fields: &[usize]) -> Vec<usize> {
    fields.iter().map(|&field| table.column_of_field(field)).collect()
}

fn wanted(columns: &[usize], chunk: &Chunk) -> Wanted {
    Wanted::new(&columns.iter().map(|&column| &chunk.columns[column]).collect::<Vec<_>>())
}

fn keys(columns: &[usize], chunk: &Chunk) -> Keys {
    Keys::new(&columns.iter().map(|&column| &chunk.columns[column]).collect::<Vec<_>>())
}
