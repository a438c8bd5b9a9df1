//! Why a release is not published.

use std::fmt;

use crate::diagnostic::{Error, escape};

use super::finding::Findings;

/// The result of a step on the way to a release.
pub type Attempt<T> = Result<T, Failure>;

/// What keeps a release from being published.
#[derive(Debug)]
pub enum Failure {
    /// The releases that are there, or the one to be, forbid it (exit code 1). Nothing was touched.
    Refused(Refusal),
    /// The call or the machine is at fault (exit code 2 or 3).
    Broken(Error),
}

/// Why a release must not be published, and what to do about it.
#[derive(Debug)]
pub struct Refusal {
    /// The reason: lower case, no full stop.
    pub message: String,
    /// The next step.
    pub help: String,
    /// What was found, by path in the folder that holds the releases.
    pub findings: Findings,
}

impl Refusal {
    /// A refusal that has no findings to show.
    pub(crate) fn new(message: impl Into<String>, help: impl Into<String>) -> Refusal {
        Refusal { message: message.into(), help: help.into(), findings: Findings::default() }
    }

    /// The same, with findings.
    pub(crate) fn with_findings(mut self, findings: Findings) -> Refusal {
        self.findings = findings;
        self
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure::Broken(error)
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Failure {
        Failure::Refused(refusal)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", escape(&self.message))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Refused(refusal) => fmt::Display::fmt(refusal, f),
            Failure::Broken(error) => fmt::Display::fmt(error, f),
        }
    }
}

impl std::error::Error for Failure {}
