//! What each stage of publishing costs on one core, on the contract's `events`: `cargo bench`, or `cargo bench -- sort` for one.
//!
//! Throughput is counted in what the stage reads: bytes of seeds for `split`, `parse`, `parse and check` and `check the project`, rows for `sort` and
//! `gather`, bytes of canonical text for `encode`, which ends with files, and `hash`. The whole job, and the peers, are measured by `benches/publish.sh`.

mod generator;

use std::error::Error;
use std::hint::black_box;
use std::path::Path;

use criterion::measurement::WallTime;
use criterion::{BatchSize, BenchmarkGroup, Criterion, Throughput};
use generator::Format as SeedFormat;
use letterpress::diagnostic::Keep;
use letterpress::digest::Digest;
use letterpress::formats::{Block, Blocks, FORMATS, Format, Pipeline, TableInfo};
use letterpress::publish::{self, Resources};
use letterpress::schema::{self, Location, Project};
use letterpress::seeds::{Chunk, Seeds, Split};
use letterpress::sort::{BLOCK, Sorter};
use letterpress::spill::Spill;
use letterpress::stages::SplitReader;
use letterpress::staging::Stage;
use tempfile::TempDir;

/// A whole block: 27 MB of seeds, which fit no cache.
const EVENTS: u64 = BLOCK.rows as u64;

/// Room for all of it.
const MEMORY_BYTES: u64 = 1 << 30;

/// The table that is measured.
const TABLE: &str = "events";

type Outcome = Result<(), Box<dyn Error>>;

fn main() -> Outcome {
    let mut criterion = Criterion::default().sample_size(20).configure_from_args();
    for (name, format) in [("csv", SeedFormat::Csv), ("ndjson", SeedFormat::Ndjson)] {
        let folder = contract(format)?;
        let project = load(folder.path())?;
        read(&mut criterion, name, &project)?;
    }
    let folder = contract(SeedFormat::Csv)?;
    order_and_encode(&mut criterion, &load(folder.path())?)?;
    criterion.final_summary();
    Ok(())
}

/// The contract with seeds, in a folder of its own.
fn contract(format: SeedFormat) -> Result<TempDir, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/contract/schema");
    let to = folder.path().join("schema");
    std::fs::create_dir_all(to.join("tables"))?;
    std::fs::copy(from.join("dataset.yaml"), to.join("dataset.yaml"))?;
    for entry in std::fs::read_dir(from.join("tables"))? {
        let entry = entry?;
        std::fs::copy(entry.path(), to.join("tables").join(entry.file_name()))?;
    }
    generator::write(&folder.path().join("seeds"), EVENTS, format)?;
    Ok(folder)
}

fn load(root: &Path) -> Result<Project, Box<dyn Error>> {
    let (project, problems) = schema::load(&Location::find(root)?, 1)?;
    project.ok_or_else(|| format!("the contract is wrong: {problems:?}").into())
}

fn index(project: &Project) -> Result<usize, Box<dyn Error>> {
    project
        .tables
        .iter()
        .position(|table| table.name == TABLE)
        .ok_or_else(|| "the contract has no events".into())
}

/// The splits of the measured table.
fn splits(seeds: &Seeds<'_>, table: usize) -> Result<Vec<Split>, Box<dyn Error>> {
    let mut splits = Vec::new();
    for drawn in seeds.splits() {
        let split = drawn?.map_err(|problem| problem.message.clone())?;
        if seeds.sources()[split.id.source].table == table {
            splits.push(split);
        }
    }
    Ok(splits)
}

/// From bytes to typed columns, and to known problems.
fn read(criterion: &mut Criterion, name: &str, project: &Project) -> Outcome {
    let (seeds, _) = Seeds::find(project, 1, Keep::First)?;
    let splits = splits(&seeds, index(project)?)?;
    let mut group = group(criterion, &format!("read {name}"), seeds.total_bytes());
    group.bench_function("split", |bencher| bencher.iter(|| seeds.splits().count()));
    group.bench_function("check the project", |bencher| {
        bencher
            .iter(|| publish::check(&project.root, Resources::of_jobs(1), &()).map(|checked| checked.tables))
    });
    group.throughput(Throughput::Bytes(splits.iter().map(|split| split.id.length).sum()));
    group.bench_function("parse", |bencher| {
        bencher.iter(|| splits.iter().map(|split| seeds.read(split).chunks.len()).sum::<usize>());
    });
    let reader = SplitReader::new(&seeds);
    group.bench_function("parse and check", |bencher| {
        bencher.iter(|| splits.iter().map(|split| reader.read(split).chunks.len()).sum::<usize>());
    });
    group.finish();
    Ok(())
}

