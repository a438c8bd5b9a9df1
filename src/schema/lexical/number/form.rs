//! What may stand in and around a number: groups of digits, another decimal mark, units, percent.

use std::borrow::Cow;

use crate::schema::FieldFormat;

/// What a number may have beside whole digits.
#[derive(Clone, Copy)]
pub(super) struct Parts {
    /// A decimal mark with digits behind it.
    pub(super) fraction: bool,
    /// An exponent.
    pub(super) exponent: bool,
}

impl Parts {
    pub(super) const WHOLE: Parts = Parts { fraction: false, exponent: false };
    pub(super) const EXACT: Parts = Parts { fraction: true, exponent: false };
}

/// A number of a field in plain form, with a power of ten that it is to be multiplied by; `None` when it has not the field's form.
/// An exponent is left in the text, where one is allowed.
pub(super) fn undressed<'t>(
    format: &FieldFormat,
    text: &'t str,
    parts: Parts,
) -> Option<(Cow<'t, str>, i32)> {
    let text = if format.bare_number { text } else { bare(format.decimal_char, text)? };
    if let Some(pattern) = &format.number_pattern {
        let (text, shift) = pattern.read(text)?;
        return Some((Cow::Owned(text), shift));
    }
    let (text, shift) = match text.strip_suffix(['%', '‰']) {
        Some(rest) if format.percent => (rest, if text.ends_with('%') { -2 } else { -3 }),
        _ => (text, 0),
    };
    let group = format.group_char.as_deref().filter(|group| !group.is_empty());
    let has_exponent = text.bytes().any(|byte| matches!(byte, b'e' | b'E'));
    if has_exponent && (!parts.exponent || shift != 0) {
        return None;
    }
    if group.is_none() && (format.decimal_char == '.' || !parts.fraction) {
        return Some((Cow::Borrowed(text), shift));
    }
    let (sign, unsigned) = signed(text);
    let end = unsigned.find(['e', 'E']).unwrap_or(unsigned.len());
    let (mantissa, exponent) = unsigned.split_at(end);
    let (whole, fraction) = match mantissa.split_once(format.decimal_char).filter(|_| parts.fraction) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let mut out = String::with_capacity(text.len());
    out.push_str(sign);
    match group {
        Some(group) if whole.contains(group) => ungroup(whole, group, &mut out)?,
        _ => is_digits(whole).then(|| out.push_str(whole))?,
    }
    if let Some(fraction) = fraction {
        // Digits alone: neither a mark of groups, nor the point where it is not the decimal mark.
        is_digits(fraction).then(|| out.push('.'))?;
        out.push_str(fraction);
    }
    out.push_str(exponent);
    Some((Cow::Owned(out), shift))
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

fn signed(text: &str) -> (&str, &str) {
    text.split_at(usize::from(text.starts_with(['-', '+'])))
}

/// The number in a text that says more. What could change its value must not stand around it: signs, other digits, and the
/// brackets of a negative amount.
fn bare(decimal_char: char, text: &str) -> Option<&str> {
    let is_part = |c: char| c.is_ascii_digit() || c == '-' || c == '+' || c == decimal_char;
    let start = text.find(is_part)?;
    let end = text.rfind(|c: char| c.is_ascii_digit())? + 1;
    let (before, number, after) = (text.get(..start)?, text.get(start..end)?, text.get(end..)?);
    let is_harmful = |c: char| c.is_numeric() || "-+−±‒–".contains(c);
    let is_bracketed = before.trim_end().ends_with('(') && after.trim_start().starts_with(')');
    (!is_bracketed && !before.contains(is_harmful) && !after.contains(is_harmful)).then_some(number)
}

/// Digits in groups of three, or (12,34,567) of two before the last three; the first begins with no zero.
fn ungroup(whole: &str, group: &str, out: &mut String) -> Option<()> {
    let start = out.len();
    let is_grouped = |secondary| Groups { primary: 3, secondary }.is_met(whole, group);
    (is_grouped(3) || is_grouped(2)).then(|| out.extend(whole.split(group)))?;
    (!out[start..].starts_with('0')).then_some(())
}

/// How many digits stand in a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Groups {
    /// In the last one.
    primary: usize,
    /// In each before it; in the first, perhaps fewer.
    secondary: usize,
}

impl Groups {
    /// Whether digits before a decimal mark are in these groups.
    fn is_met(self, text: &str, group: &str) -> bool {
        let mut parts = text.rsplit(group).peekable();
        let mut size = self.primary;
        while let Some(part) = parts.next() {
            let is_first = parts.peek().is_none();
            let has_size = if is_first { (1..=size).contains(&part.len()) } else { part.len() == size };
            if !has_size || !is_digits(part) {
                return false;
            }
            size = self.secondary;
        }
        true
    }
}

/// A pattern of numbers (Unicode TR 35, as far as Model for Tabular Data, section 6.4.2, names it), such as `#,##0.00`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberPattern {
    /// As it was written.
    source: String,
    decimal_char: char,
    group_char: String,
    /// Whether a plus stands before what is not negative.
    has_sign: bool,
    /// Percent or per mille before or behind: the mark, whether it stands before, and its power of ten.
    share: Option<(char, bool, i32)>,
    least_whole: usize,
    groups: Option<Groups>,
    least_fraction: usize,
    most_fraction: usize,
    /// Digits in a group after the decimal mark.
    fraction_group: Option<usize>,
    /// Least number of digits of an exponent, and whether it always has a sign.
    exponent: Option<(usize, bool)>,
}

