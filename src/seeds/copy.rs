//! Files that cannot be read as they lie: compressed, in another encoding than UTF-8, or with lines that are no records.
//!
//! Each is copied once into a temporary file, as UTF-8 text. The copy has the lines and columns of the text, because
//! what is not a record becomes blank and nothing is moved: places in it are places in the file. Files in UTF-8 that are
//! not wrapped are never copied.

mod decode;
mod lines;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};
use std::path::Path;
use std::sync::Arc;

use encoding_rs::Encoding;
use flate2::read::MultiGzDecoder;

use super::{Compression, Source, SourceKind};
use crate::diagnostic::{Diagnostic, Error, Place, Result, codes};
use crate::parallel;
use crate::schema::{Dialect, Project};
pub(super) use decode::Decoder;

/// A compressed file that grows by more than this, and beyond its share of the bytes below, is taken for an attack.
const MAX_GROWTH: u64 = 200;
pub(super) const MAX_UNPACKED_BYTES: u64 = 1 << 30;

/// Copies the files that need it. A copy has no name, and goes with the process whatever ends it; that of a file that cannot be
/// copied, which is reported, is empty.
pub(super) fn copy(
    project: &Project,
    sources: &mut [Source],
    jobs: usize,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<()> {
    let dialect = |source: &Source| &project.tables[source.table].dialect;
    let is_wanted = |source: &Source| needs_copy(&project.root.join(&*source.path), source, dialect(source));
    let wanted: Vec<usize> =
        (0..sources.len()).filter(|&index| !sources[index].is_lost && is_wanted(&sources[index])).collect();
    let packed = wanted.iter().filter(|&&index| sources[index].form.compression.is_some()).count();
    let least = MAX_UNPACKED_BYTES / (packed as u64).max(1);
    let copy = |index: usize| {
        let source = &sources[index];
        write_copy(&project.root.join(&*source.path), source, dialect(source), least)
    };
    let mut copied = Vec::with_capacity(wanted.len());
    parallel::ordered(jobs, wanted.iter().copied(), copy, |outcome| {
        copied.push(outcome);
        true
    });
    for (index, outcome) in wanted.into_iter().zip(copied) {
        let source = &mut sources[index];
        let (copy, problem) = outcome?;
        source.copy = Some(Arc::new(copy));
        if let Some(problem) = problem {
            diagnostics.push(problem);
            source.is_lost = true;
            // A document is always looked at, even an empty one: that is how its loss is noticed.
            source.kind = SourceKind::Json;
        }
    }
    Ok(())
}

/// The texts of files that are compressed or in another encoding, by their paths: places in such a file are places in its text.
#[derive(Debug, Default)]
pub struct Copies(BTreeMap<Arc<str>, Arc<File>>);

impl Copies {
    pub(super) fn of(project: &Project, sources: &[Source]) -> Copies {
        let is_unreadable = |source: &&Source| {
            source.form.compression.is_some()
                || project.tables[source.table].dialect.encoding.is_some()
                || source.copy.is_some() && marked_encoding(&project.root.join(&*source.path)).is_some()
        };
        let copy = |source: &Source| Some((Arc::clone(&source.path), Arc::clone(source.copy.as_ref()?)));
        Copies(sources.iter().filter(is_unreadable).filter_map(copy).collect())
    }

    /// Those alone whose path is `wanted`; the others are given up.
    #[must_use]
    pub fn retain(mut self, wanted: impl Fn(&str) -> bool) -> Copies {
        self.0.retain(|path, _| wanted(path));
        self
    }

    /// The text of a file, from its beginning; `None` where the file can be read as it lies.
    pub fn open(&self, path: &str) -> Option<io::Result<File>> {
        let copy = self.0.get(path)?;
        Some(copy.try_clone().and_then(|mut text| text.rewind().map(|()| text)))
    }
}

fn needs_copy(path: &Path, source: &Source, dialect: &Dialect) -> bool {
    let form = &source.form;
    let is_text = source.kind != SourceKind::Parquet;
    let is_delimited = source.kind == SourceKind::Delimited;
    form.compression.is_some()
        || (is_text && dialect.encoding.is_some())
        || (is_delimited && (lines::has_any(dialect) || marked_encoding(path).is_some()))
}

/// UTF-16, if the file begins with its byte order mark. What cannot be read is told of where it is.
fn marked_encoding(path: &Path) -> Option<&'static Encoding> {
    behind_mark(File::open(path).ok()?).ok()?.1
}

/// The reader, and UTF-16 if it begins with a byte order mark of that, which tells more than a descriptor does.
fn behind_mark<R: Read>(mut reader: R) -> io::Result<(impl Read, Option<&'static Encoding>)> {
    let mut mark = Vec::new();
    reader.by_ref().take(2).read_to_end(&mut mark)?;
    let encoding = Encoding::for_bom(&mark).map(|(encoding, _)| encoding);
    Ok((io::Cursor::new(mark).chain(reader), encoding))
}

/// Writes the copy; what is wrong with the file stops it, and the copy is then empty. `least` is what any file may unpack to.
fn write_copy(
    path: &Path,
    source: &Source,
    dialect: &Dialect,
    least: u64,
) -> Result<(File, Option<Diagnostic>)> {
    let machine = |e: io::Error| Error::machine("read", path, e);
    let reader = unpacked(path, source.form.compression, least).map_err(machine)?;
    let create = |e: io::Error| Error::machine("write to", &std::env::temp_dir(), e);
    let mut target = BufWriter::new(tempfile::tempfile().map_err(create)?);
    let result = as_text(reader, source, dialect, &mut target);
    let result = result.and_then(|()| target.flush().map_err(Stop::from));
    let (target, _) = target.into_parts();
    let problem = match result {
        Ok(()) => return Ok((target, None)),
        Err(Stop::Problem(problem)) => problem.in_file(&source.path),
        Err(Stop::Io(error)) => problem(error, &source.path, path, source.form.compression)?,
    };
    target.set_len(0).map_err(create)?;
    Ok((target, Some(problem)))
}

