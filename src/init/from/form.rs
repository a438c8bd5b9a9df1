//! The forms that values may have: a type with its options, and how a value that is read by them was written.
//!
//! A form holds for a text only if what is read of it, by the functions of `check`, is written as that text again. So
//! nothing is lost by reading it, and texts that differ stay different.

use std::borrow::Cow;
use std::sync::LazyLock;

use crate::canonical::Cells;
use crate::schema::lexical::{MONTHS, TimePattern};
use crate::schema::{Field, FieldType, Zone};
use crate::seeds::ColumnBuilder;

/// A form.
pub(super) struct Form {
    field: Field,
    /// Keys of the field that say it, as they are written in YAML.
    pub(super) keys: String,
    /// The same under `letterpress:`.
    pub(super) own_keys: String,
    /// What a text may mean that has this form and another with another meaning, too.
    pub(super) meaning: Meaning,
    spelling: Spelling,
}

/// Meanings of texts that can be read in two ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// There is one only.
    Plain,
    /// The comma stands between groups of digits.
    GroupComma,
    /// The comma stands before decimals.
    DecimalComma,
    /// The day comes first.
    DayFirst,
    /// The month comes first.
    MonthFirst,
}

/// How a value of the form is written.
enum Spelling {
    /// As it is published.
    Published,
    /// By other words for true and false.
    Words(&'static str, &'static str),
    /// With these marks; a number that is whole, without a point where `is_short`.
    Number { decimal: char, group: Option<char>, is_short: bool },
    /// By a pattern; with zeros before numbers, or without.
    Moment { pattern: &'static str, is_padded: bool },
}

/// What came of reading texts by a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Trial {
    /// All have it.
    Holds,
    /// One would come out as another text: it, and that.
    Changes(String, String),
    /// One is none of it.
    Fails,
}

impl Form {
    fn new(kind: FieldType) -> Form {
        Form {
            field: Field::plain("value", kind),
            keys: String::new(),
            own_keys: String::new(),
            meaning: Meaning::Plain,
            spelling: Spelling::Published,
        }
    }

    /// The type's name.
    pub(super) fn kind(&self) -> String {
        self.field.kind.to_string()
    }

    /// Whether whole numbers are published with a point that they are written without.
    pub(super) fn adds_points(&self) -> bool {
        matches!(self.spelling, Spelling::Number { is_short: true, .. })
    }

    /// Whether times are of no zone that anybody has told.
    pub(super) fn is_local(&self) -> bool {
        self.field.format.zone == Some(Zone::None)
    }

    /// Digits after the point, if they are told.
    pub(super) fn scale(&self) -> Option<i8> {
        self.field.format.decimal.map(|(_, scale)| scale)
    }

    /// Whether every text has the form; that one is none of it comes before that one would change.
    pub(super) fn try_on(&self, texts: &[&str]) -> Trial {
        let mut builder = ColumnBuilder::new(&self.field, texts.len());
        let mut fails = false;
        let values = texts.iter().map(|text| Some(Cow::Borrowed(*text)));
        builder.extend(&self.field, values, |_, _| fails = true);
        if fails {
            return Trial::Fails;
        }
        let array = builder.finish(0, &mut Vec::new());
        let cells = Cells::new(self.field.column_type(), &array);
        let mut published = Vec::new();
        for (row, text) in texts.iter().enumerate() {
            published.clear();
            cells.write_text(row, &mut published);
            let published = String::from_utf8_lossy(&published);
            if self.spelling.of(&published) != *text {
                return Trial::Changes((*text).to_owned(), published.into_owned());
            }
        }
        Trial::Holds
    }
}

