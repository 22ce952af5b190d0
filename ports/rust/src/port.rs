//! What the author of a port implements: [`Port`], and a trait for each further
//! function that the allocator has. A function is offered to the suite if, and
//! only if, its trait is implemented.

use core::ffi::c_void;
use core::mem::MaybeUninit;
use core::ptr::NonNull;
use std::ffi::CStr;
use std::os::raw::c_int;

use crate::door::{self, RawProvider, Statistics, Status};

/// Why an operation was refused. Each method says in `port.h` which of these it
/// may return. After any but `FatalError`, nothing has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
#[allow(missing_docs)]
pub enum Error {
    NoMemory = door::NO_MEMORY,
    InvalidParam = door::INVALID_PARAM,
    MemoryOverlap = door::MEMORY_OVERLAP,
    NotAllocated = door::NOT_ALLOCATED,
    OutOfMemory = door::OUT_OF_MEMORY,
    InvalidPointer = door::INVALID_POINTER,
    AlignmentMismatch = door::ALIGNMENT_MISMATCH,
    FatalError = door::FATAL_ERROR,
}

impl Error {
    pub(crate) fn status(self) -> Status {
        self as Status
    }
}

/// What a request asks for. Unlike a `core::alloc::Layout`, it may be of more than
/// `isize::MAX` bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Any number.
    pub bytes: usize,
    /// A power of two, except in misuse.
    pub align: usize,
}

impl Layout {
    /// The same as a standard layout, in which zero bytes count as one, because
    /// `GlobalAlloc` must not be asked for none. `None` if there is no such layout,
    /// because the bytes, rounded up to the alignment, would be more than `isize::MAX`.
    pub fn to_std(self) -> Option<core::alloc::Layout> {
        let bytes = self.bytes.max(1);
        let layout = core::alloc::Layout::from_size_align(bytes, self.align).ok()?;
        // Before Rust 1.65, `from_size_align` did not mind.
        (bytes <= isize::MAX as usize - (self.align - 1)).then_some(layout)
    }

    /// `count` times as many bytes, or `None` if that is more than `usize::MAX`.
    pub fn times(self, count: usize) -> Option<Layout> {
        let bytes = self.bytes.checked_mul(count)?;
        Some(Layout { bytes, ..self })
    }
}

/// Memory that the suite gives to an allocator. Its bytes may hold anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    /// Its first byte. Blocks should be derived from this pointer.
    pub start: NonNull<u8>,
    /// Its size.
    pub bytes: usize,
}

/// The numbers of the table, all of which may be zero: then nothing is promised.
/// Their names and meanings are those of `port.h`.
///
/// ```
/// use lockstep::Limits;
/// const LIMITS: Limits = Limits { unit_bytes: 16, ..Limits::NONE };
/// ```
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub struct Limits {
    pub region_align_bytes: usize,
    pub init_granule_bytes: usize,
    pub unit_bytes: usize,
    pub largest_span_bytes: usize,
    pub max_request_bytes: usize,
    pub max_request_align: usize,
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
}

impl Limits {
    /// Promises nothing.
    pub const NONE: Limits = Limits {
        region_align_bytes: 0,
        init_granule_bytes: 0,
        unit_bytes: 0,
        largest_span_bytes: 0,
        max_request_bytes: 0,
        max_request_align: 0,
        min_region_bytes: 0,
        region_head_bytes: 0,
        region_tail_bytes: 0,
        max_live_blocks: 0,
        max_reallocate_align: 0,
        take_overhead_bytes: 0,
        take_multiple: 0,
        reserve_bytes: 0,
        death_signals: 0,
        death_exit_code: 0,
    };
}

