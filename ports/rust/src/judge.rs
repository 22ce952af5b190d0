//! Runs the suite on a port, in a test of the crate that exports it.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::SystemTime;

use crate::door::SNAPSHOTS;
use crate::export::Exported;

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
        let system = format!("{}:{}", self.library.display(), self.name);
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

    fn expect_success(&self, arguments: &[OsString]) -> Result<(), String> {
        // A panic is told apart by its place. To print all of its stack, in each of the
        // hundreds of runs that make a script short, takes most of the time.
        let mut command = Command::new(&self.lockstep);
        let output = command
            .args(arguments)
            .env("RUST_BACKTRACE", "0")
            .output()
            .map_err(|error| format!("{} does not run: {}", self.lockstep.display(), error))?;
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

    /// Writes a report, which is a trace, beside the library, and says how to keep it.
    fn keep(&self, report: &str) -> Result<String, String> {
        let rule = match rule_of(report) {
            Some(rule) => rule,
            None => return Ok(String::new()),
        };
        let path = self.library.with_file_name(format!("{}-{}.trace", self.name, rule));
        fs::write(&path, report).map_err(|error| format!("{}: {}", path.display(), error))?;
        let traces = self.traces.display();
        Ok(format!(
            "\nThis script is worth keeping: from then on, each run begins with it.\n    \
             mkdir -p {traces} && cp {path} {traces}/\nTo look at it:\n    \
             {lockstep} show --system {library}:{name} {path}\n",
            traces = traces,
            path = path.display(),
            lockstep = self.lockstep.display(),
            library = self.library.display(),
            name = self.name
        ))
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

fn find_lockstep(named: Option<OsString>, path: Option<OsString>) -> Result<PathBuf, String> {
    if let Some(named) = named {
        let named = PathBuf::from(named);
        return if named.is_file() {
            Ok(named)
        } else {
            Err(format!("LOCKSTEP is {}, and there is no such program", named.display()))
        };
    }
    env::split_paths(&path.unwrap_or_default())
        .map(|folder| folder.join("lockstep"))
        .find(|program| program.is_file())
        .ok_or_else(|| {
            "there is no `lockstep` in PATH. Install Lockstep, or set the environment \
             variable LOCKSTEP to the path of its command line, which `tools/lockstep` in a \
             clone of Lockstep is as well"
                .to_string()
        })
}

/// What Cargo has built from the crate of the port. It lies in the folder of the test,
/// and in the one above.
fn find_library(crate_name: &str, folder: &Path) -> Result<PathBuf, String> {
    let test = env::current_exe().map_err(|error| format!("the test has no path: {}", error))?;
    let folders: Vec<&Path> = test.ancestors().skip(1).take(2).collect();
    let file = format!("{}{}{}", env::consts::DLL_PREFIX, crate_name, env::consts::DLL_SUFFIX);
    let found = folders.iter().map(|folder| folder.join(&file)).find(|path| path.is_file());
    let library = found.ok_or_else(|| {
        format!(
            "there is no {file} in {folder}. The port must be exported by a library, \
             with this in its Cargo.toml:\n\n    [lib]\n    crate-type = [\"cdylib\", \
             \"rlib\"]\n\nand `cargo test --lib` does not build it: run `cargo test`, or \
             `cargo build` before",
            file = file,
            folder = folders[0].display()
        )
    })?;
    match newer_source(&library, crate_name, folder) {
        None => Ok(library),
        Some(source) => Err(format!(
            "{} is older than {}. Run `cargo build` before, or `cargo test` without --lib",
            library.display(),
            source.display()
        )),
    }
}

fn changed(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|it| it.modified()).ok()
}

/// A source that was changed after the library was built from it. The compiler lists
/// them beside the library, as they are called from the root of the workspace, which is
/// the crate's folder or one above. Without such a list, the library is taken as it is.
fn newer_source(library: &Path, crate_name: &str, folder: &Path) -> Option<PathBuf> {
    let list = fs::read_to_string(library.with_file_name(format!("{}.d", crate_name))).ok()?;
    let built = changed(library)?;
    let is_newer = |path: &PathBuf| changed(path).map_or(false, |at| at > built);
    sources_in(&list)
        .into_iter()
        .filter_map(|source| {
            folder.ancestors().map(|root| root.join(&source)).find(|path| path.is_file())
        })
        .find(is_newer)
}

/// Of a Makefile: what its first rule depends on. A blank in a name has a backslash
/// before it.
fn sources_in(list: &str) -> Vec<PathBuf> {
    let rule = list.lines().next().unwrap_or_default();
    let names = rule.split_once(": ").map_or("", |(_, names)| names);
    names
        .replace("\\ ", "\0")
        .split(' ')
        .filter(|name| !name.is_empty())
        .map(|name| PathBuf::from(name.replace('\0', " ")))
        .collect()
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

fn rule_of(report: &str) -> Option<&str> {
    let line = report.lines().find_map(|line| line.strip_prefix("# violation  "))?;
    line.split(':').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_names_a_rule_and_a_trace_its_system() {
        let report = "# found by   lockstep\n# violation  aligned: a block is aligned\n\
            lockstep-trace 1\ncomponent mine # not yours\narena size=64 align=64\n";
        assert_eq!(rule_of(report), Some("aligned"));
        assert_eq!(component_of(report), Some("mine"));
        assert_eq!(rule_of("mine: 0 violations\n"), None);
    }

    #[test]
    fn a_list_of_sources_has_blanks_in_names() {
        let list = "a/libmine.so: src/lib.rs my\\ folder/b.rs\n\nsrc/lib.rs:\n";
        let expected = ["src/lib.rs", "my folder/b.rs"].map(PathBuf::from);
        assert_eq!(sources_in(list), expected);
        assert_eq!(sources_in(""), Vec::<PathBuf>::new());
    }

    #[test]
    fn without_lockstep_it_says_what_to_install_or_set() {
        let here = env::current_exe().unwrap();
        let named = here.clone().into_os_string();
        assert_eq!(find_lockstep(Some(named), None), Ok(here));
        let error = find_lockstep(None, Some("/nowhere".into())).unwrap_err();
        assert!(error.contains("LOCKSTEP"), "{}", error);
        let error = find_lockstep(Some("/nowhere/lockstep".into()), None).unwrap_err();
        assert!(error.contains("/nowhere/lockstep"), "{}", error);
    }

    #[test]
    fn without_a_library_it_says_what_to_add() {
        let error = find_library("no_such_crate", Path::new(".")).unwrap_err();
        assert!(error.contains("crate-type = [\"cdylib\", \"rlib\"]"), "{}", error);
    }

    #[test]
    fn a_library_is_stale_if_a_source_of_it_is_newer() {
        let root = env::temp_dir().join(format!("lockstep-judge-{}", std::process::id()));
        let folder = root.join("member");
        fs::create_dir_all(&folder).unwrap();
        let (source, library) = (folder.join("lib.rs"), root.join("libmine.so"));
        fs::write(root.join("mine.d"), "libmine.so: member/lib.rs\n").unwrap();
        fs::write(&source, "").unwrap();
        fs::write(&library, "").unwrap();
        assert_eq!(newer_source(&library, "mine", &folder), None);
        // Until the clock of the file system has moved on.
        while changed(&source) <= changed(&library) {
            fs::write(&source, "changed").unwrap();
        }
        assert_eq!(newer_source(&library, "mine", &folder), Some(source));
        fs::remove_dir_all(&root).unwrap();
    }
}
