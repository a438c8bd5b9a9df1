//! The constraints of single fields, checked column by column.

mod items;
mod json;

use std::borrow::Cow;
use std::cmp::Ordering;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array,
    ListArray, StringArray, TimestampMicrosecondArray,
};
use foldhash::fast::FixedState;
use hashbrown::{HashMap, HashSet};

use self::json::same_json;
use super::words::Words;
use super::{domain, empty, text};
use crate::offsets::{field_number, split_position};
use crate::schema::{Bound, ColumnRole, ColumnType, Field, FieldType, Origin, Project, Table, lexical};
use crate::seeds::{Chunk, Problem, ProblemKind};

/// The compiled constraints of a table.
pub(crate) struct Checker<'a> {
    fields: Vec<FieldChecker<'a>>,
    /// Whether no column must have a value, so that a row may have none at all.
    may_be_empty: bool,
}

struct FieldChecker<'a> {
    field: Cow<'a, Field>,
    number: u32,
    column: usize,
    /// Of a list: what checks its items.
    items: Option<Box<FieldChecker<'a>>>,
    allowed: Option<Allowed>,
    codes: Option<Words>,
    minimum: Option<Limit>,
    maximum: Option<Limit>,
}

/// The values of an `enum`, typed.
enum Allowed {
    Texts(Words),
    Integers(Vec<i64>),
    Numbers(Vec<f64>),
    Decimals(Vec<i128>),
    Booleans(Vec<bool>),
}

/// A bound, typed.
struct Limit {
    value: Value,
    exclusive: bool,
}

enum Value {
    Integer(i64),
    Number(f64),
    Decimal(i128),
    Text(String),
}

/// The text as a value of the field's type.
fn typed(field: &Field, text: &str) -> Option<Value> {
    let format = &field.format.in_schema();
    Some(match field.column_type() {
        ColumnType::Integer if field.kind == FieldType::Year => Value::Integer(lexical::year(text)?),
        ColumnType::Integer => Value::Integer(lexical::integer(format, text)?),
        ColumnType::Number => Value::Number(lexical::number(format, text)?),
        // A limit may have more digits than the column.
        ColumnType::Decimal { scale, .. } => Value::Decimal(lexical::decimal(format, 38, scale, text)?),
        ColumnType::Date => Value::Integer(i64::from(lexical::date(format, text)?)),
        ColumnType::Datetime | ColumnType::LocalDatetime => Value::Integer(lexical::datetime(format, text)?),
        ColumnType::Boolean => Value::Integer(i64::from(lexical::boolean(format, text)?)),
        ColumnType::Text => Value::Text(lexical::text(field, text)?.into_owned()),
        ColumnType::Json => Value::Text(same_json(&lexical::text(field, text)?).into_owned()),
        // Of a list, each item is compared.
        ColumnType::List(_) => return None,
    })
}

fn allowed(field: &Field, texts: &[String]) -> Allowed {
    let (mut words, mut integers, mut numbers, mut decimals) = (vec![], vec![], vec![], vec![]);
    for value in texts.iter().filter_map(|text| typed(field, text)) {
        match value {
            Value::Text(word) => words.push(word),
            Value::Integer(integer) => integers.push(integer),
            Value::Number(number) => numbers.push(number),
            Value::Decimal(decimal) => decimals.push(decimal),
        }
    }
    match field.column_type() {
        ColumnType::Text | ColumnType::Json | ColumnType::List(_) => {
            Allowed::Texts(Words::new(words.iter().map(String::as_str)))
        }
        ColumnType::Integer | ColumnType::Date | ColumnType::Datetime | ColumnType::LocalDatetime => {
            Allowed::Integers(integers)
        }
        ColumnType::Boolean => Allowed::Booleans(integers.iter().map(|&value| value == 1).collect()),
        ColumnType::Number => Allowed::Numbers(numbers),
        ColumnType::Decimal { .. } => Allowed::Decimals(decimals),
    }
}

