//! Records as tokens in, rows of typed columns out: nested mappings flattened, nested records put into their tables.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, UInt32Array};
use arrow::compute::take;

use super::plan::{Node, Plan};
use super::{Chunk, ColumnBuilder, Located, Problem, ProblemKind, SplitId, Want, derive};
use crate::diagnostic::{Diagnostic, codes, listed, nearest};
use crate::schema::{Field, FieldType, Geopoint, Origin, Project, Table};
use crate::tokens::{Mark, Scalar, Style, SyntaxError, Token, Tokens, compact_json, skip};

/// Puts records together, and on request notes where cells stand.
pub(super) struct Assembler<'a> {
    project: &'a Project,
    plan: &'a Plan,
    file: Arc<str>,
    tables: Vec<Rows>,
    /// For each node of the plan: the row (from 1) of its instance that last had this key.
    seen: Vec<u32>,
    /// Instances whose row is not finished, outermost first.
    open: Vec<usize>,
    pub(super) diagnostics: Vec<Diagnostic>,
    wanted: HashMap<Want, Option<Located>>,
}

/// The rows of one instance so far.
struct Rows {
    builders: Vec<ColumnBuilder>,
    /// For each field: the row (from 1) it was last set in.
    set: Vec<u32>,
    count: u32,
    /// For nested records: the row of the parent instance.
    parents: Vec<u32>,
    /// Number of records so far in the current parent, for `@index`.
    siblings: u64,
    problems: Vec<Problem>,
    broken: Vec<u32>,
}

