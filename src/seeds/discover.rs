//! Which files hold which table's records.

mod ending;
mod unread;

use std::collections::BTreeMap;
use std::fs;
use std::ops::Bound;
use std::path::Path;
use std::sync::Arc;

use globset::GlobBuilder;

use super::{Form, Source, SourceKind};
use crate::diagnostic::{Diagnostic, Error, Place, Result, codes};
use crate::files::FileRange;
use crate::links;
use crate::schema::{Project, SeedFile, SeedFormat, SeedLocation, Step, Table};
pub(super) use ending::unpacked;
use ending::{kind, stem};

/// Deepest folder that is searched.
const MAX_FOLDERS: usize = 16;

/// Every seed file, by table and then by path (bytewise); files that no table reads are reported.
pub(super) fn sources(project: &Project) -> Result<(Vec<Source>, Vec<Diagnostic>)> {
    let mut finder = Finder { project, files: BTreeMap::new(), sources: Vec::new(), diagnostics: Vec::new() };
    // A package has no folder of its own for seeds: its descriptor names every file.
    if !project.tables.iter().any(|table| matches!(table.seeds, SeedLocation::Files(_))) {
        walk(&project.root, "seeds", 0, &mut finder.files, &mut finder.diagnostics)?;
    }
    for (index, table) in project.tables.iter().enumerate() {
        match &table.seeds {
            SeedLocation::Default => {
                let own_folder = format!("seeds/{}", table.name);
                let is_own = |path: &str| {
                    stem(path) == own_folder
                        || path.strip_prefix(&own_folder).is_some_and(|rest| rest.starts_with('/'))
                };
                finder.take(index, &own_folder, |path| is_own(path) && !is_note(path));
            }
            SeedLocation::Globs(patterns) => {
                for (pattern, span) in patterns {
                    let place = span.in_file(&Arc::from("schema/dataset.yaml"));
                    finder.glob(index, pattern, place)?;
                }
            }
            SeedLocation::Files(named) => {
                finder.sources.extend(named.iter().map(|file| named_source(table, index, file)));
            }
            SeedLocation::Nested | SeedLocation::Derived | SeedLocation::View { .. } => {}
        }
    }
    let Finder { files, mut sources, mut diagnostics, .. } = finder;
    diagnostics.extend(sources.iter_mut().filter_map(|source| without_columns(project, source)));
    diagnostics.extend(files.iter().filter_map(|(path, entry)| unread::problem(project, path, *entry)));
    Ok((sources, diagnostics))
}

/// Tells that a file has no columns, where a field is read from one by its place; the records are then lost.
fn without_columns(project: &Project, source: &mut Source) -> Option<Diagnostic> {
    let fields = &project.tables[source.table].fields;
    let mut placed = fields.iter().filter_map(|field| Some((field, field.origin.column()? + 1)));
    let (field, number) = placed.next().filter(|_| source.kind != SourceKind::Delimited)?;
    source.is_lost = true;
    let message =
        format!("field `{}` is read from column {number}, and only delimited text has columns", field.name);
    let help = "write `from` with the key of the value, or the records as CSV";
    Some(Diagnostic::new(&codes::INVALID_VALUE, Place::file(&source.path), message).with_help(help))
}

/// The name of a file, without its ending.
pub(super) fn name(path: &str) -> &str {
    stem(path.rsplit('/').next().unwrap_or(path))
}

/// The name of the folder that a file lies in; `None` when that is `base`, where the records begin.
pub(super) fn folder<'p>(path: &'p str, base: &str) -> Option<&'p str> {
    let below = path.strip_prefix(base).unwrap_or(path);
    let (folder, _) = below.rsplit_once('/')?;
    folder.rsplit('/').next().filter(|name| !name.is_empty())
}

/// What is known of a file or folder in the list.
#[derive(Clone, Copy, PartialEq)]
enum Entry {
    /// A file that is still to be claimed by a table.
    Free,
    /// A file that a table reads.
    Taken,
    /// A file that a table of this index would read, if its ending were that of a seed.
    Unknown(usize),
    /// A file with the ending of a seed whose name begins with a point.
    Hidden,
    /// A folder whose name begins with a point, with files that have the endings of seeds.
    HiddenFolder,
    /// A folder that lies deeper than is searched.
    TooDeep,
}

/// A note to curators among the seeds, which is no seed.
fn is_note(path: &str) -> bool {
    path.ends_with(".md")
}

/// A file that a descriptor names.
fn named_source(table: &Table, index: usize, file: &SeedFile) -> Source {
    let compression = file.is_gzip.then_some(super::Compression::Gzip);
    let further = table.records.iter().cloned().map(Step::Key);
    let within = file.within.iter().cloned().chain(further).collect();
    let form = Form { compression, within, has_nodes: file.format == SeedFormat::JsonLd };
    Source {
        table: index,
        path: Arc::clone(&file.path),
        folder: String::new(),
        kind: kind_of_format(file.format),
        form,
        digest: file.digest,
        copy: None,
        opened: None,
        is_lost: false,
    }
}

/// A file of a release, with the rows of the only table of a project.
pub(super) fn opened_source(path: Arc<str>, format: SeedFormat, file: FileRange) -> Source {
    let has_nodes = format == SeedFormat::JsonLd;
    let within = if has_nodes { vec![Step::Key("@graph".to_owned())] } else { Vec::new() };
    Source {
        table: 0,
        path,
        folder: String::new(),
        kind: kind_of_format(format),
        form: Form { compression: None, within, has_nodes },
        digest: None,
        copy: None,
        opened: Some(file),
        is_lost: false,
    }
}

