//! Referenced files: those that a descriptor names, each inside the package's own folder.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Error, Result, codes};
use crate::schema::load::read;
use crate::schema::tree::{File, Node};
use crate::tokens::Span;

/// Referenced files of a package, none of which lies outside its folder.
pub(in crate::schema::load) struct ReferencedFiles {
    root: PathBuf,
    /// The folder without any link on the way to it.
    real: PathBuf,
    /// What is wrong with files that were read.
    pub(in crate::schema::load) problems: Vec<Diagnostic>,
}

impl ReferencedFiles {
    /// Fails when the folder cannot be found.
    pub(in crate::schema::load) fn new(root: &Path) -> Result<ReferencedFiles> {
        let real = root.canonicalize().map_err(|e| Error::machine("find", root, e))?;
        Ok(ReferencedFiles { root: root.to_path_buf(), real, problems: Vec::new() })
    }

    /// The path as it is named here, when a file of the package is there; anything else is reported.
    pub(in crate::schema::load) fn find(&self, file: &mut File, path: &str, span: Span) -> Option<Arc<str>> {
        let plain = path.strip_prefix("./").unwrap_or(path);
        if let Some(reason) = refusal(plain) {
            let help = "a package is read from its own folder alone: put the file into it, and name it by its path from \
                        the descriptor";
            file.report_with_help(&codes::INVALID_VALUE, span, format!("`{path}` {reason}"), help);
            return None;
        }
        let full = self.root.join(plain);
        match full.canonicalize() {
            Ok(real) if !real.starts_with(&self.real) => {
                let message = format!("`{path}` is a link that leaves the package's folder");
                file.report(&codes::INVALID_VALUE, span, message);
                None
            }
            Ok(real) if real.is_file() => Some(Arc::from(plain)),
            Ok(_) => {
                file.report(&codes::UNREADABLE_FILE, span, format!("`{path}` is not a file"));
                None
            }
            Err(_) => {
                file.report(&codes::UNREADABLE_FILE, span, format!("there is no file `{path}`"));
                None
            }
        }
    }

    /// The file of the package that holds what is at an address: the one whose path is the longest end of the address. That
    /// it is read is told.
    fn stored(&self, file: &mut File, what: &str, address: &str, span: Span) -> Option<Arc<str>> {
        let paths = paths_of(address);
        let Some(path) = paths.iter().find(|path| self.root.join(path).is_file()) else {
            let message = format!("{what} is at `{address}`, and no file of the package holds it");
            let name = paths.last().copied().unwrap_or("schema.json");
            let help =
                format!("nothing is fetched from a network: save it as `{name}` beside the descriptor");
            file.report_with_help(&codes::UNREADABLE_FILE, span, message, help);
            return None;
        };
        let message =
            format!("{what} is at `{address}`: the file `{path}` of the package is read in its stead");
        let help = "nothing is fetched from a network: see to it that the file is the one of that address";
        file.report_with_help(&codes::STAND_IN, span, message, help);
        self.find(file, path, span)
    }

    /// A path as it is to be opened.
    pub(in crate::schema::load) fn full(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// A description that stands in place (a mapping) or in a JSON file of the package (its path).
    pub(in crate::schema::load) fn description(
        &mut self,
        file: &mut File,
        what: &str,
        node: Node,
    ) -> Result<Option<(File, Node)>> {
        let Some(path) = node.as_text() else {
            let mut here = File::new(Arc::clone(&file.path));
            here.is_foreign = true;
            return Ok(Some((here, node)));
        };
        let path = path.to_owned();
        let found = match is_address(&path) {
            true => self.stored(file, what, &path, node.span),
            false => self.find(file, &path, node.span),
        };
        let Some(path) = found else { return Ok(None) };
        let Some((mut there, node)) = read(&self.root, &path, &mut self.problems)? else { return Ok(None) };
        there.is_foreign = true;
        if node.as_text().is_some() {
            there.report(&codes::WRONG_SHAPE, node.span, format!("{what} is a mapping"));
        }
        Ok(Some((there, node)))
    }
}

/// Whether a path is an address of the web.
fn is_address(path: &str) -> bool {
    path.starts_with("https://") || path.starts_with("http://")
}

/// The paths that a file of an address may have in a package: of the address's own path all parts, all but the first …, the
/// last alone.
fn paths_of(address: &str) -> Vec<&str> {
    let plain = address.split(['?', '#']).next().unwrap_or_default();
    let path =
        plain.split_once("://").map_or("", |(_, rest)| rest).split_once('/').map_or("", |(_, path)| path);
    let later = path.match_indices('/').map(|(at, _)| &path[at + 1..]);
    std::iter::once(path).chain(later).filter(|path| refusal(path).is_none()).collect()
}

/// Why a path is not one of the package, when that can be told from the path alone.
fn refusal(path: &str) -> Option<&'static str> {
    let scheme = path.split_once(':').map(|(scheme, _)| scheme);
    let is_scheme =
        |s: &str| s.len() > 1 && s.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    if scheme.is_some_and(is_scheme) || path.starts_with("//") {
        return Some("is an address, not a path: nothing is fetched from a network");
    }
    if path.starts_with('/') || path.contains('\\') || scheme.is_some_and(|s| s.len() == 1) {
        return Some("is not a path with `/` that begins at the package");
    }
    if path.is_empty() || path.split('/').any(|part| matches!(part, "" | "." | "..")) || path.contains('\0') {
        return Some("is not a path downward from the package's folder");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{paths_of, refusal};

    #[test]
    fn an_address_has_the_paths_that_it_ends_in() {
        let paths = paths_of("https://a.example/b/1.0/c.json?raw=true#x");
        assert_eq!(paths, ["b/1.0/c.json", "1.0/c.json", "c.json"]);
        for address in ["https://a.example", "https://a.example/", "https://a.example/b/.."] {
            assert!(paths_of(address).is_empty(), "{address}");
        }
        assert_eq!(paths_of("http://a.example/../etc/c.json"), ["etc/c.json", "c.json"]);
    }

    #[test]
    fn only_paths_downward_are_taken() {
        for path in ["data.csv", "a/b.csv", "a b.csv", "a/.b.csv", "x:y"] {
            assert_eq!(refusal(path).is_some(), path == "x:y", "{path}");
        }
        for path in [
            "",
            "/etc/passwd",
            "../a.csv",
            "a/../../b",
            "a//b",
            "https://a.example/b.csv",
            "file:a",
            "a\\b",
            "C:\\a",
        ] {
            assert!(refusal(path).is_some(), "{path}");
        }
    }
}