impl<'a> Assembler<'a> {
    /// An assembler for the records of a file; `wants` are looked for on the way.
    pub(super) fn new(
        project: &'a Project,
        plan: &'a Plan,
        file: Arc<str>,
        wants: Vec<Want>,
    ) -> Assembler<'a> {
        let rows = |table: &Table| Rows {
            builders: table.fields.iter().map(|f| ColumnBuilder::new(f, 64)).collect(),
            set: vec![0; table.fields.len()],
            count: 0,
            parents: Vec::new(),
            siblings: 0,
            problems: Vec::new(),
            broken: Vec::new(),
        };
        Assembler {
            project,
            plan,
            file,
            tables: plan.instances.iter().map(|i| rows(&project.tables[i.table])).collect(),
            seen: vec![0; plan.nodes.len()],
            open: Vec::new(),
            diagnostics: Vec::new(),
            // An absent cell is shown where its record begins.
            wanted: wants
                .into_iter()
                .flat_map(|want| [(want, None), (Want { field: None, item: None, ..want }, None)])
                .collect(),
        }
    }

    fn schema(&self, instance: usize) -> &'a Table {
        &self.project.tables[self.plan.instances[instance].table]
    }

    fn report(
        &mut self,
        code: &'static crate::diagnostic::Code,
        mark: Mark,
        message: String,
        help: Option<String>,
    ) {
        let diagnostic = Diagnostic::new(code, mark.in_file(&self.file), message);
        self.diagnostics.push(match help {
            Some(help) => diagnostic.with_help(help),
            None => diagnostic,
        });
    }

    /// Reads one record of the plan's own table.
    pub(super) fn record(
        &mut self,
        tokens: &mut dyn Tokens<'_>,
        first: Token<'_>,
        key: Option<&str>,
    ) -> Result<(), SyntaxError> {
        self.row(0, tokens, first, key)
    }

    /// Ends every row that a syntax error cut off and marks it as broken.
    pub(super) fn abandon(&mut self) {
        while let Some(instance) = self.open.pop() {
            let rows = &mut self.tables[instance];
            rows.broken.push(rows.count);
            rows.end();
        }
    }

    fn row(
        &mut self,
        instance: usize,
        tokens: &mut dyn Tokens<'_>,
        first: Token<'_>,
        key: Option<&str>,
    ) -> Result<(), SyntaxError> {
        let plan = &self.plan.instances[instance];
        let parent_row = plan.parent.map(|parent| self.tables[parent].count);
        let rows = &mut self.tables[instance];
        rows.parents.extend(parent_row);
        rows.siblings += 1;
        let number = rows.siblings.to_string();
        for child in (0..self.tables.len()).filter(|&c| self.plan.instances[c].parent == Some(instance)) {
            self.tables[child].siblings = 0;
        }
        self.open.push(instance);
        self.note(instance, None, tokens, "");
        for &field in &plan.index {
            self.set(instance, field, &bare(&number), tokens);
        }
        if let Some(key) = key {
            for &field in &plan.key {
                self.set(instance, field, &quoted_scalar(key), tokens);
            }
        }
        self.record_value(instance, tokens, first, key.is_some())?;
        self.tables[instance].end();
        self.open.pop();
        Ok(())
    }

    fn record_value(
        &mut self,
        instance: usize,
        tokens: &mut dyn Tokens<'_>,
        first: Token<'_>,
        has_key: bool,
    ) -> Result<(), SyntaxError> {
        let plan = &self.plan.instances[instance];
        match first {
            Token::MapStart => self.map(instance, plan.root, tokens),
            Token::Scalar(scalar) if !plan.itself.is_empty() => {
                for &field in &plan.itself {
                    self.set(instance, field, &scalar, tokens);
                }
                Ok(())
            }
            Token::Scalar(Scalar { style: Style::Null, .. }) if has_key => Ok(()),
            other => {
                let found = kind(&other);
                let what = &self.schema(instance).name;
                let expected =
                    if plan.itself.is_empty() { "a mapping" } else { "a mapping or a single value" };
                let message = format!("a record of `{what}` is {found}, expected {expected}");
                self.report(&codes::WRONG_SHAPE, tokens.mark(), message, None);
                let rows = &mut self.tables[instance];
                rows.broken.push(rows.count);
                skip(tokens, &other)
            }
        }
    }

    fn map(&mut self, instance: usize, node: usize, tokens: &mut dyn Tokens<'_>) -> Result<(), SyntaxError> {
        let children = &self.plan.nodes[node].children;
        let mut hint = 0;
        loop {
            let key = match tokens.next()? {
                Token::Key(key) => key,
                _ => return Ok(()),
            };
            // Keys mostly come in the order of the schema.
            let found = match children.get(hint) {
                Some((name, child)) if *name == key => Some((hint, *child)),
                _ => children.iter().position(|(name, _)| *name == key).map(|i| (i, children[i].1)),
            };
            let Some((index, child)) = found else {
                self.unknown_key(instance, node, &key, tokens)?;
                continue;
            };
            hint = index + 1;
            let row = self.tables[instance].count + 1;
            if std::mem::replace(&mut self.seen[child], row) == row {
                let message = format!("`{key}` is given twice in this record");
                self.report(&codes::REPEATED_KEY, tokens.mark(), message, None);
                let first = tokens.next()?;
                skip(tokens, &first)?;
                continue;
            }
            let first = tokens.next()?;
            self.value(instance, child, tokens, first)?;
        }
    }

    fn unknown_key(
        &mut self,
        instance: usize,
        node: usize,
        key: &str,
        tokens: &mut dyn Tokens<'_>,
    ) -> Result<(), SyntaxError> {
        let at = &self.plan.nodes[node];
        if !self.plan.instances[instance].ignores(at, key) {
            let names = || at.children.iter().map(|(name, _)| name.as_str());
            let place = if at.path.is_empty() { String::new() } else { format!(" under `{}`", at.path) };
            let message = format!("`{}` has no field `{key}`{place}", self.schema(instance).name);
            let filled =
                self.schema(instance).fields.iter().any(|f| f.origin == Origin::Parent && f.name == key);
            let help = match nearest(key, names()) {
                _ if filled => "it is filled in from the record around it; remove it".to_owned(),
                Some(name) => format!("did you mean `{name}`?"),
                None => format!("the keys are {}", listed(names())),
            };
            self.report(&codes::UNKNOWN_KEY, tokens.mark(), message, Some(help));
        }
        let first = tokens.next()?;
        skip(tokens, &first)
    }

    fn value(
        &mut self,
        instance: usize,
        node: usize,
        tokens: &mut dyn Tokens<'_>,
        first: Token<'_>,
    ) -> Result<(), SyntaxError> {
        let at = &self.plan.nodes[node];
        if let Some(&field) = at.fields.first() {
            return self.field_value(instance, at, field, tokens, first);
        }
        if let Some(child) = at.nested {
            return self.nested(child, at, tokens, first);
        }
        match first {
            Token::MapStart => self.map(instance, node, tokens),
            Token::Scalar(Scalar { style: Style::Null | Style::AmbiguousNull, .. }) => Ok(()),
            other => self.wrong_shape(at, &other, "a mapping", tokens),
        }
    }

    fn wrong_shape(
        &mut self,
        node: &Node,
        found: &Token<'_>,
        expected: &str,
        tokens: &mut dyn Tokens<'_>,
    ) -> Result<(), SyntaxError> {
        let message = format!("`{}` is {}, expected {expected}", node.path, kind(found));
        self.report(&codes::WRONG_SHAPE, tokens.mark(), message, None);
        skip(tokens, found)
    }

    /// The records of a nested table: a list, one record, or a mapping by key.
    fn nested(
        &mut self,
        child: usize,
        node: &Node,
        tokens: &mut dyn Tokens<'_>,
        first: Token<'_>,
    ) -> Result<(), SyntaxError> {
        match first {
            Token::Scalar(Scalar { style: Style::Null | Style::AmbiguousNull, .. }) => Ok(()),
            Token::ListStart => self.list_of_records(child, tokens, None),
            Token::MapStart if !self.plan.instances[child].key.is_empty() => {
                self.keyed_records(child, tokens)
            }
            Token::MapStart => self.row(child, tokens, first, None),
            Token::Scalar(_) if !self.plan.instances[child].itself.is_empty() => {
                self.row(child, tokens, first, None)
            }
            other => {
                let expected = format!("the records of `{}`: a list or a mapping", self.schema(child).name);
                self.wrong_shape(node, &other, &expected, tokens)
            }
        }
    }

    fn list_of_records(
        &mut self,
        instance: usize,
        tokens: &mut dyn Tokens<'_>,
        key: Option<&str>,
    ) -> Result<(), SyntaxError> {
        loop {
            match tokens.next()? {
                Token::ListEnd | Token::End => return Ok(()),
                first => self.row(instance, tokens, first, key)?,
            }
        }
    }

    /// A mapping from key to record or to list of records, whose beginning has been read.
    pub(super) fn keyed_records(
        &mut self,
        instance: usize,
        tokens: &mut dyn Tokens<'_>,
    ) -> Result<(), SyntaxError> {
        let mut keys = std::collections::HashSet::new();
        while let Token::Key(key) = tokens.next()? {
            if !keys.insert(key.clone().into_owned()) {
                let message = format!("the key `{key}` is given twice");
                self.report(&codes::REPEATED_KEY, tokens.mark(), message, None);
                let first = tokens.next()?;
                skip(tokens, &first)?;
                continue;
            }
            match tokens.next()? {
                Token::ListStart => self.list_of_records(instance, tokens, Some(&key))?,
                first => self.row(instance, tokens, first, Some(&key))?,
            }
        }
        Ok(())
    }

    /// A value that fields hold. A single value goes to every field of this path, anything else to the first.
    fn field_value(
        &mut self,
        instance: usize,
        node: &Node,
        field: usize,
        tokens: &mut dyn Tokens<'_>,
        first: Token<'_>,
    ) -> Result<(), SyntaxError> {
        let schema = &self.schema(instance).fields[field];
        match (&first, schema.kind) {
            (Token::Scalar(scalar), _) => {
                for &field in &node.fields {
                    self.set(instance, field, scalar, tokens);
                }
                Ok(())
            }
            (Token::ListStart, FieldType::List(_)) => self.list(instance, field, tokens),
            (Token::ListStart, FieldType::Array)
            | (Token::MapStart, FieldType::Object | FieldType::Geojson) => {
                self.json(instance, field, tokens, first)
            }
            (Token::MapStart | Token::ListStart, FieldType::Geopoint)
                if schema.format.geopoint != Geopoint::Default =>
            {
                self.json(instance, field, tokens, first)
            }
            (Token::MapStart | Token::ListStart, FieldType::Any) => self.json(instance, field, tokens, first),
            _ => {
                let expected = crate::schema::lexical::expected(schema);
                self.tables[instance].bad(field, ProblemKind::Reported);
                self.wrong_shape(node, &first, &expected, tokens)
            }
        }
    }

    fn list(
        &mut self,
        instance: usize,
        field: usize,
        tokens: &mut dyn Tokens<'_>,
    ) -> Result<(), SyntaxError> {
        self.note(instance, Some(field), tokens, "");
        let schema = &self.schema(instance).fields[field];
        let mut taken = 0;
        loop {
            let token = tokens.next()?;
            match token {
                Token::ListEnd | Token::End => break,
                Token::Scalar(scalar) => {
                    // A bad item is left out, and the next has its number.
                    self.note_item(instance, Some(field), Some(taken), tokens, &scalar.text);
                    let rows = &mut self.tables[instance];
                    let result = match scalar.style {
                        Style::Null | Style::AmbiguousNull => Err(ProblemKind::ListSeparator),
                        Style::Bare | Style::Quoted => rows.builders[field].push_item(schema, &scalar.text),
                    };
                    match result {
                        Ok(()) => taken += 1,
                        Err(kind) => self.bad_item(instance, field, kind, &scalar.text, tokens),
                    }
                }
                other => {
                    let message =
                        format!("an item of `{}` is {}, expected a single value", schema.name, kind(&other));
                    self.report(&codes::WRONG_SHAPE, tokens.mark(), message, None);
                    skip(tokens, &other)?;
                }
            }
        }
        let rows = &mut self.tables[instance];
        rows.builders[field].end_list();
        rows.set[field] = rows.count + 1;
        Ok(())
    }

    /// An item's place is that of the item, not of the list, so it is reported at once.
    fn bad_item(
        &mut self,
        instance: usize,
        field: usize,
        kind: ProblemKind,
        text: &str,
        tokens: &dyn Tokens<'_>,
    ) {
        let schema = &self.schema(instance).fields[field];
        let (code, message) = super::problem::describe_item(schema, kind, text);
        self.report(code, tokens.mark(), message, None);
        let rows = &mut self.tables[instance];
        rows.problems.push(Problem::of_cell(rows.count, field as u32, ProblemKind::Reported));
    }

    fn json(
        &mut self,
        instance: usize,
        field: usize,
        tokens: &mut dyn Tokens<'_>,
        first: Token<'_>,
    ) -> Result<(), SyntaxError> {
        let mark = tokens.mark();
        let text = compact_json(tokens, first)?;
        let schema = &self.schema(instance).fields[field];
        self.note_at(instance, Some(field), None, mark, &text);
        let rows = &mut self.tables[instance];
        rows.set[field] = rows.count + 1;
        if let Err(kind) = rows.builders[field].push(schema, &text) {
            rows.problems.push(Problem::of_cell(rows.count, field as u32, kind));
        }
        Ok(())
    }

    /// Sets a field of the open row from a single value.
    fn set(&mut self, instance: usize, field: usize, scalar: &Scalar<'_>, tokens: &dyn Tokens<'_>) {
        let table = self.schema(instance);
        let schema = &table.fields[field];
        self.note(instance, Some(field), tokens, &scalar.text);
        let rows = &mut self.tables[instance];
        if rows.set[field] == rows.count + 1 {
            return;
        }
        rows.set[field] = rows.count + 1;
        let is_list = matches!(schema.kind, FieldType::List(_));
        match scalar.style {
            Style::Null => rows.builders[field].null(),
            Style::AmbiguousNull if schema.kind == FieldType::String => {
                rows.bad(field, ProblemKind::AmbiguousNull)
            }
            Style::AmbiguousNull => rows.builders[field].null(),
            Style::Bare | Style::Quoted if is_missing(table, schema, &scalar.text) => {
                rows.builders[field].null()
            }
            Style::Bare | Style::Quoted if is_list => rows.bad(field, ProblemKind::WrongType),
            Style::Bare | Style::Quoted => rows.push(schema, field, &scalar.text),
        }
    }

    fn note(&mut self, instance: usize, field: Option<usize>, tokens: &dyn Tokens<'_>, text: &str) {
        self.note_item(instance, field, None, tokens, text);
    }

    fn note_item(
        &mut self,
        instance: usize,
        field: Option<usize>,
        item: Option<u32>,
        tokens: &dyn Tokens<'_>,
        text: &str,
    ) {
        if !self.wanted.is_empty() {
            self.note_at(instance, field, item, tokens.mark(), text);
        }
    }

    fn note_at(&mut self, instance: usize, field: Option<usize>, item: Option<u32>, mark: Mark, text: &str) {
        let field = field.map(|f| f as u32);
        let want = Want { instance, row: self.tables[instance].count, field, item };
        if let Some(place) = self.wanted.get_mut(&want) {
            *place = Some(Located { place: mark.in_file(&self.file), text: text.to_owned() });
        }
    }

    /// The place of a want that was met, if it was.
    pub(super) fn located(&self, want: Want) -> Option<&Located> {
        self.wanted.get(&want)?.as_ref()
    }

    /// The rows as chunks, parents before children; keys of parents are filled into their children.
    pub(super) fn finish(self, split: SplitId) -> (Vec<Chunk>, Vec<Diagnostic>) {
        let mut fields: Vec<Vec<ArrayRef>> = Vec::new();
        let mut chunks = Vec::new();
        for (number, rows) in self.tables.into_iter().enumerate() {
            let instance = &self.plan.instances[number];
            let table = &self.project.tables[instance.table];
            let mut columns: Vec<ArrayRef> = rows.builders.into_iter().map(ColumnBuilder::finish).collect();
            if let (Some(parent), Some(nested)) = (instance.parent, &table.nested) {
                let parent_table = &self.project.tables[self.plan.instances[parent].table];
                let parent_rows = UInt32Array::from(rows.parents);
                for (own, theirs) in nested.key.iter().zip(&parent_table.primary_key) {
                    columns[*own] = take(&fields[parent][*theirs], &parent_rows, None)
                        .expect("every child row has a parent row in the same split");
                }
            }
            let mut problems = rows.problems;
            let published = derive::columns(table, &columns, &mut problems);
            fields.push(columns);
            let rows_count = rows.count as usize;
            if rows_count > 0 {
                let table = instance.table;
                let broken = rows.broken;
                chunks.push(Chunk {
                    table,
                    columns: published,
                    rows: rows_count,
                    split,
                    instance: number,
                    problems,
                    broken,
                });
            }
        }
        (chunks, self.diagnostics)
    }
}

