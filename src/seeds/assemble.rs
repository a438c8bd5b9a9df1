//! Records as tokens in, rows of typed columns out: nested mappings flattened, nested records put into their tables.

mod rows;
mod values;

use std::collections::{HashMap, HashSet};

use super::record_mapping::{Node, RecordMapping};
use super::{Found, Lookup, Seeds, Source, Split};
use crate::diagnostic::{Code, Diagnostics, Subject, codes, listed, nearest};
use crate::schema::{Origin, Project, SeedLocation, Table};
use crate::tokens::{Scalar, Span, Style, SyntaxError, Token, Tokens, skip};
use rows::Rows;
pub(super) use rows::{has_missing_words, is_missing};

/// Puts records together, and on request notes where cells stand.
pub(super) struct Assembler<'a> {
    project: &'a Project,
    mapping: &'a RecordMapping,
    source: &'a Source,
    tables: Vec<Rows>,
    /// For each node of the mapping: the row (from 1) of its instance that last had this key.
    seen: Vec<u32>,
    /// Instances whose row is not finished, outermost first.
    open: Vec<usize>,
    pub(super) diagnostics: Diagnostics,
    wanted: HashMap<Lookup, Option<Found>>,
    /// Keys of packages that no field reads and that were told of.
    further: HashSet<String>,
    /// Whether the file's first record is among these.
    has_first: bool,
}

