//! A release as one file: `<name>-<version>.zip`, and `<name>-<version>.zip.sha256` beside it.
//!
//! The archive is flat: the release's files stand at its top, in the order of the bytes of their paths, without entries
//! for folders. The signature is not in it, for it may come later. Every file has mode 0644 and midnight of the release
//! date as its time. Parquet, which is compressed already, is stored; all else is deflated (level 6, by code that does
//! not ask what processor it runs on). So the bytes follow from the release and the versions of letterpress's libraries.

use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom, Write as _};
use std::path::PathBuf;

use jiff::civil::Date;
use rustix::fs::RenameFlags;
use rustix::io::Errno;
use semver::Version;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::diagnostic::Result;
use crate::digest::{Digest, Hasher};
use crate::staging::{Folder, STAGING_PREFIX};

use super::derived::derived;
use super::finding::{Finding, Findings, Fingerprint, Kind, unopened_finding};
use super::inspect::inspect_documents;
use super::layout::MANIFEST;
use super::manifest::Manifest;
use super::output::Output;
use super::publish::Published;
use super::refusal::{Attempt, Refusal};

/// Level of compression: what `zip` and `gzip` use when they are not asked.
const LEVEL: i64 = 6;
/// Bytes copied at once.
const BUFFER_BYTES: usize = 256 * 1024;

/// The archive of a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archive {
    /// Where it lies.
    pub path: PathBuf,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256 of it.
    pub sha256: Digest,
    /// False when the same bytes lay there already; they were not touched.
    pub is_new: bool,
}

/// Names of the archive of a release, and of the file with its digest.
pub(super) fn names(data_set: &str, version: &Version) -> [String; 2] {
    [format!("{data_set}-{version}.zip"), format!("{data_set}-{version}.zip.sha256")]
}

/// Makes the archive of a release that is in its place, unless it is there already. Other bytes in its place are refused.
///
/// Whatever happens, the output folder holds no half of an archive under its name.
pub fn archive(out: &Output, published: &Published) -> Attempt<Archive> {
    let version = published.version.to_string();
    let folder = out.folder();
    let release = folder.folder(&version).map_err(|errno| folder.error("open", &version, errno))?;
    let inspection = inspect_documents(&release)?;
    let record = match inspection.record {
        Some(record) if inspection.findings.is_empty() && record.id == published.id => record,
        _ => return Err(changed(&version, inspection.findings)),
    };
    let [name, digest_name] = names(&record.manifest.name, &published.version);
    let zip =
        place(out, &name, &mut |file| write_zip(file, &release, &version, &record.manifest, record.id))?;
    let line = format!("{}  {name}\n", zip.sha256);
    place(out, &digest_name, &mut |mut file| {
        file.write_all(line.as_bytes()).map_err(|error| folder.error("write", &digest_name, error))?;
        Ok(file)
    })?;
    folder.sync()?;
    Ok(zip)
}

/// A release that is no longer what was published a moment ago.
fn changed(version: &str, found: Findings) -> super::refusal::Failure {
    let mut findings = Findings::default();
    findings.extend_below(version, found);
    let message = format!("version `{version}` is published, but what lies there is not whole");
    Refusal::new(message, "restore it from a copy; nothing was archived").with_findings(findings).into()
}

/// Writes a file of the output folder under a hidden name, and when it is on the disk gives it its own.
fn place(out: &Output, name: &str, write: &mut dyn FnMut(File) -> Attempt<File>) -> Attempt<Archive> {
    let folder = out.folder();
    let temporary = format!("{STAGING_PREFIX}{name}-{}", std::process::id());
    // Nobody else holds the lock, so what is there was left by a process of the same number.
    folder.remove_tree(&temporary)?;
    let placed = write_and_rename(out, name, &temporary, write);
    // After an error, or when the same bytes are there already.
    folder.remove_tree(&temporary)?;
    placed
}

fn write_and_rename(
    out: &Output,
    name: &str,
    temporary: &str,
    write: &mut dyn FnMut(File) -> Attempt<File>,
) -> Attempt<Archive> {
    let folder = out.folder();
    let file = folder.create_file(temporary).map_err(|errno| folder.error("create", temporary, errno))?;
    drop(write(file)?);
    folder.sync_file(temporary)?;
    let (sha256, bytes) = digest(folder, temporary)?.ok_or_else(|| missing(out, name))?;
    let archive = Archive { path: out.path_of(name), bytes, sha256, is_new: true };
    match rename(folder, temporary, name) {
        Ok(()) => Ok(archive),
        Err(Errno::EXIST) => match digest(folder, name)? {
            Some((there, _)) if there == sha256 => Ok(Archive { is_new: false, ..archive }),
            there => Err(taken(name, &archive, there)),
        },
        Err(errno) => Err(folder.error("publish", name, errno).into()),
    }
}

/// Renames, and fails if something has the name already.
fn rename(folder: &Folder, from: &str, to: &str) -> std::result::Result<(), Errno> {
    match folder.rename(from, to, RenameFlags::NOREPLACE) {
        // On a file system that cannot do both in one step; the lock keeps other builds away in between.
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => match folder.look(to) {
            Ok(None) => folder.rename(from, to, RenameFlags::empty()),
            Ok(Some(_)) | Err(_) => Err(Errno::EXIST),
        },
        renamed => renamed,
    }
}

