//! The formats of a release: those that are asked for, if they exist and can hold the project.

use super::options::Request;
use crate::diagnostic::{Diagnostic, Error, Result, codes, listed, nearest};
use crate::formats::{FORMATS, Format};
use crate::schema::Project;

/// Choice of formats: of all that there are, those with these names.
#[derive(Clone, Copy)]
pub(super) struct Choice<'o> {
    known: &'static [&'static dyn Format],
    /// By default those of the data set, else the default ones.
    names: Option<&'o [String]>,
}

impl<'o> Choice<'o> {
    /// The formats of the data set.
    pub(super) fn of_dataset() -> Choice<'static> {
        Choice { known: FORMATS, names: None }
    }

    /// The formats that are asked for; fails when one of them does not exist.
    pub(super) fn of(request: Request<'o>) -> Result<Choice<'o>> {
        let choice = Choice { known: request.known_formats, names: request.formats };
        match choice.names.into_iter().flatten().find(|name| !choice.knows(name)) {
            None => Ok(choice),
            Some(name) => {
                let help = choice.help(name);
                Err(Error::Usage(format!("there is no format `{name}`: {help}")))
            }
        }
    }

    /// The formats in which the project is published, in the order of all that there are.
    pub(super) fn formats(&self, project: &Project) -> Vec<&'static dyn Format> {
        let of_dataset = project.dataset.options.formats.as_ref();
        let is_wanted = |format: &&dyn Format| match (self.names, of_dataset) {
            (Some(names), _) => names.iter().any(|name| name == format.facts().name),
            (None, Some(names)) => names.iter().any(|(name, _)| name == format.facts().name),
            (None, None) => format.facts().is_default,
        };
        self.known.iter().copied().filter(is_wanted).collect()
    }

    /// Why the project cannot be published in its formats, as far as its schema shows.
    pub(super) fn check(&self, project: &Project) -> Vec<Diagnostic> {
        let of_dataset = project.dataset.options.formats.iter().flatten();
        let unknown = of_dataset.filter(|(name, _)| !self.knows(name)).map(|(name, place)| {
            let message = format!("there is no format `{name}`");
            Diagnostic::new(&codes::INVALID_VALUE, place.clone(), message).with_help(self.help(name))
        });
        let refused = self.formats(project).into_iter().flat_map(|format| format.check(project));
        unknown.chain(refused).collect()
    }

    fn knows(&self, name: &str) -> bool {
        self.known.iter().any(|format| format.facts().name == name)
    }

    /// What to write in the place of a format that does not exist.
    fn help(&self, name: &str) -> String {
        let names = || self.known.iter().map(|format| format.facts().name);
        match nearest(name, names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the formats are {}", listed(names())),
        }
    }
}