impl<'a> Checker<'a> {
    /// Compiles the constraints of a table.
    pub(crate) fn new(project: &'a Project, table: &'a Table) -> Checker<'a> {
        let fields = table.columns.iter().enumerate().filter(|(_, c)| c.role == ColumnRole::Value);
        let fields = fields.map(|(column, c)| {
            FieldChecker::new(project, Cow::Borrowed(&table.fields[c.field]), field_number(c.field), column)
        });
        Checker {
            fields: fields.collect(),
            may_be_empty: !table.columns.iter().any(|column| column.required),
        }
    }

    /// Checks the cells of a chunk and adds what is wrong to its problems.
    pub(crate) fn check(&self, chunk: &mut Chunk) {
        // Cells that could not be typed are missing now; that they are is no second problem.
        let mut bad: HashMap<u32, HashSet<u32, FixedState>, FixedState> = HashMap::default();
        for problem in &chunk.problems {
            bad.entry(problem.field).or_default().insert(problem.row);
        }
        let mut problems = Vec::new();
        for checker in &self.fields {
            let column = &chunk.columns[checker.column];
            checker.check_values(column, &mut |row, kind| {
                problems.push(Problem::of_cell(split_position(row), checker.number, kind));
            });
            if let (Some(lists), Some(items)) = (column.as_list_opt(), &checker.items) {
                let left_out = items::left_out(&chunk.problems, checker.number);
                items.check_items(lists, &left_out, &mut problems);
            }
            let is_filled = checker.field.origin == Origin::Parent || chunk.refused.contains(&checker.number);
            if checker.field.constraints.required && column.null_count() > 0 && !is_filled {
                let bad = bad.get(&checker.number);
                for row in (0..column.len()).filter(|&row| column.is_null(row)).map(split_position) {
                    let is_bad = bad.is_some_and(|rows| rows.contains(&row));
                    if !is_bad && !chunk.is_broken(row) {
                        problems.push(Problem::of_cell(row, checker.number, ProblemKind::Required));
                    }
                }
            }
        }
        chunk.problems.extend(problems);
        if self.may_be_empty {
            let empty = empty::rows(chunk);
            chunk.problems.extend(empty);
        }
    }
}

impl<'a> FieldChecker<'a> {
    fn new(project: &'a Project, field: Cow<'a, Field>, number: u32, column: usize) -> FieldChecker<'a> {
        let limit = |bound: &Option<Bound>| {
            let bound = bound.as_ref()?;
            Some(Limit { value: typed(&field, &bound.text)?, exclusive: bound.exclusive })
        };
        let vocabulary = field.vocabulary.map(|v| &project.vocabularies[v]);
        let item = field.of_items().map(|item| FieldChecker::new(project, Cow::Owned(item), number, column));
        FieldChecker {
            number,
            column,
            items: item.map(Box::new),
            allowed: field.constraints.allowed.as_ref().map(|texts| allowed(&field, texts)),
            codes: vocabulary.map(|v| Words::new(v.concepts.iter().map(|c| c.code.as_str()))),
            minimum: limit(&field.constraints.minimum),
            maximum: limit(&field.constraints.maximum),
            field,
        }
    }
}

