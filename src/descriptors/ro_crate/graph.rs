//! The graph of an RO-Crate: entities that refer to each other by id, none inside another.

use std::collections::BTreeSet;

use serde::{Serialize, Serializer};

use crate::digest::Digest;

/// The document.
#[derive(Serialize)]
pub(super) struct Crate {
    #[serde(rename = "@context")]
    pub(super) context: &'static str,
    #[serde(rename = "@graph")]
    pub(super) graph: Vec<Entity>,
}

/// A reference to an entity.
#[derive(Clone, Serialize)]
pub(super) struct Id {
    #[serde(rename = "@id")]
    pub(super) id: String,
}

/// An entity: a file, the data set, somebody, a licence. What is not known is left out.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Entity {
    #[serde(rename = "@id")]
    pub(super) id: String,
    #[serde(rename = "@type")]
    pub(super) kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) conforms_to: Option<Id>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) about: Option<Id>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) alternate_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) given_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) family_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) date_published: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", rename = "propertyID")]
    pub(super) property_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) encoding_format: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) content_size: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sha256: Option<Digest>,
    #[serde(skip_serializing_if = "Vec::is_empty", serialize_with = "one_or_more")]
    pub(super) keywords: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) identifier: Option<Id>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) affiliation: Option<Id>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) contact_point: Option<Id>,
    #[serde(skip_serializing_if = "Vec::is_empty", serialize_with = "one_or_more")]
    pub(super) license: Vec<Id>,
    #[serde(skip_serializing_if = "Vec::is_empty", serialize_with = "one_or_more")]
    pub(super) creator: Vec<Id>,
    #[serde(skip_serializing_if = "Vec::is_empty", serialize_with = "one_or_more")]
    pub(super) publisher: Vec<Id>,
    #[serde(skip_serializing_if = "Vec::is_empty", serialize_with = "one_or_more")]
    pub(super) is_based_on: Vec<Id>,
    #[serde(skip_serializing_if = "Vec::is_empty", serialize_with = "one_or_more")]
    pub(super) has_part: Vec<Id>,
}

impl Entity {
    /// An entity of which nothing else is known.
    pub(super) fn new(id: impl Into<String>, kind: &'static str) -> Entity {
        Entity { id: id.into(), kind, ..Entity::default() }
    }

    /// A reference to it.
    pub(super) fn reference(&self) -> Id {
        Id { id: self.id.clone() }
    }
}

/// References to all of them.
pub(super) fn ids(entities: &[Entity]) -> Vec<Id> {
    entities.iter().map(Entity::reference).collect()
}

/// The entities without those whose id came before: who is creator and publisher stands in the graph once.
pub(super) fn each_once(entities: Vec<Entity>) -> Vec<Entity> {
    let mut seen = BTreeSet::new();
    entities.into_iter().filter(|entity| seen.insert(entity.id.clone())).collect()
}

/// Compacted JSON-LD has a single value without a list around it.
fn one_or_more<T: Serialize, S: Serializer>(values: &[T], serializer: S) -> Result<S::Ok, S::Error> {
    match values {
        [one] => one.serialize(serializer),
        values => values.serialize(serializer),
    }
}
