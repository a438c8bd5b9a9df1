//! The context of a task: what it may use of the machine.

use crate::progress::Progress;
use crate::spill::Spill;

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
