//! Addresses that a reader may be sent to.

/// The address, if following it does no harm: `http`, `https` or `mailto`, without a space or control character by
/// which browsers could be led to read another scheme.
pub(super) fn safe(address: &str) -> Option<&str> {
    let scheme = address.split_once(':').map(|(scheme, _)| scheme)?;
    let is_safe = ["http", "https", "mailto"].iter().any(|known| known.eq_ignore_ascii_case(scheme));
    let is_clean = !address.chars().any(|c| c.is_control() || c.is_whitespace());
    (is_safe && is_clean).then_some(address)
}

/// The safe address of the web among these.
pub(super) fn web(address: Option<&str>) -> Option<&str> {
    address
        .and_then(safe)
        .filter(|address| !address.get(..7).is_some_and(|s| s.eq_ignore_ascii_case("mailto:")))
}

/// The DOI in an identifier: `10.1234/x`, `doi:10.1234/x`, `https://doi.org/10.1234/x`.
pub(super) fn doi(id: &str) -> Option<&str> {
    const BEFORE: [&str; 6] =
        ["https://doi.org/", "http://doi.org/", "https://dx.doi.org/", "http://dx.doi.org/", "doi:", "DOI:"];
    let doi = BEFORE.iter().find_map(|before| id.strip_prefix(before)).unwrap_or(id);
    let (registrant, name) = doi.strip_prefix("10.")?.split_once('/')?;
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let is_clean =
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "-._;()/:[]".contains(c));
    (registrant.len() >= 4 && registrant.split('.').all(digits) && is_clean).then_some(doi)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_that_do_no_harm_are_links() {
        for address in ["https://wye.example/a?b=c#d", "HTTP://wye.example", "mailto:a@wye.example"] {
            assert_eq!(safe(address), Some(address));
        }
        for address in [
            "javascript:alert(1)",
            " javascript:alert(1)",
            "jav\tascript:alert(1)",
            "https://wye.example/\n",
            "data:text/html,x",
            "//wye.example",
            "wye.example",
            "file:///etc/passwd",
            "",
        ] {
            assert_eq!(safe(address), None, "{address}");
        }
        assert_eq!(web(Some("mailto:a@wye.example")), None);
    }

    #[test]
    fn a_doi_is_known_in_all_its_spellings() {
        for id in ["10.5281/zenodo.1", "doi:10.5281/zenodo.1", "https://doi.org/10.5281/zenodo.1"] {
            assert_eq!(doi(id), Some("10.5281/zenodo.1"));
        }
        for id in ["https://wye.example/10.5281/zenodo.1", "10.52/x", "10.5281/", "10.5281/a b", "urn:x"] {
            assert_eq!(doi(id), None, "{id}");
        }
    }
}
