//! Names of the files that every release has.

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

/// Whether `path` names a file that a manifest cannot list.
pub(crate) fn is_beyond_manifest(path: &str) -> bool {
    BEYOND_MANIFEST.contains(&path)
}
