//! Formats that have one append-only file for each table and part.

use std::sync::Arc;

use super::reorder::Sink;
use super::{DataFile, DatasetWriter, Facts, Holds, Pipeline, TableInfo};
use crate::diagnostic::Result;
use crate::staging::{Stage, StagedFile};

/// Writer of a release in such a format; `pipelines` begins a table.
pub(super) struct PartFilesWriter<'a, F> {
    facts: &'static Facts,
    stage: &'a Stage,
    pipelines: F,
    written: Vec<DataFile>,
}

impl<'a, F> PartFilesWriter<'a, F>
where
    F: FnMut(&TableInfo<'a>, PartFiles<'a>) -> Result<Vec<Arc<dyn Pipeline + 'a>>> + Send,
{
    pub(super) fn new(facts: &'static Facts, stage: &'a Stage, pipelines: F) -> PartFilesWriter<'a, F> {
        PartFilesWriter { facts, stage, pipelines, written: Vec::new() }
    }
}

impl<'a, F> DatasetWriter<'a> for PartFilesWriter<'a, F>
where
    F: FnMut(&TableInfo<'a>, PartFiles<'a>) -> Result<Vec<Arc<dyn Pipeline + 'a>>> + Send,
{
    fn begin_table(&mut self, info: &TableInfo<'a>) -> Result<Vec<Arc<dyn Pipeline + 'a>>> {
        let paths = paths(self.facts, info);
        let is_split = paths.len() > 1;
        self.written.extend((1..).zip(&paths).map(|(part, path)| DataFile {
            path: path.clone(),
            holds: Holds::Part { table: info.number, part: is_split.then_some(part) },
        }));
        let files = PartFiles { stage: self.stage, paths, media_type: self.facts.media_type };
        (self.pipelines)(info, files)
    }

    fn finish(self: Box<Self>) -> Result<Vec<DataFile>> {
        Ok(self.written)
    }
}

/// Paths of the table's files in a format, in order.
fn paths(facts: &Facts, info: &TableInfo<'_>) -> Vec<String> {
    let Facts { name, extension, .. } = facts;
    let table = &info.table.name;
    let path = |stem: &str| format!("data/{name}/{stem}.{extension}");
    match info.parts {
        1 => vec![path(table)],
        count => (1..=count).map(|part| path(&format!("{table}-{part:05}-of-{count:05}"))).collect(),
    }
}

/// Files of a table that are still to be begun, one for each part.
pub(super) struct PartFiles<'a> {
    stage: &'a Stage,
    paths: Vec<String>,
    media_type: &'static str,
}

impl<'a> PartFiles<'a> {
    /// A sink that joins pieces into the files, which `begin` begins.
    pub(super) fn sink<P: PartFile>(
        self,
        begin: impl Fn(StagedFile) -> Result<P> + Send + 'a,
    ) -> Result<PartSink<'a, P>> {
        let file = begin(self.create(0)?)?;
        Ok(PartSink { files: self, begin: Box::new(begin), part: 0, file: Some(file) })
    }

    fn create(&self, part: usize) -> Result<StagedFile> {
        self.stage.file(&self.paths[part], self.media_type)
    }
}

/// File of a part, to which encoded pieces are appended in order.
pub(super) trait PartFile: Send {
    /// What is appended.
    type Piece: Send;

    /// Adds the next piece.
    fn append(&mut self, piece: Self::Piece) -> Result<()>;

    /// Ends the file.
    fn finish(self) -> Result<()>;
}

/// Sink of a table's pieces, each with the number of the part that it belongs to.
pub(super) struct PartSink<'a, P> {
    files: PartFiles<'a>,
    begin: Box<dyn Fn(StagedFile) -> Result<P> + Send + 'a>,
    part: usize,
    file: Option<P>,
}

impl<P: PartFile> PartSink<'_, P> {
    fn finish_file(&mut self) -> Result<()> {
        self.file.take().map_or(Ok(()), P::finish)
    }
}

impl<P: PartFile> Sink for PartSink<'_, P> {
    type Piece = (usize, P::Piece);

    fn take(&mut self, _table: usize, (part, piece): (usize, P::Piece)) -> Result<()> {
        if part != self.part {
            self.finish_file()?;
            self.part = part;
        }
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert((self.begin)(self.files.create(part)?)?),
        };
        file.append(piece)
    }

    fn end_table(&mut self, _table: usize) -> Result<()> {
        self.finish_file()
    }
}