impl Spelling {
    /// The text that is published as `published`.
    fn of<'t>(&self, published: &'t str) -> Cow<'t, str> {
        match self {
            Spelling::Published => Cow::Borrowed(published),
            Spelling::Words(yes, no) => Cow::Borrowed(if published == "true" { yes } else { no }),
            Spelling::Number { decimal: '.', group: None, is_short } => {
                Cow::Borrowed(published.strip_suffix(".0").filter(|_| *is_short).unwrap_or(published))
            }
            Spelling::Number { decimal, group, is_short } => {
                let short = published.strip_suffix(".0").filter(|_| *is_short).unwrap_or(published);
                let (whole, fraction) = short.split_once('.').map_or((short, None), |(w, f)| (w, Some(f)));
                let mut text = group.map_or_else(|| whole.to_owned(), |group| grouped(whole, group));
                if let Some(fraction) = fraction {
                    text.push(*decimal);
                    text.push_str(fraction);
                }
                Cow::Owned(text)
            }
            Spelling::Moment { pattern, is_padded } => Cow::Owned(moment(published, pattern, *is_padded)),
        }
    }
}

/// A whole number with a mark before every three digits.
fn grouped(whole: &str, group: char) -> String {
    let (sign, digits) = whole.split_at(usize::from(whole.starts_with('-')));
    let mut text = sign.to_owned();
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(group);
        }
        text.push(digit);
    }
    text
}

/// A published day or local time by a pattern of `%Y %m %d %H %M %S %b %B`.
fn moment(published: &str, pattern: &str, is_padded: bool) -> String {
    let number = |range: std::ops::Range<usize>| {
        let digits = published.get(range).unwrap_or_default();
        let short = digits.trim_start_matches('0');
        match (is_padded, short) {
            (true, _) => digits,
            (false, "") => "0",
            (false, short) => short,
        }
    };
    let month = published.get(5..7).and_then(|month| month.parse::<usize>().ok()).unwrap_or(1);
    let name = MONTHS.get(month.wrapping_sub(1)).copied().unwrap_or_default();
    let mut text = String::new();
    let mut rest = pattern.chars();
    while let Some(c) = rest.next() {
        match if c == '%' { rest.next() } else { None } {
            Some('Y') => text.push_str(published.get(..4).unwrap_or_default()),
            Some('m') => text.push_str(number(5..7)),
            Some('d') => text.push_str(number(8..10)),
            Some('H') => text.push_str(number(11..13)),
            // Nobody leaves the zeros of minutes and seconds out.
            Some('M') => text.push_str(published.get(14..16).unwrap_or_default()),
            Some('S') => text.push_str(published.get(17..19).unwrap_or_default()),
            Some('b') => text.push_str(&name[..name.len().min(3)]),
            Some('B') => text.push_str(name),
            Some(_) | None => text.push(c),
        }
    }
    text
}

/// The forms that are tried, in the order in which they are preferred.
pub(super) static FORMS: LazyLock<Vec<Form>> = LazyLock::new(|| {
    let mut forms = vec![Form::new(FieldType::Integer), Form::new(FieldType::Number)];
    forms.push(marked(FieldType::Number, '.', None, true));
    forms.extend((1..=8).map(|scale| decimal('.', None, scale)));
    forms.extend(["true false", "True False", "TRUE FALSE"].iter().filter_map(|words| boolean(words)));
    forms.push(Form::new(FieldType::Date));
    forms.extend([instant(None, Zone::Utc), instant(None, Zone::None)]);
    forms.push(Form::new(FieldType::Yearmonth));
    forms.push(Form::new(FieldType::Time));
    forms.extend(DATES.iter().flat_map(|(pattern, meaning)| {
        [true, false]
            .into_iter()
            .filter_map(|is_padded| moments(FieldType::Date, pattern, *meaning, is_padded))
    }));
    forms.extend(TIMES.iter().flat_map(|(pattern, meaning)| {
        [true, false]
            .into_iter()
            .filter_map(|is_padded| moments(FieldType::Datetime, pattern, *meaning, is_padded))
    }));
    for (point, group) in [('.', Some(',')), (',', None), (',', Some('.'))] {
        if group.is_some() {
            forms.push(marked(FieldType::Integer, point, group, false));
        }
        forms.push(marked(FieldType::Number, point, group, false));
        forms.push(marked(FieldType::Number, point, group, true));
        forms.extend((1..=8).map(|scale| decimal(point, group, scale)));
    }
    forms
});

/// Where the plain numbers stand among the forms, whole ones first.
pub(super) const NUMBERS: std::ops::Range<usize> = 0..2;

