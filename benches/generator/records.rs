//! The rows of the three tables.

use super::chance::Chance;
use super::vocabulary::Vocabulary;
use super::writer::Cell;

pub(super) const ENTITIES: &[&str] = &[
    "id", "name_en", "name_zh", "kind", "country", "wikidata", "founded", "aliases", "lat", "lon", "homepage",
];

pub(super) const EVENTS: &[&str] = &[
    "id",
    "title_en",
    "title_zh",
    "lang",
    "type",
    "status",
    "start_date",
    "end_date",
    "place_id",
    "parent_id",
    "tags",
    "lat",
    "lon",
    "magnitude",
    "people",
    "summary",
    "source_url",
    "updated_at",
];

pub(super) const PARTICIPANTS: &[&str] = &["event_id", "entity_id", "role", "ordinal", "share", "note"];

const KINDS: &[&str] = &["person", "organization", "place", "law", "work", "vessel"];
const COUNTRIES: &[&str] = &[
    "CN", "US", "FR", "DE", "ES", "RU", "IN", "BR", "NG", "ZA", "EG", "JP", "KR", "MX", "GB", "IT", "PL",
    "UA", "TR", "ID",
];
const LANGUAGES: &[&str] = &["en", "zh", "es", "fr", "ar", "ru"];
const TYPES: &[&str] = &[
    "election",
    "protest",
    "disaster",
    "conflict",
    "treaty",
    "trial",
    "strike",
    "founding",
    "publication",
    "exhibition",
    "accident",
    "reform",
];
const STATUSES: &[&str] = &["draft", "reviewed", "verified", "disputed"];
const ROLES: &[&str] =
    &["organizer", "participant", "victim", "speaker", "signatory", "judge", "witness", "funder"];

/// What every row depends on.
const SEED: u64 = 7;

/// How many rows the tables have.
#[derive(Clone, Copy)]
pub(super) struct Size {
    pub(super) events: u64,
    pub(super) entities: u64,
}

impl Size {
    pub(super) fn of(events: u64) -> Size {
        Size { events, entities: (events / 10).max(10) }
    }

    /// The number of the entity in the `position`th line.
    pub(super) fn entity_at(self, position: u64) -> u64 {
        shuffled(position, self.entities, 1)
    }

    /// The number of the event in the `position`th line.
    pub(super) fn event_at(self, position: u64) -> u64 {
        shuffled(position, self.events, 3)
    }

    /// The number of the event whose participants come `position`th.
    pub(super) fn participants_at(self, position: u64) -> u64 {
        shuffled(position, self.events, 7)
    }
}

/// A permutation of the numbers below `count`: neighbours come to lie far apart.
fn shuffled(position: u64, count: u64, salt: u64) -> u64 {
    let mut step = (count as f64 * 0.618_033_988_7) as u64 + salt;
    while greatest_common_divisor(step, count) != 1 {
        step += 1;
    }
    ((u128::from(step) * u128::from(position) + 12_345) % u128::from(count)) as u64
}

