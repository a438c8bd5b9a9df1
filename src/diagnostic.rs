//! A problem found in a project: what, where, and what to do about it.
//!
//! Bad data is a [`Diagnostic`] and all of them are collected; a broken machine is an [`Error`] and stops the run.
//! Rendering (text, JSON, SARIF …) happens at the command line only.

pub mod codes;
mod collected;
mod flood;
mod nearest;

use std::borrow::Cow;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use codes::{CODES, Code, find_code};
pub use collected::{Diagnostics, Subject};
pub use flood::{Flood, Floods, Keep, Rest};
pub use nearest::{listed, nearest, quoted};

/// Severity of a diagnostic: an error stops publishing, a warning does not.
///
/// ```
/// use letterpress::Severity;
///
/// assert!(Severity::Error < Severity::Warning, "errors come first");
/// assert_eq!(Severity::Error.word(), "error");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The release cannot be published.
    Error,
    /// The release can be published; somebody should look.
    Warning,
}

impl Severity {
    /// The word printed before the code: `error` or `warning`.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
        }
    }
}

/// Where in a file a problem lies.
///
/// Lines and columns count from 1, columns in characters (Unicode scalar values), as editors do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Position {
    /// The file as a whole.
    File,
    /// A row of a file that has no lines (Parquet), from 1.
    Row(u64),
    /// A stretch of one line; `length` in characters, at least 1.
    At {
        /// Line, from 1.
        line: u64,
        /// Column in characters, from 1.
        column: u64,
        /// Characters marked, from `column` on.
        length: u64,
    },
}

/// Place of a problem: a file of the project, and a position in it.
///
/// ```
/// use letterpress::Place;
///
/// let place = Place::at(&"seeds/floods.csv".into(), 3, 7, 4);
/// assert_eq!(place.to_string(), "seeds/floods.csv:3:7");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Path relative to the project folder, with `/` between its parts.
    pub file: Arc<str>,
    /// Where in the file.
    pub position: Position,
}

impl Place {
    /// The file as a whole.
    pub fn file(file: &Arc<str>) -> Place {
        Place { file: Arc::clone(file), position: Position::File }
    }

    /// `length` characters of a line; line and column count from 1.
    pub fn at(file: &Arc<str>, line: u64, column: u64, length: u64) -> Place {
        Place { file: Arc::clone(file), position: Position::At { line, column, length: length.max(1) } }
    }

    /// A row, from 1, of a file without lines.
    pub fn row(file: &Arc<str>, row: u64) -> Place {
        Place { file: Arc::clone(file), position: Position::Row(row) }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.position {
            Position::File => write!(f, "{}", escape(&self.file)),
            position => write!(f, "{}:{position}", escape(&self.file)),
        }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Position::File => f.write_str("file"),
            Position::Row(row) => write!(f, "row {row}"),
            Position::At { line, column, .. } => write!(f, "{line}:{column}"),
        }
    }
}

/// Diagnostic: one problem, with its code, place, message and next step.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// # let project = folder.path().join("floods");
/// # letterpress::init(&project, Some("river-floods"))?;
/// std::fs::write(project.join("seeds/more.txt"), "notes")?;
/// let checked = letterpress::check(&project, letterpress::Resources::default(), &())?;
/// for diagnostic in &checked.diagnostics {
///     println!("{}: {} ({})", diagnostic.place, diagnostic.message, diagnostic.code);
///     if let Some(help) = &diagnostic.help {
///         println!("  {help}");
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Whether it stops publishing.
    pub severity: Severity,
    /// A code that reads as words: one of [`CODES`], or the file name of a check in `schema/checks/`.
    pub code: Cow<'static, str>,
    /// Where it is.
    pub place: Place,
    /// What was found and what was expected: lower case, no full stop, the user's values in backticks.
    pub message: String,
    /// The next step, when it is known.
    pub help: Option<String>,
    /// Those like it that are not diagnostics of their own.
    pub more: Option<Box<More>>,
}

/// Problems of the same code about the same field of the same file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct More {
    /// How many there are.
    pub count: u64,
    /// Where in the file the first of them is.
    pub first: Position,
    /// Where in the file the last of them is.
    pub last: Position,
}

impl Diagnostic {
    /// A problem of one of the built-in kinds; the severity is the code's own.
    pub fn new(code: &'static Code, place: Place, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            severity: code.severity,
            code: Cow::Borrowed(code.name),
            place,
            message: message.into(),
            help: None,
            more: None,
        }
    }

    /// How many problems it stands for: itself, and those like it.
    pub fn count(&self) -> u64 {
        1 + self.more.as_ref().map_or(0, |more| more.count)
    }

    /// The same, with a next step.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Diagnostic {
    /// `path:line:column: error[code]: message`, on one line, free of control characters.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}[{}]: {}", self.place, self.severity.word(), self.code, escape(&self.message))
    }
}

/// Sorts by place, then code and message, and drops exact repeats.
pub fn sort(diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.sort_by(|a, b| {
        (&a.place, &a.code, &a.message, &a.help).cmp(&(&b.place, &b.code, &b.message, &b.help))
    });
    diagnostics.dedup();
}

/// Whether any of them stops publishing.
pub fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|d| d.severity == Severity::Error)
}

/// Makes text safe to print: control, bidirectional and invisible characters as `\u{…}`.
pub fn escape(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hostile) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_hostile(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// Characters that steer a terminal, reorder text or cannot be seen.
pub fn is_hostile(c: char) -> bool {
    crate::controls::is_hidden(c)
}

/// Reason of a failure: the error of the operating system or of a library, or a sentence.
pub type Reason = Box<dyn std::error::Error + Send + Sync>;

/// Error of the machine or of the call, as against a problem in the data, which is a [`Diagnostic`].
///
/// ```
/// use letterpress::{Error, Resources};
///
/// let checked = letterpress::check("no/such/folder".as_ref(), Resources::default(), &());
/// assert!(matches!(checked, Err(Error::Usage(_))));
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The project, release or argument cannot be used as given (exit code 2).
    Usage(String),
    /// Reading or writing failed (exit code 3): what was being done, to which path, and why.
    Machine {
        /// What was attempted: `write`, `read`, `lock` …
        action: &'static str,
        /// The path it was attempted on.
        path: PathBuf,
        /// The operating system's or library's reason.
        reason: Reason,
    },
}

impl Error {
    /// A failed operation on a path.
    pub fn machine(action: &'static str, path: &Path, reason: impl Into<Reason>) -> Error {
        Error::Machine { action, path: path.to_path_buf(), reason: reason.into() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Usage(message) => write!(f, "{}", escape(message)),
            Error::Machine { action, path, reason } => {
                write!(
                    f,
                    "cannot {action} `{}`: {}",
                    escape(&path.to_string_lossy()),
                    escape(&reason.to_string())
                )
            }
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Usage(_) => None,
            Error::Machine { reason, .. } => Some(reason.as_ref()),
        }
    }
}

/// The result of work that only the machine can make fail.
pub type Result<T> = std::result::Result<T, Error>;
