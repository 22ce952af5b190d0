//! Ports for the two kinds of allocators that Rust knows. Both map what
//! `core::alloc::Layout` cannot say: a request for zero bytes is served as one of
//! one byte, and one for more than `isize::MAX` bytes, rounded up to the alignment,
//! is refused.

use core::alloc::{GlobalAlloc, Layout as StdLayout};
use core::ptr::NonNull;
use std::ffi::CStr;

use crate::door::{Statistics, OWN_MEMORY, REALLOCATES_TO_ZERO};
use crate::port::*;

/// An allocator over memory that it is given. Export it with `lockstep::export!(Mine
/// as RegionAllocator, "mine")`. Further functions are offered if it implements their
/// traits: [`Usable`], [`CountBytes`], [`Audit`], [`Needs`], [`Reallocate`],
/// [`Resize`], [`UsableOf`], [`Footprint`], [`CountSteps`].
pub trait RegionAllocator: Sized {
    /// As in [`Port`].
    const SUMMARY: Option<&'static CStr> = None;
    /// As in [`Port`].
    const CAPABILITIES: u64 = 0;
    /// As in [`Port`].
    const LIMITS: Limits = Limits::NONE;

    /// Makes an instance that has no memory yet.
    fn create() -> Self;

    /// Takes the first region. Errors are for misuse only.
    ///
    /// # Safety
    /// As for [`Init::init`].
    unsafe fn init(&mut self, region: Region) -> Result<(), Error>;

    /// Takes a further region, unless there is no room for more of them.
    ///
    /// # Safety
    /// As for [`Init::init`].
    unsafe fn add(&mut self, _region: Region) -> Result<(), Error> {
        Err(Error::NoMemory)
    }

    /// Serves a block of at least one byte, or refuses.
    fn allocate(&mut self, layout: StdLayout) -> Option<NonNull<u8>>;

    /// Takes a block back. Errors are for misuse only.
    ///
    /// # Safety
    /// As for [`Port::deallocate`].
    unsafe fn deallocate(&mut self, block: NonNull<u8>, layout: StdLayout) -> Result<(), Error>;
}

/// The port of a [`RegionAllocator`].
pub struct OverRegion<R>(R);

impl<R: RegionAllocator> Port for OverRegion<R> {
    const SUMMARY: Option<&'static CStr> = R::SUMMARY;
    const CAPABILITIES: u64 = R::CAPABILITIES;
    const LIMITS: Limits = R::LIMITS;

    fn create() -> Self {
        OverRegion(R::create())
    }

    fn allocate(&mut self, layout: Layout) -> Result<NonNull<u8>, Error> {
        let layout = layout.to_std().ok_or(Error::NoMemory)?;
        self.0.allocate(layout).ok_or(Error::NoMemory)
    }

    unsafe fn deallocate(&mut self, block: NonNull<u8>, layout: Layout) -> Result<(), Error> {
        let layout = layout.to_std().ok_or(Error::InvalidParam)?;
        // SAFETY: as required of this function.
        unsafe { self.0.deallocate(block, layout) }
    }
}

impl<R: RegionAllocator> Init for OverRegion<R> {
    unsafe fn init(&mut self, region: Region) -> Result<(), Error> {
        // SAFETY: as required of this function.
        unsafe { self.0.init(region) }
    }
}

impl<R: RegionAllocator> Add for OverRegion<R> {
    unsafe fn add(&mut self, region: Region) -> Result<(), Error> {
        // SAFETY: as required of this function.
        unsafe { self.0.add(region) }
    }
}

impl<R: RegionAllocator + Reallocate> Reallocate for OverRegion<R> {
    unsafe fn reallocate(
        &mut self,
        block: Option<NonNull<u8>>,
        old: Layout,
        new: Layout,
    ) -> Result<NonNull<u8>, Error> {
        // SAFETY: as required of this function; the block was served like this.
        unsafe { self.0.reallocate(block, served(old), served(new)) }
    }
}

/// An allocator that programs use as `#[global_allocator]`. Export it with
/// `lockstep::export!(Mine as GlobalAllocator, "mine")`.
///
/// It has memory of its own, and `alloc`, `dealloc`, `realloc` and `alloc_zeroed` are
/// tried. What the contract of `GlobalAlloc` promises is promised, and no more than
/// that. Further functions are offered if `Self` implements their traits:
/// [`CountBytes`], [`Audit`], [`UsableOf`], [`Footprint`] and the others of
/// [`RegionAllocator`] but `Reallocate`.
pub trait GlobalAllocator: Sized {
    /// The type that is tried.
    type Allocator: GlobalAlloc;

    /// As in [`Port`].
    const SUMMARY: Option<&'static CStr> = None;
    /// Promises beyond those of `GlobalAlloc`, such as
    /// [`FITS_AGAIN`](crate::FITS_AGAIN). If the allocator is a global variable that
    /// has a state, it is [`ONE_INSTANCE`](crate::ONE_INSTANCE), and `create` resets it.
    const CAPABILITIES: u64 = 0;
    /// As in [`Port`].
    const LIMITS: Limits = Limits::NONE;
    /// Larger blocks are given back at once and count as refused, because the suite
    /// writes to all that it is given.
    const LARGEST_BYTES: usize = 1 << 24;

    /// Makes an instance.
    fn create() -> Self;

    /// The allocator: a field, or a global variable.
    fn allocator(&self) -> &Self::Allocator;
}

/// The port of a [`GlobalAllocator`].
pub struct OverGlobal<G>(G);

