//! `letterpress man`: manual pages, made from the same words as `--help`.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{CommandFactory, ValueHint};
use serde::Serialize;

use super::session::{Session, shown};
use super::{Cli, Exit};
use crate::diagnostic::{Error, Result};

const EPILOGUE: &str = "\
Examples:
  letterpress man | man -l -
  letterpress man --dir ~/.local/share/man/man1";

/// Print the manual page, or write one per verb
#[derive(Debug, clap::Args)]
#[command(after_long_help = EPILOGUE)]
pub(super) struct Man {
    /// Write letterpress.1 and one page per verb into this folder
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    dir: Option<PathBuf>,
}

/// A manual page.
#[derive(Serialize)]
struct Page {
    /// Name of its file: `letterpress-check.1`.
    name: String,
    roff: String,
}

/// The result, for `--json`.
#[derive(Serialize)]
struct Pages {
    pages: Vec<Page>,
}

impl Man {
    pub(super) fn run(self, session: &mut Session<'_>) -> Result<Exit> {
        let pages = pages();
        if let Some(folder) = &self.dir {
            write(&pages, folder)?;
        }
        if session.options.json {
            session.print_json(Exit::Good, Pages { pages });
            return Ok(Exit::Good);
        }
        match &self.dir {
            None => session.terminal.stdout.print(&pages[0].roff),
            Some(folder) => {
                for page in &pages {
                    session.terminal.say(&shown(&folder.join(&page.name)));
                }
            }
        }
        Ok(Exit::Good)
    }
}

/// Every page, that of `letterpress` itself first.
fn pages() -> Vec<Page> {
    let mut command = Cli::command().disable_help_subcommand(true);
    command.build();
    let verbs: Vec<clap::Command> = command.get_subcommands().cloned().collect();
    [command].into_iter().chain(verbs).map(page).collect()
}

fn page(command: clap::Command) -> Page {
    let man = clap_mangen::Man::new(command).manual("letterpress manual");
    let mut roff = Vec::new();
    man.render(&mut roff).expect("a vector takes every byte");
    Page { name: man.get_filename(), roff: String::from_utf8_lossy(&roff).into_owned() }
}

fn write(pages: &[Page], folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).map_err(|reason| Error::machine("create", folder, reason))?;
    for page in pages {
        let path = folder.join(&page.name);
        fs::write(&path, &page.roff).map_err(|reason| Error::machine("write", &path, reason))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_verb_has_a_page() {
        let names: Vec<String> = pages().into_iter().map(|page| page.name).collect();
        assert_eq!(names[0], "letterpress.1");
        assert!(names.contains(&"letterpress-check.1".to_owned()), "{names:?}");
        assert_eq!(names.len(), 1 + Cli::command().get_subcommands().count());
    }
}