impl FieldChecker<'_> {
    fn check_values(&self, column: &ArrayRef, report: &mut dyn FnMut(usize, ProblemKind)) {
        let mut outside = Vec::new();
        domain::check(column, &mut |row, kind| {
            outside.push(row);
            report(row, kind);
        });
        // What no format can carry is not compared with limits as well.
        let report = &mut |row, kind| {
            if outside.binary_search(&row).is_err() {
                report(row, kind);
            }
        };
        match self.field.column_type() {
            ColumnType::Text => self.check_texts(column.as_string(), report),
            ColumnType::Json => self.check_json(column.as_string(), report),
            ColumnType::Integer => self.check_integers(column.as_primitive(), report),
            ColumnType::Number => self.check_numbers(column.as_primitive(), report),
            ColumnType::Decimal { .. } => self.check_decimals(column.as_primitive(), report),
            ColumnType::Boolean => self.check_booleans(column.as_boolean(), report),
            ColumnType::Date => self.check_dates(column.as_primitive(), report),
            ColumnType::Datetime | ColumnType::LocalDatetime => {
                self.check_datetimes(column.as_primitive(), report);
            }
            ColumnType::List(_) => self.check_lists(column.as_list(), report),
        }
    }

    fn check_texts(&self, texts: &StringArray, report: &mut dyn FnMut(usize, ProblemKind)) {
        text::inspect(texts, &mut *report);
        let constraints = &self.field.constraints;
        let mut each = |kind, is_good: &dyn Fn(&str) -> bool| {
            for (row, text) in texts.iter().enumerate() {
                if text.is_some_and(|text| !is_good(text)) {
                    report(row, kind);
                }
            }
        };
        if let Some(codes) = &self.codes {
            each(ProblemKind::UnknownCode, &|text| codes.contains(text));
        }
        if let Some(Allowed::Texts(allowed)) = &self.allowed {
            each(ProblemKind::NotInEnum, &|text| allowed.contains(text));
        }
        if let Some(least) = constraints.min_length {
            each(ProblemKind::TooShort, &|text| text.chars().count() as u64 >= least);
        }
        if let Some(most) = constraints.max_length {
            each(ProblemKind::TooLong, &|text| {
                text.len() as u64 <= most || text.chars().count() as u64 <= most
            });
        }
        if let Some(Limit { value: Value::Text(limit), exclusive }) = &self.minimum {
            each(ProblemKind::BelowMinimum, &|text| match lexical::order(&self.field, text, limit) {
                Some(Ordering::Greater) => true,
                Some(Ordering::Equal) => !exclusive,
                Some(Ordering::Less) | None => false,
            });
        }
        if let Some(Limit { value: Value::Text(limit), exclusive }) = &self.maximum {
            each(ProblemKind::AboveMaximum, &|text| match lexical::order(&self.field, text, limit) {
                Some(Ordering::Less) => true,
                Some(Ordering::Equal) => !exclusive,
                Some(Ordering::Greater) | None => false,
            });
        }
        self.check_pattern(texts, report);
    }

    fn check_pattern(&self, texts: &StringArray, report: &mut dyn FnMut(usize, ProblemKind)) {
        let Some(pattern) = &self.field.constraints.pattern else { return };
        for (row, text) in texts.iter().enumerate() {
            match text.map_or(Some(true), |text| pattern.is_match(text)) {
                Some(true) => {}
                Some(false) => report(row, ProblemKind::PatternMismatch),
                // The next may take as long.
                None => return report(row, ProblemKind::Undecided),
            }
        }
    }

    fn check_length(&self, row: usize, length: u64, report: &mut dyn FnMut(usize, ProblemKind)) {
        if self.field.constraints.min_length.is_some_and(|least| length < least) {
            report(row, ProblemKind::TooShort);
        }
        if self.field.constraints.max_length.is_some_and(|most| length > most) {
            report(row, ProblemKind::TooLong);
        }
    }

    fn check_integers(&self, values: &Int64Array, report: &mut dyn FnMut(usize, ProblemKind)) {
        self.check_whole(values.iter(), report);
    }

    fn check_dates(&self, values: &Date32Array, report: &mut dyn FnMut(usize, ProblemKind)) {
        self.check_whole(values.iter().map(|v| v.map(i64::from)), report);
    }

    fn check_datetimes(
        &self,
        values: &TimestampMicrosecondArray,
        report: &mut dyn FnMut(usize, ProblemKind),
    ) {
        self.check_whole(values.iter(), report);
    }

    fn check_whole(
        &self,
        values: impl Iterator<Item = Option<i64>>,
        report: &mut dyn FnMut(usize, ProblemKind),
    ) {
        let allowed = match &self.allowed {
            Some(Allowed::Integers(allowed)) => Some(allowed),
            _ => None,
        };
        let limit = |limit: &Option<Limit>| match limit {
            Some(Limit { value: Value::Integer(value), exclusive }) => Some((*value, *exclusive)),
            _ => None,
        };
        let (minimum, maximum) = (limit(&self.minimum), limit(&self.maximum));
        if allowed.is_none() && minimum.is_none() && maximum.is_none() {
            return;
        }
        for (row, value) in values.enumerate() {
            let Some(value) = value else { continue };
            compare(row, &value, minimum.as_ref(), maximum.as_ref(), report);
            if allowed.is_some_and(|allowed| !allowed.contains(&value)) {
                report(row, ProblemKind::NotInEnum);
            }
        }
    }

    fn check_numbers(&self, values: &Float64Array, report: &mut dyn FnMut(usize, ProblemKind)) {
        let limit = |limit: &Option<Limit>| match limit {
            Some(Limit { value: Value::Number(value), exclusive }) => Some((*value, *exclusive)),
            _ => None,
        };
        let (minimum, maximum) = (limit(&self.minimum), limit(&self.maximum));
        if self.allowed.is_none() && minimum.is_none() && maximum.is_none() {
            return;
        }
        for (row, value) in values.iter().enumerate() {
            let Some(value) = value else { continue };
            compare(row, &value, minimum.as_ref(), maximum.as_ref(), report);
            if let Some(Allowed::Numbers(allowed)) = &self.allowed
                && !allowed.contains(&value)
            {
                report(row, ProblemKind::NotInEnum);
            }
        }
    }

    fn check_decimals(&self, values: &Decimal128Array, report: &mut dyn FnMut(usize, ProblemKind)) {
        let limit = |limit: &Option<Limit>| match limit {
            Some(Limit { value: Value::Decimal(value), exclusive }) => Some((*value, *exclusive)),
            _ => None,
        };
        let (minimum, maximum) = (limit(&self.minimum), limit(&self.maximum));
        for (row, value) in values.iter().enumerate() {
            let Some(value) = value else { continue };
            compare(row, &value, minimum.as_ref(), maximum.as_ref(), report);
            if let Some(Allowed::Decimals(allowed)) = &self.allowed
                && !allowed.contains(&value)
            {
                report(row, ProblemKind::NotInEnum);
            }
        }
    }

    fn check_booleans(&self, values: &BooleanArray, report: &mut dyn FnMut(usize, ProblemKind)) {
        if let Some(Allowed::Booleans(allowed)) = &self.allowed {
            for (row, value) in values.iter().enumerate() {
                if value.is_some_and(|value| !allowed.contains(&value)) {
                    report(row, ProblemKind::NotInEnum);
                }
            }
        }
    }

    fn check_lists(&self, lists: &ListArray, report: &mut dyn FnMut(usize, ProblemKind)) {
        for row in (0..lists.len()).filter(|&row| lists.is_valid(row)) {
            self.check_length(row, lists.value_length(row).unsigned_abs().into(), report);
        }
    }
}

/// Compares a value with limits; each limit comes with whether it is itself excluded.
fn compare<T: PartialOrd>(
    row: usize,
    value: &T,
    minimum: Option<&(T, bool)>,
    maximum: Option<&(T, bool)>,
    report: &mut dyn FnMut(usize, ProblemKind),
) {
    if let Some((limit, exclusive)) = minimum
        && (value < limit || (*exclusive && value == limit))
    {
        report(row, ProblemKind::BelowMinimum);
    }
    if let Some((limit, exclusive)) = maximum
        && (value > limit || (*exclusive && value == limit))
    {
        report(row, ProblemKind::AboveMaximum);
    }
}
