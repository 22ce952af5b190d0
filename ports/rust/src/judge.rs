//! Runs the suite on a port, in a test of the crate that exports it.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::door::SNAPSHOTS;
use crate::export::Exported;
use crate::find::{find_library, find_lockstep};

/// How much [`judge_within`] tries. The same budget tries the same.
///
/// ```
/// let budget = lockstep::Budget { operations: 10_000_000, ..Default::default() };
/// ```
#[derive(Clone, Debug)]
pub struct Budget {
    /// The first seed of `lockstep random` and `lockstep props`.
    pub seed: u64,
    /// The operations that `lockstep random` tries.
    pub operations: u64,
    /// The scripts that `lockstep props` tries on each property.
    pub cases: u32,
    /// `lockstep explore` ends once it has seen so many states.
    pub max_states: u64,
}

impl Default for Budget {
    fn default() -> Self {
        Budget { seed: 1, operations: 300_000, cases: 50, max_states: 50_000 }
    }
}

/// Lets the suite judge a port that [`export!`](crate::export) has exported, within
/// seconds: replays the crate's `traces`, and then runs `lockstep random`, `lockstep
/// props` and, if the port promises `SNAPSHOTS`, `lockstep explore`.
///
/// It runs the command line that the environment variable `LOCKSTEP` names or, if that
/// is not set, `lockstep` in `PATH`, on the shared library that Cargo has built from
/// the crate.
///
/// # Panics
/// If a rule is broken, with the whole report; and if something is missing, with what
/// to do about it.
#[track_caller]
pub fn judge<P: Exported>() {
    judge_within::<P>(&Budget::default());
}

/// The same, with another budget.
///
/// # Panics
/// As [`judge`].
#[track_caller]
pub fn judge_within<P: Exported>(budget: &Budget) {
    let verdict = Judge::find::<P>().and_then(|judge| judge.run(budget));
    if let Err(text) = verdict {
        panic!("{}", text);
    }
}

struct Judge {
    lockstep: PathBuf,
    library: PathBuf,
    name: &'static str,
    traces: PathBuf,
    is_explored: bool,
}

impl Judge {
    fn find<P: Exported>() -> Result<Judge, String> {
        let crate_name = P::MODULE.split("::").next().unwrap_or_default();
        Ok(Judge {
            lockstep: find_lockstep(env::var_os("LOCKSTEP"), env::var_os("PATH"))?,
            library: find_library(crate_name, Path::new(P::FOLDER))?,
            name: P::NAME,
            traces: Path::new(P::FOLDER).join("traces"),
            is_explored: P::TABLE.capabilities & SNAPSHOTS != 0,
        })
    }

    fn run(&self, budget: &Budget) -> Result<(), String> {
        let system = self.system();
        let seed = budget.seed.to_string();
        let traces = traces_of(&self.traces, self.name)?;
        if !traces.is_empty() {
            let mut arguments = words(&["replay", "--system", &system]);
            arguments.extend(traces.into_iter().map(PathBuf::into_os_string));
            self.expect_success(&arguments)?;
        }
        let operations = budget.operations.to_string();
        self.expect_success(&words(&["random", &system, "--ops", &operations, "--seed", &seed]))?;
        let cases = budget.cases.to_string();
        self.expect_success(&words(&["props", &system, "--cases", &cases, "--seed", &seed]))?;
        if self.is_explored {
            let states = budget.max_states.to_string();
            self.expect_success(&words(&["explore", &system, "--max-states", &states]))?;
        }
        Ok(())
    }

    fn call(&self, arguments: &[OsString]) -> Result<Output, String> {
        // A panic is told apart by its place. To print all of its stack, in each of the
        // hundreds of runs that make a script short, takes most of the time.
        let mut command = Command::new(&self.lockstep);
        command.args(arguments).env("RUST_BACKTRACE", "0");
        let fail = |error| format!("{} does not run: {}", self.lockstep.display(), error);
        command.output().map_err(fail)
    }