fn greatest_common_divisor(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

/// The entity of a number.
pub(super) fn entity(vocabulary: &Vocabulary, number: u64) -> Vec<Cell> {
    let chance = &mut Chance::new(SEED, 1, number);
    let words = 1 + chance.below(3);
    let name_en = vocabulary.text(chance, words);
    let characters = 2 + chance.below(4);
    let name_zh = vocabulary.han(chance, characters);
    let wikidata = format!("Q{}", 1 + chance.below(120_000_000));
    let founded = Date::between(chance, 1850, 2020).to_string();
    let aliases = (0..chance.below(4))
        .map(|_| match chance.percent(50) {
            true => vocabulary.han(chance, 3),
            false => vocabulary.word(chance).to_owned(),
        })
        .collect();
    let homepage = format!("https://example.org/{}/{number}", vocabulary.any_word(chance));
    let has_position = chance.percent(40);
    let (lat, lon) = position(chance);
    vec![
        Cell::Text(entity_id(number)),
        Cell::Text(name_en),
        Cell::Text(name_zh),
        Cell::Text(chance.pick(KINDS).to_owned()),
        if chance.percent(70) { Cell::Text(chance.pick(COUNTRIES).to_owned()) } else { Cell::Absent },
        Cell::Text(wikidata).when(chance.percent(60)),
        Cell::Text(founded).when(chance.percent(50)),
        Cell::List(aliases),
        Cell::Number(lat).when(has_position),
        Cell::Number(lon).when(has_position),
        Cell::Text(homepage).when(chance.percent(30)),
    ]
}

/// The event of a number.
pub(super) fn event(vocabulary: &Vocabulary, size: Size, number: u64) -> Vec<Cell> {
    let chance = &mut Chance::new(SEED, 2, number);
    let words = 3 + chance.below(6);
    let mut title_en = vocabulary.text(chance, words);
    let characters = 5 + chance.below(12);
    let title_zh = vocabulary.han(chance, characters);
    if chance.percent(2) {
        title_en.push_str(" \"so-called\"");
    }
    let lang = chance.pick(LANGUAGES);
    let summary = summary(vocabulary, chance, lang);
    let start = Date::between(chance, 1900, 2025);
    let end = Date { year: start.year + 1, month: 1 + chance.below(12), day: 1 + chance.below(28) };
    let place = entity_id(chance.below(size.entities));
    let parent = event_id(chance.below(size.events));
    let tags = (0..chance.below(6)).map(|_| vocabulary.tag(chance).to_owned()).collect();
    let kind = chance.pick(TYPES);
    let people = chance.below(100_000).to_string();
    let host = chance.below(40);
    let word = vocabulary.word(chance);
    let source_url =
        format!("https://news{host}.example.com/{:04}/{:02}/{word}-{number}.html", start.year, start.month);
    let has_position = chance.percent(80);
    let (lat, lon) = position(chance);
    let updated_at = instant(chance);
    vec![
        Cell::Text(event_id(number)),
        Cell::Text(title_en),
        Cell::Text(title_zh),
        Cell::Text(lang.to_owned()),
        Cell::Text(kind.to_owned()),
        Cell::Text(chance.pick(STATUSES).to_owned()),
        Cell::Text(start.to_string()),
        Cell::Text(end.to_string()).when(chance.percent(40)),
        Cell::Text(place).when(chance.percent(80)),
        Cell::Text(parent).when(chance.percent(15)),
        Cell::List(tags),
        Cell::Number(lat).when(has_position),
        Cell::Number(lon).when(has_position),
        if chance.percent(50) { hundredths(chance) } else { Cell::Absent },
        Cell::Number(people).when(chance.percent(60)),
        Cell::Text(summary),
        Cell::Text(source_url),
        Cell::Text(updated_at),
    ]
}

/// The participants of an event: five at most, and none of them twice.
pub(super) fn participants(vocabulary: &Vocabulary, size: Size, event: u64) -> Vec<Vec<Cell>> {
    let chance = &mut Chance::new(SEED, 3, event);
    let count = chance.below(6);
    let first = chance.below(size.entities);
    (0..count)
        .map(|nth| {
            let role = chance.pick(ROLES);
            let note = if chance.percent(10) { Cell::Text(vocabulary.text(chance, 4)) } else { Cell::Absent };
            let share = format!("{:.3}", chance.below(1000) as f64 / 1000.0);
            vec![
                Cell::Text(event_id(event)),
                Cell::Text(entity_id((first + nth * 7) % size.entities)),
                Cell::Text(role.to_owned()),
                Cell::Number((nth + 1).to_string()),
                Cell::Number(share).when(chance.percent(30)),
                note,
            ]
        })
        .collect()
}

fn entity_id(number: u64) -> String {
    format!("en-{number:08}")
}

fn event_id(number: u64) -> String {
    format!("ev-{number:09}")
}

/// A text in the event's language; one in two hundred has a second line.
fn summary(vocabulary: &Vocabulary, chance: &mut Chance, lang: &str) -> String {
    let mut summary = match lang {
        "zh" => {
            let characters = 20 + chance.below(40);
            vocabulary.han(chance, characters)
        }
        "ru" => {
            let words = 8 + chance.below(14);
            vocabulary.cyrillic(chance, words)
        }
        _ => {
            let words = 8 + chance.below(22);
            vocabulary.text(chance, words)
        }
    };
    if chance.below(1000) < 5 {
        summary.push('\n');
        summary.push_str(&vocabulary.text(chance, 5));
    }
    summary
}

#[derive(Clone, Copy)]
struct Date {
    year: u64,
    month: u64,
    day: u64,
}

impl Date {
    fn between(chance: &mut Chance, first_year: u64, end_year: u64) -> Date {
        let year = first_year + chance.below(end_year - first_year);
        Date { year, month: 1 + chance.below(12), day: 1 + chance.below(28) }
    }
}

impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

fn instant(chance: &mut Chance) -> String {
    let date = Date { year: 2020 + chance.below(6), month: 1 + chance.below(12), day: 1 + chance.below(28) };
    let (hour, minute, second) = (chance.below(24), chance.below(60), chance.below(60));
    format!("{date}T{hour:02}:{minute:02}:{second:02}Z")
}

/// Latitude and longitude with five decimals.
fn position(chance: &mut Chance) -> (String, String) {
    let lat = chance.below(18_000_000) as f64 / 1e5 - 90.0;
    let lon = chance.below(36_000_000) as f64 / 1e5 - 180.0;
    (format!("{lat:.5}"), format!("{lon:.5}"))
}

fn hundredths(chance: &mut Chance) -> Cell {
    Cell::Number(format!("{:.2}", chance.below(1000) as f64 / 100.0))
}
