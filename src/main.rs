//! The `letterpress` command.

use std::io::{self, Write};
use std::panic;
use std::process::ExitCode;
use std::sync::Mutex;

/// Large buffers come and go on several threads: the system's allocator gives each back to the system and takes it again,
/// page by page.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Where the last panic happened, for [`apologise`].
static PLACE: Mutex<String> = Mutex::new(String::new());

fn main() -> ExitCode {
    // Nothing is printed yet: a panic in a library that reads a damaged file is caught and becomes a diagnostic.
    panic::set_hook(Box::new(|info| {
        if let (Some(place), Ok(mut last)) = (info.location(), PLACE.lock()) {
            *last = place.to_string();
        }
    }));
    match panic::catch_unwind(|| letterpress::cli::run(std::env::args_os())) {
        Ok(exit) => exit,
        Err(payload) => {
            let text = payload.downcast_ref::<&str>().copied();
            let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
            apologise(text.unwrap_or("no reason was given"));
            ExitCode::from(3)
        }
    }
}

/// The last resort: a panic is a mistake of ours, told in a few lines and ended like any failure of the machine.
fn apologise(reason: &str) {
    let place = PLACE.lock().map(|last| last.clone()).unwrap_or_default();
    // A failed write is dropped: there is nowhere left to tell of it.
    let _ = writeln!(
        io::stderr(),
        "\nerror: letterpress has made a mistake and must stop; sorry. Published releases are not touched.\n  \
         help: please report these lines, and the files that led to them if you may share them:\n    \
         letterpress {version} on {os}, {place}: {reason}",
        version = env!("CARGO_PKG_VERSION"),
        os = std::env::consts::OS,
        reason = letterpress::diagnostic::escape(reason),
    );
}
