//! Seeds for `benches/contract`: the same number of events always gives the same bytes, in a shuffled order.
//!
//! A row is a pure function of its table and number, so tables can be of any size in little memory. The texts look like
//! curated ones where it matters for speed: English, Chinese and Russian, quotes, commas and line ends within cells, a
//! skewed choice of words, absent values, lists.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "values are made up, and each is written as what it became"
)]

mod chance;
mod records;
mod vocabulary;
mod writer;

use std::fs;
use std::io;
use std::path::Path;

use records::Size;
use vocabulary::Vocabulary;
pub(crate) use writer::Format;
use writer::Writer;

/// Writes `entities`, `events` and `participants` of a project with so many events into `folder`.
pub(crate) fn write(folder: &Path, events: u64, format: Format) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let size = Size::of(events);
    let vocabulary = Vocabulary::new();
    let mut writer = Writer::create(folder, "entities", format, records::ENTITIES)?;
    for position in 0..size.entities {
        writer.write(&records::entity(&vocabulary, size.entity_at(position)))?;
    }
    writer.finish()?;
    let mut writer = Writer::create(folder, "events", format, records::EVENTS)?;
    for position in 0..size.events {
        writer.write(&records::event(&vocabulary, size, size.event_at(position)))?;
    }
    writer.finish()?;
    let mut writer = Writer::create(folder, "participants", format, records::PARTICIPANTS)?;
    for position in 0..size.events {
        for participant in records::participants(&vocabulary, size, size.participants_at(position)) {
            writer.write(&participant)?;
        }
    }
    writer.finish()
}