fn kind_of_format(format: SeedFormat) -> SourceKind {
    match format {
        SeedFormat::Delimited => SourceKind::Delimited,
        SeedFormat::Json | SeedFormat::JsonLd => SourceKind::Json,
        SeedFormat::Ndjson => SourceKind::Ndjson,
        SeedFormat::Parquet => SourceKind::Parquet,
        SeedFormat::Yaml => SourceKind::Yaml,
    }
}

/// The files found so far, and what they are taken for.
struct Finder<'p> {
    project: &'p Project,
    files: BTreeMap<String, Entry>,
    sources: Vec<Source>,
    diagnostics: Vec<Diagnostic>,
}

impl Finder<'_> {
    /// Gives the files that are a table's to it, and returns how many there are, with those whose ending is unknown;
    /// `folder` is where its records begin, and how the paths of all of them do.
    fn take(&mut self, index: usize, folder: &str, is_own: impl Fn(&str) -> bool) -> usize {
        let table = &self.project.tables[index];
        let mut count = 0;
        let begins = self.files.range_mut::<str, _>((Bound::Included(folder), Bound::Unbounded));
        for (path, entry) in begins.take_while(|(path, _)| path.starts_with(folder)) {
            if !matches!(entry, Entry::Free | Entry::Unknown(_)) || !is_own(path) {
                continue;
            }
            count += 1;
            let (_, compression) = unpacked(path);
            let declared = table.format.map(kind_of_format);
            let declared = declared.filter(|kind| *kind != SourceKind::Parquet || compression.is_none());
            let Some(kind) = declared.or_else(|| kind(path)) else {
                *entry = Entry::Unknown(index);
                continue;
            };
            *entry = Entry::Taken;
            let within = table.records.iter().cloned().map(Step::Key).collect();
            self.sources.push(Source {
                table: index,
                path: Arc::from(path.as_str()),
                folder: folder.to_owned(),
                kind,
                form: Form { compression, within, has_nodes: false },
                digest: None,
                copy: None,
                opened: None,
                is_lost: false,
            });
        }
        count
    }

    fn glob(&mut self, table: usize, pattern: &str, place: Place) -> Result<()> {
        let name = &self.project.tables[table].name;
        let is_inside =
            !pattern.starts_with('/') && pattern.split('/').all(|part| part != ".." && !part.is_empty());
        let compiled = GlobBuilder::new(pattern).literal_separator(true).build();
        let (true, Ok(glob)) = (is_inside, compiled) else {
            let message = format!("the path of `{name}` is not a glob inside the project");
            self.diagnostics.push(
                Diagnostic::new(&codes::INVALID_VALUE, place, message)
                    .with_help("paths are relative to schema/, for example `../seeds/raw/*.csv`"),
            );
            return Ok(());
        };
        let matcher = glob.compile_matcher();
        let literal = pattern.split(['*', '?', '[', '{', '\\']).next().unwrap_or("");
        let folder = literal.rsplit_once('/').map_or("", |(folder, _)| folder);
        if !pattern.starts_with("seeds/") {
            let mut others = BTreeMap::new();
            walk(&self.project.root, folder, 0, &mut others, &mut self.diagnostics)?;
            // Only what the pattern names is ours; the rest of that folder is nobody's business.
            let is_ours =
                |(path, entry): &(String, Entry)| *entry == Entry::TooDeep || matcher.is_match(path);
            for (path, entry) in others.into_iter().filter(is_ours) {
                self.files.entry(path).or_insert(entry);
            }
        }
        // As in a shell, a pattern means names that begin with a point when it begins so itself.
        if pattern.rsplit('/').next().is_some_and(|name| name.starts_with('.')) {
            for (_, entry) in self.files.iter_mut().filter(|(path, _)| matcher.is_match(path)) {
                if *entry == Entry::Hidden {
                    *entry = Entry::Free;
                }
            }
        }
        if self.take(table, folder, |path| matcher.is_match(path)) == 0 {
            let message = format!("no seed file matches `{pattern}` of the resource `{name}`");
            self.diagnostics.push(Diagnostic::new(&codes::UNREADABLE_FILE, place, message));
        }
        Ok(())
    }
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
    if !full.is_dir() {
        return Ok(());
    }
    if depth == 0
        && let Some(problem) = links::problem(root, folder)
    {
        diagnostics.push(problem);
        return Ok(());
    }
    if depth > MAX_FOLDERS {
        files.insert(folder.to_owned(), Entry::TooDeep);
        return Ok(());
    }
    for entry in fs::read_dir(&full).map_err(|e| Error::machine("read", &full, e))? {
        let entry = entry.map_err(|e| Error::machine("read", &full, e))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_hidden = name.starts_with('.');
        let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
        if is_hidden {
            files.extend(hidden(&entry, &path).map(|found| (path, found)));
            continue;
        }
        let is_link = entry.file_type().is_ok_and(|t| t.is_symlink());
        if let Some(problem) = is_link.then(|| links::problem(root, &path)).flatten() {
            diagnostics.push(problem);
            continue;
        }
        let metadata = fs::metadata(entry.path()).map_err(|e| Error::machine("read", &entry.path(), e))?;
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

/// What is to be told of a file or folder whose name begins with a point: whether there are seeds in it.
fn hidden(entry: &fs::DirEntry, path: &str) -> Option<Entry> {
    let has_ending = |name: &str| kind(&name.to_ascii_lowercase()).is_some();
    let file_type = entry.file_type().ok()?;
    if file_type.is_file() {
        return has_ending(path).then_some(Entry::Hidden);
    }
    // Programs keep what is theirs in such folders; whether there are seeds is seen without going deeper.
    let inside = fs::read_dir(entry.path()).ok().filter(|_| file_type.is_dir())?;
    let mut names = inside.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.any(|name| has_ending(&name)).then_some(Entry::HiddenFolder)
}
