//! `schema/vocabularies/<name>.yaml`: a closed list of codes.

use std::sync::Arc;

/// A closed list of codes that fields may hold.
#[derive(Debug, Clone)]
pub struct Vocabulary {
    /// The file's name without its ending.
    pub name: String,
    /// Path of the file, relative to the project.
    pub file: Arc<str>,
    /// Title for people.
    pub title: Option<String>,
    /// What the list is about.
    pub description: Option<String>,
    /// The codes, in the order they are written.
    pub concepts: Vec<Concept>,
}

/// One code and what it means (a SKOS concept).
#[derive(Debug, Clone)]
pub struct Concept {
    /// The code as it stands in the data.
    pub code: String,
    /// Label for people.
    pub label: Option<String>,
    /// Definition.
    pub definition: Option<String>,
    /// Code of the next broader concept in the same list.
    pub broader: Option<String>,
    /// Addresses of the same concept elsewhere (skos:exactMatch).
    pub exact_match: Vec<String>,
}
