//! The ids of nodes: addresses below `base_iri`, or UUIDs that anybody can recompute (`docs/jsonld.md`).

use uuid::Uuid;

use super::text;
use crate::schema::Dataset;

/// The namespace of the data sets' own namespaces: UUID version 5 of the URL namespace and the text `letterpress`.
const LETTERPRESS: Uuid = uuid::uuid!("a6807c63-2878-5cd0-a723-fa15df58e3c6");

/// Makes the ids of one data set.
///
/// An id is made from a path: `<table>/<key>`, further parts of the key behind further slashes, each part
/// percent-encoded by [`push_part`].
pub(super) enum Ids {
    /// Addresses: the path stands behind the base.
    Addresses {
        /// The base, ending in `/` or `#`.
        base: String,
    },
    /// `urn:uuid:` and the version 5 UUID of the data set's namespace and the path.
    Uuids {
        /// The data set's namespace: version 5 of [`LETTERPRESS`] and the data set's name.
        namespace: Uuid,
    },
}

impl Ids {
    /// The ids of a data set.
    pub(super) fn new(dataset: &Dataset) -> Ids {
        match &dataset.options.base_iri {
            Some(base) => Ids::Addresses { base: base.clone() },
            None => Ids::Uuids { namespace: Uuid::new_v5(&LETTERPRESS, dataset.name.as_bytes()) },
        }
    }

    /// What the ids of a table's rows begin with, as it stands inside a JSON string; `None` where they have nothing in common.
    pub(super) fn beginning(&self, table: &str) -> Option<Vec<u8>> {
        match self {
            Ids::Addresses { base } => {
                let mut beginning = Vec::new();
                text::write_escaped(base, &mut beginning);
                push_encoded(table.as_bytes(), &mut beginning);
                Some(beginning)
            }
            Ids::Uuids { .. } => None,
        }
    }

    /// Writes the id of a path, as it stands inside a JSON string.
    pub(super) fn write(&self, path: &[u8], out: &mut Vec<u8>) {
        match self {
            Ids::Addresses { base } => {
                text::write_escaped(base, out);
                out.extend_from_slice(path);
            }
            Ids::Uuids { namespace } => {
                let mut buffer = Uuid::encode_buffer();
                let urn = Uuid::new_v5(namespace, path).urn().encode_lower(&mut buffer);
                out.extend_from_slice(urn.as_bytes());
            }
        }
    }

    /// The id of the row of `table` whose key has these parts.
    pub(super) fn id(&self, table: &str, key: &[&str]) -> String {
        let mut path = Vec::new();
        push_encoded(table.as_bytes(), &mut path);
        for part in key {
            push_part(part.as_bytes(), &mut path);
        }
        match self {
            Ids::Addresses { base } => base.clone() + &String::from_utf8_lossy(&path),
            Ids::Uuids { namespace } => Uuid::new_v5(namespace, &path).urn().to_string(),
        }
    }

    /// What terms of our own begin with (`@vocab`).
    pub(super) fn vocabulary(&self) -> String {
        match self {
            Ids::Addresses { base } => format!("{base}terms/"),
            Ids::Uuids { namespace } => format!("{}#", namespace.urn()),
        }
    }

    /// The address against which the key of a row of `table` resolves to the row's id, if there is one.
    ///
    /// There is none for UUIDs, nor where resolving (RFC 3986, section 5.2) would change the base: it drops a query and
    /// a fragment, and takes dots for steps.
    pub(super) fn table_base(&self, table: &str) -> Option<String> {
        match self {
            Ids::Addresses { base } => {
                let resolves = base.contains("://")
                    && base.ends_with('/')
                    && !base.contains(['?', '#'])
                    && !base.contains("/./")
                    && !base.contains("/../");
                resolves.then(|| self.id(table, &[""]))
            }
            Ids::Uuids { .. } => None,
        }
    }

    /// The scheme of every id.
    pub(super) fn scheme(&self) -> &str {
        match self {
            Ids::Addresses { base } => base.split(':').next().unwrap_or_default(),
            Ids::Uuids { .. } => "urn",
        }
    }
}

/// Adds `/` and a part to a path: letters, digits, `-`, `.`, `_` and `~` (RFC 3986, section 2.3) as they are, every
/// other byte of its UTF-8 as `%` and two upper-case hexadecimal digits.
pub(super) fn push_part(part: &[u8], path: &mut Vec<u8>) {
    path.push(b'/');
    push_encoded(part, path);
}

/// The same, without the slash: the table a path begins with.
pub(super) fn push_encoded(part: &[u8], path: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for &byte in part {
        if is_unreserved(byte) {
            path.push(byte);
        } else {
            path.extend_from_slice(&[b'%', HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
        }
    }
}

/// Whether every byte stands for itself in any part of an address.
pub(super) fn are_unreserved(bytes: &[u8]) -> bool {
    bytes.iter().fold(true, |so_far, &byte| so_far & is_unreserved(byte))
}

/// The same for one byte, free of branches, so that many are looked at at a time.
fn is_unreserved(byte: u8) -> bool {
    let is_letter = (byte | 0x20).wrapping_sub(b'a') < 26;
    let is_digit = byte.wrapping_sub(b'0') < 10;
    is_letter | is_digit | (byte == b'-') | (byte == b'.') | (byte == b'_') | (byte == b'~')
}
