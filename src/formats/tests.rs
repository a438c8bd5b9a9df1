//! Every format over the miniature project: what holds for all of them.

use super::*;
use crate::schema::LineEnd;
use crate::schema::fixture;
use crate::sort::BLOCK_ROWS;
use crate::staging::Artifact;

/// Writes some tables in one format; morsels and blocks are encoded last to first, as threads might.
fn write_tables(project: &Project, tables: std::ops::Range<usize>, format: &dyn Format, stage: &Stage) {
    let mut writer = format.open(project, stage).expect("a project that can be written");
    for number in tables {
        let table = &project.tables[number];
        let pipelines = writer.begin_table(&TableInfo { table, number, parts: 1 }).expect("a new file");
        let batch = fixture::rows(project, number);
        let starts = (0..batch.num_rows()).step_by(BLOCK_ROWS);
        let batches = starts.map(|start| batch.slice(start, BLOCK_ROWS.min(batch.num_rows() - start)));
        let mut blocks = Blocks::new(table, number);
        let blocks: Vec<Block<'_>> = batches.map(|batch| blocks.next(batch, 0)).collect();
        for (block, pipeline) in
            blocks.iter().rev().flat_map(|block| pipelines.iter().map(move |p| (block, p)))
        {
            run(&**pipeline, block);
        }
        pipelines.iter().for_each(|pipeline| pipeline.finish().expect("a disk that takes it"));
    }
    writer.finish().expect("a disk that takes it");
}

fn run(pipeline: &dyn Pipeline, block: &Block<'_>) {
    let morsels = match pipeline.takes_blocks() {
        true => vec![block.whole()],
        false => (0..block.morsels()).rev().map(|number| block.morsel(number)).collect(),
    };
    morsels.iter().for_each(|morsel| pipeline.run(morsel).expect("rows that can be written"));
}

/// Writes every table in every format.
fn write_release(project: &Project) -> Vec<Artifact> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let stage = Stage::within(folder.path(), "miniature").expect("a new folder");
    FORMATS.iter().for_each(|format| write_tables(project, 0..project.tables.len(), *format, &stage));
    stage.artifacts()
}

/// The bytes of one table in the format called `name`.
pub(super) fn published(project: &Project, table: usize, name: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let stage = Stage::within(folder.path(), "miniature").expect("a new folder");
    let format = FORMATS.iter().find(|format| format.facts().name == name).expect("a format");
    write_tables(project, table..table + 1, *format, &stage);
    std::fs::read(stage.path().join(&stage.artifacts()[0].path)).expect("a file just written")
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
fn names_are_unique() {
    let names: std::collections::BTreeSet<&str> = FORMATS.iter().map(|format| format.facts().name).collect();
    assert_eq!(names.len(), FORMATS.len());
}
