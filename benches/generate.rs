//! `generate FOLDER EVENTS [--format csv|ndjson]`: writes the seeds of the contract, the same bytes for the same number.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the number of events is looked at before it is converted"
)]

mod generator;

use std::io;
use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use generator::Format;

/// Write the seeds of benches/contract: EVENTS events, a tenth as many entities, 2.5 participants an event
#[derive(Parser)]
struct Arguments {
    /// Folder to write into; it is made when there is none
    folder: PathBuf,

    /// Number of events; `1e6` is a number, too
    #[arg(value_parser = count)]
    events: u64,

    /// How the seeds are written
    #[arg(long, value_enum, default_value_t = Choice::Csv)]
    format: Choice,
}

#[derive(Clone, Copy, ValueEnum)]
enum Choice {
    Csv,
    Ndjson,
}

fn count(text: &str) -> Result<u64, String> {
    match text.parse::<f64>() {
        Ok(number) if (1.0..=1e9).contains(&number) && number.fract() == 0.0 => Ok(number as u64),
        _ => Err("expected a whole number from 1 to 1e9".to_owned()),
    }
}

fn main() -> io::Result<()> {
    let Arguments { folder, events, format } = Arguments::parse();
    let format = match format {
        Choice::Csv => Format::Csv,
        Choice::Ndjson => Format::Ndjson,
    };
    generator::write(&folder, events, format)
}
