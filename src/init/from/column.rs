//! What the values of a column have in common.

use std::collections::BTreeMap;
use std::hash::BuildHasher;

use arrow::array::{Array, StringArray};
use foldhash::fast::FixedState;

use super::form::{FORMS, Form, LARGE, Meaning, NUMBERS, Trial};
use super::yaml::quoted;
use crate::quantity::{count, grouped};

/// Words that often mean "no value".
const MARKERS: [&str; 14] =
    ["NA", "N/A", "n/a", "NaN", "nan", "null", "NULL", "None", "-", "--", ".", "?", "n.a.", "k.A."];

/// Texts of which the first are tried before all are: most forms are given up there.
const TRIED_FIRST: usize = 4;

/// Longest decimal that has the usual precision.
const USUAL_PRECISION: usize = 18;

/// What stands for a cell without value among the hashes.
const NOTHING: u64 = 0;

/// A column being looked at.
#[derive(Clone)]
pub(super) struct Column {
    rows: u64,
    /// Empty cells.
    empty: u64,
    markers: BTreeMap<&'static str, u64>,
    /// Values that are neither.
    values: u64,
    /// For each form: whether every value has it.
    holds: Vec<bool>,
    /// What came of reading all values as plain numbers, whole ones and others, and as whole ones of any length.
    numbers: [Trial; 3],
    /// What commas tell of themselves: that they stand between groups of digits, or before decimals.
    commas: [bool; 2],
    /// Bytes of the longest value.
    longest: usize,
    examples: Vec<String>,
    /// What the cells' texts hash to, row by row; none when there are too many.
    pub(super) hashes: Vec<u64>,
    /// Each of them once, ascending, without cells that have no value; known when all rows are.
    pub(super) distinct: Vec<u64>,
    /// Whether hashes are complete.
    pub(super) is_hashed: bool,
}

/// What is proposed for a column.
#[derive(Clone, Default)]
pub(super) struct Proposal {
    /// Type of the field.
    pub(super) kind: String,
    /// Further keys of the field.
    pub(super) keys: String,
    /// Keys under `letterpress:`.
    pub(super) own_keys: String,
    /// Whether every row has a value.
    pub(super) is_required: bool,
    /// What was seen.
    pub(super) seen: Vec<String>,
}

impl Default for Column {
    fn default() -> Column {
        Column {
            rows: 0,
            empty: 0,
            markers: BTreeMap::new(),
            values: 0,
            holds: vec![true; FORMS.len()],
            numbers: [const { Trial::Holds }; 3],
            commas: [false; 2],
            longest: 0,
            examples: Vec::new(),
            hashes: Vec::new(),
            distinct: Vec::new(),
            is_hashed: true,
        }
    }
}

impl Column {
    /// Looks at some rows of a column.
    pub(super) fn of(cells: &StringArray) -> Column {
        let mut column = Column { rows: cells.len() as u64, ..Column::default() };
        let hasher = FixedState::default();
        let mut texts = Vec::with_capacity(cells.len());
        for cell in cells {
            let Some(cell) = cell else {
                column.empty += 1;
                column.hashes.push(NOTHING);
                continue;
            };
            column.hashes.push(hasher.hash_one(cell).max(NOTHING + 1));
            match MARKERS.into_iter().find(|marker| *marker == cell) {
                Some(marker) => *column.markers.entry(marker).or_default() += 1,
                None => texts.push(cell),
            }
        }
        column.values = texts.len() as u64;
        column.longest = texts.iter().map(|text| text.len()).max().unwrap_or(0);
        column.try_forms(&texts);
        let between = |text: &&str| {
            text.matches(',').count() > 1 || text.contains(',') && text.find(',') < text.rfind('.')
        };
        let before = |text: &&str| {
            text.split_once(',').is_some_and(|(whole, rest)| rest.len() != 3 || whole.contains('.'))
        };
        column.commas = [texts.iter().any(between), texts.iter().any(before)];
        for text in texts {
            column.add_example(text.chars().take(30).collect());
            if column.examples.len() == EXAMPLES {
                break;
            }
        }
        column
    }

    fn try_forms(&mut self, texts: &[&str]) {
        let few = &texts[..texts.len().min(TRIED_FIRST)];
        for (number, (form, holds)) in FORMS.iter().zip(&mut self.holds).enumerate() {
            if NUMBERS.contains(&number) {
                self.numbers[number] = trial(form, few, texts);
                *holds = self.numbers[number] == Trial::Holds;
            } else {
                *holds = form.try_on(&few[..few.len().min(1)]) == Trial::Holds
                    && form.try_on(few) == Trial::Holds
                    && form.try_on(texts) == Trial::Holds;
            }
        }
        self.numbers[NUMBERS.end] = trial(&LARGE, few, texts);
    }

