//! The files of a release that follow from its manifest.

use crate::digest::Digest;

use super::layout::{BAG, MANIFEST, PAYLOAD, SUMS, TAG_MANIFEST};
use super::manifest::Manifest;
use super::sums::sums_bytes;

/// A file whose bytes follow from the manifest's.
pub(crate) struct Derived {
    pub(crate) path: &'static str,
    pub(crate) media_type: &'static str,
    pub(crate) bytes: Vec<u8>,
}

/// Media type of lists of digests.
const DIGESTS_TYPE: &str = "text/plain; charset=utf-8";

/// The files that follow from a manifest whose digest is `id`, in the order in which they are written.
pub(crate) fn derived(manifest: &Manifest, id: Digest) -> Vec<Derived> {
    let listed = || manifest.files.iter().map(|file| (file.path.as_str(), file.sha256));
    let sums = sums_bytes(listed().chain([(MANIFEST, id)]));
    let sums_digest = Digest::of(&sums);
    let mut derived = vec![Derived { path: SUMS, media_type: DIGESTS_TYPE, bytes: sums }];
    if listed().any(|(path, _)| path == BAG) {
        let tags = listed().filter(|(path, _)| !path.starts_with(PAYLOAD));
        let bytes = sums_bytes(tags.chain([(MANIFEST, id), (SUMS, sums_digest)]));
        derived.push(Derived { path: TAG_MANIFEST, media_type: DIGESTS_TYPE, bytes });
    }
    derived
}
