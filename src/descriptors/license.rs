//! `LICENSE.txt`: under which terms the data may be used, for whoever opens the folder.
//!
//! It names each licence and where its text is, as `licenses` of the Data Package gives them. The text of a licence is
//! not in it: the project gives an address, and a release holds nothing that the project does not.

use super::{Described, Descriptor, Document};
use crate::schema;

/// `LICENSE.txt`.
pub(super) struct License;

impl Descriptor for License {
    fn name(&self) -> &'static str {
        "license"
    }

    fn standard(&self) -> &'static str {
        "licence notice"
    }

    fn documents(&self, release: &Described<'_>) -> Vec<Document> {
        let dataset = &release.project.dataset;
        let title = dataset.title.as_deref().unwrap_or(&dataset.name);
        let lines: Vec<String> = dataset.licenses.iter().map(line).collect();
        if lines.is_empty() {
            return Vec::new();
        }
        let choice = if lines.len() == 1 { "this licence" } else { "any one of these licences" };
        let text = format!(
            "{title}, version {}\n\nThe data may be used under {choice}:\n\n{}\n",
            dataset.version,
            lines.join("\n")
        );
        vec![Document {
            path: "LICENSE.txt".to_owned(),
            media_type: "text/plain; charset=utf-8",
            bytes: text.into_bytes(),
        }]
    }
}

/// `- Title (name): address`, as far as they are known.
fn line(license: &schema::License) -> String {
    let (name, title) = (license.name.as_deref(), license.title.as_deref());
    let words = match (title, name) {
        (Some(title), Some(name)) => format!("{title} ({name})"),
        (Some(only), None) | (None, Some(only)) => only.to_owned(),
        (None, None) => String::new(),
    };
    match (words.as_str(), license.path.as_deref()) {
        ("", path) => format!("- {}", path.unwrap_or_default()),
        (words, Some(path)) => format!("- {words}: {path}"),
        (words, None) => format!("- {words}"),
    }
}
