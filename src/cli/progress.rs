//! Progress bars, for people who wait.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::publish::Progress;

/// A run that ends sooner shows no bar.
const PATIENCE: Duration = Duration::from_millis(300);

/// A bar on standard error that shows the current stage; it is gone when it is dropped.
pub(super) struct Bars {
    bar: Option<ProgressBar>,
    started: Instant,
    shown: OnceLock<()>,
}

impl Bars {
    /// Bars that appear once the run has taken a while, or never.
    pub(super) fn new(wanted: bool) -> Bars {
        let bar = wanted.then(|| ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden()));
        Bars { bar, started: Instant::now(), shown: OnceLock::new() }
    }

    fn show_when_slow(&self, bar: &ProgressBar) {
        if self.shown.get().is_none() && self.started.elapsed() >= PATIENCE && self.shown.set(()).is_ok() {
            bar.set_draw_target(ProgressDrawTarget::stderr());
            bar.enable_steady_tick(Duration::from_millis(100));
        }
    }
}

impl Progress for Bars {
    fn stage(&self, name: &'static str, total: Option<u64>) {
        let Some(bar) = &self.bar else { return };
        let template = match total {
            Some(_) => "{msg:>7} [{bar:30}] {human_pos} of {human_len}",
            None => "{msg:>7} {spinner} {human_pos}",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("=> "));
        }
        match total {
            Some(total) => bar.set_length(total),
            None => bar.unset_length(),
        }
        bar.set_position(0);
        bar.set_message(name);
        self.show_when_slow(bar);
    }

    fn advance(&self, by: u64) {
        if let Some(bar) = &self.bar {
            bar.inc(by);
            self.show_when_slow(bar);
        }
    }
}

impl Drop for Bars {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
