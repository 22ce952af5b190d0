//! That the mirror in `door.rs` is what `lockstep/port.h` says: the place and the type
//! of each field, and the value of each constant, as a C compiler sees them.

#![deny(unsafe_op_in_unsafe_fn)]

#[path = "layout/c_type.rs"]
mod c_type;

use lockstep::door::{RawProvider, Statistics, Table, CONSTANTS};
use std::collections::BTreeSet;
use std::env;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::mem::{align_of, size_of};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the two must agree on: an expression in C, and its value in Rust.
struct Claim {
    c: String,
    rust: u64,
}

fn claim(c: String, rust: usize) -> Claim {
    Claim { c, rust: rust as u64 }
}

fn sizes() -> Vec<Claim> {
    vec![
        claim("sizeof(lockstep_port)".into(), size_of::<Table>()),
        claim("_Alignof(lockstep_port)".into(), align_of::<Table>()),
        claim("sizeof(lockstep_statistics)".into(), size_of::<Statistics>()),
        claim("sizeof(lockstep_provider)".into(), size_of::<RawProvider>()),
        claim("sizeof(lockstep_status)".into(), size_of::<lockstep::Status>()),
    ]
}

// Of a struct: where each field is, and that it has the same type.
macro_rules! fields {
    ($claims:ident, $rust:ty, $c:literal, $($field:ident)*) => {
        $({
            fn place(base: *const $rust) -> usize {
                // SAFETY: nothing is read; the pointer is never dereferenced.
                unsafe { std::ptr::addr_of!((*base).$field) as usize }
            }
            fn type_of<T: c_type::CType>(_: impl Fn($rust) -> T) -> String {
                T::c()
            }
            let room = std::mem::MaybeUninit::<$rust>::uninit();
            let offset = place(room.as_ptr()) - room.as_ptr() as usize;
            $claims.push(claim(
                format!("offsetof({}, {})", $c, stringify!($field)),
                offset,
            ));
            $claims.push(claim(
                format!(
                    "__builtin_types_compatible_p(__typeof__((({}*)0)->{}), {})",
                    $c,
                    stringify!($field),
                    type_of(|it: $rust| it.$field)
                ),
                1,
            ));
        })*
    };
}

fn fields() -> Vec<Claim> {
    let mut claims = Vec::new();
    fields!(claims, Table, "lockstep_port",
        version name summary placement capabilities state_bytes state_align
        region_align_bytes init_granule_bytes unit_bytes largest_span_bytes
        max_request_bytes max_request_align create destroy init add allocate deallocate
        usable statistics audit handle_count attach detach trim min_region_bytes
        region_head_bytes region_tail_bytes max_live_blocks max_reallocate_align
        take_overhead_bytes take_multiple reserve_bytes death_signals death_exit_code
        needs reallocate reallocate_zeroed resize allocate_zeroed usable_of footprint
        allocate_many deallocate_many steps steps_growth steps_factor
        use_handle);
    fields!(claims, Statistics, "lockstep_statistics", total used available requested);
    fields!(claims, RawProvider, "lockstep_provider", context take give_back);
    claims
}

fn constants() -> Vec<Claim> {
    let claim = |(name, rust): &(&str, u64)| Claim { c: format!("LOCKSTEP_{}", name), rust: *rust };
    CONSTANTS.iter().map(claim).collect()
}

/// Of the header: what it defines as a number, without `LOCKSTEP_`.
fn constants_in(header: &str) -> BTreeSet<&str> {
    // A guard, a linkage, and numbers that follow from the fields.
    const OTHERS: [&str; 4] = ["MODELS_PORT_H_", "C_LINKAGE", "PORT_BYTES_OF_1", "PORT_BYTES_OF_2"];
    header
        .lines()
        .filter_map(|line| {
            let line = line.trim_start();
            let line = line.strip_prefix("enum { ").unwrap_or(line);
            let defined = line.strip_prefix("#define LOCKSTEP_");
            let (name, _) = match defined {
                Some(rest) => rest.split_once(|c: char| !is_of_name(c)).unwrap_or((rest, "")),
                None => line.strip_prefix("LOCKSTEP_")?.split_once(" = ")?,
            };
            let is_function = defined.map_or(false, |rest| rest[name.len()..].starts_with('('));
            (!is_function && name.chars().all(is_of_name) && !OTHERS.contains(&name))
                .then_some(name)
        })
        .collect()
}

