//! Every format over the miniature project: what holds for all of them.

use super::*;
use crate::schema::LineEnd;
use crate::schema::fixture;
use crate::sort::BLOCK_ROWS;
use crate::staging::Stage;

/// The blocks of a table.
fn blocks(project: &Project, table: usize) -> Vec<Block> {
    let batch = fixture::rows(project, table);
    let starts = (0..batch.num_rows()).step_by(BLOCK_ROWS);
    starts
        .map(|start| {
            let batch = batch.slice(start, BLOCK_ROWS.min(batch.num_rows() - start));
            Block::new(start as u64, batch)
        })
        .collect()
}

/// Writes one table in one format; shares are encoded last to first, as threads might.
fn write_table(project: &Project, table: usize, format: &dyn Format, stage: &Stage) -> Artifact {
    let context = Context { project, table: &project.tables[table] };
    let Facts { name, extension, media_type, .. } = format.facts();
    let path = format!("data/{name}/{}.{extension}", context.table.name);
    let file = stage.file(&path, media_type).expect("a file in a new folder");
    let encoder = format.prepare(&context).expect("a table that can be written");
    let mut assembler = encoder.begin(file).expect("a file that can be begun");
    let blocks = blocks(project, table);
    let shares = blocks.iter().flat_map(|block| {
        encoder.shares(block.batch.num_rows()).into_iter().map(move |share| (block, share))
    });
    let shares: Vec<(&Block, Share)> = shares.collect();
    let encode =
        |(block, share): &(&Block, Share)| encoder.encode(block, share).expect("rows that can be written");
    let mut pieces: Vec<Piece> = shares.iter().rev().map(encode).collect();
    while let Some(piece) = pieces.pop() {
        assembler.append(piece).expect("a disk that takes it");
    }
    assembler.finish().expect("a disk that takes it")
}

/// Writes every table in every format.
fn write_release(project: &Project) -> Vec<Artifact> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let stage = Stage::within(folder.path(), "miniature").expect("a new folder");
    let tables = 0..project.tables.len();
    tables
        .flat_map(|table| FORMATS.iter().map(move |format| (table, *format)))
        .map(|(table, format)| write_table(project, table, format, &stage))
        .collect()
}

/// The bytes of one table in the format called `name`.
pub(super) fn published(project: &Project, table: usize, name: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let stage = Stage::within(folder.path(), "miniature").expect("a new folder");
    let artifact = write_table(project, table, find_format(name).expect("a format"), &stage);
    std::fs::read(stage.path().join(artifact.path)).expect("a file just written")
}

#[test]
fn the_same_rows_give_the_same_bytes() {
    let project = fixture::project(Some("https://wye.example/id/"));
    assert_eq!(write_release(&project), write_release(&project));
}

#[test]
fn a_project_without_addresses_and_with_line_feeds_can_be_published() {
    let mut project = fixture::project(None);
    project.dataset.options.csv.bom = false;
    project.dataset.options.csv.eol = LineEnd::Lf;
    let csv = String::from_utf8(published(&project, fixture::REMARKS, "csv")).expect("UTF-8");
    assert_eq!(csv, "remark,\"a:b/c @%\"\n\"once\",\"x\"\n\"once\",\n,\"\"\n");
    write_release(&project);
}

#[test]
fn names_and_endings_are_unique() {
    for format in FORMATS {
        assert_eq!(
            find_format(format.facts().name).map(|found| found.facts().title),
            Some(format.facts().title)
        );
    }
    assert!(find_format("CSV").is_none());
}
