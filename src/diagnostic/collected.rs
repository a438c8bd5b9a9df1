//! Diagnostics being collected: those that are alike are one flood.

use std::borrow::Cow;
use std::sync::Arc;

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use super::flood::{Floods, Keep, Rest};
use super::{Code, Diagnostic, More, Place, Position, Severity, sort};

/// Floods of problems that are about a name or text of one file which no schema knows, for one code. A file that has more such
/// names has them as one flood.
const MOST_NAMES: usize = 20;

/// What problems of one code in one file are about. Those about the same are alike.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// The file.
    File,
    /// A field that the schema knows, by the names of its table and its own.
    Field(Box<str>),
    /// A name or text of the file, of which there may be any number.
    Name(Box<str>),
}

impl Subject {
    /// A field of a table.
    pub fn field(table: &str, field: &str) -> Subject {
        Subject::Field(format!("{table}\n{field}").into())
    }

    /// A name of the file.
    pub fn name(name: &str) -> Subject {
        Subject::Name(name.into())
    }
}

/// What diagnostics that are alike have in common.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Alike {
    severity: Severity,
    code: Cow<'static, str>,
    file: Arc<str>,
    subject: Subject,
}

/// Problems found so far, of which those that are alike are kept as [`Keep`] says.
#[derive(Clone, Debug)]
pub struct Diagnostics {
    floods: Floods<Alike, Place, Diagnostic>,
    /// Floods that are about a name, by code and file.
    names: HashMap<(Cow<'static, str>, Arc<str>), usize, FixedState>,
}

impl Default for Diagnostics {
    fn default() -> Diagnostics {
        Diagnostics::new(Keep::default())
    }
}

impl Diagnostics {
    /// How many of those that are alike are kept.
    pub fn keep(&self) -> Keep {
        self.floods.keep()
    }

    /// No problems yet.
    pub fn new(keep: Keep) -> Diagnostics {
        Diagnostics { floods: Floods::new(keep), names: HashMap::default() }
    }

    /// Adds a problem; what it says, message and next step, is put into words only if it is kept.
    pub fn note(
        &mut self,
        code: &'static Code,
        subject: Subject,
        place: Place,
        say: impl FnOnce() -> (String, Option<String>),
    ) {
        let alike = self.alike(code.severity, Cow::Borrowed(code.name), &place, subject);
        let (keep, subject) = (self.floods.keep(), alike.subject.clone());
        let flood = self.floods.of(alike);
        if !flood.has_room(keep, &place) {
            // The same may be found twice where two fields read one value.
            let is_repeated = matches!(place.position, Position::At { .. })
                && flood.rest().is_some_and(|rest| rest.last == place);
            if !is_repeated {
                flood.leave(Rest { count: 1, first: place.clone(), last: place });
            }
            return;
        }
        let (message, help) = say();
        self.push_about(subject, Diagnostic { help, ..Diagnostic::new(code, place, message) });
    }

    /// Adds a problem. Others with the same message are like it.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        let subject = Subject::name(&diagnostic.message);
        self.push_about(subject, diagnostic);
    }

    /// Adds a problem that is about `subject`.
    pub fn push_about(&mut self, subject: Subject, mut diagnostic: Diagnostic) {
        let more = diagnostic.more.take();
        let alike = self.alike(diagnostic.severity, diagnostic.code.clone(), &diagnostic.place, subject);
        let (keep, file) = (self.floods.keep(), Arc::clone(&diagnostic.place.file));
        let flood = self.floods.of(alike);
        let is_repeated = keep != Keep::All && flood.kept().iter().any(|(_, kept)| *kept == diagnostic);
        if !is_repeated {
            flood.push(keep, diagnostic.place.clone(), || diagnostic);
        }
        if let Some(more) = more {
            let place = |position| Place { file: Arc::clone(&file), position };
            flood.leave(Rest { count: more.count, first: place(more.first), last: place(more.last) });
        }
    }

    /// Adds problems that are about `subject`, are of the kind of `like`, and are counted only.
    pub fn leave(&mut self, subject: Subject, like: &Diagnostic, rest: Rest<Place>) {
        let alike = self.alike(like.severity, like.code.clone(), &rest.first, subject);
        self.floods.of(alike).leave(rest);
    }

    /// Adds the problems that others have found.
    pub fn append(&mut self, others: Diagnostics) {
        for (alike, flood) in others.floods {
            let (kept, rest) = flood.into_parts();
            let Alike { severity, code, file, subject } = alike;
            let place = Place::file(&file);
            for (_, diagnostic) in kept {
                self.push_about(subject.clone(), diagnostic);
            }
            if let Some(rest) = rest {
                let alike = self.alike(severity, code, &place, subject);
                self.floods.of(alike).leave(rest);
            }
        }
    }

    fn alike(
        &mut self,
        severity: Severity,
        code: Cow<'static, str>,
        place: &Place,
        subject: Subject,
    ) -> Alike {
        let alike = Alike { severity, code, file: Arc::clone(&place.file), subject };
        if !matches!(alike.subject, Subject::Name(_)) || self.floods.contains(&alike) {
            return alike;
        }
        let names = self.names.entry((alike.code.clone(), Arc::clone(&alike.file))).or_default();
        if *names == MOST_NAMES {
            return Alike { subject: Subject::File, ..alike };
        }
        *names += 1;
        alike
    }

    /// Whether any of them stops publishing.
    pub fn has_errors(&self) -> bool {
        self.floods.iter().any(|(alike, _)| alike.severity == Severity::Error)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.floods.is_empty()
    }

    /// The problems that are kept, sorted by place; the last of each flood says how many more there are.
    pub fn into_sorted(self) -> Vec<Diagnostic> {
        let mut all = Vec::new();
        for (_, flood) in self.floods {
            let (kept, rest) = flood.into_parts();
            all.extend(kept.into_iter().map(|(_, diagnostic)| diagnostic));
            if let (Some(rest), Some(last)) = (rest, all.last_mut()) {
                let (first, end) = (rest.first.position, rest.last.position);
                last.more = Some(Box::new(More { count: rest.count, first, last: end }));
            }
        }
        sort(&mut all);
        all
    }
}

impl Extend<Diagnostic> for Diagnostics {
    fn extend<I: IntoIterator<Item = Diagnostic>>(&mut self, diagnostics: I) {
        diagnostics.into_iter().for_each(|diagnostic| self.push(diagnostic));
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Diagnostics {
        let mut diagnostics = Diagnostics::default();
        diagnostics.push(diagnostic);
        diagnostics
    }
}
