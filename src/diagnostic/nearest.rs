//! The name a curator probably meant.

/// The candidate most like `name`, when one is close enough to be worth naming.
///
/// Close means: at most a third of the longer name's characters differ (Damerau–Levenshtein), or only the case does.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name_length = name.chars().count();
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let length = candidate.chars().count();
        let allowed = name_length.max(length).div_ceil(3);
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

/// A list of names in backticks, for messages: `` `a`, `b` or `c` ``.
pub fn quoted<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.into_iter().map(|n| format!("`{n}`")).collect();
    match names.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_the_name_that_was_meant() {
        assert_eq!(nearest("titel", ["title", "name"]), Some("title"));
        assert_eq!(nearest("Title", ["title", "name"]), Some("title"));
        assert_eq!(nearest("zzz", ["title", "name"]), None);
    }

    #[test]
    fn lists_read_as_english() {
        assert_eq!(quoted(["a", "b", "c"]), "`a`, `b` or `c`");
        assert_eq!(quoted(["a"]), "`a`");
    }
}
