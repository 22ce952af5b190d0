//! Where the command line of Lockstep and the library of a crate are.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The program that was named, or the first in `path`.
pub(crate) fn find_lockstep(
    named: Option<OsString>,
    path: Option<OsString>,
) -> Result<PathBuf, String> {
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
pub(crate) fn find_library(crate_name: &str, folder: &Path) -> Result<PathBuf, String> {
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
            "{} is older than {}. Run `cargo test` without --lib, or `cargo build` before; \
             the crate-type in Cargo.toml must have \"cdylib\" in it",
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

#[cfg(test)]
mod tests {
    use super::*;

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