impl Rows {
    /// Ends the open row: fields that were not set are missing.
    fn end(&mut self) {
        self.count += 1;
        for (builder, set) in self.builders.iter_mut().zip(&self.set) {
            if *set != self.count {
                builder.null();
            }
        }
    }

    fn push(&mut self, schema: &Field, field: usize, text: &str) {
        if let Err(kind) = self.builders[field].push(schema, text) {
            self.problems.push(Problem::of_cell(self.count, field as u32, kind));
        }
    }

    /// Sets the field to missing because of a problem.
    fn bad(&mut self, field: usize, kind: ProblemKind) {
        self.builders[field].null();
        self.set[field] = self.count + 1;
        self.problems.push(Problem::of_cell(self.count, field as u32, kind));
    }
}

/// Whether the text means "no value" for the field.
pub(super) fn is_missing(table: &Table, field: &Field, text: &str) -> bool {
    field.missing_values.as_ref().unwrap_or(&table.missing_values).iter().any(|missing| missing == text)
}

fn bare(text: &str) -> Scalar<'_> {
    Scalar { text: text.into(), style: Style::Bare }
}

fn quoted_scalar(text: &str) -> Scalar<'_> {
    Scalar { text: text.into(), style: Style::Quoted }
}

fn kind(token: &Token<'_>) -> &'static str {
    match token {
        Token::MapStart => "a mapping",
        Token::ListStart => "a list",
        Token::Scalar(Scalar { style: Style::Null | Style::AmbiguousNull, .. }) => "empty",
        Token::Scalar(_) => "a single value",
        Token::Key(_) | Token::MapEnd | Token::ListEnd | Token::End => "nothing",
    }
}