    fn expect_success(&self, arguments: &[OsString]) -> Result<(), String> {
        let output = self.call(arguments)?;
        let report = String::from_utf8_lossy(&output.stdout).into_owned();
        let complaints = String::from_utf8_lossy(&output.stderr);
        let command: Vec<_> = [self.lockstep.as_os_str()]
            .into_iter()
            .chain(arguments.iter().map(OsString::as_os_str))
            .map(OsStr::to_string_lossy)
            .collect();
        let whole = format!("$ {}\n{}{}", command.join(" "), report, complaints);
        if output.status.success() || has_seen_enough(&output) {
            println!("{}", whole.trim_end());
            return Ok(());
        }
        let meaning = match output.status.code() {
            Some(1) => format!("{} breaks a rule", self.name),
            Some(2) => format!("lockstep refuses to judge {}", self.name),
            _ => format!("lockstep itself ended with {}", output.status),
        };
        let is_new = output.status.code() == Some(1) && arguments[0] != "replay";
        let advice = if is_new { self.keep(&report)? } else { String::new() };
        Err(format!("{}\n{}{}", meaning, whole, advice))
    }

    /// Writes a new finding beside the library, and says how to keep it. What breaks a
    /// law of `lockstep props`, and no rule, is not seen when it is replayed: for that,
    /// the report itself has a command.
    fn keep(&self, report: &str) -> Result<String, String> {
        let (rule, trace) = match first_trace(report) {
            Some(found) => found,
            None => return Ok(String::new()),
        };
        let path = self.library.with_file_name(format!("{}-{}.trace", self.name, rule));
        fs::write(&path, trace).map_err(|error| format!("{}: {}", path.display(), error))?;
        let system = self.system();
        let mut replay = words(&["replay", "--system", &system]);
        replay.push(path.clone().into_os_string());
        if self.call(&replay)?.status.code() != Some(1) {
            return Ok(format!("\nThe script is in {}\n", path.display()));
        }
        Ok(format!(
            "\nThis script is worth keeping: from then on, each run begins with it.\n    \
             mkdir -p {traces} && cp {path} {traces}/\nTo look at it:\n    \
             {lockstep} show --system {system} {path}\n",
            traces = self.traces.display(),
            path = path.display(),
            lockstep = self.lockstep.display(),
            system = system
        ))
    }

    /// As it is called on a command line.
    fn system(&self) -> String {
        format!("{}:{}", self.library.display(), self.name)
    }
}

fn words(arguments: &[&str]) -> Vec<OsString> {
    arguments.iter().map(OsString::from).collect()
}

/// `explore` exits with 2 if there are more states than it may see. All that it saw
/// was right, and the budget was ours.
fn has_seen_enough(output: &Output) -> bool {
    output.status.code() == Some(2)
        && String::from_utf8_lossy(&output.stderr)
            .contains("there are more states than --max-states allows")
}

