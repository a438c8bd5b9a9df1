//! Who is told how far a long work is.

/// Somebody who is told how far the work is.
pub trait Progress: Sync {
    /// A stage begins: `read`, `check`, `write` or `verify`, with its size when that is known.
    fn stage(&self, name: &'static str, total: Option<u64>);

    /// The stage has come further.
    fn advance(&self, by: u64);
}

impl Progress for () {
    fn stage(&self, _name: &'static str, _total: Option<u64>) {}

    fn advance(&self, _by: u64) {}
}