impl NumberPattern {
    /// Takes a pattern apart; `None` when it is none.
    pub fn new(pattern: &str, decimal_char: char, group_char: &str) -> Option<NumberPattern> {
        let before = pattern.trim_start_matches(['%', '‰', '+', '-']);
        let affixes = &pattern[..pattern.len() - before.len()];
        let body = before.trim_end_matches(['%', '‰']);
        let marks = [affixes, &before[body.len()..]];
        let shares: Vec<(char, bool)> = (marks.iter().zip([true, false]))
            .flat_map(|(text, is_before)| text.chars().map(move |c| (c, is_before)))
            .filter(|(c, _)| matches!(c, '%' | '‰'))
            .collect();
        let signs = affixes.matches(['+', '-']).count();
        let (mantissa, exponent) = match body.split_once('E') {
            Some((mantissa, exponent)) => (mantissa, Some(exponent)),
            None => (body, None),
        };
        let (whole, fraction) = mantissa.split_once(decimal_char).unwrap_or((mantissa, ""));
        let exponent = match exponent {
            Some(exponent) => {
                let digits = exponent.strip_prefix('+').unwrap_or(exponent);
                let zeros = digits.trim_start_matches('#');
                (!digits.is_empty() && zeros.chars().all(|c| c == '0')).then_some(())?;
                Some((zeros.len().max(1), exponent.starts_with('+')))
            }
            None => None,
        };
        let whole_digits = whole.replace(group_char, "");
        let fraction_digits = fraction.replace(group_char, "");
        let least_whole = whole_digits.trim_start_matches('#');
        let least_fraction = fraction_digits.trim_end_matches('#');
        let is_well = signs < 2
            && shares.len() < 2
            && (exponent.is_none() || shares.is_empty())
            && !(whole_digits.is_empty() && fraction_digits.is_empty())
            && (least_whole.chars().chain(least_fraction.chars())).all(|c| c == '0')
            && whole.split(group_char).skip(1).all(|group| !group.is_empty())
            && (fraction.is_empty() || fraction.split(group_char).all(|group| !group.is_empty()));
        let sizes: Vec<usize> = whole.rsplit(group_char).map(str::len).collect();
        let groups = match sizes.as_slice() {
            [_] | [] => None,
            [primary, _] => Some(Groups { primary: *primary, secondary: *primary }),
            [primary, secondary, ..] => Some(Groups { primary: *primary, secondary: *secondary }),
        };
        is_well.then(|| NumberPattern {
            source: pattern.to_owned(),
            decimal_char,
            group_char: group_char.to_owned(),
            has_sign: affixes.contains('+'),
            share: shares.first().map(|&(c, is_before)| (c, is_before, if c == '%' { -2 } else { -3 })),
            least_whole: least_whole.len(),
            groups,
            least_fraction: least_fraction.len(),
            most_fraction: fraction_digits.len(),
            fraction_group: fraction.split_once(group_char).map(|(first, _)| first.len()),
            exponent,
        })
    }

    /// The pattern as it was written.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether what it reads may be no whole number.
    pub fn is_fractional(&self) -> bool {
        self.most_fraction > 0 || self.share.is_some() || self.exponent.is_some()
    }

    /// The number in plain form, with the power of ten that it is to be multiplied by.
    fn read(&self, text: &str) -> Option<(String, i32)> {
        let (text, mut shift) = match self.share {
            Some((sign, true, shift)) => (text.strip_prefix(sign)?, shift),
            Some((sign, false, shift)) => (text.strip_suffix(sign)?, shift),
            None => (text, 0),
        };
        let (sign, unsigned) = signed(text);
        if self.has_sign && sign.is_empty() {
            return None;
        }
        let (mantissa, exponent) = match (unsigned.split_once('E'), self.exponent) {
            (Some((mantissa, exponent)), Some(_)) => (mantissa, Some(exponent)),
            (None, None) => (unsigned, None),
            _ => return None,
        };
        if let (Some(exponent), Some((least, has_sign))) = (exponent, self.exponent) {
            let (sign, digits) = signed(exponent);
            let is_met = digits.len() >= least && is_digits(digits) && !(has_sign && sign.is_empty());
            shift = is_met.then(|| exponent.parse().ok())??;
        }
        let mut out = sign.to_owned();
        let (whole, fraction) = match mantissa.split_once(self.decimal_char) {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (mantissa, None),
        };
        out.push_str(&self.whole(whole)?);
        let fraction = self.fraction(fraction)?;
        if !fraction.is_empty() {
            out.push('.');
            out.push_str(&fraction);
        }
        (out.len() > sign.len()).then_some((out, shift))
    }

    fn whole(&self, text: &str) -> Option<String> {
        let digits = match self.groups {
            Some(groups) if groups.is_met(text, &self.group_char) => text.replace(&self.group_char, ""),
            _ if text.is_empty() || self.groups.is_none() => text.to_owned(),
            _ => return None,
        };
        (digits.len() >= self.least_whole && is_digits(&digits)).then_some(digits)
    }

    fn fraction(&self, text: Option<&str>) -> Option<String> {
        let Some(text) = text else { return (self.least_fraction == 0).then(String::new) };
        let digits = match self.fraction_group {
            None => text.to_owned(),
            Some(size) => {
                let mut parts = text.split(self.group_char.as_str()).peekable();
                let mut digits = String::with_capacity(text.len());
                while let Some(part) = parts.next() {
                    let is_last = parts.peek().is_none();
                    let has_size =
                        if is_last { (1..=size).contains(&part.len()) } else { part.len() == size };
                    has_size.then(|| digits.push_str(part))?;
                }
                digits
            }
        };
        let is_met = (self.least_fraction.max(1)..=self.most_fraction).contains(&digits.len());
        (is_met && is_digits(&digits)).then_some(digits)
    }
}
