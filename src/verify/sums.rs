//! A folder that others described by `SHA256SUMS`.
//!
//! Sizes are unknown, so a file of any size is read to its end: what this takes is not bounded by what was published.

use std::collections::BTreeMap;

use crate::diagnostic::Result;
use crate::digest::Digest;
use crate::release::{
    Document, Expected, Finding, Findings, Kind, Names, SUMS, compare, parse_foreign_sums, unopened_finding,
    walk,
};
use crate::staging::Folder;

use super::Report;

/// Checks every file of `folder` against its `SHA256SUMS`; a file that is not listed is a finding too.
pub(crate) fn verify_sums(folder: &Folder, jobs: usize) -> Result<Report> {
    let mut findings = Findings::default();
    let bytes = match Document::read(folder, SUMS)? {
        Document::Bytes(bytes) => bytes,
        Document::TooLarge => {
            findings.push(Finding::new(
                Kind::BadChecksums,
                SUMS,
                "it is larger than 16 MiB, the most that is read",
            ));
            return Ok(Report::of_sums(None, 0, findings));
        }
        Document::Unopened(unopened) => {
            findings.push(unopened_finding(SUMS, unopened)?);
            return Ok(Report::of_sums(None, 0, findings));
        }
    };
    let id = Some(Digest::of(&bytes));
    let sums = match parse_foreign_sums(&bytes) {
        Ok(sums) => sums,
        Err(reason) => {
            findings.push(Finding::new(Kind::BadChecksums, SUMS, reason));
            return Ok(Report::of_sums(id, 0, findings));
        }
    };
    let mut tree = walk(folder, Names::Foreign, &mut findings)?;
    tree.files.remove(SUMS);
    let expected: BTreeMap<&str, Expected> =
        sums.iter().map(|sum| (sum.path.as_str(), Expected { bytes: None, sha256: sum.sha256 })).collect();
    compare(folder, &expected, &tree, (jobs, &|_, _| false), &mut findings)?;
    Ok(Report::of_sums(id, sums.len() as u64, findings))
}