    fn add_example(&mut self, example: String) {
        if self.examples.len() < EXAMPLES && !self.examples.contains(&example) {
            self.examples.push(example);
        }
    }

    /// Adds the rows that follow.
    pub(super) fn extend(&mut self, rest: Column) {
        self.rows += rest.rows;
        self.empty += rest.empty;
        for (marker, count) in rest.markers {
            *self.markers.entry(marker).or_default() += count;
        }
        self.values += rest.values;
        self.longest = self.longest.max(rest.longest);
        self.commas.iter_mut().zip(rest.commas).for_each(|(all, told)| *all |= told);
        self.holds.iter_mut().zip(rest.holds).for_each(|(all, holds)| *all &= holds);
        for (all, trial) in self.numbers.iter_mut().zip(rest.numbers) {
            if *all == Trial::Holds || trial == Trial::Fails {
                *all = trial;
            }
        }
        rest.examples.into_iter().for_each(|example| self.add_example(example));
        if self.is_hashed {
            self.hashes.extend(rest.hashes);
        }
    }

    /// Gives the hashes up: there are too many rows to look for keys.
    pub(super) fn forget_hashes(&mut self) {
        self.is_hashed = false;
        self.hashes = Vec::new();
    }

    /// Finds which hashes there are, after all rows were added.
    pub(super) fn finish(&mut self) {
        self.distinct = self.hashes.iter().copied().filter(|hash| *hash != NOTHING).collect();
        self.distinct.sort_unstable();
        self.distinct.dedup();
    }

    /// Whether every row has a value of its own.
    pub(super) fn is_key(&self) -> bool {
        self.is_complete() && self.is_hashed && self.distinct.len() == self.hashes.len()
    }

    /// Whether no cell is empty or marked as such.
    pub(super) fn is_complete(&self) -> bool {
        self.empty == 0 && self.markers.is_empty() && self.values > 0
    }

    /// Whether no row has a value.
    pub(super) fn is_blank(&self) -> bool {
        self.empty == self.rows
    }

    /// Type, options and what was seen; `written` is the column's name.
    pub(super) fn propose(&self, written: &str) -> Proposal {
        let mut proposal = Proposal { seen: vec![self.counts()], ..Proposal::default() };
        let form = self.form(&mut proposal.seen);
        let form = form.filter(|_| self.has_one_missing_word(&mut proposal.seen));
        match form {
            None => {
                proposal.kind = "string".to_owned();
                proposal.seen.extend(self.markers_as_texts());
            }
            Some(form) => self.describe(form, written, &mut proposal),
        }
        proposal.is_required =
            self.empty == 0 && self.rows > 0 && (self.markers.is_empty() || form.is_none());
        proposal
    }

    /// A proposal of nothing but text.
    pub(super) fn propose_text(&self) -> Proposal {
        Proposal { kind: "string".to_owned(), seen: vec![self.counts()], ..Proposal::default() }
    }

