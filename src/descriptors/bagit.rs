//! `bagit.txt`, `bag-info.txt` and `manifest-sha256.txt`: BagIt 1.0 (RFC 8493), for archives. The release's folder is
//! the bag, `data/` its payload, and every document beside it a tag file (2.2.4).
//!
//! The bag's fourth file, `tagmanifest-sha256.txt`, holds the digests of `manifest.json` and `SHA256SUMS`, which are
//! written after all documents; it is written with them (`src/release/layout.rs`), the last of all files.
//!
//! Left out, and why:
//! - SHA-512: every other document has SHA-256, which the standard asks every tool to read.
//! - `Bag-Size`: `Payload-Oxum` says it exactly.
//! - address and telephone: the schema knows none.

use super::{Described, Descriptor, Document, people};
use crate::release::{BAG, PAYLOAD, sums_bytes};
use crate::schema::Contributor;

/// The tag files of a bag.
pub(super) struct BagIt;

const TEXT: &str = "text/plain; charset=utf-8";

impl Descriptor for BagIt {
    fn name(&self) -> &'static str {
        "bagit"
    }

    fn standard(&self) -> &'static str {
        "BagIt 1.0 (RFC 8493)"
    }

    fn documents(&self, release: &Described<'_>) -> Vec<Document> {
        let payload: Vec<_> = release.files.iter().filter(|file| file.path.starts_with(PAYLOAD)).collect();
        // A bag without payload has no folder `data`, so it is none.
        if payload.is_empty() {
            return Vec::new();
        }
        let bytes = payload.iter().map(|file| file.bytes).sum();
        let document = |path: &str, bytes| Document { path: path.to_owned(), media_type: TEXT, bytes };
        vec![
            document(BAG, b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n".to_vec()),
            document("bag-info.txt", bag_info(release, bytes, payload.len())),
            document(
                "manifest-sha256.txt",
                sums_bytes(payload.iter().map(|file| (file.path.as_str(), file.sha256))),
            ),
        ]
    }
}

/// What the bag is, one `Label: value` a line (2.2.2).
fn bag_info(release: &Described<'_>, bytes: u64, files: usize) -> Vec<u8> {
    let dataset = &release.project.dataset;
    let publisher = people::publisher(dataset);
    let labels = [
        ("Source-Organization", publisher.and_then(Contributor::full_name)),
        ("Contact-Email", publisher.and_then(|person| person.email.clone())),
        ("External-Description", dataset.title.clone()),
        ("External-Identifier", dataset.id.clone()),
        ("Internal-Sender-Identifier", Some(format!("{} {}", dataset.name, dataset.version))),
        ("Bagging-Date", Some(dataset.created.to_string())),
        ("Payload-Oxum", Some(format!("{bytes}.{files}"))),
        ("Bag-Software-Agent", Some(format!("letterpress {}", env!("CARGO_PKG_VERSION")))),
    ];
    let line = |(label, value): (&str, Option<String>)| {
        // A line feed would begin another label.
        let value = value?.split_whitespace().collect::<Vec<_>>().join(" ");
        (!value.is_empty()).then(|| format!("{label}: {value}\n"))
    };
    labels.into_iter().filter_map(line).collect::<String>().into_bytes()
}
