//! The process's two output streams: written through one checked place, so that a full disk or a closed pipe is noticed.

use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;

use anstream::AutoStream;
use clap::builder::styling::{AnsiColor, Style};

use crate::diagnostic::{Error, Result};

/// The style of the word `error`.
pub(super) const ERROR: Style = AnsiColor::BrightRed.on_default().bold();
/// The style of the word `warning`.
pub(super) const WARNING: Style = AnsiColor::Yellow.on_default().bold();
/// The style of the word `help`.
pub(super) const HELP: Style = AnsiColor::BrightCyan.on_default().bold();
/// The style of what the eye should find first: a place, a verdict.
pub(super) const STRONG: Style = Style::new().bold();

/// When to colour (`--color`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Color {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    /// Even into a file or pipe
    Always,
    /// Not at all
    Never,
}

/// Standard output and standard error.
pub(super) struct Terminal {
    /// For results.
    pub(super) stdout: Stream,
    /// For everything else.
    pub(super) stderr: Stream,
    /// Whether a progress bar would be seen by somebody.
    pub(super) is_watched: bool,
}

impl Terminal {
    /// The streams of this process.
    pub(super) fn of_process() -> Terminal {
        let is_styled = |choice| choice != anstream::ColorChoice::Never;
        Terminal {
            stdout: Stream::new(Box::new(io::stdout()), is_styled(AutoStream::choice(&io::stdout()))),
            stderr: Stream::new(Box::new(io::stderr()), is_styled(AutoStream::choice(&io::stderr()))),
            is_watched: io::stderr().is_terminal(),
        }
    }

    /// Follows `--color`; `auto` leaves each stream as the terminal and the environment ask.
    pub(super) fn set_color(&mut self, color: Color) {
        for stream in [&mut self.stdout, &mut self.stderr] {
            match color {
                Color::Auto => {}
                Color::Always => stream.styled = true,
                Color::Never => stream.styled = false,
            }
        }
    }

    /// Prints a line of the result.
    pub(super) fn say(&mut self, line: &str) {
        self.stdout.print(line);
        self.stdout.print("\n");
    }

    /// Prints a line on standard error.
    pub(super) fn complain(&mut self, line: &str) {
        // Results first, so that both streams read in order on a terminal.
        self.stdout.flush();
        self.stderr.print(line);
        self.stderr.print("\n");
        self.stderr.flush();
    }

    /// Brings everything out, and fails if a result could not be delivered.
    ///
    /// A reader that has closed the pipe has seen enough: that is no failure.
    pub(super) fn finish(&mut self) -> Result<()> {
        self.stdout.flush();
        self.stderr.flush();
        match self.stdout.failure.take() {
            Some(reason) if reason.kind() != io::ErrorKind::BrokenPipe => {
                Err(Error::machine("write", Path::new("standard output"), reason))
            }
            Some(_) | None => Ok(()),
        }
    }
}

/// One output stream. The first failure is kept and silences the stream: see [`Terminal::finish`].
pub(super) struct Stream {
    writer: BufWriter<Box<dyn Write>>,
    styled: bool,
    failure: Option<io::Error>,
}

impl Stream {
    /// A stream that ends in `writer`.
    pub(super) fn new(writer: Box<dyn Write>, styled: bool) -> Stream {
        Stream { writer: BufWriter::new(writer), styled, failure: None }
    }

    /// Whether colours may be used.
    pub(super) fn is_styled(&self) -> bool {
        self.styled
    }

    /// Writes text as it is; line ends are the caller's.
    pub(super) fn print(&mut self, text: &str) {
        if self.failure.is_none() {
            self.failure = self.writer.write_all(text.as_bytes()).err();
        }
    }

    /// Brings out what is buffered.
    pub(super) fn flush(&mut self) {
        if self.failure.is_none() {
            self.failure = self.writer.flush().err();
        }
    }

    /// `text` in a style, when the stream has colours.
    pub(super) fn paint(&self, style: Style, text: &str) -> String {
        if self.styled { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use super::*;

    /// A writer that keeps what it is given, or fails with an error of its own.
    #[derive(Clone, Default)]
    pub(in crate::cli) struct Captured {
        bytes: Rc<RefCell<Vec<u8>>>,
        failure: Option<io::ErrorKind>,
    }

    impl Captured {
        /// A writer that fails always.
        pub(in crate::cli) fn failing(failure: io::ErrorKind) -> Captured {
            Captured { failure: Some(failure), ..Captured::default() }
        }

        /// A plain stream that ends here; it is complete once it is flushed or dropped.
        pub(in crate::cli) fn stream(&self) -> Stream {
            Stream::new(Box::new(self.clone()), false)
        }

        /// What was written.
        pub(in crate::cli) fn text(&self) -> String {
            String::from_utf8_lossy(&self.bytes.borrow()).into_owned()
        }
    }

    impl Write for Captured {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            match self.failure {
                Some(failure) => Err(failure.into()),
                None => self.bytes.borrow_mut().write(bytes),
            }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn terminal(stdout: &Captured) -> Terminal {
        Terminal { stdout: stdout.stream(), stderr: Captured::default().stream(), is_watched: false }
    }

    #[test]
    fn a_full_disk_is_a_failure_and_a_closed_pipe_is_not() {
        let mut full = terminal(&Captured::failing(io::ErrorKind::StorageFull));
        full.say("result");
        assert!(matches!(full.finish(), Err(Error::Machine { action: "write", .. })));
        let mut closed = terminal(&Captured::failing(io::ErrorKind::BrokenPipe));
        closed.say("result");
        assert!(closed.finish().is_ok());
    }

    #[test]
    fn colours_are_used_when_asked_for() {
        let mut terminal = terminal(&Captured::default());
        assert_eq!(terminal.stdout.paint(ERROR, "x"), "x");
        terminal.set_color(Color::Always);
        assert_eq!(terminal.stdout.paint(STRONG, "x"), "\u{1b}[1mx\u{1b}[0m");
    }
}