/// The traces in a folder that are of this system. None if there is no folder.
fn traces_of(folder: &Path, name: &str) -> Result<Vec<PathBuf>, String> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let fail = |error: std::io::Error| format!("{}: {}", folder.display(), error);
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(fail)? {
        let path = entry.map_err(fail)?.path();
        let is_trace = path.extension().map_or(false, |it| it == "trace");
        if is_trace && component_of(&fs::read_to_string(&path).map_err(fail)?) == Some(name) {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

fn component_of(trace: &str) -> Option<&str> {
    trace.lines().find_map(|line| line.strip_prefix("component ")?.split_whitespace().next())
}

/// The rule and the text of the first trace in a report, which may have several.
fn first_trace(report: &str) -> Option<(&str, &str)> {
    let trace = &report[report.find("# found by")?..];
    let header = trace.find("\nlockstep-trace ")?;
    let end = trace[header..].find("\n# found by").map_or(trace.len(), |at| header + at + 1);
    let rule = trace.lines().find_map(|line| line.strip_prefix("# violation  "))?;
    Some((rule.split(':').next()?, &trace[..end]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "\
# found by   lockstep\n\
# violation  aligned: a block is aligned as asked\n\
lockstep-trace 1\n\
component mine # and not yours\n\
arena size=64 align=64\n";

    #[test]
    fn the_first_trace_of_a_report_is_told_from_the_others() {
        let report = format!("to note\n{}{}# mine: 2 violations\n", TRACE, TRACE);
        assert_eq!(first_trace(&report), Some(("aligned", TRACE)));
        assert_eq!(first_trace("mine: 0 violations\n"), None);
        assert_eq!(component_of(TRACE), Some("mine"));
    }

    /// What comes of it if `lockstep` is this script of a shell, and `traces` has one
    /// trace of the system and one of another.
    fn judged(name: &str, script: &str) -> (Result<(), String>, PathBuf) {
        use std::os::unix::fs::PermissionsExt;
        let folder = env::temp_dir().join(format!("lockstep-{}-{}", name, std::process::id()));
        let judge = Judge {
            lockstep: folder.join("lockstep"),
            library: folder.join("libmine.so"),
            name: "mine",
            traces: folder.join("traces"),
            is_explored: true,
        };
        fs::create_dir_all(&judge.traces).unwrap();
        fs::write(judge.traces.join("a.trace"), TRACE).unwrap();
        fs::write(judge.traces.join("b.trace"), TRACE.replace("mine", "yours")).unwrap();
        let calls = "#!/bin/sh\ncd \"${0%/*}\"\necho \"$*\" >>calls\n";
        fs::write(&judge.lockstep, format!("{}{}\n", calls, script)).unwrap();
        fs::set_permissions(&judge.lockstep, fs::Permissions::from_mode(0o755)).unwrap();
        fs::write(folder.join("report"), format!("{}{}", TRACE, TRACE)).unwrap();
        (judge.run(&Budget::default()), folder)
    }

    // All in one: a program that another thread is writing cannot be started.
    #[test]
    fn what_lockstep_answers_decides() {
        let (verdict, folder) = judged("holds", "exit 0");
        let calls = fs::read_to_string(folder.join("calls")).unwrap();
        assert_eq!(verdict, Ok(()));
        let expected = "\
replay --system DIR/libmine.so:mine DIR/traces/a.trace\n\
random DIR/libmine.so:mine --ops 300000 --seed 1\n\
props DIR/libmine.so:mine --cases 50 --seed 1\n\
explore DIR/libmine.so:mine --max-states 50000\n";
        assert_eq!(calls, expected.replace("DIR", folder.to_str().unwrap()));
        fs::remove_dir_all(folder).unwrap();

        let complains = "echo 'there are more states than --max-states allows' >&2; exit 2";
        let script = format!("if [ $1 = explore ]; then {}; fi", complains);
        let (verdict, folder) = judged("budget", &script);
        assert_eq!(verdict, Ok(()));
        fs::remove_dir_all(folder).unwrap();
        let (verdict, folder) = judged("crowded", &script.replace("--max-states", "there may be"));
        assert!(verdict.is_err());
        fs::remove_dir_all(folder).unwrap();

        let (verdict, folder) = judged("refused", "echo 'no such port' >&2; exit 2");
        let text = verdict.unwrap_err();
        assert!(text.starts_with("lockstep refuses to judge mine\n$ "), "{}", text);
        assert!(text.contains("no such port"), "{}", text);
        fs::remove_dir_all(folder).unwrap();

        let (verdict, folder) = judged("killed", "kill -9 $$");
        let text = verdict.unwrap_err();
        assert!(text.starts_with("lockstep itself ended with signal: 9"), "{}", text);
        fs::remove_dir_all(folder).unwrap();

        let breaks = "if [ $1 = props ]; then cat report; exit 1; fi";
        let (verdict, folder) = judged("law", breaks);
        let text = verdict.unwrap_err();
        let kept = folder.join("mine-aligned.trace");
        assert!(text.starts_with("mine breaks a rule\n$ "), "{}", text);
        assert!(text.ends_with(&format!("The script is in {}\n", kept.display())), "{}", text);
        assert_eq!(fs::read_to_string(kept).unwrap(), TRACE);
        fs::remove_dir_all(folder).unwrap();

        let replays = "case \"$*\" in props*|*mine-aligned.trace) cat report; exit 1; esac";
        let (verdict, folder) = judged("rule", replays);
        let text = verdict.unwrap_err();
        assert!(text.contains("This script is worth keeping"), "{}", text);
        fs::remove_dir_all(folder).unwrap();
    }
}
