//! Who made a data set, as standards ask for it: creators, publisher, and everybody's name.

use crate::schema::{Contributor, Dataset};

impl Contributor {
    /// The name in full, as it is read aloud.
    pub(super) fn full_name(&self) -> Option<String> {
        let parts = [self.given_name.as_deref(), self.family_name.as_deref()];
        let joined: Vec<&str> = parts.into_iter().flatten().collect();
        match &self.title {
            Some(title) => Some(title.clone()),
            None if joined.is_empty() => self.organization.clone(),
            None => Some(joined.join(" ")),
        }
    }

    /// Whether it is a natural person, as far as one can know: only persons have given and family names.
    pub(super) fn is_person(&self) -> bool {
        self.given_name.is_some() || self.family_name.is_some()
    }

    /// Whether the contributor has a role, in whatever case.
    pub(super) fn has_role(&self, role: &str) -> bool {
        self.roles.iter().any(|own| own.eq_ignore_ascii_case(role))
    }
}

/// Who made the data set: those with the role `creator`, else `author`, else everybody with a name.
pub(super) fn creators(dataset: &Dataset) -> Vec<&Contributor> {
    let named = || dataset.contributors.iter().filter(|person| person.full_name().is_some());
    for role in ["creator", "author"] {
        let found: Vec<&Contributor> = named().filter(|person| person.has_role(role)).collect();
        if !found.is_empty() {
            return found;
        }
    }
    named().collect()
}

/// Who publishes the data set: the one with the role `publisher`, else its first creator, who then does it alone.
pub(super) fn publisher(dataset: &Dataset) -> Option<&Contributor> {
    let named = dataset.contributors.iter().filter(|person| person.full_name().is_some());
    named.filter(|person| person.has_role("publisher")).chain(creators(dataset)).next()
}

/// Everybody who publishes the data set, by role alone.
pub(super) fn publishers(dataset: &Dataset) -> Vec<&Contributor> {
    let named = dataset.contributors.iter().filter(|person| person.full_name().is_some());
    named.filter(|person| person.has_role("publisher")).collect()
}
