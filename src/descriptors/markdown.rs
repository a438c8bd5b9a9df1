//! Markdown: descriptions written in it, and plain texts put into it.
//!
//! A description may not bring HTML, pictures, or links that do harm into a document: what looks like one is shown as
//! the text it is.

use std::ops::Range;

use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::links;

/// The description as HTML. Its headings become `h3` and lower, below those of the page.
pub(super) fn to_html(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len() * 2);
    pulldown_cmark::html::push_html(&mut out, harmless(markdown).into_iter());
    out
}

/// A description of a few words as HTML, without the paragraph around it.
pub(super) fn to_inline_html(markdown: &str) -> String {
    let mut events = harmless(markdown);
    let is_paragraph = |event: &Event<'_>| matches!(event, Event::Start(Tag::Paragraph));
    let is_one = events.first().is_some_and(is_paragraph)
        && matches!(events.last(), Some(Event::End(TagEnd::Paragraph)))
        && events.iter().filter(|event| is_paragraph(event)).count() == 1;
    if is_one {
        events.pop();
        events.remove(0);
    }
    let mut out = String::with_capacity(markdown.len() * 2);
    pulldown_cmark::html::push_html(&mut out, events.into_iter());
    out.trim_end().to_owned()
}

/// The events of a description, with everything harmful turned into text or left out.
fn harmless(markdown: &str) -> Vec<Event<'_>> {
    let mut events = Vec::new();
    let mut dropped_links = Vec::new();
    for event in Parser::new_ext(markdown, Options::empty()) {
        match event {
            Event::Html(html) | Event::InlineHtml(html) => events.push(Event::Text(html)),
            Event::Start(Tag::HtmlBlock) => events.push(Event::Start(Tag::Paragraph)),
            Event::End(TagEnd::HtmlBlock) => events.push(Event::End(TagEnd::Paragraph)),
            // A picture would be fetched; its description stays.
            Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => {}
            Event::Start(Tag::Link { dest_url, .. }) => {
                let address = link_address(&dest_url);
                dropped_links.push(address.is_none());
                if let Some(address) = address {
                    let start = format!("<a href=\"{}\" rel=\"noopener\">", escaped(&address));
                    events.push(Event::InlineHtml(CowStr::from(start)));
                }
            }
            Event::End(TagEnd::Link) => {
                if dropped_links.pop() == Some(false) {
                    events.push(Event::InlineHtml(CowStr::Borrowed("</a>")));
                }
            }
            Event::Start(Tag::Heading { level, .. }) => events.push(Event::Start(heading(level))),
            Event::End(TagEnd::Heading(level)) => events.push(Event::End(TagEnd::Heading(lower(level)))),
            other => events.push(other),
        }
    }
    events
}

/// Autolinks of mail have no scheme in the text.
fn link_address(address: &str) -> Option<String> {
    let is_mail = address.contains('@') && !address.contains([':', '/']);
    let address = if is_mail { format!("mailto:{address}") } else { address.to_owned() };
    links::safe(&address).map(str::to_owned)
}

fn heading(level: HeadingLevel) -> Tag<'static> {
    Tag::Heading { level: lower(level), id: None, classes: Vec::new(), attrs: Vec::new() }
}