fn missing(out: &Output, name: &str) -> super::refusal::Failure {
    out.folder().error("read", name, "it went away while it was written").into()
}

/// Something else lies in the place of what was made.
fn taken(name: &str, made: &Archive, there: Option<(Digest, u64)>) -> super::refusal::Failure {
    let mut findings = Findings::default();
    let fingerprint = |sha256, bytes| Some(Fingerprint { bytes: Some(bytes), sha256: Some(sha256) });
    let finding =
        Finding::new(Kind::ChangedFile, name, "this build makes other bytes than those that lie there");
    let found = there.and_then(|(sha256, bytes)| fingerprint(sha256, bytes));
    findings.push(finding.with_fingerprints(fingerprint(made.sha256, made.bytes), found));
    let message = format!("something else lies at `{name}`, and what was published is never replaced");
    let help = "look at what it is, and move it away; the release itself is published";
    Refusal::new(message, help).with_findings(findings).into()
}

/// Digest and size of the file `name`; nothing when it is no regular file that can be read.
fn digest(folder: &Folder, name: &str) -> Result<Option<(Digest, u64)>> {
    let Ok((mut file, _)) = folder.open_file(name) else { return Ok(None) };
    let mut hasher = Hasher::new();
    let bytes = copy(&mut file, |bytes| {
        hasher.update(bytes);
        Ok(())
    })
    .map_err(|error| folder.error("read", name, error))?;
    Ok(Some((hasher.finish(), bytes)))
}

/// Writes the archive into `file`; each file of the release is hashed again on its way.
fn write_zip(file: File, release: &Folder, version: &str, manifest: &Manifest, id: Digest) -> Attempt<File> {
    let failed = |error: io::Error| release.error("archive", "", error);
    let mut files: Vec<(&str, Digest)> =
        manifest.files.iter().map(|file| (file.path.as_str(), file.sha256)).collect();
    files.push((MANIFEST, id));
    files.extend(derived(manifest, id).iter().map(|derived| (derived.path, Digest::of(&derived.bytes))));
    files.sort_unstable_by(|a, b| a.0.as_bytes().cmp(b.0.as_bytes()));
    let time = time(manifest);
    let mut zip = ZipWriter::new(io::BufWriter::with_capacity(BUFFER_BYTES, file));
    let mut findings = Findings::default();
    for (path, sha256) in files {
        let (mut source, bytes) = match release.open_file(path) {
            Ok(opened) => opened,
            Err(unopened) => {
                findings.push(unopened_finding(path, unopened)?);
                continue;
            }
        };
        zip.start_file(path, options(path, bytes, time)).map_err(|error| failed(error.into()))?;
        let mut hasher = Hasher::new();
        copy(&mut source, |bytes| {
            hasher.update(bytes);
            zip.write_all(bytes)
        })
        .map_err(failed)?;
        if hasher.finish() != sha256 {
            findings.push(Finding::new(
                Kind::ChangedFile,
                path,
                "the bytes are not those that were published",
            ));
        }
    }
    if !findings.is_empty() {
        return Err(changed(version, findings));
    }
    let mut buffered = zip.finish().map_err(|error| failed(error.into()))?;
    buffered.flush().map_err(failed)?;
    let mut file = buffered.into_inner().map_err(|error| failed(error.into_error()))?;
    file.seek(SeekFrom::End(0)).map_err(failed)?;
    Ok(file)
}

/// How a file is archived.
fn options(path: &str, bytes: u64, time: DateTime) -> SimpleFileOptions {
    let method =
        if path.ends_with(".parquet") { CompressionMethod::Stored } else { CompressionMethod::Deflated };
    let options = SimpleFileOptions::default()
        .compression_method(method)
        .last_modified_time(time)
        .unix_permissions(0o644)
        .large_file(bytes >= u64::from(u32::MAX));
    if method == CompressionMethod::Deflated { options.compression_level(Some(LEVEL)) } else { options }
}

/// Midnight of the release date; the format's first day for dates that it does not know.
fn time(manifest: &Manifest) -> DateTime {
    let of = |date: Date| {
        let (year, month, day) =
            (u16::try_from(date.year()), u8::try_from(date.month()), u8::try_from(date.day()));
        DateTime::from_date_and_time(year.ok()?, month.ok()?, day.ok()?, 0, 0, 0).ok()
    };
    manifest.created.parse().ok().and_then(of).unwrap_or_else(DateTime::default)
}

/// Hands on all that is read, in pieces, and tells how much it was.
fn copy(source: &mut impl Read, mut sink: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<u64> {
    let mut buffer = vec![0; BUFFER_BYTES];
    let mut count = 0;
    loop {
        match source.read(&mut buffer) {
            Ok(0) => return Ok(count),
            Ok(read) => {
                sink(buffer.get(..read).unwrap_or(&buffer))?;
                count += read as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
