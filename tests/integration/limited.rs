//! The program with little memory and little time.

use std::process::{Command, Stdio};

/// Seconds of processor time that any input may take; a build without optimisation is some ten times slower.
const SECONDS: u32 = if cfg!(debug_assertions) { 10 } else { 1 };

/// Address space in KiB that any input may take: threads, code and whatever is asked for and never touched count.
const ADDRESS_SPACE_KIB: u32 = 1 << 20;

/// The program, which dies when it takes more than it may, whatever else the machine is doing.
pub(crate) fn letterpress() -> Command {
    let limits = format!("ulimit -t {SECONDS} && ulimit -v {ADDRESS_SPACE_KIB} && exec \"$0\" \"$@\"");
    let mut command = Command::new("sh");
    command.args(["-c", &limits, env!("CARGO_BIN_EXE_letterpress")]).stdin(Stdio::null());
    command
}
