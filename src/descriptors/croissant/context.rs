//! The `@context`: the keys of the reference implementation of Croissant 1.1, and no others.

use serde::ser::{Serialize, SerializeMap as _, Serializer};

/// The context. It stands in the document, so that nothing is fetched to read it.
pub(super) struct Context;

/// A term whose value has a type, a container, or both.
#[derive(serde::Serialize)]
struct Term {
    #[serde(rename = "@id")]
    id: &'static str,
    #[serde(rename = "@type")]
    kind: &'static str,
}

/// A text that may come in several languages.
#[derive(serde::Serialize)]
struct Tagged {
    #[serde(rename = "@container")]
    container: &'static str,
}

/// Terms and what they stand for.
const TERMS: &[(&str, &str)] = &[
    ("@vocab", "https://schema.org/"),
    ("arrayShape", "cr:arrayShape"),
    ("citeAs", "cr:citeAs"),
    ("column", "cr:column"),
    ("conformsTo", "dct:conformsTo"),
    ("containedIn", "cr:containedIn"),
    ("cr", "http://mlcommons.org/croissant/"),
    ("dct", "http://purl.org/dc/terms/"),
    ("equivalentProperty", "cr:equivalentProperty"),
    ("extract", "cr:extract"),
    ("field", "cr:field"),
    ("fileObject", "cr:fileObject"),
    ("fileProperty", "cr:fileProperty"),
    ("fileSet", "cr:fileSet"),
    ("format", "cr:format"),
    ("includes", "cr:includes"),
    ("isArray", "cr:isArray"),
    ("isLiveDataset", "cr:isLiveDataset"),
    ("jsonPath", "cr:jsonPath"),
    ("key", "cr:key"),
    ("md5", "cr:md5"),
    ("parentField", "cr:parentField"),
    ("path", "cr:path"),
    ("rai", "http://mlcommons.org/croissant/RAI/"),
    ("recordSet", "cr:recordSet"),
    ("references", "cr:references"),
    ("regex", "cr:regex"),
    ("repeated", "cr:repeated"),
    ("replace", "cr:replace"),
    ("samplingRate", "cr:samplingRate"),
    ("sc", "https://schema.org/"),
    ("separator", "cr:separator"),
    ("source", "cr:source"),
    ("subField", "cr:subField"),
    ("transform", "cr:transform"),
];

impl Serialize for Context {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        // Undetermined (RFC 5646, section 4.1): a project does not say. A null, which says the same, breaks readers.
        map.serialize_entry("@language", "und")?;
        for (term, meaning) in TERMS {
            map.serialize_entry(term, meaning)?;
        }
        map.serialize_entry("data", &Term { id: "cr:data", kind: "@json" })?;
        map.serialize_entry("dataType", &Term { id: "cr:dataType", kind: "@vocab" })?;
        map.serialize_entry("description", &Tagged { container: "@language" })?;
        map.serialize_entry("examples", &Term { id: "cr:examples", kind: "@json" })?;
        map.serialize_entry("name", &Tagged { container: "@language" })?;
        map.end()
    }
}
