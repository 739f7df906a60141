//! A line on standard error that says how far a long run is, for whoever watches.

use std::io::{IsTerminal as _, Write as _};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use super::args::Check;
use super::terminal;
use crate::progress::{Phase, Progress};

/// Most runs end before anybody would wonder.
const DELAY: Duration = Duration::from_millis(500);
/// Between two looks at the counters.
const TICK: Duration = Duration::from_millis(100);

/// The line. It is gone when this is dropped, which is to happen before anything else is printed.
#[derive(Debug)]
pub(super) struct Line {
    /// Dropping it ends the thread.
    end: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Line {
    /// Shows the progress, if somebody watches and wants to.
    pub(super) fn show(check: &Check, progress: &Arc<Progress>) -> Self {
        let mut line = Self { end: None, thread: None };
        if check.quiet || check.no_progress || !is_watched() {
            return line;
        }
        let (end, ended) = channel();
        let progress = Arc::clone(progress);
        // Without a thread there is no progress to see, and nothing else is wrong.
        if let Ok(thread) = Builder::new().name("progress".to_owned()).spawn(move || tick(&progress, &ended, write)) {
            line = Self { end: Some(end), thread: Some(thread) };
        }
        line
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Logs of pipelines call themselves terminals at times, and a dumb terminal cannot go back to the start of a line.
fn is_watched() -> bool {
    let is_pipeline = std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false" && value != "0");
    std::io::stderr().is_terminal() && !is_pipeline && !terminal::is_dumb()
}

fn tick(progress: &Progress, ended: &Receiver<()>, mut write: impl FnMut(&str)) {
    let mut wait = DELAY;
    let mut shown = 0;
    while ended.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
        wait = TICK;
        let text = describe(progress.now());
        write(&format!("\r{text:shown$}"));
        shown = text.len();
    }
    if shown > 0 {
        write(&format!("\r{:shown$}\r", ""));
    }
}

/// Spaces instead of escapes, so that every terminal understands it; short, so that no line is broken.
fn describe((phase, done, total): (Phase, usize, usize)) -> String {
    match phase {
        Phase::Starting => "starting".to_owned(),
        Phase::Looking => format!("looking for files: {done}"),
        Phase::Reading => format!("reading: {done} of {total} files"),
        Phase::Analysing => format!("analysing: {done} of {total} deployments"),
    }
}

fn write(text: &str) {
    let mut out = std::io::stderr().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_run_shows_nothing_and_a_long_one_cleans_up() {
        let progress = Progress::default();
        let sent = |time: Duration| {
            let (end, ended) = channel();
            let mut sent = String::new();
            std::thread::scope(|scope| {
                let (progress, sent) = (&progress, &mut sent);
                scope.spawn(move || tick(progress, &ended, |text| sent.push_str(text)));
                std::thread::sleep(time);
                drop(end);
            });
            sent
        };
        assert_eq!(sent(Duration::ZERO), "");
        progress.begin(Phase::Reading, 7);
        let long = sent(DELAY + 2 * TICK);
        assert!(long.starts_with("\rreading: 0 of 7 files\r"), "{long:?}");
        assert!(long.ends_with(&format!("\r{}\r", " ".repeat(21))), "{long:?}");
    }

    #[test]
    fn a_line_fits_narrow_terminals() {
        for phase in [Phase::Starting, Phase::Looking, Phase::Reading, Phase::Analysing] {
            assert!(describe((phase, 99_999, 99_999)).len() < 40);
        }
    }
}