/// What every port has. `Self` is one instance of the allocator: the suite keeps
/// it in memory of its own, moves it there once, and drops it at the end.
///
/// Where the blocks come from, a port says by one of three things: it implements
/// [`Init`], it implements [`Pull`], or it promises [`OWN_MEMORY`](door::OWN_MEMORY).
pub trait Port: Sized {
    /// One line for `lockstep list`.
    const SUMMARY: Option<&'static CStr> = None;
    /// The placement model that the port claims to match address for address.
    const PLACEMENT: Option<&'static CStr> = None;
    /// The promises, combined with `|`: `lockstep::FITS_AGAIN | lockstep::RESTORES`.
    const CAPABILITIES: u64 = 0;
    /// The promises that are numbers.
    const LIMITS: Limits = Limits::NONE;

    /// Makes an instance that has no memory yet.
    fn create() -> Self;

    /// Serves a block, or refuses. Any number of bytes may come.
    fn allocate(&mut self, layout: Layout) -> Result<NonNull<u8>, Error>;

    /// Takes a block back. The null pointer does not get here: it is refused with
    /// `Error::NotAllocated`.
    ///
    /// # Safety
    /// The block is live and has this layout, except in a misuse that the port
    /// promises to detect.
    unsafe fn deallocate(&mut self, block: NonNull<u8>, layout: Layout) -> Result<(), Error>;
}

/// Takes the first region.
pub trait Init {
    /// Takes the first region. Errors are for misuse only.
    ///
    /// # Safety
    /// The region is the port's alone until it is dropped, except in a misuse that
    /// it promises to detect.
    unsafe fn init(&mut self, region: Region) -> Result<(), Error>;
}

/// Takes further regions.
pub trait Add {
    /// Takes a further region. `Error::NoMemory` if there is no room for more.
    ///
    /// # Safety
    /// As for [`Init::init`].
    unsafe fn add(&mut self, region: Region) -> Result<(), Error>;
}

/// Says how much of a block of some layout may be used.
pub trait Usable {
    /// At least `.0` bytes, and at most `.1`.
    fn usable(&self, layout: Layout) -> Result<(usize, usize), Error>;
}

/// Counts bytes.
pub trait CountBytes {
    /// May be called at any time, also before there is memory.
    fn statistics(&self) -> Statistics;
}

/// Checks the allocator's own invariants.
pub trait Audit {
    /// The name of the first broken invariant: `Some(lockstep::text!("spans rise"))`.
    /// It must return on any state, however broken.
    fn audit(&self) -> Option<&'static CStr>;
}

/// Takes memory from the suite's provider.
pub trait Pull {
    /// How many handles there are: from 1 to 64.
    const HANDLES: u32;

    /// Attaches a handle. The provider may be kept until `Self` is dropped.
    fn attach(&mut self, handle: u32, provider: Provider) -> Result<(), Error>;
    /// Detaches a handle.
    fn detach(&mut self, handle: u32) -> Result<(), Error>;
}

/// Gives back what is only kept in reserve.
pub trait Trim {
    /// Gives back what is only kept in reserve.
    fn trim(&mut self) -> Result<(), Error>;
}

/// Says by which handle this thread calls, where several threads may call.
pub trait UseHandle {
    /// Until it is called again on this thread, `allocate`, `trim`, `attach` and
    /// `statistics` are by this handle, which is attached. `attach` makes a copy of it.
    fn use_handle(&mut self, handle: u32);
}

/// Says how much room is always enough.
pub trait Needs {
    /// So many contiguous free bytes suffice for the request; `usize::MAX`: nothing
    /// suffices.
    fn needs(&self, layout: Layout) -> usize;
}

/// Gives a block other bytes, perhaps elsewhere.
pub trait Reallocate {
    /// No block comes only with [`REALLOCATES_NULL`](door::REALLOCATES_NULL).
    ///
    /// # Safety
    /// The block is live and has the layout `old`, except in a misuse that the port
    /// promises to detect.
    unsafe fn reallocate(
        &mut self,
        block: Option<NonNull<u8>>,
        old: Layout,
        new: Layout,
    ) -> Result<NonNull<u8>, Error>;
}

/// The same, and what is added is zero.
pub trait ReallocateZeroed {
    /// No block comes only with [`REALLOCATES_NULL`](door::REALLOCATES_NULL).
    ///
    /// # Safety
    /// The block is live and has the layout `old`.
    unsafe fn reallocate_zeroed(
        &mut self,
        block: Option<NonNull<u8>>,
        old: Layout,
        new: Layout,
    ) -> Result<NonNull<u8>, Error>;
}

