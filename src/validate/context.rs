//! The context of a validation: what is asked of it, and what it may use.

use super::{Candidates, Purpose};
use crate::diagnostic::Keep;
use crate::progress::Progress;
use crate::tables::Spill;

/// Options of a validation.
#[derive(Debug, Clone, Copy)]
pub struct ValidateOptions {
    /// What the tables are wanted for.
    pub purpose: Purpose,
    /// What becomes of candidates.
    pub candidates: Candidates,
    /// How many are kept of problems that are alike.
    pub keep: Keep,
}

/// Context in which a task runs: its threads, its memory, and who is told how far it is.
#[derive(Clone, Copy)]
pub struct TaskContext<'a> {
    /// Number of threads.
    pub jobs: usize,
    /// Memory for rows, and the folder for those that have no room in it.
    pub spill: &'a Spill,
    /// Who is told of bytes that were read.
    pub progress: &'a dyn Progress,
}
