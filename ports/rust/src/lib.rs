//! Puts an allocator written in Rust behind the door of Lockstep, the test suite for
//! memory allocators, and runs the suite under `cargo test`. `README.md` leads from
//! an empty crate to the first violation.
//!
//! - [`RegionAllocator`] and [`GlobalAllocator`] are for the usual kinds of
//!   allocators, [`Port`] for all others.
//! - [`export!`] exports one from the crate's shared library.
//! - [`judge`] lets the suite judge it, in a test.
//! - [`door`] is `lockstep/port.h` in Rust.

#![deny(missing_docs, unsafe_op_in_unsafe_fn)]
#![warn(rust_2018_idioms)]

mod adapt;
pub mod door;
mod export;
mod find;
mod judge;
mod port;
mod thunk;

pub use adapt::{GlobalAllocator, OverGlobal, OverRegion, RegionAllocator};
pub use door::*;
pub use export::Exported;
pub use judge::{judge, judge_within, Budget};
pub use port::*;

/// What the macros use.
#[doc(hidden)]
pub mod detail {
    pub use crate::export::{checked, text, Pointer};
    pub use crate::thunk::{required, NotOffered, Offered};
}
