//! The template engine, with what README and page have in common.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value};
use serde::Serialize;

/// An environment in which a name that is not there is an error, and a line of nothing but a tag is none of the text.
pub(super) fn environment(escape: AutoEscape) -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(move |_| escape.clone());
    let syntax =
        SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true).build();
    environment.set_syntax(syntax.expect("the marks are those of the engine"));
    environment
}

/// The template filled with `contents`.
pub(super) fn render(
    environment: &Environment<'_>,
    name: &str,
    template: &str,
    contents: &impl Serialize,
) -> String {
    environment
        .render_named_str(name, template, Value::from(Serde(contents)))
        .expect("the template is part of the program, and every build renders it")
}
