//! The mirror of `lockstep/port.h`, version 3: the table that the suite calls a
//! port through, field for field, and its constants under the same names without
//! `LOCKSTEP_`. What each of them means is said in `port.h`, and only there.
//!
//! `tests/layout.rs` compares this file with `port.h`.

use core::ffi::c_void;
use std::os::raw::{c_char, c_int};

/// The version of the interface that this crate speaks.
pub const PORT_VERSION: u32 = 3;

/// The result of an operation, as C sees it. See [`Error`](crate::Error).
pub type Status = i32;

// Defines the constants, and lists them for the test.
macro_rules! constants {
    ($($(#[$doc:meta])* $name:ident: $type:ty = $value:expr;)*) => {
        $($(#[$doc])* pub const $name: $type = $value;)*

        #[doc(hidden)]
        pub const CONSTANTS: &[(&str, u64)] = &[
            ("PORT_VERSION", PORT_VERSION as u64),
            $((stringify!($name), $name as u64),)*
        ];
    };
}

/// Turns a `DETECTS_` promise into the one of `DIES_OF_`.
pub const fn dies_of(detects: u64) -> u64 {
    detects << 24
}

constants! {
    /// It was done.
    OK: Status = 0;
    /// [`Error::NoMemory`](crate::Error::NoMemory).
    NO_MEMORY: Status = 1;
    /// [`Error::InvalidParam`](crate::Error::InvalidParam).
    INVALID_PARAM: Status = 2;
    /// [`Error::MemoryOverlap`](crate::Error::MemoryOverlap).
    MEMORY_OVERLAP: Status = 3;
    /// [`Error::NotAllocated`](crate::Error::NotAllocated).
    NOT_ALLOCATED: Status = 4;
    /// [`Error::OutOfMemory`](crate::Error::OutOfMemory).
    OUT_OF_MEMORY: Status = 5;
    /// [`Error::InvalidPointer`](crate::Error::InvalidPointer).
    INVALID_POINTER: Status = 6;
    /// [`Error::AlignmentMismatch`](crate::Error::AlignmentMismatch).
    ALIGNMENT_MISMATCH: Status = 7;
    /// [`Error::FatalError`](crate::Error::FatalError).
    FATAL_ERROR: Status = 8;

    /// What was freed can be allocated again.
    FITS_AGAIN: u64 = 1 << 0;
    /// It is a buddy system.
    COALESCES: u64 = 1 << 1;
    /// With nothing live, the largest request of a fresh instance is served.
    RESTORES: u64 = 1 << 2;
    /// `Statistics::requested` is the sum of the bytes asked for.
    COUNTS_REQUESTED: u64 = 1 << 3;
    /// All state is in `Self` and in the regions: a copy of both is a snapshot.
    SNAPSHOTS: u64 = 1 << 4;
    /// A request is refused only if the provider failed in that call.
    SERVES_WHILE_PROVIDED: u64 = 1 << 5;
    /// Blocks come from memory that the suite did not give.
    OWN_MEMORY: u64 = 1 << 6;
    /// `reallocate` may change the alignment.
    REALLOCATES_ALIGN: u64 = 1 << 7;
    /// `reallocate` of no block allocates.
    REALLOCATES_NULL: u64 = 1 << 8;
    /// `reallocate` to zero bytes yields a block of zero bytes.
    REALLOCATES_TO_ZERO: u64 = 1 << 9;
    /// `reallocate_zeroed` clears from what was usable on.
    ZEROES_FROM_USABLE: u64 = 1 << 10;
    /// `resize` to as many bytes or fewer succeeds.
    RESIZE_SHRINKS: u64 = 1 << 11;
    /// `resize` succeeds where there is room behind the block.
    RESIZE_GROWS: u64 = 1 << 12;
    /// `allocate_many` may serve fewer than asked for.
    SERVES_SOME: u64 = 1 << 13;
    /// Two regions that touch serve what one in their place would.
    JOINS_REGIONS: u64 = 1 << 14;
    /// `Statistics::used` counts what the allocator needs for itself, too.
    COUNTS_OVERHEAD: u64 = 1 << 15;
    /// A free of the null pointer is refused.
    DETECTS_NULL: u64 = 1 << 16;
    /// A free of an address outside every region is refused.
    DETECTS_FOREIGN: u64 = 1 << 17;
    /// A free of an address inside a block is refused.
    DETECTS_INTERIOR: u64 = 1 << 18;
    /// A second free is refused, if only queries came between.
    DETECTS_FREE_AGAIN_AT_ONCE: u64 = 1 << 19;
    /// A second free is refused until the memory is handed out again.
    DETECTS_FREE_AGAIN: u64 = 1 << 20;
    /// A free, a reallocation or a resize with a layout that the block cannot have is
    /// refused.
    DETECTS_IMPOSSIBLE_LAYOUT: u64 = 1 << 21;
    /// A region that overlaps another is refused: `Error::MemoryOverlap`.
    DETECTS_OVERLAP: u64 = 1 << 22;
    /// A region with impossible bounds is refused.
    DETECTS_BAD_REGION: u64 = 1 << 23;
    /// A second `init` is refused.
    DETECTS_SECOND_INIT: u64 = 1 << 24;
    /// Whatever comes before `init` is refused.
    DETECTS_USE_BEFORE_INIT: u64 = 1 << 25;
    /// The same with a layout of another size class is refused: the header says which.
    DETECTS_OTHER_LAYOUT: u64 = 1 << 26;
    /// A trim with nothing live gives back all but the reserve.
    TRIM_RETURNS: u64 = 1 << 32;
    /// The state is in globals: there is one instance at a time.
    ONE_INSTANCE: u64 = 1 << 33;
    /// Several threads may be in calls at once. As methods take `&mut self`, only for a
    /// type without fields, whose allocator is a global variable.
    THREAD_SAFE: u64 = 1 << 34;
    /// Several threads may be in calls at once, each with an instance of its own.
    THREADS_APART: u64 = 1 << 35;
    /// With `THREADS_APART`: any thread may free a block. For a type without fields.
    FREES_ELSEWHERE: u64 = 1 << 36;
    /// With `THREAD_SAFE`: the process may fork while threads are in calls.
    SURVIVES_FORK: u64 = 1 << 37;
    /// A free of the null pointer ends the process.
    DIES_OF_NULL: u64 = dies_of(DETECTS_NULL);
    /// A free of an address outside every region ends the process.
    DIES_OF_FOREIGN: u64 = dies_of(DETECTS_FOREIGN);
    /// A free of an address inside a block ends the process.
    DIES_OF_INTERIOR: u64 = dies_of(DETECTS_INTERIOR);
    /// A second free at once ends the process.
    DIES_OF_FREE_AGAIN_AT_ONCE: u64 = dies_of(DETECTS_FREE_AGAIN_AT_ONCE);
    /// A second free ends the process.
    DIES_OF_FREE_AGAIN: u64 = dies_of(DETECTS_FREE_AGAIN);
    /// A free, a reallocation or a resize with a layout that the block cannot have ends
    /// the process.
    DIES_OF_IMPOSSIBLE_LAYOUT: u64 = dies_of(DETECTS_IMPOSSIBLE_LAYOUT);
    /// The same with a layout of another size class ends the process.
    DIES_OF_OTHER_LAYOUT: u64 = dies_of(DETECTS_OTHER_LAYOUT);

    /// Operations visit at most a constant number of nodes.
    STEPS_CONSTANT: u32 = 1;
    /// Operations visit at most a logarithmic number of nodes.
    STEPS_LOGARITHMIC: u32 = 2;
    /// Operations visit at most a linear number of nodes.
    STEPS_LINEAR: u32 = 3;
}

/// `lockstep_statistics`, in bytes.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// `used + available`.
    pub total: usize,
    /// At least the bytes of all live blocks.
    pub used: usize,
    /// `total - used`.
    pub available: usize,
    /// The sum of the bytes asked for; see [`COUNTS_REQUESTED`].
    pub requested: usize,
}

/// `lockstep_provider`. See [`Provider`](crate::Provider).
#[repr(C)]
#[derive(Clone, Copy)]
#[allow(missing_docs)]
pub struct RawProvider {
    pub context: *mut c_void,
    pub take: Option<unsafe extern "C" fn(*mut c_void, usize, usize) -> *mut c_void>,
    pub give_back: Option<unsafe extern "C" fn(*mut c_void, *mut c_void, usize, usize) -> c_int>,
}

type State = *mut c_void;
type ConstState = *const c_void;
type Memory = *mut c_void;

/// `lockstep_port`. [`table!`](crate::table) fills it in.
#[repr(C)]
#[derive(Clone, Copy)]
#[allow(missing_docs)]
pub struct Table {
    pub version: u32,
    pub name: *const c_char,
    pub summary: *const c_char,
    pub placement: *const c_char,
    pub capabilities: u64,
    pub state_bytes: usize,
    pub state_align: usize,
    pub region_align_bytes: usize,
    pub init_granule_bytes: usize,
    pub unit_bytes: usize,
    pub largest_span_bytes: usize,
    pub max_request_bytes: usize,
    pub max_request_align: usize,
    pub create: Option<unsafe extern "C" fn(State) -> Status>,
    pub destroy: Option<unsafe extern "C" fn(State)>,
    pub init: Option<unsafe extern "C" fn(State, Memory, usize) -> Status>,
    pub add: Option<unsafe extern "C" fn(State, Memory, usize) -> Status>,
    pub allocate: Option<unsafe extern "C" fn(State, usize, usize, *mut Memory) -> Status>,
    pub deallocate: Option<unsafe extern "C" fn(State, Memory, usize, usize) -> Status>,
    pub usable:
        Option<unsafe extern "C" fn(ConstState, usize, usize, *mut usize, *mut usize) -> Status>,
    pub statistics: Option<unsafe extern "C" fn(ConstState, *mut Statistics)>,
    pub audit: Option<unsafe extern "C" fn(ConstState) -> *const c_char>,
    pub handle_count: u32,
    pub attach: Option<unsafe extern "C" fn(State, u32, *const RawProvider) -> Status>,
    pub detach: Option<unsafe extern "C" fn(State, u32) -> Status>,
    pub trim: Option<unsafe extern "C" fn(State) -> Status>,
    pub min_region_bytes: usize,
    pub region_head_bytes: usize,
    pub region_tail_bytes: usize,
    pub max_live_blocks: usize,
    pub max_reallocate_align: usize,
    pub take_overhead_bytes: usize,
    pub take_multiple: usize,
    pub reserve_bytes: usize,
    pub death_signals: u64,
    pub death_exit_code: c_int,
    pub needs: Option<unsafe extern "C" fn(ConstState, usize, usize) -> usize>,
    pub reallocate: Option<
        unsafe extern "C" fn(State, Memory, usize, usize, usize, usize, *mut Memory) -> Status,
    >,
    pub reallocate_zeroed: Option<
        unsafe extern "C" fn(State, Memory, usize, usize, usize, usize, *mut Memory) -> Status,
    >,
    pub resize: Option<unsafe extern "C" fn(State, Memory, usize, usize, usize) -> Status>,
    pub allocate_zeroed:
        Option<unsafe extern "C" fn(State, usize, usize, usize, *mut Memory) -> Status>,
    pub usable_of:
        Option<unsafe extern "C" fn(ConstState, *const c_void, usize, usize, *mut usize) -> Status>,
    pub footprint: Option<unsafe extern "C" fn(ConstState, *mut usize)>,
    pub allocate_many:
        Option<unsafe extern "C" fn(State, usize, usize, usize, *mut Memory, *mut usize) -> Status>,
    pub deallocate_many:
        Option<unsafe extern "C" fn(State, *const Memory, usize, usize, usize) -> Status>,
    pub steps: Option<unsafe extern "C" fn(ConstState) -> u64>,
    pub steps_growth: u32,
    pub steps_factor: u32,
    pub use_handle: Option<unsafe extern "C" fn(State, u32)>,
}

// SAFETY: a table is never written to, and what it points to is as constant as it
// is itself.
unsafe impl Sync for Table {}