fn is_of_name(c: char) -> bool {
    c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_'
}

/// In this repository, or where Lockstep is installed.
fn find_header() -> Option<PathBuf> {
    if let Some(named) = env::var_os("LOCKSTEP_PORT_H") {
        let named = PathBuf::from(named);
        assert!(named.is_file(), "LOCKSTEP_PORT_H: there is no {}", named.display());
        return Some(named);
    }
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = env::var_os("PATH").unwrap_or_default();
    let programs = env::var_os("LOCKSTEP")
        .map(PathBuf::from)
        .into_iter()
        .chain(env::split_paths(&path).map(|folder| folder.join("lockstep")))
        .filter(|program| program.is_file());
    std::iter::once(here.join("../../models/door/lockstep/port.h"))
        .chain(programs.filter_map(|program| {
            Some(program.parent()?.parent()?.join("include/lockstep/port.h"))
        }))
        .find(|header| header.is_file())
}

fn find_compiler() -> Option<String> {
    let named = env::var("CC").ok();
    named.into_iter().chain(["cc", "gcc", "clang"].map(String::from)).find(|compiler| {
        Command::new(compiler).arg("--version").output().map_or(false, |it| it.status.success())
    })
}

/// Not with `eprintln!`, which nobody sees of a test that passes.
#[allow(clippy::explicit_write)]
fn skip(reason: &str) {
    writeln!(std::io::stderr(), "SKIPPED: the layout was compared with nothing: {}", reason)
        .unwrap();
}

/// What a C program prints: one number a line.
fn values_in_c(compiler: &str, header: &Path, claims: &[Claim]) -> Vec<u64> {
    let folder = env::temp_dir().join(format!("lockstep-layout-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let (source, program) = (folder.join("layout.c"), folder.join("layout"));
    let mut text = String::from("#include <stdio.h>\n#include PORT_H\nint main(void) {\n");
    for claim in claims {
        writeln!(text, "  printf(\"%llu\\n\", (unsigned long long)({}));", claim.c).unwrap();
    }
    text += "}\n";
    fs::write(&source, text).unwrap();
    let header = header.canonicalize().unwrap();
    let built = Command::new(compiler)
        .arg(format!("-DPORT_H=\"{}\"", header.display()))
        .arg(&source)
        .arg("-o")
        .arg(&program)
        .output()
        .unwrap();
    assert!(
        built.status.success(),
        "port.h lacks what door.rs has:\n{}",
        String::from_utf8_lossy(&built.stderr)
    );
    let ran = Command::new(&program).output().unwrap();
    fs::remove_dir_all(&folder).unwrap();
    let printed = String::from_utf8(ran.stdout).unwrap();
    printed.lines().map(|line| line.parse().unwrap()).collect()
}

#[test]
fn the_mirror_is_what_the_header_says() {
    let header = match find_header() {
        Some(header) => header,
        None => return skip("there is no lockstep/port.h; set LOCKSTEP_PORT_H to its path"),
    };
    let compiler = match find_compiler() {
        Some(compiler) => compiler,
        None => return skip("there is no C compiler; set CC"),
    };
    let claims: Vec<Claim> = sizes().into_iter().chain(fields()).chain(constants()).collect();
    let values = values_in_c(&compiler, &header, &claims);
    assert_eq!(values.len(), claims.len());
    let drifted: Vec<String> = claims
        .iter()
        .zip(values)
        .filter(|(claim, value)| claim.rust != *value)
        .map(|(claim, value)| format!("{}: {} in C, {} in Rust", claim.c, value, claim.rust))
        .collect();
    assert!(drifted.is_empty(), "{}:\n{}", header.display(), drifted.join("\n"));
}

#[test]
fn every_constant_of_the_header_has_a_mirror() {
    let header = match find_header() {
        Some(header) => fs::read_to_string(header).unwrap(),
        None => return skip("there is no lockstep/port.h; set LOCKSTEP_PORT_H to its path"),
    };
    let known: BTreeSet<&str> = CONSTANTS.iter().map(|(name, _)| *name).collect();
    assert_eq!(constants_in(&header), known);
}
