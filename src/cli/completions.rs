//! `letterpress completions`: a script that lets the shell complete commands.

use clap::CommandFactory;
use clap_complete::Shell;
use serde::Serialize;

use super::session::Session;
use super::{Cli, Exit};
use crate::diagnostic::Result;

const EPILOGUE: &str = "\
Examples:
  letterpress completions bash > ~/.local/share/bash-completion/completions/letterpress
  letterpress completions zsh  > ~/.zfunc/_letterpress
  letterpress completions fish > ~/.config/fish/completions/letterpress.fish";

/// Print a script that lets a shell complete commands
#[derive(Debug, clap::Args)]
#[command(after_long_help = EPILOGUE)]
pub(super) struct Completions {
    /// The shell to write for
    #[arg(value_enum)]
    shell: Shell,
}

/// The result, for `--json`.
#[derive(Serialize)]
struct Script {
    shell: String,
    script: String,
}

impl Completions {
    pub(super) fn run(self, session: &mut Session<'_>) -> Result<Exit> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "letterpress", &mut script);
        let script = String::from_utf8_lossy(&script).into_owned();
        if session.options.json {
            session.print_json(Exit::Good, Script { shell: self.shell.to_string(), script });
        } else {
            session.terminal.stdout.print(&script);
        }
        Ok(Exit::Good)
    }
}