/// Whole numbers of any length, which are not proposed, but told.
pub(super) static LARGE: LazyLock<Form> = LazyLock::new(|| decimal('.', None, 0));

/// Patterns of days.
const DATES: [(&str, Meaning); 10] = [
    ("%d.%m.%Y", Meaning::Plain),
    ("%d/%m/%Y", Meaning::DayFirst),
    ("%m/%d/%Y", Meaning::MonthFirst),
    ("%d-%m-%Y", Meaning::DayFirst),
    ("%m-%d-%Y", Meaning::MonthFirst),
    ("%Y/%m/%d", Meaning::Plain),
    ("%d-%b-%Y", Meaning::Plain),
    ("%d %b %Y", Meaning::Plain),
    ("%d %B %Y", Meaning::Plain),
    ("%B %d, %Y", Meaning::Plain),
];

/// Patterns of days with a time.
const TIMES: [(&str, Meaning); 10] = [
    ("%Y-%m-%d %H:%M:%S", Meaning::Plain),
    ("%Y-%m-%d %H:%M", Meaning::Plain),
    ("%Y-%m-%dT%H:%M", Meaning::Plain),
    ("%d.%m.%Y %H:%M:%S", Meaning::Plain),
    ("%d.%m.%Y %H:%M", Meaning::Plain),
    ("%d/%m/%Y %H:%M:%S", Meaning::DayFirst),
    ("%m/%d/%Y %H:%M:%S", Meaning::MonthFirst),
    ("%d/%m/%Y %H:%M", Meaning::DayFirst),
    ("%m/%d/%Y %H:%M", Meaning::MonthFirst),
    ("%Y/%m/%d %H:%M:%S", Meaning::Plain),
];

fn marked(kind: FieldType, decimal: char, group: Option<char>, is_short: bool) -> Form {
    let mut form = Form::new(kind);
    let mut keys = Vec::new();
    if decimal != '.' && kind == FieldType::Number {
        form.field.format.decimal_char = decimal;
        keys.push(format!("decimalChar: \"{decimal}\""));
    }
    if let Some(group) = group {
        form.field.format.group_char = Some(group.to_string());
        keys.push(format!("groupChar: \"{group}\""));
    }
    form.meaning = match (decimal, group) {
        (',', _) if kind == FieldType::Number => Meaning::DecimalComma,
        (_, Some(',')) => Meaning::GroupComma,
        _ => Meaning::Plain,
    };
    form.keys = keys.join(", ");
    form.spelling = Spelling::Number { decimal, group, is_short };
    form
}

/// Decimals of a fixed number of digits after the point.
fn decimal(point: char, group: Option<char>, scale: i8) -> Form {
    let mut form = marked(FieldType::Number, point, group, false);
    form.field.format.decimal = Some((38, scale));
    form
}

fn boolean(words: &'static str) -> Option<Form> {
    let (yes, no) = words.split_once(' ')?;
    let mut form = Form::new(FieldType::Boolean);
    form.field.format.true_values = vec![yes.to_owned()];
    form.field.format.false_values = vec![no.to_owned()];
    if yes != "true" {
        form.keys = format!("trueValues: [\"{yes}\"], falseValues: [\"{no}\"]");
    }
    form.spelling = Spelling::Words(yes, no);
    Some(form)
}

fn instant(pattern: Option<TimePattern>, zone: Zone) -> Form {
    let mut form = Form::new(FieldType::Datetime);
    form.field.format.pattern = pattern;
    form.field.format.zone = Some(zone);
    if zone == Zone::None {
        form.own_keys = "zone: none".to_owned();
    }
    form
}

fn moments(kind: FieldType, pattern: &'static str, meaning: Meaning, is_padded: bool) -> Option<Form> {
    let read = TimePattern::new(pattern, kind).ok()?;
    let mut form = match kind {
        FieldType::Datetime => instant(Some(read), Zone::None),
        _ => {
            let mut form = Form::new(kind);
            form.field.format.pattern = Some(read);
            form
        }
    };
    form.keys = format!("format: \"{pattern}\"");
    form.meaning = meaning;
    form.spelling = Spelling::Moment { pattern, is_padded };
    Some(form)
}

#[cfg(test)]
mod tests;