fn lower(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 => HeadingLevel::H3,
        HeadingLevel::H2 => HeadingLevel::H4,
        HeadingLevel::H3 => HeadingLevel::H5,
        HeadingLevel::H4 | HeadingLevel::H5 | HeadingLevel::H6 => HeadingLevel::H6,
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

/// The same Markdown, in which HTML and links that do harm are text, and a picture, which would be fetched, is a link to it.
pub(super) fn harmless_markdown(markdown: &str) -> String {
    const ROUNDS: usize = 8;
    let mut text = markdown.to_owned();
    // Escaping one piece can join lines that were apart, and so make HTML of what was code.
    for _ in 0..ROUNDS {
        let mut ranges = harmful(&text);
        if ranges.is_empty() {
            return text;
        }
        ranges.sort_unstable_by_key(|range| range.start);
        let mut escaped = String::with_capacity(text.len() + 4 * ranges.len());
        let mut done = 0;
        for range in ranges {
            let start = range.start.max(done);
            escaped.push_str(text.get(done..start).unwrap_or_default());
            escaped.push_str(&without_marks(text.get(start..range.end).unwrap_or_default()));
            done = range.end.max(start);
        }
        escaped.push_str(text.get(done..).unwrap_or_default());
        text = escaped;
    }
    // Nobody writes so much of it one inside the other for a reason.
    without_marks(&text)
}

/// Where HTML stands, and where pictures and links that do harm begin.
fn harmful(markdown: &str) -> Vec<Range<usize>> {
    let events = Parser::new_ext(markdown, Options::empty()).into_offset_iter();
    let ranges = events.filter_map(|(event, range)| match event {
        Event::Html(_) | Event::InlineHtml(_) => Some(range),
        Event::Start(Tag::Image { .. }) => Some(range.start..range.start + 1),
        Event::Start(Tag::Link { dest_url, .. }) if does_harm(&dest_url) => {
            Some(range.start..range.start + 1)
        }
        _ => None,
    });
    ranges.filter(|range| !range.is_empty()).collect()
}

/// Whether following an address does harm; one without a scheme leads to a neighbour of the document, or nowhere.
fn does_harm(address: &str) -> bool {
    let (scheme, _) = address.split_once(['/', '?', '#']).unwrap_or((address, ""));
    let is_clean = !address.chars().any(|c| c.is_control() || c.is_whitespace());
    (!is_clean || scheme.contains(':')) && link_address(address).is_none()
}

/// What would begin HTML, a link or a picture, as text.
fn without_marks(markdown: &str) -> String {
    markdown.replace('<', "&lt;").replace('[', "\\[").replace('!', "\\!")
}

/// A description on one line, as a cell of a table or an item of a list holds it.
pub(super) fn cell(markdown: &str) -> String {
    let line = markdown.split_whitespace().collect::<Vec<_>>().join(" ");
    harmless_markdown(&line).replace('|', "\\|")
}

/// A plain text on one line, with what Markdown would take for a mark escaped.
pub(super) fn text(plain: &str) -> String {
    let mut out = String::with_capacity(plain.len());
    for c in plain.split_whitespace().collect::<Vec<_>>().join(" ").chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '~' | '&' | '!') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// A value as code, in as many backticks as it needs; in a table, too.
pub(super) fn code(value: &str) -> String {
    let line: String = value.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let runs = line.split(|c| c != '`').map(str::len);
    let fence = "`".repeat(runs.max().unwrap_or(0) + 1);
    let space = if line.starts_with('`') || line.ends_with('`') || line.is_empty() { " " } else { "" };
    format!("{fence}{space}{}{space}{fence}", line.replace('|', "\\|"))
}

/// A plain text that leads to an address, if that does no harm.
pub(super) fn link(plain: &str, address: Option<&str>) -> String {
    match address.and_then(links::safe) {
        Some(address) => {
            let address =
                address.replace('<', "%3C").replace('>', "%3E").replace('\\', "%5C").replace('|', "%7C");
            format!("[{}](<{address}>)", text(plain))
        }
        None => text(plain),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn much_html_is_text_in_linear_time() {
        let tags = "<p>a <b>c</b></p>\n".repeat(20_000);
        let text = harmless_markdown(&tags);
        assert_eq!(text, tags.replace('<', "&lt;"));
    }

    #[test]
    fn a_description_brings_no_html_into_a_page() {
        for (markdown, expected) in [
            ("**a** <b onclick=x>c</b>", "<p><strong>a</strong> &lt;b onclick=x&gt;c&lt;/b&gt;</p>\n"),
            ("[a](javascript:alert(1))", "<p>a</p>\n"),
            ("[a](<jav\tascript:x>)", "<p>a</p>\n"),
            ("[a](//evil.example)", "<p>a</p>\n"),
            (
                "[a](https://wye.example/?a=\"b\")",
                "<p><a href=\"https://wye.example/?a=&quot;b&quot;\" rel=\"noopener\">a</a></p>\n",
            ),
            (
                "<a@wye.example>",
                "<p><a href=\"mailto:a@wye.example\" rel=\"noopener\">a@wye.example</a></p>\n",
            ),
            ("![a](https://wye.example/x.png)", "<p>a</p>\n"),
            ("# a", "<h3>a</h3>\n"),
        ] {
            assert_eq!(to_html(markdown), expected);
        }
        let block = to_html("<script>\nx\n</script>");
        assert!(!block.contains("<script"), "{block}");
        assert_eq!(to_inline_html("a `b` & c"), "a <code>b</code> &amp; c");
    }

    #[test]
    fn links_that_do_harm_and_pictures_bring_nothing_into_a_readme() {
        for (markdown, expected) in [
            ("[a](javascript:alert(1))", "\\[a](javascript:alert(1))"),
            ("[a][b]\n\n[b]: javascript&#58;x", "\\[a]\\[b]\n\n[b]: javascript&#58;x"),
            ("<javascript:x> <vbscript:x>", "&lt;javascript:x> &lt;vbscript:x>"),
            ("[*a*](<jav ascript:x> 'b')", "\\[*a*](&lt;jav ascript:x> 'b')"),
            ("![a](https://wye.example/x.png)", "\\![a](https://wye.example/x.png)"),
            ("![a ![b](x.png)](data:image/png;x)", "\\![a \\![b](x.png)](data:image/png;x)"),
            ("[![a](x.png)](https://wye.example)", "[\\![a](x.png)](https://wye.example)"),
        ] {
            let found = harmless_markdown(markdown);
            assert_eq!(found, expected, "{markdown}");
            assert!(harmful(&found).is_empty(), "{found}");
        }
        for markdown in [
            "[a](https://wye.example/?a=1!) and [b](docs/b.md#c), <a@wye.example>, [d](#e), `[f](javascript:x)`",
            "really! [1] \\<b>",
        ] {
            assert_eq!(harmless_markdown(markdown), markdown);
        }
    }

    #[test]
    fn html_in_markdown_becomes_text_and_code_stays() {
        assert_eq!(
            harmless_markdown("a `<b>` <b> <https://wye.example>"),
            "a `<b>` &lt;b> <https://wye.example>"
        );
        let hidden = harmless_markdown("<script>\nx ` y</script>\n`<b>`");
        let is_html = |event: Event<'_>| matches!(event, Event::Html(_) | Event::InlineHtml(_));
        assert!(!Parser::new(&hidden).any(is_html), "{hidden}");
    }

    #[test]
    fn values_and_names_are_what_they_are() {
        assert_eq!(code("a|b"), "`a\\|b`");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(text("a_b <i> [x]\n| y"), "a\\_b \\<i\\> \\[x\\] \\| y");
        assert_eq!(link("a]", Some("https://wye.example/(x)")), "[a\\]](<https://wye.example/(x)>)");
        assert_eq!(link("a", Some("javascript:x")), "a");
        assert_eq!(cell("two\nlines | <br>"), "two lines \\| &lt;br>");
    }
}
