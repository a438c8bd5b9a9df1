//! Which files hold which table's records.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use globset::GlobBuilder;

use super::{Compression, Form, Source, SourceKind};
use crate::diagnostic::{Diagnostic, Error, Place, Result, codes, listed, nearest, quoted};
use crate::schema::{Project, SeedFile, SeedFormat, SeedLocation};

/// Endings of seed files and what they mean.
const ENDINGS: [(&str, SourceKind); 9] = [
    ("yaml", SourceKind::Yaml),
    ("yml", SourceKind::Yaml),
    ("json", SourceKind::Json),
    ("ndjson", SourceKind::Ndjson),
    ("jsonl", SourceKind::Ndjson),
    ("csv", SourceKind::Delimited),
    ("tsv", SourceKind::Delimited),
    ("txt", SourceKind::Delimited),
    ("parquet", SourceKind::Parquet),
];

/// Endings behind those of compressed files. Parquet compresses its own pages, and has none.
const COMPRESSED: [(&str, Compression); 3] =
    [(".gz", Compression::Gzip), (".zst", Compression::Zstd), (".zstd", Compression::Zstd)];

/// Deepest folder that is searched.
const MAX_FOLDERS: usize = 16;

/// Every seed file, by table and then by path (bytewise); files that no table reads are reported.
pub(super) fn sources(project: &Project) -> Result<(Vec<Source>, Vec<Diagnostic>)> {
    let mut diagnostics = Vec::new();
    let mut files = BTreeMap::new();
    // A package has no folder of its own for seeds: its descriptor names every file.
    if !project.tables.iter().any(|table| matches!(table.seeds, SeedLocation::Files(_))) {
        walk(&project.root, "seeds", 0, &mut files, &mut diagnostics)?;
    }
    let mut sources = Vec::new();
    for (index, table) in project.tables.iter().enumerate() {
        match &table.seeds {
            SeedLocation::Default => {
                let own_folder = format!("seeds/{}/", table.name);
                let own_file = format!("seeds/{}", table.name);
                let is_own = |path: &str| path.starts_with(&own_folder) || stem(path) == own_file;
                take(index, &mut files, &mut sources, is_own);
            }
            SeedLocation::Globs(patterns) => {
                for (pattern, mark) in patterns {
                    let place = mark.in_file(&Arc::from("schema/dataset.yaml"));
                    glob(project, index, (pattern, place), &mut files, &mut sources, &mut diagnostics)?;
                }
            }
            SeedLocation::Files(named) => sources.extend(named.iter().map(|file| named_source(index, file))),
            SeedLocation::Nested | SeedLocation::Derived | SeedLocation::View { .. } => {}
        }
    }
    let unread = files.iter().filter(|(path, entry)| **entry == Entry::Free && !is_note(path));
    diagnostics.extend(unread.map(|(path, _)| unread_file(project, path)));
    Ok((sources, diagnostics))
}

/// Whether a file in the list is still to be claimed by a table.
#[derive(Clone, Copy, PartialEq)]
enum Entry {
    Free,
    Taken,
}

/// The path without the ending of a compressed file, and how that is compressed.
fn unpacked(path: &str) -> (&str, Option<Compression>) {
    let mut found =
        COMPRESSED.iter().filter_map(|(ending, how)| Some((path.strip_suffix(ending)?, Some(*how))));
    found.next().unwrap_or((path, None))
}

fn kind(path: &str) -> Option<SourceKind> {
    let (path, compression) = unpacked(path);
    let (_, ending) = path.rsplit_once('.')?;
    let kind = ENDINGS.iter().find(|(known, _)| *known == ending).map(|(_, kind)| *kind)?;
    (kind != SourceKind::Parquet || compression.is_none()).then_some(kind)
}

/// A file that a descriptor names.
fn named_source(table: usize, file: &SeedFile) -> Source {
    let kind = match file.format {
        SeedFormat::Delimited => SourceKind::Delimited,
        SeedFormat::Json => SourceKind::Json,
        SeedFormat::Ndjson => SourceKind::Ndjson,
        SeedFormat::Parquet => SourceKind::Parquet,
    };
    let compression = file.is_gzip.then_some(Compression::Gzip);
    let form = Form { compression, within: file.within.clone() };
    Source { table, path: Arc::clone(&file.path), kind, form, copy: None, is_lost: false }
}

fn stem(path: &str) -> &str {
    let (path, _) = unpacked(path);
    match path.rfind('.') {
        Some(dot) if !path[dot..].contains('/') => &path[..dot],
        _ => path,
    }
}

/// A note to curators among the seeds, which is no seed.
fn is_note(path: &str) -> bool {
    path.ends_with(".md")
}

