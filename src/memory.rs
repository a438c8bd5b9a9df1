//! The memory budget: which share of it each kind of work may use.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const MIB: u64 = 1 << 20;

/// Budget of memory for rows and keys. Clones draw on the same one.
#[derive(Debug, Clone)]
pub struct MemoryBudget {
    bytes: u64,
    /// Bytes of tables that stay in memory.
    kept: Arc<AtomicU64>,
}

impl MemoryBudget {
    /// A budget of so many bytes, none of which are used.
    pub fn new(bytes: u64) -> MemoryBudget {
        MemoryBudget { bytes, kept: Arc::default() }
    }

    /// Bytes of rows that are sorted at a time: large enough that few runs are merged, small enough that one can be
    /// sorted while the next is gathered.
    pub fn run_bytes(&self) -> u64 {
        (self.bytes / 8).clamp(MIB / 4, 64 * MIB)
    }

    /// How many of `jobs` threads may sort a run at a time.
    pub fn sorters(&self, jobs: usize) -> usize {
        self.at_a_time(jobs, self.run_bytes())
    }

    /// How many of `jobs` threads may work at a time when each needs so many bytes: together a quarter of the memory.
    pub(crate) fn at_a_time(&self, jobs: usize, bytes: u64) -> usize {
        let fit = self.bytes / 4 / bytes.max(1);
        jobs.min(usize::try_from(fit).unwrap_or(usize::MAX)).max(1)
    }

    /// Bytes that the sets of known keys may take together.
    pub fn key_bytes(&self) -> u64 {
        self.bytes / 4
    }

    /// Bytes of references that may wait in memory for the keys they refer to.
    pub fn reference_bytes(&self) -> u64 {
        (self.bytes / 16).clamp(MIB, 64 * MIB)
    }

    /// Whether `bytes` more may stay in memory: a quarter of it is for tables that need no second run.
    pub(crate) fn keep(&self, bytes: u64) -> bool {
        let limit = self.bytes / 4;
        let claim = |kept: u64| kept.checked_add(bytes).filter(|sum| *sum <= limit);
        self.kept.fetch_update(Ordering::Relaxed, Ordering::Relaxed, claim).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_runs_are_sorted_at_a_time_than_memory_holds() {
        let sorters = |mebibytes: u64, jobs| MemoryBudget::new(mebibytes * MIB).sorters(jobs);
        assert_eq!([sorters(1, 8), sorters(64, 8), sorters(1024, 8), sorters(4096, 8)], [1, 2, 4, 8]);
        assert_eq!(sorters(4096, 1), 1);
    }

    #[test]
    fn a_quarter_of_the_memory_may_be_kept() {
        let memory = MemoryBudget::new(8 * MIB);
        assert!(memory.keep(MIB) && memory.clone().keep(MIB) && !memory.keep(1));
    }
}
