//! Queries of a project, confined: the same rows whenever and wherever they run, within limits of steps and lengths.

use std::ops::Range;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::limits::Limit;
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, Error, Result, params_from_iter};

/// Functions whose result depends on chance, clock or the version of SQLite.
const NOT_REPEATABLE: [&str; 13] = [
    "random",
    "randomblob",
    "current_date",
    "current_time",
    "current_timestamp",
    "changes",
    "total_changes",
    "last_insert_rowid",
    "sqlite_version",
    "sqlite_source_id",
    "sqlite_compileoption_get",
    "sqlite_compileoption_used",
    "load_extension",
];

/// Functions of dates, which ask the clock when no time is given, and the machine's zone when they are told to.
const OF_DATES: [&str; 7] = ["date", "time", "datetime", "julianday", "unixepoch", "strftime", "timediff"];

/// Arguments of these functions that ask for the clock or the zone, and those that do so in the place of a time.
const OF_THE_MACHINE: [&str; 3] = ["now", "localtime", "utc"];
const NOW_AS_A_TIME: [&str; 2] = ["subsec", "subsecond"];

/// Longest text or blob, in bytes.
const MAX_BYTES: i32 = 1 << 27;

/// Steps of SQLite's virtual machine that every query has, and those it has for each row of the tables it reads.
const STEPS: u64 = 20_000_000;
const STEPS_A_ROW: u64 = 5_000;

/// Steps after which it is asked whether a query is over its limit.
const STEPS_BETWEEN: u16 = 10_000;

/// Steps that the queries of a database have taken, each since it was begun.
#[derive(Clone, Default)]
pub(super) struct Steps(Arc<AtomicU64>);

impl Steps {
    /// Begins a query.
    pub(super) fn begin(&self) {
        self.0.store(0, Ordering::Relaxed);
    }
}

/// Confines the queries of a database whose tables have so many rows.
pub(super) fn confine(connection: &mut Connection, rows: u64) -> Result<Steps> {
    // A query reads; it has no business with files.
    connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, MAX_BYTES)?;
    connection.execute_batch("PRAGMA query_only = ON")?;
    OF_DATES.iter().try_for_each(|name| replace(connection, name))?;
    connection.authorizer(Some(authorize))?;
    let steps = Steps::default();
    let (taken, most) = (steps.clone(), STEPS.saturating_add(rows.saturating_mul(STEPS_A_ROW)));
    let is_over = move || {
        let step = u64::from(STEPS_BETWEEN);
        taken.0.fetch_add(step, Ordering::Relaxed) > most
    };
    connection.progress_handler(i32::from(STEPS_BETWEEN), Some(is_over))?;
    Ok(steps)
}

fn authorize(context: AuthContext<'_>) -> Authorization {
    match context.action {
        AuthAction::Function { function_name }
            if NOT_REPEATABLE.iter().any(|name| name.eq_ignore_ascii_case(function_name)) =>
        {
            Authorization::Deny
        }
        _ => Authorization::Allow,
    }
}

/// Which arguments of a function of dates are times; those after them change them.
fn of_times(name: &str) -> Range<usize> {
    match name {
        "strftime" => 1..2,
        "timediff" => 0..2,
        _ => 0..1,
    }
}

fn asks_the_machine(argument: ValueRef<'_>, is_time: bool) -> bool {
    let (ValueRef::Text(bytes) | ValueRef::Blob(bytes)) = argument else { return false };
    // SQLite reads either as a text that ends at the first zero byte.
    let word = bytes.split(|byte| *byte == 0).next().unwrap_or_default().trim_ascii();
    let is_one_of = |words: &[&str]| words.iter().any(|known| word.eq_ignore_ascii_case(known.as_bytes()));
    is_one_of(&OF_THE_MACHINE) || (is_time && is_one_of(&NOW_AS_A_TIME))
}

/// Replaces a function of dates by one that refuses to ask the machine, and else does what SQLite's own does.
fn replace(connection: &Connection, name: &'static str) -> Result<()> {
    let own = AssertUnwindSafe(Connection::open_in_memory()?);
    let call = move |context: &mut Context<'_>| -> Result<Value> {
        let own: &Connection = &own;
        let arguments = (0..context.len()).map(|at| context.get(at)).collect::<Result<Vec<Value>>>()?;
        let times = of_times(name);
        let asks = |at: usize| asks_the_machine(context.get_raw(at), times.contains(&at));
        if arguments.len() <= times.start || (0..context.len()).any(asks) {
            let reason = format!(
                "{name}() asks for the clock or the zone of the machine, which no release depends on"
            );
            return Err(Error::UserFunctionError(reason.into()));
        }
        let places = vec!["?"; arguments.len()].join(",");
        let mut statement = own.prepare_cached(&format!("select {name}({places})"))?;
        statement.query_row(params_from_iter(arguments), |row| row.get(0))
    };
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_scalar_function(name, -1, flags, call)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(connection: &Connection, sql: &str) -> Result<Value> {
        connection.query_row(&format!("select {sql}"), [], |row| row.get(0))
    }

    #[test]
    fn functions_of_dates_answer_as_sqlites_own_do() {
        let own = Connection::open_in_memory().expect("memory");
        let mut confined = Connection::open_in_memory().expect("memory");
        confine(&mut confined, 1).expect("it is new");
        for sql in [
            "date('2020-02-28', '+1 day')",
            "date(null)",
            "date('no date')",
            "date(2459000.5)",
            "date(1600000000, 'unixepoch')",
            "date(1600000000, 'auto')",
            "time('12:30:45.678', 'subsec')",
            "datetime('2024-03-10T12:00:00+02:00', 'start of month', '-1 second')",
            "datetime('2024-01-31', '+1 month', 'floor')",
            "julianday('2000-01-01')",
            "unixepoch('2000-01-01 00:00:00.5', 'subsecond')",
            "strftime('%Y-%j %H:%M:%f %W %u', '2000-12-31 23:59:59.9994')",
            "strftime('%s', 0, 'unixepoch')",
            "timediff('2023-02-15', '2023-03-15')",
            "typeof(julianday('2000-01-01'))",
            "typeof(unixepoch('2000-01-01'))",
        ] {
            let expected = answer(&own, sql).expect("SQLite knows it");
            assert_eq!(answer(&confined, sql).as_ref(), Ok(&expected), "{sql}");
        }
    }

    #[test]
    fn every_way_to_ask_for_the_clock_or_the_zone_is_refused() {
        let mut confined = Connection::open_in_memory().expect("memory");
        confine(&mut confined, 1).expect("it is new");
        for sql in [
            "date('NOW')",
            "time(' now ')",
            "date(x'6e6f77')",
            "date('now' || char(0) || 'x')",
            "unixepoch('subsec')",
            "datetime('Subsecond')",
            "strftime('%Y', 'subsec')",
            "timediff('2020-01-01', 'subsec')",
            "timediff('now', '2020-01-01')",
            "julianday()",
            "datetime('2020-01-01', 'utc')",
            "datetime('2020-01-01', x'6c6f63616c74696d65')",
            "current_date",
        ] {
            assert!(answer(&confined, sql).is_err(), "{sql}");
        }
    }
}
