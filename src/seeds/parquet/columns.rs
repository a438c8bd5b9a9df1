//! Columns of a Parquet file that fields read: found by name, or inside a struct.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, make_array};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, Schema};
use parquet::file::metadata::ParquetMetaData;
use parquet::schema::types::Type;

use super::conversion::Conversion;
use super::stored::Stored;
use crate::diagnostic::{Code, Diagnostic, Place, codes, listed, nearest};
use crate::offsets::field_number;
use crate::schema::{Field, FieldType, Table};
use crate::seeds::{Source, delimited};

/// Columns of one file, by field.
#[derive(Debug)]
pub(in crate::seeds) struct Columns {
    /// The column of each field; `None` when it has none, or one that it cannot read.
    pub(super) of_fields: Vec<Option<Column>>,
    /// Fields whose column cannot be read, which is told once, whatever its rows are.
    pub(super) refused: Vec<u32>,
    /// What is wrong with the columns.
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// A column, or a member of a struct column.
#[derive(Debug)]
pub(super) struct Column {
    /// Name of the column in the file.
    root: String,
    /// Number of the column in the file.
    number: usize,
    /// Numbers of the members that lead to it.
    members: Vec<usize>,
    /// How it becomes the field's column.
    pub(super) conversion: Conversion,
}

impl Column {
    /// The column of a batch. A member of a struct that is missing is missing.
    pub(super) fn of(&self, batch: &RecordBatch) -> Option<ArrayRef> {
        let mut column = Arc::clone(batch.column_by_name(&self.root)?);
        for &member in &self.members {
            let parent = column.as_struct_opt()?;
            let child = parent.columns().get(member)?;
            let nulls = NullBuffer::union(parent.nulls(), child.logical_nulls().as_ref());
            let data = child.to_data().into_builder().nulls(nulls).build().ok()?;
            column = make_array(data);
        }
        Some(column)
    }
}

impl Columns {
    /// Finds the columns of a table's fields. What is wrong is told at the file, which has no lines.
    pub(super) fn find(
        table: &Table,
        source: &Source,
        metadata: &ParquetMetaData,
        schema: &Schema,
    ) -> Columns {
        let root = metadata.file_metadata().schema_descr().root_schema();
        let mut finder =
            Finder { table, source, schema, root, misspelt: Vec::new(), diagnostics: Vec::new() };
        finder.report_unknown();
        let mut refused = Vec::new();
        let mut of_fields = Vec::new();
        for (index, field) in table.fields.iter().enumerate() {
            let column = finder.column(field);
            refused.extend(column.is_err().then_some(field_number(index)));
            of_fields.push(column.unwrap_or(None));
        }
        Columns { of_fields, refused, diagnostics: finder.diagnostics }
    }

    /// Numbers of the file's columns that are read, ascending.
    pub(super) fn numbers(&self) -> Vec<usize> {
        let mut numbers: Vec<usize> = self.of_fields.iter().flatten().map(|column| column.number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }
}

/// A column that cannot be read; it has been told.
struct Refused;

struct Finder<'a> {
    table: &'a Table,
    source: &'a Source,
    schema: &'a Schema,
    root: &'a Type,
    /// Names of fields that columns nearly have.
    misspelt: Vec<String>,
    diagnostics: Vec<Diagnostic>,
}

impl Finder<'_> {
    fn report(&mut self, code: &'static Code, message: String, help: Option<String>) {
        let problem = Diagnostic::new(code, Place::file(&self.source.path), message);
        self.diagnostics.push(Diagnostic { help, ..problem });
    }

    fn names(&self) -> Vec<String> {
        self.table.fields.iter().filter_map(|field| field.origin.path()).map(|path| path.join(".")).collect()
    }

    /// Tells of columns, and of members of structs, that no field reads.
    fn report_unknown(&mut self) {
        if self.table.dialect.fields_match.allows_further() {
            return;
        }
        for column in self.schema.fields() {
            self.report_unread(column.name(), column.data_type());
        }
    }

    fn report_unread(&mut self, name: &str, kind: &DataType) {
        let names = self.names();
        if names.iter().any(|known| known == name) || delimited::is_ignored(self.table, name) {
            return;
        }
        let inside = format!("{name}.");
        if let DataType::Struct(members) = kind
            && names.iter().any(|known| known.starts_with(&inside))
        {
            return members
                .iter()
                .for_each(|m| self.report_unread(&format!("{inside}{}", m.name()), m.data_type()));
        }
        let message = format!("`{}` has no field `{name}`", self.table.name);
        let names = || names.iter().map(String::as_str);
        let help = match nearest(name, names()) {
            Some(near) => {
                self.misspelt.push(near.to_owned());
                format!("did you mean `{near}`?")
            }
            None => format!("the columns are {}", listed(names())),
        };
        self.report(&codes::UNKNOWN_KEY, message, Some(help));
    }

    /// The column of a field: `None` when it needs none.
    fn column(&mut self, field: &Field) -> Result<Option<Column>, Refused> {
        let Some(path) = field.origin.path() else { return Ok(None) };
        let name = path.join(".");
        let same = self.schema.fields().iter().filter(|column| *column.name() == name).count();
        let found = match same {
            0 => self.members(path),
            1 => self.schema.index_of(&name).ok().map(|number| (number, Vec::new())),
            _ => {
                let message = format!("{same} columns are called `{name}`");
                let help = "give each column a name of its own".to_owned();
                self.report(&codes::REPEATED_NAME, message, Some(help));
                return Err(Refused);
            }
        };
        let Some((number, members)) = found else {
            if !self.table.dialect.fields_match.allows_absent() && !self.misspelt.contains(&name) {
                self.report(&codes::MISSING_COLUMN, format!("there is no column `{name}`"), None);
                return Err(Refused);
            }
            return Ok(None);
        };
        let conversion = self.conversion(field, &name, number, &members)?;
        Ok(Some(Column { root: self.schema.field(number).name().clone(), number, members, conversion }))
    }

    /// The member that a path leads to, through structs.
    fn members(&self, path: &[String]) -> Option<(usize, Vec<usize>)> {
        let (first, rest) = path.split_first()?;
        let mut roots = self.schema.fields().iter().enumerate().filter(|(_, column)| column.name() == first);
        let (number, mut at) = roots.next().filter(|_| roots.next().is_none())?;
        let mut numbers = Vec::new();
        for name in rest {
            let DataType::Struct(members) = at.data_type() else { return None };
            let (member, below) = members.find(name)?;
            numbers.push(member);
            at = below;
        }
        (!numbers.is_empty()).then_some((number, numbers))
    }

    fn conversion(
        &mut self,
        field: &Field,
        name: &str,
        number: usize,
        members: &[usize],
    ) -> Result<Conversion, Refused> {
        let mut kind = self.schema.field(number).data_type();
        let mut stored = self.root.get_fields().get(number);
        for &member in members {
            if let DataType::Struct(below) = kind {
                kind = below[member].data_type();
            }
            stored =
                stored.filter(|stored| stored.is_group()).and_then(|stored| stored.get_fields().get(member));
        }
        let stored = Stored::of(stored.map(Arc::as_ref), !members.is_empty());
        Conversion::new(field, kind, stored).map_err(|help| {
            let kind = stored.name(kind);
            let wanted = match field.kind {
                FieldType::List(item) => format!("`list` of `{}`", item.field_type()),
                wanted => format!("`{wanted}`"),
            };
            let message = format!("column `{name}` is {kind}, which a field of type {wanted} does not read");
            self.report(&codes::WRONG_TYPE, message, Some(help));
            Refused
        })
    }
}