/// The bytes of a file, unpacked; `least` is how many there may be, however few are packed.
pub(super) fn unpacked(
    path: &Path,
    compression: Option<Compression>,
    least: u64,
) -> io::Result<Box<dyn Read>> {
    let file = File::open(path)?;
    let most = file.metadata()?.len().saturating_mul(MAX_GROWTH).max(least);
    Ok(match compression {
        Some(Compression::Gzip) => Box::new(Limited::new(MultiGzDecoder::new(BufReader::new(file)), most)),
        Some(Compression::Zstd) => Box::new(Limited::new(zstd::Decoder::new(file)?, most)),
        None => Box::new(file),
    })
}

/// What an error says of the file that was read; an error of the machine stays one.
pub(super) fn problem(
    error: io::Error,
    file: &std::sync::Arc<str>,
    path: &Path,
    compression: Option<Compression>,
) -> Result<Diagnostic> {
    match (refusal(&error), compression) {
        (Some(problem), _) => Ok(problem.in_file(file)),
        (None, Some(compression)) if is_damage(compression, &error) => {
            let message = format!("cannot be unpacked with {}: {error}", compression.name());
            Ok(Diagnostic::new(&codes::UNREADABLE_FILE, Place::file(file), message))
        }
        (None, _) => Err(Error::machine("copy", path, error)),
    }
}

/// Writes the text of a file that is no longer compressed; Parquet as it is.
fn as_text(
    reader: impl Read,
    source: &Source,
    dialect: &Dialect,
    target: &mut impl Write,
) -> std::result::Result<(), Stop> {
    let (reader, marked) = behind_mark(reader)?;
    let encoding = dialect.encoding.or(marked.filter(|_| source.kind == SourceKind::Delimited));
    match source.kind {
        SourceKind::Parquet => plain(reader, target),
        SourceKind::Delimited if lines::has_any(dialect) => {
            lines::copy(Decoder::new(reader, encoding), dialect, target)
        }
        _ => plain(Decoder::new(reader, encoding), target),
    }
}

/// Whether the error is the library's word for a damaged file, and none of the system's.
fn is_damage(compression: Compression, error: &io::Error) -> bool {
    use io::ErrorKind::{InvalidData, InvalidInput, Other, UnexpectedEof};
    match compression {
        Compression::Gzip => matches!(error.kind(), InvalidData | InvalidInput | UnexpectedEof),
        Compression::Zstd => matches!(error.kind(), Other | UnexpectedEof),
    }
}

fn plain(mut reader: impl Read, target: &mut impl Write) -> std::result::Result<(), Stop> {
    io::copy(&mut reader, target)?;
    Ok(())
}

/// Why a copy was not finished.
enum Stop {
    /// The file is not what its descriptor says.
    Problem(Box<Refusal>),
    /// The machine failed, or a reader says through an error of its own ([`refusal`]) what is wrong.
    Io(io::Error),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Stop {
        Stop::Io(error)
    }
}

/// What is wrong with a file: code, line and column (from 1; 0 for the file as a whole), message and next step.
#[derive(Debug, Clone)]
struct Refusal {
    code: &'static crate::diagnostic::Code,
    line: u64,
    column: u64,
    message: String,
    help: &'static str,
}

impl Refusal {
    fn in_file(&self, file: &std::sync::Arc<str>) -> Diagnostic {
        let place = match self.line {
            0 => Place::file(file),
            line => Place::at(file, line, self.column, 1),
        };
        Diagnostic::new(self.code, place, self.message.clone()).with_help(self.help)
    }

    /// As an error, to pass through readers that know of nothing else.
    fn into_error(self) -> io::Error {
        io::Error::other(self)
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Refusal {}

/// The refusal that an error carries.
fn refusal(error: &io::Error) -> Option<Refusal> {
    error.get_ref()?.downcast_ref::<Refusal>().cloned()
}

/// Stops unpacking a file that grows without measure.
struct Limited<R> {
    inner: R,
    left: u64,
}

impl<R> Limited<R> {
    fn new(inner: R, most: u64) -> Limited<R> {
        Limited { inner, left: most }
    }
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        self.left = self.left.checked_sub(length as u64).ok_or_else(|| {
            let message = format!("unpacks to more than {MAX_GROWTH} times its size");
            let help = "unpack it yourself, if it is what you think it is";
            Refusal { code: &codes::TOO_LARGE, line: 0, column: 0, message, help }.into_error()
        })?;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_grows_without_measure_is_stopped() {
        let all = 1_000_000;
        let mut bomb = Limited::new(io::repeat(0).take(all), all - 1);
        let error = io::copy(&mut bomb, &mut io::sink()).expect_err("it is too large");
        let refusal = refusal(&error).expect("it says so itself");
        assert_eq!(refusal.message, "unpacks to more than 200 times its size");
        let mut table = Limited::new(io::repeat(0).take(all), all);
        assert_eq!(io::copy(&mut table, &mut io::sink()).ok(), Some(all));
    }
}
