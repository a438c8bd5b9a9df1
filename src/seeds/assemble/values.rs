//! Values of fields: set from tokens, and noted where they stand.

use std::borrow::Cow;

use super::super::{Found, Lookup, Problem, ProblemKind, SourceKind, problem};
use super::rows::is_missing;
use super::{Assembler, Node, kind};
use crate::diagnostic::{Subject, codes};
use crate::offsets::field_number;
use crate::schema::{Field, FieldType, Geopoint, lexical};
use crate::tokens::{Compact, Recorded, Scalar, Span, Style, SyntaxError, Token, Tokens, compact_json, skip};

impl Assembler<'_> {
    /// A value that fields hold: each field of this path takes the whole of it.
    pub(super) fn field_values(
        &mut self,
        instance: usize,
        node: &Node,
        tokens: &mut dyn Tokens<'_>,
        first: Token<'_>,
    ) -> Result<(), SyntaxError> {
        if let [only] = node.fields.as_slice() {
            return self.field_value((instance, *only), node, tokens, first);
        }
        let recorded = Recorded::read(tokens, first)?;
        for &field in &node.fields {
            let mut replay = recorded.replay();
            let first = replay.next()?;
            self.field_value((instance, field), node, &mut replay, first)?;
        }
        Ok(())
    }

    fn field_value(
        &mut self,
        (instance, field): (usize, usize),
        node: &Node,
        tokens: &mut dyn Tokens<'_>,
        first: Token<'_>,
    ) -> Result<(), SyntaxError> {
        let table = self.schema(instance);
        let schema = &table.fields[field];
        let is_one = schema.format.one_or_many
            && match &first {
                Token::Scalar(Scalar { style: Style::Null | Style::AmbiguousNull, .. }) => false,
                Token::Scalar(scalar) => !is_missing(table, schema, &scalar.text),
                first => *first == Token::MapStart,
            };
        match (&first, schema.kind) {
            (Token::Scalar(scalar), FieldType::List(_)) if is_one => {
                self.note(instance, Some(field), tokens, "");
                self.item((instance, field), 0, scalar, tokens);
                self.end_list(instance, field);
                Ok(())
            }
            (_, FieldType::Array) if is_one => self.json(instance, field, tokens, first),
            (Token::Scalar(scalar), _) => {
                self.set(instance, field, scalar, tokens);
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
                let expected = lexical::expected(schema);
                self.tables[instance].bad(field, ProblemKind::Reported);
                self.wrong_shape(node, &first, &expected, tokens)
            }
        }
    }

    /// The field as what a problem is about.
    fn subject(&self, instance: usize, field: usize) -> Subject {
        let table = self.schema(instance);
        Subject::field(&table.name, &table.fields[field].name)
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
                    taken += u32::from(self.item((instance, field), taken, &scalar, tokens));
                }
                other => {
                    let name = &schema.name;
                    let say = || {
                        (format!("an item of `{name}` is {}, expected a single value", kind(&other)), None)
                    };
                    self.report(&codes::WRONG_SHAPE, self.subject(instance, field), tokens.span(), say);
                    skip(tokens, &other)?;
                }
            }
        }
        self.end_list(instance, field);
        Ok(())
    }

    fn end_list(&mut self, instance: usize, field: usize) {
        let rows = &mut self.tables[instance];
        rows.builders[field].end_list();
        rows.set[field] = rows.count + 1;
    }

    /// Adds an item to a list; false when it is a bad one, which is told.
    fn item(
        &mut self,
        (instance, field): (usize, usize),
        number: u32,
        scalar: &Scalar<'_>,
        tokens: &dyn Tokens<'_>,
    ) -> bool {
        self.note_item(self.lookup(instance, Some(field), Some(number)), tokens, &scalar.text);
        if matches!(scalar.style, Style::Null | Style::AmbiguousNull) {
            self.missing_item(instance, field, tokens);
            return false;
        }
        let schema = &self.schema(instance).fields[field];
        let text = self.written(schema, scalar);
        match self.tables[instance].builders[field].push_item(schema, &text) {
            Ok(()) => true,
            Err(kind) => {
                self.bad_item((instance, field), kind, &scalar.text, tokens);
                false
            }
        }
    }

    /// An item's place is that of the item, not of the list, so it is reported at once.
    fn bad_item(
        &mut self,
        (instance, field): (usize, usize),
        kind: ProblemKind,
        text: &str,
        tokens: &dyn Tokens<'_>,
    ) {
        let schema = &self.schema(instance).fields[field];
        let say = || problem::describe_item(schema, kind, text);
        self.report(problem::code_of_item(kind), self.subject(instance, field), tokens.span(), say);
        let rows = &mut self.tables[instance];
        rows.problems.push(Problem::of_cell(rows.count, field_number(field), ProblemKind::Reported));
    }

    /// An item without a value, which no format can tell from an item that is not there.
    fn missing_item(&mut self, instance: usize, field: usize, tokens: &dyn Tokens<'_>) {
        let name = &self.schema(instance).fields[field].name;
        let help = "take the item out; a text such as `null` or `~` stands in quotes".to_owned();
        let say = || (format!("an item of `{name}` has no value"), Some(help));
        self.report(&codes::LIST_SEPARATOR, self.subject(instance, field), tokens.span(), say);
        let rows = &mut self.tables[instance];
        rows.problems.push(Problem::of_cell(rows.count, field_number(field), ProblemKind::Reported));
    }

    fn json(
        &mut self,
        instance: usize,
        field: usize,
        tokens: &mut dyn Tokens<'_>,
        first: Token<'_>,
    ) -> Result<(), SyntaxError> {
        let span = tokens.span();
        let is_list = first == Token::ListStart;
        let Compact { mut text, repeated } = compact_json(tokens, first)?;
        let schema = &self.schema(instance).fields[field];
        if !repeated.is_empty() {
            for (key, span) in repeated {
                let say = || {
                    (
                        format!("`{key}` is given twice in `{}`", schema.name),
                        Some("keep one of them".to_owned()),
                    )
                };
                self.report(&codes::REPEATED_KEY, self.subject(instance, field), span, say);
            }
            self.tables[instance].bad(field, ProblemKind::Reported);
            return Ok(());
        }
        if schema.format.one_or_many && !is_list {
            text = format!("[{text}]");
        }
        self.note_at(self.lookup(instance, Some(field), None), span, &text);
        let rows = &mut self.tables[instance];
        rows.set[field] = rows.count + 1;
        if let Err(kind) = rows.builders[field].push(schema, &text) {
            rows.problems.push(Problem::of_cell(rows.count, field_number(field), kind));
        }
        Ok(())
    }

    /// Sets a field of the open row from a single value.
    pub(super) fn set(
        &mut self,
        instance: usize,
        field: usize,
        scalar: &Scalar<'_>,
        tokens: &dyn Tokens<'_>,
    ) {
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
            Style::Bare | Style::Quoted => {
                let text = self.written(schema, scalar);
                self.tables[instance].push(schema, field, &text);
            }
        }
    }

    /// The text of a value in the form of the field's texts: what JSON has without quotes is a value, and no text.
    fn written<'t>(&self, schema: &Field, scalar: &'t Scalar<'_>) -> Cow<'t, str> {
        let is_json = matches!(self.source.kind, SourceKind::Json | SourceKind::Ndjson);
        match scalar.style {
            Style::Bare if is_json => lexical::of_json(schema, &scalar.text),
            _ => Cow::Borrowed(&scalar.text),
        }
    }

    pub(super) fn note(
        &mut self,
        instance: usize,
        field: Option<usize>,
        tokens: &dyn Tokens<'_>,
        text: &str,
    ) {
        self.note_item(self.lookup(instance, field, None), tokens, text);
    }

    /// A want of the open row of an instance: the record, a field of it, or an item of the field's list.
    fn lookup(&self, instance: usize, field: Option<usize>, item: Option<u32>) -> Lookup {
        Lookup { instance, row: self.tables[instance].count, field: field.map(field_number), item }
    }

    fn note_item(&mut self, lookup: Lookup, tokens: &dyn Tokens<'_>, text: &str) {
        if !self.wanted.is_empty() {
            self.note_at(lookup, tokens.span(), text);
        }
    }

    fn note_at(&mut self, lookup: Lookup, span: Span, text: &str) {
        if let Some(place) = self.wanted.get_mut(&lookup) {
            *place = Some(Found { place: span.in_file(&self.source.path), text: text.to_owned() });
        }
    }

    /// The place of a want that was met, if it was.
    pub(in crate::seeds) fn located(&self, lookup: Lookup) -> Option<&Found> {
        self.wanted.get(&lookup)?.as_ref()
    }
}
