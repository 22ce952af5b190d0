#ifndef LOCKSTEP_TOOLS_CLI_NEW_RUST_H_
#define LOCKSTEP_TOOLS_CLI_NEW_RUST_H_

// The texts of the template in Rust.

#include <string_view>

namespace lockstep::suite {

inline constexpr std::string_view kRustLibrary =
    R"(//! A bump allocator. Replace it with your own.

use std::alloc::Layout;
use std::ptr::NonNull;

use lockstep::{Error, Region, RegionAllocator};

pub struct Allocator {
    next: usize,
    end: usize,
}

// REPLACE: these functions.
impl RegionAllocator for Allocator {
    fn create() -> Self {
        Allocator { next: 0, end: 0 }
    }

    unsafe fn init(&mut self, region: Region) -> Result<(), Error> {
        self.next = region.start.as_ptr() as usize;
        self.end = self.next + region.bytes;
        Ok(())
    }

    fn allocate(&mut self, layout: Layout) -> Option<NonNull<u8>> {
        let start = self.next.checked_add(layout.align() - 1)? & !(layout.align() - 1);
        let end = start.checked_add(layout.size())?;
        if end > self.end {
            return None;
        }
        self.next = end;
        NonNull::new(start as *mut u8)
    }

    unsafe fn deallocate(&mut self, block: NonNull<u8>, layout: Layout) -> Result<(), Error> {
        let start = block.as_ptr() as usize;
        if start + layout.size() == self.next {
            self.next = start; // The last one.
        }
        Ok(())
    }
}

lockstep::export!(Allocator as RegionAllocator, "NAME");
)";

inline constexpr std::string_view kRustReadme = R"(# NAME, judged by Lockstep

    cargo test

builds the allocator as a shared library, and runs Lockstep on it: random scripts,
properties, allocations and frees in every state of a small system, and the scripts in
`traces`. A panic is a violation like any other.

Three places are to be replaced: the allocator in `src/lib.rs`, `LOCKSTEP_DEB` in
`.github/workflows/lockstep.yml`, and in `Cargo.toml` the folder of the crate `lockstep`, unless
it is the one that everybody has: the Debian package puts it into `/usr/share/lockstep/rust`,
and a clone of Lockstep has it in `ports/rust`.

    RUSTFLAGS='@RUSTFLAGS@' cargo build --target-dir fuzzed
    lockstep fuzz fuzzed/debug/libNAME.so

fuzzes the allocator, guided by what it covers.
)";

inline constexpr std::string_view kCargo = R"([package]
name = "NAME"
version = "0.1.0"
edition = "2021"

[lib]
crate-type = ["cdylib", "rlib"]

[dependencies]
# REPLACE: /usr/share/lockstep/rust is where the Debian package has it; the workflow in
# .github installs that.
lockstep = { path = "@CRATE@" }
)";

inline constexpr std::string_view kRustTest = R"(#[test]
fn holds() {
    lockstep::judge::<NAME::Allocator>();
}
)";

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TOOLS_CLI_NEW_RUST_H_