/// Gives a block other bytes where it is.
pub trait Resize {
    /// From then on, the block has `new_bytes`.
    ///
    /// # Safety
    /// The block is live and has this layout, except in a misuse that the port
    /// promises to detect.
    unsafe fn resize(
        &mut self,
        block: NonNull<u8>,
        layout: Layout,
        new_bytes: usize,
    ) -> Result<(), Error>;
}

/// Serves blocks that are zero.
pub trait AllocateZeroed {
    /// A block of `count` times `each`; see [`Layout::times`].
    fn allocate_zeroed(&mut self, count: usize, each: Layout) -> Result<NonNull<u8>, Error>;
}

/// Says how much of a given block may be written to.
pub trait UsableOf {
    /// At least the bytes that were asked for.
    ///
    /// # Safety
    /// The block is live and has this layout.
    unsafe fn usable_of(&self, block: NonNull<u8>, layout: Layout) -> Result<usize, Error>;
}

/// Says how much memory an allocator with memory of its own holds.
pub trait Footprint {
    /// Never less than the bytes of all live blocks.
    fn footprint(&self) -> usize;
}

/// Serves several blocks in one call.
pub trait AllocateMany {
    /// Writes as many blocks as it returns, from the first on: all of them, unless
    /// the port promises [`SERVES_SOME`](door::SERVES_SOME).
    fn allocate_many(
        &mut self,
        layout: Layout,
        blocks: &mut [MaybeUninit<NonNull<u8>>],
    ) -> Result<usize, Error>;
}

/// Takes several blocks back in one call.
pub trait DeallocateMany {
    /// Frees all of them, or none.
    ///
    /// # Safety
    /// The blocks are live and have this layout.
    unsafe fn deallocate_many(
        &mut self,
        blocks: &[NonNull<u8>],
        layout: Layout,
    ) -> Result<(), Error>;
}

/// How the work of an operation grows with the number of blocks and regions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
#[allow(missing_docs)]
pub enum Growth {
    Anything = 0,
    Constant = door::STEPS_CONSTANT,
    Logarithmic = door::STEPS_LOGARITHMIC,
    Linear = door::STEPS_LINEAR,
}

/// Counts the nodes of lists, trees and tables that it visits.
pub trait CountSteps {
    /// How they grow.
    const GROWTH: Growth;
    /// With which factor.
    const FACTOR: u32;

    /// How many have been visited since `create`.
    fn steps(&self) -> u64;
}

/// The suite as a source of memory.
#[derive(Clone, Copy)]
pub struct Provider(pub(crate) *const RawProvider);

impl Provider {
    /// Takes memory. `None`: refused. It may be misaligned: then give it back.
    ///
    /// # Safety
    /// The port that it was attached to has not been dropped.
    pub unsafe fn take(&self, layout: Layout) -> Option<NonNull<u8>> {
        // SAFETY: the suite keeps its provider until the port is destroyed.
        let raw = unsafe { &*self.0 };
        let take = raw.take?;
        // SAFETY: this is the context that goes with the function.
        NonNull::new(unsafe { take(raw.context, layout.bytes, layout.align) }.cast())
    }

    /// Gives memory back. `false`: the provider did not take it; even so, it must
    /// not be used any more.
    ///
    /// # Safety
    /// As for [`Provider::take`], which returned this memory for this layout.
    pub unsafe fn give_back(&self, memory: NonNull<u8>, layout: Layout) -> bool {
        // SAFETY: the suite keeps its provider until the port is destroyed.
        let raw = unsafe { &*self.0 };
        let memory = memory.as_ptr().cast::<c_void>();
        raw.give_back.map_or(false, |give_back| {
            // SAFETY: this is the context that goes with the function.
            unsafe { give_back(raw.context, memory, layout.bytes, layout.align) != 0 }
        })
    }
}