impl<'a> Assembler<'a> {
    /// An assembler for the records of a split; `lookups` are looked for on the way.
    pub(super) fn new(seeds: &'a Seeds<'_>, split: &Split, lookups: Vec<Lookup>) -> Assembler<'a> {
        let source = &seeds.sources[split.id.source];
        let (project, mapping) = (seeds.project, &seeds.mappings[source.table]);
        Assembler {
            project,
            mapping,
            source,
            tables: mapping.instances.iter().map(|i| Rows::new(&project.tables[i.table])).collect(),
            seen: vec![0; mapping.nodes.len()],
            open: Vec::new(),
            diagnostics: Diagnostics::new(seeds.keep),
            // An absent cell is shown where its record begins.
            wanted: lookups
                .into_iter()
                .flat_map(|lookup| [(lookup, None), (Lookup { field: None, item: None, ..lookup }, None)])
                .collect(),
            further: HashSet::new(),
            has_first: split.id.offset == 0,
        }
    }

    fn schema(&self, instance: usize) -> &'a Table {
        &self.project.tables[self.mapping.instances[instance].table]
    }

    /// Reports a problem; its message and next step are put into words only where it is not the hundredth of its kind.
    fn report(
        &mut self,
        code: &'static Code,
        subject: Subject,
        span: Span,
        say: impl FnOnce() -> (String, Option<String>),
    ) {
        self.diagnostics.note(code, subject, span.in_file(&self.source.path), say);
    }

    /// Reports what broke a record off.
    pub(super) fn broken(&mut self, error: SyntaxError) {
        self.diagnostics.push_about(Subject::File, error.into_diagnostic(&self.source.path));
    }

    /// Reads one record of the mapping's own table.
    pub(super) fn record(
        &mut self,
        tokens: &mut dyn Tokens<'_>,
        first: Token<'_>,
        key: Option<&str>,
    ) -> Result<(), SyntaxError> {
        self.row(0, tokens, first, key)
    }

    /// A list of records begins: those before are no siblings of what follows.
    pub(super) fn begin_list(&mut self) {
        self.tables[0].siblings = 0;
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
        let mapping = &self.mapping.instances[instance];
        let parent_row = mapping.parent.map(|parent| self.tables[parent].count);
        let rows = &mut self.tables[instance];
        rows.parents.extend(parent_row);
        rows.siblings += 1;
        let number = rows.siblings;
        for child in (0..self.tables.len()).filter(|&c| self.mapping.instances[c].parent == Some(instance)) {
            self.tables[child].siblings = 0;
        }
        self.open.push(instance);
        self.note(instance, None, tokens, "");
        for &field in &mapping.index {
            self.set(instance, field, &bare(&number.to_string()), tokens);
        }
        for &field in &mapping.named {
            if let Some(name) = self.source.named(&self.schema(instance).fields[field]) {
                self.set(instance, field, &quoted_scalar(name), tokens);
            }
        }
        if let Some(key) = key {
            for &field in &mapping.key {
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
        let mapping = &self.mapping.instances[instance];
        match first {
            Token::MapStart => self.map(instance, mapping.root, tokens),
            Token::Scalar(scalar) if !mapping.itself.is_empty() => {
                for &field in &mapping.itself {
                    self.set(instance, field, &scalar, tokens);
                }
                Ok(())
            }
            Token::Scalar(Scalar { style: Style::Null, .. }) if has_key => Ok(()),
            other => {
                let found = kind(&other);
                let what = &self.schema(instance).name;
                let expected =
                    if mapping.itself.is_empty() { "a mapping" } else { "a mapping or a single value" };
                let root = &self.mapping.nodes[mapping.root];
                let say = || {
                    let key = root.children.first().map_or("id", |(key, _)| key.as_str());
                    let help = format!("write it with its keys, such as `{{{key}: …}}`");
                    (format!("a record of `{what}` is {found}, expected {expected}"), Some(help))
                };
                self.report(&codes::WRONG_SHAPE, Subject::field(what, ""), tokens.span(), say);
                let rows = &mut self.tables[instance];
                rows.broken.push(rows.count);
                skip(tokens, &other)
            }
        }
    }

    fn map(&mut self, instance: usize, node: usize, tokens: &mut dyn Tokens<'_>) -> Result<(), SyntaxError> {
        let children = &self.mapping.nodes[node].children;
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
                let say = || {
                    (format!("`{key}` is given twice in this record"), Some("keep one of them".to_owned()))
                };
                self.report(&codes::REPEATED_KEY, Subject::name(&key), tokens.span(), say);
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
        let (at, schema) = (&self.mapping.nodes[node], self.schema(instance));
        let is_ignored = self.mapping.instances[instance].ignores(at, key);
        if !is_ignored && !self.is_further(instance, key, tokens.span()) {
            let say = || unknown_key(schema, at, key);
            self.report(&codes::UNKNOWN_KEY, Subject::name(key), tokens.span(), say);
        }
        let first = tokens.next()?;
        skip(tokens, &first)
    }

    /// Whether a key that no field reads is passed over: in packages of others, where the schema allows further fields, and
    /// where it is none of the first record's, which stand for the columns. The latter is told, once a key.
    fn is_further(&mut self, instance: usize, key: &str, span: Span) -> bool {
        let table = self.schema(instance);
        if table.dialect.fields_match.allows_further() {
            return true;
        }
        let is_first = self.has_first && self.tables[instance].count == 0;
        if is_first || !matches!(table.seeds, SeedLocation::Files(_)) {
            return false;
        }
        if self.further.insert(key.to_owned()) {
            let say = || {
                let near = nearest(key, table.fields.iter().map(|field| field.name.as_str()));
                let help = match near {
                    Some(name) => format!("did you mean `{name}`?"),
                    None => "add it to the fields of the schema to publish it".to_owned(),
                };
                (format!("`{}` has no field `{key}`: its values are not published", table.name), Some(help))
            };
            self.report(&codes::LEFT_OUT, Subject::name(key), span, say);
        }
        true
    }

    fn value(
        &mut self,
        instance: usize,
        node: usize,
        tokens: &mut dyn Tokens<'_>,
        first: Token<'_>,
    ) -> Result<(), SyntaxError> {
        let at = &self.mapping.nodes[node];
        if !at.fields.is_empty() {
            return self.field_values(instance, at, tokens, first);
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
        let say = || (format!("`{}` is {}, expected {expected}", node.path, kind(found)), None);
        self.report(&codes::WRONG_SHAPE, Subject::field("", &node.path), tokens.span(), say);
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
            Token::MapStart if !self.mapping.instances[child].key.is_empty() => {
                self.keyed_records(child, tokens)
            }
            Token::MapStart => self.row(child, tokens, first, None),
            Token::Scalar(_) if !self.mapping.instances[child].itself.is_empty() => {
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
        let mut keys = HashSet::new();
        while let Token::Key(key) = tokens.next()? {
            if !keys.insert(key.clone().into_owned()) {
                let say = || (format!("the key `{key}` is given twice"), Some("keep one of them".to_owned()));
                self.report(&codes::REPEATED_KEY, Subject::name(&key), tokens.span(), say);
                let first = tokens.next()?;
                skip(tokens, &first)?;
                continue;
            }
            // The records under another key are no siblings of those before.
            self.tables[instance].siblings = 0;
            match tokens.next()? {
                Token::ListStart => self.list_of_records(instance, tokens, Some(&key))?,
                first => self.row(instance, tokens, first, Some(&key))?,
            }
        }
        Ok(())
    }
}

/// What is said of a key that no field reads.
fn unknown_key(table: &Table, at: &Node, key: &str) -> (String, Option<String>) {
    let names = || at.children.iter().map(|(name, _)| name.as_str());
    let place = if at.path.is_empty() { String::new() } else { format!(" under `{}`", at.path) };
    let message = format!("`{}` has no field `{key}`{place}", table.name);
    let filled = table.fields.iter().any(|f| f.origin == Origin::Parent && f.name == key);
    let help = match nearest(key, names()) {
        _ if filled => "it is filled in from the record around it; remove it".to_owned(),
        Some(name) => format!("did you mean `{name}`?"),
        None if at.path.is_empty() => format!("the keys are {}", listed(names())),
        None => format!(
            "the keys are {}; `letterpress: {{ignore: [{}]}}` of the table passes the others over",
            listed(names()),
            at.path
        ),
    };
    (message, Some(help))
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
