//! Queries of a project, confined: the same rows whenever and wherever they run, within limits of steps and lengths.

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

/// Arguments of these functions that ask for the clock or the zone.
const OF_THE_MACHINE: [&str; 3] = ["now", "localtime", "utc"];

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

/// Replaces a function of dates by one that refuses to ask the machine, and else does what SQLite's own does.
fn replace(connection: &Connection, name: &'static str) -> Result<()> {
    let own = AssertUnwindSafe(Connection::open_in_memory()?);
    let call = move |context: &mut Context<'_>| -> Result<Value> {
        let own: &Connection = &own;
        let arguments = (0..context.len()).map(|at| context.get(at)).collect::<Result<Vec<Value>>>()?;
        let asks = |argument: ValueRef<'_>| match argument {
            ValueRef::Text(text) => {
                OF_THE_MACHINE.iter().any(|word| text.trim_ascii().eq_ignore_ascii_case(word.as_bytes()))
            }
            ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) | ValueRef::Blob(_) => false,
        };
        let least = if name == "strftime" { 2 } else { 1 };
        if arguments.len() < least || (0..context.len()).any(|at| asks(context.get_raw(at))) {
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
