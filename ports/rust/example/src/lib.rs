//! Two allocators under test: one over a region, in `allocator.rs`, and that of the
//! system, as programs use it.

#![deny(unsafe_op_in_unsafe_fn)]

mod allocator;

use std::alloc::System;

pub use allocator::FirstGap;

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
