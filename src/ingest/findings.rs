//! Findings of a run so far: problems with and without a place, and which tables are not what was written.

use std::sync::Arc;

use super::pending::Pending;
use super::provenance::Provenance;
use crate::diagnostic::Diagnostics;
use crate::schema::Project;
use crate::seeds::Seeds;

/// What has been found so far.
#[derive(Clone)]
pub(crate) struct Findings {
    pub(crate) diagnostics: Diagnostics,
    /// Number of errors that only follow from others.
    pub(crate) muted: u64,
    /// Tables some of whose records could not be read.
    pub(crate) lost: Vec<bool>,
    /// Problems of rows whose places are still to be found.
    pub(crate) pending: Pending,
    /// Where rows came from, as soon as all are read.
    pub(crate) provenance: Arc<Provenance>,
}

impl Findings {
    /// The problems of a project's files, before any record was read.
    pub(crate) fn new(project: &Project, diagnostics: Diagnostics) -> Findings {
        let pending = Pending::new(diagnostics.keep());
        let lost = vec![false; project.tables.len()];
        Findings { diagnostics, muted: 0, lost, pending, provenance: Arc::default() }
    }

    /// Whether nothing is wrong so far.
    pub(crate) fn are_sound(&self) -> bool {
        !self.diagnostics.has_errors() && !self.pending.has_errors()
    }

    /// Tables whose rows are not what the curator meant: SQL checks over them would only repeat that.
    pub(crate) fn flawed_tables(&self) -> Vec<bool> {
        let mut flawed = self.lost.clone();
        self.pending.mark_flawed(&mut flawed);
        // A problem reported at once does not say which table's rows it spoilt.
        let anywhere = self.diagnostics.has_errors();
        flawed.iter_mut().for_each(|f| *f |= anywhere);
        flawed
    }

    /// Records of the source's table are missing, and of every table nested in it; without a source, of every table.
    pub(super) fn note_lost(&mut self, seeds: &Seeds<'_>, source: Option<usize>) {
        let project = seeds.project();
        let lost = &mut self.lost;
        let Some(source) = source else { return lost.fill(true) };
        lost[seeds.sources()[source].table] = true;
        // Nesting has no cycles, so as many rounds as tables reach everything.
        for _ in 0..project.tables.len() {
            for (index, table) in project.tables.iter().enumerate() {
                if table.nested.as_ref().is_some_and(|n| n.parents.iter().any(|&p| lost[p])) {
                    lost[index] = true;
                }
            }
        }
    }
}
