//! What is wrong with a text that is not of its field's type, in words.

use super::{expected, time};
use crate::schema::{Field, FieldType, ItemType, Zone};

/// What is wrong with a text that is not of the field's type, as the end of a sentence that names it, and the next step.
pub fn fault(field: &Field, text: &str) -> (String, Option<String>) {
    let found = match field.kind {
        FieldType::Datetime | FieldType::List(ItemType::Datetime) => instant_fault(field, text),
        FieldType::Time if field.format.pattern.is_none() => is_too_fine(text).then(too_fine),
        _ => None,
    };
    found.unwrap_or_else(|| (format!("expected {}", expected(field)), None))
}

fn instant_fault(field: &Field, text: &str) -> Option<(String, Option<String>)> {
    match time::written_instant(&field.format, text) {
        Some(written) if written.has_offset && field.format.zone == Some(Zone::None) => {
            let help = "`zone: none` is for times without an offset: take it away, or have instants with `zone: UTC`";
            Some((format!("expected {}", expected(field)), Some(help.to_owned())))
        }
        Some(_) => {
            let fault = "which in UTC lies outside the years 0001 to 9999".to_owned();
            let help = "leave the value empty when there is no end or no beginning";
            Some((fault, Some(help.to_owned())))
        }
        None => is_too_fine(text).then(too_fine),
    }
}

fn too_fine() -> (String, Option<String>) {
    let help = "round it where it was measured, or keep it as a text: type `string`";
    ("which is finer than a microsecond".to_owned(), Some(help.to_owned()))
}

/// Whether digits other than zeros stand below a microsecond.
fn is_too_fine(text: &str) -> bool {
    let fraction = text.rsplit_once('.').map_or("", |(_, fraction)| fraction);
    let digits = fraction.bytes().take_while(u8::is_ascii_digit);
    digits.skip(6).any(|digit| digit != b'0')
}