fn take(
    table: usize,
    files: &mut BTreeMap<String, Entry>,
    sources: &mut Vec<Source>,
    is_own: impl Fn(&str) -> bool,
) {
    for (path, entry) in files.iter_mut() {
        if let Some(kind) = kind(path)
            && *entry == Entry::Free
            && is_own(path)
        {
            *entry = Entry::Taken;
            let form = Form { compression: unpacked(path).1, ..Form::default() };
            sources.push(Source {
                table,
                path: Arc::from(path.as_str()),
                kind,
                form,
                copy: None,
                is_lost: false,
            });
        }
    }
}

fn glob(
    project: &Project,
    table: usize,
    (pattern, place): (&str, Place),
    files: &mut BTreeMap<String, Entry>,
    sources: &mut Vec<Source>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<()> {
    let is_inside =
        !pattern.starts_with('/') && pattern.split('/').all(|part| part != ".." && !part.is_empty());
    let compiled = GlobBuilder::new(pattern).literal_separator(true).build();
    let (true, Ok(glob)) = (is_inside, compiled) else {
        let message =
            format!("the path of `{}` is not a glob inside the project", project.tables[table].name);
        diagnostics.push(
            Diagnostic::new(&codes::INVALID_VALUE, place, message)
                .with_help("paths are relative to schema/, for example `../seeds/raw/*.csv`"),
        );
        return Ok(());
    };
    if !pattern.starts_with("seeds/") {
        let literal = pattern.split(['*', '?', '[', '{']).next().unwrap_or("");
        let folder = literal.rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut others = BTreeMap::new();
        walk(&project.root, folder, 0, &mut others, diagnostics)?;
        // Only what the pattern names is ours; the rest of that folder is nobody's business.
        files.extend(others.into_iter().filter(|(path, _)| glob.compile_matcher().is_match(path)));
    }
    let before = sources.len();
    let matcher = glob.compile_matcher();
    take(table, files, sources, |path| matcher.is_match(path));
    if sources.len() == before {
        let message =
            format!("no seed file matches `{pattern}` of the resource `{}`", project.tables[table].name);
        diagnostics.push(Diagnostic::new(&codes::UNREADABLE_FILE, place, message));
    }
    Ok(())
}

/// Lists the files below a folder; folders and special files that bear the name of a seed are reported.
fn walk(
    root: &Path,
    folder: &str,
    depth: usize,
    files: &mut BTreeMap<String, Entry>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<()> {
    let full = root.join(folder);
    if !full.is_dir() || depth > MAX_FOLDERS {
        return Ok(());
    }
    for entry in fs::read_dir(&full).map_err(|e| Error::machine("read", &full, e))? {
        let entry = entry.map_err(|e| Error::machine("read", &full, e))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
        let metadata = fs::metadata(entry.path()).map_err(|e| Error::machine("read", &entry.path(), e))?;
        let is_link = entry.file_type().is_ok_and(|t| t.is_symlink());
        if metadata.is_file() {
            files.insert(path, Entry::Free);
        } else if kind(&path).is_some() || !metadata.is_dir() || is_link {
            let found = if metadata.is_dir() { "a folder" } else { "a special file" };
            let message = format!("{found} where a seed file is expected");
            diagnostics.push(Diagnostic::new(
                &codes::UNREADABLE_FILE,
                Place::file(&Arc::from(path)),
                message,
            ));
        } else {
            walk(root, &path, depth + 1, files, diagnostics)?;
        }
    }
    Ok(())
}

fn unread_file(project: &Project, path: &str) -> Diagnostic {
    let place = Place::file(&Arc::from(path));
    let rest = path.strip_prefix("seeds/").unwrap_or(path);
    let name = rest.split('/').next().map_or(rest, stem);
    let is_default =
        |name: &str| project.tables.iter().any(|t| t.name == name && t.seeds == SeedLocation::Default);
    if is_default(name) {
        let endings = ENDINGS.iter().map(|(ending, _)| *ending);
        return Diagnostic::new(&codes::UNREAD_FILE, place, "the ending of this file is not that of a seed")
            .with_help(format!("the endings are {}", listed(endings)));
    }
    let message = format!("no table reads this file: there is no table `{name}` with seeds of its own");
    let problem = Diagnostic::new(&codes::UNREAD_FILE, place, message);
    if let Some(table) = project.tables.iter().find(|t| t.name == name)
        && let Some(nested) = &table.nested
    {
        let parents = nested.parents.iter().map(|&p| project.tables[p].name.as_str());
        return problem.with_help(format!("its records are written inside those of {}", quoted(parents)));
    }
    match nearest(name, project.tables.iter().map(|t| t.name.as_str()).filter(|n| is_default(n))) {
        Some(near) => problem.with_help(format!("did you mean `{near}`?")),
        None => problem,
    }
}
