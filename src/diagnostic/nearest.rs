//! The name a curator probably meant.

/// The candidate most like `name`, when one is close enough to be worth naming.
///
/// Close means: at most a third of the longer name's characters differ (Damerau–Levenshtein), or only the case does.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name_length = name.chars().count();
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let length = candidate.chars().count();
        let longer = name_length.max(length);
        // Of a single character nothing would remain.
        let allowed = longer.div_ceil(3).min(longer.saturating_sub(1));
        if length.abs_diff(name_length) > allowed {
            continue;
        }
        let distance = if candidate.eq_ignore_ascii_case(name) {
            0
        } else {
            strsim::damerau_levenshtein(name, candidate)
        };
        if distance <= allowed && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Names of which one is meant, in backticks: `` `a`, `b` or `c` ``.
pub fn quoted<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    joined(names, "or")
}

/// Names that are all meant, in backticks: `` `a`, `b` and `c` ``.
pub fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    joined(names, "and")
}

fn joined<'a>(names: impl IntoIterator<Item = &'a str>, last_but_one: &str) -> String {
    let names: Vec<String> = names.into_iter().map(|n| format!("`{n}`")).collect();
    match names.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} {last_but_one} {last}", rest.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_the_name_that_was_meant() {
        assert_eq!(nearest("titel", ["title", "name"]), Some("title"));
        assert_eq!(nearest("Title", ["title", "name"]), Some("title"));
        assert_eq!(nearest("di", ["id"]), Some("id"));
        assert_eq!(nearest("zzz", ["title", "name"]), None);
        assert_eq!(nearest("4", ["1", "2"]), None);
    }

    #[test]
    fn lists_read_as_english() {
        assert_eq!(quoted(["a", "b", "c"]), "`a`, `b` or `c`");
        assert_eq!(quoted(["a"]), "`a`");
        assert_eq!(listed(["a", "b"]), "`a` and `b`");
    }
}
