//! Names of the files that every release has, and which of them follow from the manifest.

use crate::digest::Digest;

use super::manifest::Manifest;
use super::sums::sums_bytes;

/// The document from which every other byte of a release follows.
pub const MANIFEST: &str = "manifest.json";
/// The same digests for people who have nothing but `sha256sum`.
pub const SUMS: &str = "SHA256SUMS";
/// What makes the folder of a release a bag (BagIt 1.0, RFC 8493); the manifest lists it.
pub const BAG: &str = "bagit.txt";
/// The digests of a bag's files that are not below `data/`, `SHA256SUMS` among them: the last file written.
pub const TAG_MANIFEST: &str = "tagmanifest-sha256.txt";
/// A signature of the manifest; it is added to a release that exists, so nothing lists it.
pub const SIGNATURE: &str = "manifest.json.sig";
/// The list of releases, in the folder that holds them.
pub const INDEX: &str = "index.json";
/// The folder of the draft, beside the releases.
pub const DRAFT: &str = "draft";

/// The folder of the data, in every release; the payload of a bag.
pub(crate) const PAYLOAD: &str = "data/";

/// The file that is locked while something is published.
pub(crate) const LOCK: &str = ".lock";

/// The files of a release that its manifest cannot list.
pub(crate) const BEYOND_MANIFEST: &[&str] = &[MANIFEST, SUMS, TAG_MANIFEST, SIGNATURE];

/// Largest manifest, list of sums or index that is read: 16 MiB.
pub(crate) const DOCUMENT_BYTES: u64 = 16 * 1024 * 1024;

/// Largest signature that is taken for one.
pub(crate) const SIGNATURE_BYTES: u64 = 64 * 1024;

/// Media type of the manifest.
pub(crate) const MANIFEST_TYPE: &str = "application/json";

/// A file whose bytes follow from the manifest's.
pub(crate) struct Derived {
    pub(crate) path: &'static str,
    pub(crate) media_type: &'static str,
    pub(crate) bytes: Vec<u8>,
}

/// Whether `path` names a file that a manifest cannot list.
pub(crate) fn is_beyond_manifest(path: &str) -> bool {
    BEYOND_MANIFEST.contains(&path)
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
