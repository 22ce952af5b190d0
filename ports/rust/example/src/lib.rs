//! Three allocators under test, one for each kind of port: one over a region, in
//! `allocator.rs`; that of the system, as programs use it; and one that takes its memory
//! from a callback, in `pass_on.rs`.

#![deny(unsafe_op_in_unsafe_fn)]

mod allocator;
mod pass_on;

use std::alloc::System;

pub use allocator::FirstGap;
pub use pass_on::PassOn;

lockstep::export!(FirstGap as RegionAllocator, "first_gap");

/// The allocator of the system.
pub struct Malloc;

impl lockstep::GlobalAllocator for Malloc {
    type Allocator = System;

    fn create() -> Self {
        Malloc
    }

    fn allocator(&self) -> &System {
        &System
    }
}

lockstep::export!(Malloc as GlobalAllocator, "rust_system");

lockstep::export!(PassOn, "pass_on");
