//! Files of a release that are read again: each is what the descriptor says it is, or nothing of it is read.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use super::{Source, SourceKind};
use crate::diagnostic::{Diagnostic, Error, Place, Result, codes};
use crate::digest::Digest;
use crate::parallel;
use crate::schema::Project;

/// Compares the files whose digests are known with these, on `jobs` threads; those that differ are reported and lost.
pub(super) fn check(
    project: &Project,
    sources: &mut [Source],
    jobs: usize,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<()> {
    let known = sources.iter().enumerate().filter_map(|(number, source)| Some((number, source.digest?)));
    let known: Vec<(usize, Digest)> = known.collect();
    let path = |number: usize| project.root.join(&*sources[number].path);
    let mut found = Vec::with_capacity(known.len());
    parallel::ordered(
        jobs,
        known.iter(),
        |(number, _)| digest_of(&path(*number)),
        |digest| {
            found.push(digest);
            true
        },
    );
    for ((number, expected), found) in known.into_iter().zip(found) {
        let found = found?;
        if found != expected {
            let source = &mut sources[number];
            diagnostics.push(changed(source, expected, found));
            lose(source)?;
        }
    }
    Ok(())
}

fn digest_of(path: &Path) -> Result<Digest> {
    let digest = File::open(path).and_then(Digest::of_reader);
    digest.map_err(|error| Error::machine("read", path, error))
}

fn changed(source: &Source, expected: Digest, found: Digest) -> Diagnostic {
    let message = "the file is not what was published".to_owned();
    let help = format!(
        "its digest is {}, the release says {}: fetch the file again, and `letterpress verify` the release",
        found.to_id(),
        expected.to_id()
    );
    Diagnostic::new(&codes::CHANGED_FILE, Place::file(&source.path), message).with_help(help)
}

/// Leaves nothing of a file to be read. A document is always looked at, even an empty one: that is how its loss is noticed.
fn lose(source: &mut Source) -> Result<()> {
    let empty = tempfile::tempfile().map_err(|e| Error::machine("write to", &std::env::temp_dir(), e))?;
    source.copy = Some(Arc::new(empty));
    source.is_lost = true;
    source.kind = SourceKind::Json;
    Ok(())
}
