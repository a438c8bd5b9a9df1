//! Who is told how far a long work is.

/// Progress of a long work, told to somebody. `()` does not listen.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// # let project = folder.path().join("floods");
/// # letterpress::init(&project, Some("river-floods"))?;
/// use std::sync::atomic::{AtomicU64, Ordering};
///
/// #[derive(Default)]
/// struct Bytes(AtomicU64);
///
/// impl letterpress::Progress for Bytes {
///     fn stage(&self, _name: &'static str, _total: Option<u64>) {}
///
///     fn advance(&self, by: u64) {
///         self.0.fetch_add(by, Ordering::Relaxed);
///     }
/// }
///
/// let read = Bytes::default();
/// letterpress::check(&project, letterpress::Resources::default(), &read)?;
/// assert!(read.0.into_inner() > 0);
/// # Ok(())
/// # }
/// ```
pub trait Progress: Sync {
    /// A stage begins: `read`, `write` or `verify`, with its size when that is known.
    fn stage(&self, name: &'static str, total: Option<u64>);

    /// The stage has come further.
    fn advance(&self, by: u64);
}

impl Progress for () {
    fn stage(&self, _name: &'static str, _total: Option<u64>) {}

    fn advance(&self, _by: u64) {}
}
