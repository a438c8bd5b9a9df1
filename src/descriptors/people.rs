//! Who made and who publishes a data set, in the words that several standards share.
//!
//! A contributor with a given name, a family name or an organization to work for is a person; everybody else is an
//! organization. Data Package has no other way to say it.

use crate::schema::{Contributor, Dataset};

/// Those who made it: the roles `creator` and `author`, or, where nobody has these, everybody without a role.
pub(super) fn creators(dataset: &Dataset) -> Vec<&Contributor> {
    let creators = with_role(dataset, &["creator", "author"]);
    if !creators.is_empty() {
        return creators;
    }
    let named = |contributor: &&Contributor| name(contributor).is_some();
    dataset.contributors.iter().filter(|contributor| contributor.roles.is_empty()).filter(named).collect()
}

/// Those who publish it.
pub(super) fn publishers(dataset: &Dataset) -> Vec<&Contributor> {
    with_role(dataset, &["publisher"])
}

/// Those with one of these roles, and a name.
fn with_role<'a>(dataset: &'a Dataset, roles: &[&str]) -> Vec<&'a Contributor> {
    let has_role = |contributor: &&Contributor| {
        contributor.roles.iter().any(|role| roles.iter().any(|wanted| role.eq_ignore_ascii_case(wanted)))
    };
    let named = |contributor: &&Contributor| name(contributor).is_some();
    dataset.contributors.iter().filter(has_role).filter(named).collect()
}

/// Whether the contributor is a person.
pub(super) fn is_person(contributor: &Contributor) -> bool {
    contributor.given_name.is_some()
        || contributor.family_name.is_some()
        || contributor.organization.is_some()
}

/// The name as people say it: the title, or given name and family name.
pub(super) fn name(contributor: &Contributor) -> Option<String> {
    let parts = [contributor.given_name.as_deref(), contributor.family_name.as_deref()];
    let full = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
    contributor.title.clone().or_else(|| (!full.is_empty()).then_some(full))
}