/// From typed columns to files.
fn order_and_encode(criterion: &mut Criterion, project: &Project) -> Outcome {
    let (seeds, _) = Seeds::find(project, 1, Keep::First)?;
    let table = &project.tables[index(project)?];
    let splits = splits(&seeds, index(project)?)?;
    let columns = |chunk: Chunk| (chunk.columns, chunk.rows);
    let chunks: Vec<_> =
        splits.iter().flat_map(|split| seeds.read(split).chunks.into_iter().map(columns)).collect();
    let spill = Spill::new(&project.root, MEMORY_BYTES);
    let mut group = criterion.benchmark_group("order");
    group.throughput(Throughput::Elements(EVENTS));
    group.bench_function("sort", |bencher| {
        let sort = |chunks: Vec<_>| Sorter::table(table, chunks, &spill).map(|rows| rows.len());
        bencher.iter_batched(|| chunks.clone(), sort, BatchSize::PerIteration);
    });
    let rows = Sorter::table(table, chunks, &spill)?;
    let gather = || rows.batches(BLOCK, u64::MAX).next().transpose();
    group.bench_function("gather", |bencher| bencher.iter(|| black_box(gather()).is_ok()));
    group.finish();

    let batch = gather()?.ok_or("the contract has rows")?;
    let number = index(project)?;
    let block = || Blocks::new(table, number).next(batch.clone(), 0);
    let canonical = block().whole().canonical().to_vec();
    let mut group = self::group(criterion, "hash", canonical.len() as u64);
    group.bench_function("sha256", |bencher| bencher.iter(|| Digest::of(black_box(&canonical))));
    group.finish();

    let mut group = self::group(criterion, "encode", canonical.len() as u64);
    group.bench_function("canonical", |bencher| {
        let block = block();
        bencher.iter(|| (0..block.morsels()).all(|number| !block.morsel(number).canonical().is_empty()));
    });
    let info = TableInfo { table, number, parts: 1 };
    for format in FORMATS {
        encode(&mut group, *format, project, &info, &block)?;
    }
    group.finish();
    Ok(())
}

/// From a block to a file.
fn encode<'a>(
    group: &mut BenchmarkGroup<'_, WallTime>,
    format: &dyn Format,
    project: &'a Project,
    info: &TableInfo<'a>,
    block: &dyn Fn() -> Block<'a>,
) -> Outcome {
    let write = |folder: TempDir| {
        let stage = Stage::within(folder.path(), "bench")?;
        let mut writer = format.open(project, &stage)?;
        // What formats share is made again.
        let block = block();
        let pipelines = writer.begin_table(info)?;
        for pipeline in &pipelines {
            run(&**pipeline, &block)?;
        }
        pipelines.iter().try_for_each(|pipeline| pipeline.finish())?;
        drop(pipelines);
        writer.finish()
    };
    write(tempfile::tempdir()?)?;
    group.bench_function(format.facts().name, |bencher| {
        bencher.iter_batched(
            tempfile::tempdir,
            |folder| folder.map(|folder| write(folder).is_ok()),
            BatchSize::PerIteration,
        );
    });
    Ok(())
}

fn run(pipeline: &dyn Pipeline, block: &Block<'_>) -> letterpress::diagnostic::Result<()> {
    match pipeline.takes_blocks() {
        true => pipeline.run(&block.whole()),
        false => (0..block.morsels()).try_for_each(|number| pipeline.run(&block.morsel(number))),
    }
}

fn group<'a>(criterion: &'a mut Criterion, name: &str, bytes: u64) -> BenchmarkGroup<'a, WallTime> {
    let mut group = criterion.benchmark_group(name);
    group.throughput(Throughput::Bytes(bytes));
    group
}