    /// The form that all values have, unless they can be read in two ways.
    fn form(&self, seen: &mut Vec<String>) -> Option<&'static Form> {
        let mut holding = FORMS.iter().zip(&self.holds).filter(|(_, holds)| **holds && self.values > 0);
        let Some((form, _)) = holding.next() else {
            seen.extend(self.why_no_number());
            return None;
        };
        let [between, before] = self.commas;
        let doubt = match form.meaning {
            Meaning::Plain => return Some(form),
            Meaning::GroupComma if between => return Some(form),
            Meaning::DecimalComma if before => return Some(form),
            Meaning::GroupComma | Meaning::DecimalComma => {
                "numbers whose comma is a decimal mark or between groups: `decimalChar` or `groupChar` says which"
            }
            Meaning::DayFirst | Meaning::MonthFirst => {
                if holding.all(|(other, _)| other.meaning == form.meaning) {
                    return Some(form);
                }
                "dates of which day and month cannot be told apart: make it a `date` or `datetime` with the right `format`"
            }
        };
        seen.push(doubt.to_owned());
        None
    }

    /// What numbers would lose, if the values can be read as such.
    fn why_no_number(&self) -> Option<String> {
        let [whole, number, large] = &self.numbers;
        if self.values == 0 {
            return None;
        }
        if *large == Trial::Holds {
            return Some(
                "whole numbers of more than 64 bits, so these are texts; `type: number` with \
                 `letterpress: {decimal: [38, 0]}` would hold them, too"
                    .to_owned(),
            );
        }
        let lost = [whole, number, large].into_iter().find_map(|trial| match trial {
            Trial::Changes(text, published) => Some((text, published)),
            Trial::Holds | Trial::Fails => None,
        });
        lost.map(|(text, published)| {
            format!("as a number, {} would be published as {published}, so these are texts", quoted(text))
        })
    }

    /// Whether no two spellings mean that there is no value: they would become one.
    fn has_one_missing_word(&self, seen: &mut Vec<String>) -> bool {
        let words = self.markers.len() + usize::from(self.empty > 0);
        if words > 1 {
            let empty = if self.empty > 0 { "empty cells and " } else { "" };
            seen.push(format!(
                "{empty}{}: as values that are missing they could not be told apart, so these are texts",
                self.marker_counts()
            ));
        }
        words <= 1
    }

    fn marker_counts(&self) -> String {
        let counts: Vec<String> =
            self.markers.iter().map(|(m, count)| format!("`{m}` in {} of them", grouped(*count))).collect();
        counts.join(", ")
    }

    fn markers_as_texts(&self) -> Option<String> {
        let words = self.markers.len() + usize::from(self.empty > 0);
        let is_told = words > 1 && self.holds.contains(&true) && self.values > 0;
        (!self.markers.is_empty() && !is_told).then(|| format!("{}, kept as a text", self.marker_counts()))
    }

    fn describe(&self, form: &Form, written: &str, proposal: &mut Proposal) {
        proposal.kind = form.kind();
        if proposal.kind == "integer" && self.looks_like_years(written) {
            proposal.kind = "year".to_owned();
            proposal.seen.push("the name and the numbers are those of years".to_owned());
        }
        if form.adds_points() {
            proposal
                .seen
                .push("numbers, of which whole ones are published with a point: `2` as `2.0`".to_owned());
        }
        if form.is_local() {
            let told = "times of no zone; if they are of UTC, `zone: UTC` says so";
            proposal.seen.push(told.to_owned());
        }
        let mut keys = vec![form.keys.clone()];
        if let Some(marker) = self.markers.keys().next() {
            keys.push(format!("missingValues: [{}]", quoted(marker)));
            proposal.seen.push(format!("{}, taken as no value", self.marker_counts()));
        }
        keys.retain(|key| !key.is_empty());
        proposal.keys = keys.join(", ");
        proposal.own_keys = match form.scale() {
            Some(scale) => {
                proposal.seen.push(format!("always {scale} digits after the point, all of which are kept"));
                let precision = if self.longest <= USUAL_PRECISION { USUAL_PRECISION } else { 38 };
                format!("decimal: [{precision}, {scale}]")
            }
            None => form.own_keys.clone(),
        };
    }

    fn counts(&self) -> String {
        let filled = self.rows - self.empty;
        let distinct = self.distinct.len() as u64;
        let examples: Vec<String> = self.examples.iter().map(|example| quoted(example)).collect();
        let of_them = match filled {
            0 => return "no value at all".to_owned(),
            _ if !self.is_hashed => String::new(),
            1 => String::new(),
            filled if filled == distinct => ", all different".to_owned(),
            _ => format!(", {} different", grouped(distinct)),
        };
        let empty = if self.empty > 0 { format!(", {} empty", grouped(self.empty)) } else { String::new() };
        let examples = if examples.is_empty() { String::new() } else { format!("; {}", examples.join(", ")) };
        format!("{}{of_them}{empty}{examples}", count(filled, "value"))
    }

    fn looks_like_years(&self, written: &str) -> bool {
        let name = written.to_lowercase();
        let is_named = ["year", "jahr", "année", "año", "anno"].iter().any(|word| name.contains(word));
        is_named
            && self.longest == 4
            && self.examples.iter().all(|text| text.len() == 4 && ("1000".."2200").contains(&text.as_str()))
    }
}

/// What comes of reading texts by a form, a few of them first.
fn trial(form: &Form, few: &[&str], texts: &[&str]) -> Trial {
    match form.try_on(few) {
        Trial::Fails => Trial::Fails,
        Trial::Holds | Trial::Changes(..) => form.try_on(texts),
    }
}

/// Values that are shown.
const EXAMPLES: usize = 3;

#[cfg(test)]
mod tests;
