//! `index.html`: the release for whoever opens the folder, or its address, in a browser.
//!
//! One file of HTML 5 that needs neither scripts nor a server: what the data set is, its files with size and digest, how
//! to load, verify and cite it, and the columns of each table. The Croissant description is embedded as JSON-LD, which
//! is how search engines for data sets find it (schema.org Dataset); with a `base_url` its addresses are absolute, as
//! they must be there.
//!
//! Files written later (catalogue records, archive manifests) are not listed: a document cannot hold their digests.
//! Left out: a search and the rows themselves.
//!
//! Nothing that the project says can become markup or a script: every text is escaped, links lead to the web or to
//! mail, JSON-LD holds no `<`, and the policy in the head (Content Security Policy 3) allows nothing but our own style.

use minijinja::{AutoEscape, Value};
use serde::Serialize;

use super::dictionary::{self, FileEntry, TableEntry, VocabularyEntry};
use super::loading::{self, Snippet};
use super::published::CSV;
use super::summary::{Summary, summary};
use super::{Described, Descriptor, Document, croissant, links, markdown, templates};

/// `index.html`.
pub(super) struct Page;

/// The style, and its digest as the policy names it: the only thing that a browser applies.
const STYLE: &str = include_str!("page/style.css");
const STYLE_DIGEST: &str = "sha256-gSpmCQJAXejUVDdpypGfihM5Skj9PKxwg5ufeGenmVA=";

impl Descriptor for Page {
    fn name(&self) -> &'static str {
        "page"
    }

    fn standard(&self) -> &'static str {
        "HTML 5 with schema.org Dataset"
    }

    fn documents(&self, release: &Described<'_>) -> Vec<Document> {
        let base = release.address().unwrap_or_default();
        let contents = Contents {
            style: STYLE,
            style_digest: STYLE_DIGEST,
            json_ld: croissant::compact(release, &base).map(|json| in_script(&json)),
            summary: summary(release),
            tables: dictionary::tables(release),
            vocabularies: dictionary::vocabularies(release.project),
            documents: dictionary::documents(release),
            snippets: loading::snippets(release),
            has_csv: release.has_format(CSV),
        };
        vec![Document {
            path: "index.html".to_owned(),
            media_type: "text/html; charset=utf-8",
            bytes: render(&contents).into_bytes(),
        }]
    }
}

/// What the template is told.
#[derive(Serialize)]
struct Contents<'a> {
    style: &'static str,
    style_digest: &'static str,
    json_ld: Option<String>,
    summary: Summary<'a>,
    tables: Vec<TableEntry<'a>>,
    vocabularies: Vec<VocabularyEntry<'a>>,
    documents: Vec<FileEntry<'a>>,
    snippets: Vec<Snippet>,
    has_csv: bool,
}

fn render(contents: &Contents<'_>) -> String {
    let mut environment = templates::environment(AutoEscape::Html);
    environment.add_filter("markdown", |text: &str| Value::from_safe_string(markdown::to_html(text)));
    environment.add_filter("inline", |text: &str| Value::from_safe_string(markdown::to_inline_html(text)));
    // The address if it does no harm, else nothing.
    environment.add_filter("address", |address: Option<String>| {
        address.as_deref().and_then(links::safe).map(str::to_owned)
    });
    templates::render(&environment, "index.html", include_str!("page/index.html.jinja"), contents)
}

/// JSON in which no `<` or `&` is left for HTML to read, nor a line end that JavaScript knows and JSON does not. All of
/// them can occur in strings only, where the escape means the same.
fn in_script(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '<' => out.push_str("\\u003c"),
            '>' => out.push_str("\\u003e"),
            '&' => out.push_str("\\u0026"),
            '\u{2028}' => out.push_str("\\u2028"),
            '\u{2029}' => out.push_str("\\u2029"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::Digest;

    /// Base64 (RFC 4648, section 4).
    fn base64(bytes: &[u8]) -> String {
        const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut out = String::new();
        for group in bytes.chunks(3) {
            let bits =
                group.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
            for place in 0..=group.len() {
                out.push(char::from(LETTERS[(bits >> (18 - 6 * place)) as usize & 63]));
            }
            out.push_str(&"=".repeat(3 - group.len()));
        }
        out
    }

    #[test]
    fn the_policy_names_the_style() {
        assert_eq!(STYLE_DIGEST, format!("sha256-{}", base64(Digest::of(STYLE.as_bytes()).as_bytes())));
        assert!(!STYLE.contains('<') && !STYLE.contains("url("));
    }

    #[test]
    fn no_text_in_json_ends_the_script_or_begins_a_comment() {
        let escaped = in_script("{\"a\":\"</script><!--&amp;\u{2028}\"}");
        assert_eq!(escaped, "{\"a\":\"\\u003c/script\\u003e\\u003c!--\\u0026amp;\\u2028\"}");
        let value: serde_json::Value = serde_json::from_str(&escaped).expect("it is JSON");
        assert_eq!(value["a"], "</script><!--&amp;\u{2028}");
    }
}