impl<G: GlobalAllocator> OverGlobal<G> {
    /// # Safety
    /// The block, if there is one, is live and has this layout.
    unsafe fn modest(&self, block: *mut u8, layout: StdLayout) -> Result<NonNull<u8>, Error> {
        let block = NonNull::new(block).ok_or(Error::NoMemory)?;
        if layout.size() <= G::LARGEST_BYTES {
            return Ok(block);
        }
        // SAFETY: as required.
        unsafe { self.0.allocator().dealloc(block.as_ptr(), layout) };
        Err(Error::NoMemory)
    }
}

impl<G: GlobalAllocator> Port for OverGlobal<G> {
    const SUMMARY: Option<&'static CStr> = G::SUMMARY;
    const CAPABILITIES: u64 = G::CAPABILITIES | OWN_MEMORY | REALLOCATES_TO_ZERO;
    const LIMITS: Limits = G::LIMITS;

    fn create() -> Self {
        OverGlobal(G::create())
    }

    fn allocate(&mut self, layout: Layout) -> Result<NonNull<u8>, Error> {
        let layout = layout.to_std().ok_or(Error::NoMemory)?;
        // SAFETY: the layout is not of zero bytes; the block is what was just served.
        unsafe { self.modest(self.0.allocator().alloc(layout), layout) }
    }

    unsafe fn deallocate(&mut self, block: NonNull<u8>, layout: Layout) -> Result<(), Error> {
        let layout = layout.to_std().ok_or(Error::InvalidParam)?;
        // SAFETY: as required of this function; it was allocated with this layout.
        unsafe { self.0.allocator().dealloc(block.as_ptr(), layout) };
        Ok(())
    }
}

impl<G: GlobalAllocator> Reallocate for OverGlobal<G> {
    unsafe fn reallocate(
        &mut self,
        block: Option<NonNull<u8>>,
        old: Layout,
        new: Layout,
    ) -> Result<NonNull<u8>, Error> {
        // GlobalAlloc has neither.
        let block = block.ok_or(Error::InvalidParam)?;
        if new.align != old.align {
            return Err(Error::InvalidParam);
        }
        let old = old.to_std().ok_or(Error::InvalidParam)?;
        // It could not be given back, for the old block would be gone. And not
        // `NoMemory`, which would say that the old layout is right.
        let new = new.to_std().filter(|new| new.size() <= G::LARGEST_BYTES);
        let new = new.ok_or(Error::InvalidParam)?;
        // SAFETY: the block is live, it was allocated with this layout, and the new
        // size makes a layout, too, and is not zero.
        let moved = unsafe { self.0.allocator().realloc(block.as_ptr(), old, new.size()) };
        NonNull::new(moved).ok_or(Error::NoMemory)
    }
}

impl<G: GlobalAllocator> AllocateZeroed for OverGlobal<G> {
    fn allocate_zeroed(&mut self, count: usize, each: Layout) -> Result<NonNull<u8>, Error> {
        let layout = each.times(count).and_then(Layout::to_std).ok_or(Error::NoMemory)?;
        if layout.size() > G::LARGEST_BYTES {
            return Err(Error::NoMemory);
        }
        // SAFETY: the layout is not of zero bytes.
        NonNull::new(unsafe { self.0.allocator().alloc_zeroed(layout) }).ok_or(Error::NoMemory)
    }
}

/// What the allocator was asked for instead of this.
fn served(layout: Layout) -> Layout {
    Layout { bytes: layout.bytes.max(1), ..layout }
}

// Offered if the allocator itself offers it.
macro_rules! forwards {
    ($over:ident, $adapter:ident) => {
        impl<A: $adapter + Usable> Usable for $over<A> {
            fn usable(&self, layout: Layout) -> Result<(usize, usize), Error> {
                self.0.usable(served(layout))
            }
        }
        impl<A: $adapter + CountBytes> CountBytes for $over<A> {
            fn statistics(&self) -> Statistics {
                self.0.statistics()
            }
        }
        impl<A: $adapter + Audit> Audit for $over<A> {
            fn audit(&self) -> Option<&'static CStr> {
                self.0.audit()
            }
        }
        impl<A: $adapter + Needs> Needs for $over<A> {
            fn needs(&self, layout: Layout) -> usize {
                self.0.needs(served(layout))
            }
        }
        impl<A: $adapter + Resize> Resize for $over<A> {
            unsafe fn resize(
                &mut self,
                block: NonNull<u8>,
                layout: Layout,
                new_bytes: usize,
            ) -> Result<(), Error> {
                // SAFETY: as required of this function; the block was served like this.
                unsafe { self.0.resize(block, served(layout), new_bytes.max(1)) }
            }
        }
        impl<A: $adapter + UsableOf> UsableOf for $over<A> {
            unsafe fn usable_of(&self, block: NonNull<u8>, layout: Layout) -> Result<usize, Error> {
                // SAFETY: as required of this function; the block was served like this.
                unsafe { self.0.usable_of(block, served(layout)) }
            }
        }
        impl<A: $adapter + Footprint> Footprint for $over<A> {
            fn footprint(&self) -> usize {
                self.0.footprint()
            }
        }
        impl<A: $adapter + CountSteps> CountSteps for $over<A> {
            const GROWTH: Growth = A::GROWTH;
            const FACTOR: u32 = A::FACTOR;

            fn steps(&self) -> u64 {
                self.0.steps()
            }
        }
    };
}

forwards!(OverRegion, RegionAllocator);
forwards!(OverGlobal, GlobalAllocator);
