//! Names of licences: those of SPDX, of the Open Definition and of Hugging Face.

use crate::schema::License;

/// SPDX identifier and the name that Hugging Face knows the licence by, for licences that data come under.
const KNOWN: &[(&str, Option<&str>)] = &[
    ("Apache-2.0", Some("apache-2.0")),
    ("BSD-2-Clause", Some("bsd-2-clause")),
    ("BSD-3-Clause", Some("bsd-3-clause")),
    ("C-UDA-1.0", Some("c-uda")),
    ("CC0-1.0", Some("cc0-1.0")),
    ("CC-BY-2.0", Some("cc-by-2.0")),
    ("CC-BY-2.5", Some("cc-by-2.5")),
    ("CC-BY-3.0", Some("cc-by-3.0")),
    ("CC-BY-4.0", Some("cc-by-4.0")),
    ("CC-BY-NC-2.0", Some("cc-by-nc-2.0")),
    ("CC-BY-NC-3.0", Some("cc-by-nc-3.0")),
    ("CC-BY-NC-4.0", Some("cc-by-nc-4.0")),
    ("CC-BY-NC-ND-3.0", Some("cc-by-nc-nd-3.0")),
    ("CC-BY-NC-ND-4.0", Some("cc-by-nc-nd-4.0")),
    ("CC-BY-NC-SA-2.0", Some("cc-by-nc-sa-2.0")),
    ("CC-BY-NC-SA-3.0", Some("cc-by-nc-sa-3.0")),
    ("CC-BY-NC-SA-4.0", Some("cc-by-nc-sa-4.0")),
    ("CC-BY-ND-4.0", Some("cc-by-nd-4.0")),
    ("CC-BY-SA-3.0", Some("cc-by-sa-3.0")),
    ("CC-BY-SA-4.0", Some("cc-by-sa-4.0")),
    ("CDLA-Permissive-1.0", Some("cdla-permissive-1.0")),
    ("CDLA-Sharing-1.0", Some("cdla-sharing-1.0")),
    ("etalab-2.0", Some("etalab-2.0")),
    ("GFDL-1.2-or-later", None),
    ("GFDL-1.3-or-later", None),
    ("MIT", Some("mit")),
    ("NLOD-1.0", None),
    ("ODbL-1.0", Some("odbl")),
    ("ODC-By-1.0", Some("odc-by")),
    ("OGL-Canada-2.0", None),
    ("OGL-UK-2.0", None),
    ("OGL-UK-3.0", None),
    ("PDDL-1.0", Some("pddl")),
    ("Unlicense", Some("unlicense")),
];

/// What the Open Definition calls licences that SPDX has under another name.
const OPEN_DEFINITION: &[(&str, &str)] = &[("ODC-PDDL-1.0", "PDDL-1.0"), ("ODC-ODbL-1.0", "ODbL-1.0")];

fn known(license: &License) -> Option<&'static (&'static str, Option<&'static str>)> {
    let name = license.name.as_deref()?;
    let same = |other: &&str| other.eq_ignore_ascii_case(name);
    let name = OPEN_DEFINITION.iter().find(|(from, _)| same(from)).map_or(name, |(_, to)| to);
    KNOWN.iter().find(|(spdx, _)| spdx.eq_ignore_ascii_case(name))
}

/// The SPDX identifier, if it is one of the licences known here.
pub(super) fn spdx(license: &License) -> Option<&'static str> {
    known(license).map(|(spdx, _)| *spdx)
}

/// The name on Hugging Face, if it has one there.
pub(super) fn hugging_face(license: &License) -> Option<&'static str> {
    known(license).and_then(|(_, name)| *name)
}

/// What people call the licence.
pub(super) fn title(license: &License) -> &str {
    let names = [license.title.as_deref(), license.name.as_deref(), license.path.as_deref()];
    names.into_iter().flatten().next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_licence_is_known_by_any_of_its_names() {
        let license = |name: &str| License { name: Some(name.to_owned()), title: None, path: None };
        for (name, expected) in [
            ("CC-BY-4.0", (Some("CC-BY-4.0"), Some("cc-by-4.0"))),
            ("cc-by-4.0", (Some("CC-BY-4.0"), Some("cc-by-4.0"))),
            ("ODC-PDDL-1.0", (Some("PDDL-1.0"), Some("pddl"))),
            ("OGL-UK-3.0", (Some("OGL-UK-3.0"), None)),
            ("Ours", (None, None)),
        ] {
            let license = license(name);
            assert_eq!((spdx(&license), hugging_face(&license)), expected, "{name}");
        }
    }
}
