//! Links among the files of a project, which must not lead out of it: what lies elsewhere is not the project's to show.

use std::path::Path;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Place, codes};

/// What is wrong with a file or folder of a project: it is a link to nothing, or a link on the way to it leads out of the
/// project's folder. The path is relative to the folder.
pub(crate) fn problem(root: &Path, path: &str) -> Option<Diagnostic> {
    let (message, help) = match root.join(path).canonicalize() {
        Ok(real) if leads_out(root, &real) => (
            "a link that leads out of the project's folder",
            "put the file itself into the project: what is published lies in its folder",
        ),
        Err(_) if root.join(path).is_symlink() => ("a link to a file that is not there", "remove it"),
        _ => return None,
    };
    let problem = Diagnostic::new(&codes::UNREADABLE_FILE, Place::file(&Arc::from(path)), message);
    Some(problem.with_help(help))
}

fn leads_out(root: &Path, real: &Path) -> bool {
    root.canonicalize().is_ok_and(|root| !real.starts_with(root))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_link_may_lead_anywhere_within_the_project() {
        let home = tempfile::TempDir::new().expect("a temporary folder");
        let at = |path: &str| home.path().join(path);
        std::fs::create_dir_all(at("project/seeds")).expect("there is room");
        std::fs::write(at("project/seeds/a.csv"), "").expect("there is room");
        std::fs::write(at("b.csv"), "").expect("there is room");
        symlink("a.csv", at("project/seeds/inside.csv")).expect("a link");
        symlink("../../b.csv", at("project/seeds/outside.csv")).expect("a link");
        symlink("inside.csv", at("project/seeds/twice.csv")).expect("a link");
        symlink("nowhere", at("project/seeds/broken.csv")).expect("a link");
        symlink("project", at("again")).expect("a link");
        for root in ["project", "again"] {
            let found = ["a", "inside", "outside", "twice", "broken"]
                .map(|name| problem(&at(root), &format!("seeds/{name}.csv")).is_some());
            assert_eq!(found, [false, false, true, false, true], "{root}");
        }
    }
}
