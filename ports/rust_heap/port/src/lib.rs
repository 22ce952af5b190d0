//! The heap behind the door. The door gives no memory for maps, so it comes from std.

#![deny(unsafe_op_in_unsafe_fn)]

use std::alloc::{alloc_zeroed, Layout};
use std::ffi::CStr;
use std::ptr::{slice_from_raw_parts_mut, NonNull};

use lockstep as door;
use rust_heap::{Entry, Error, Heap, Region, PAGE};

type Answer<T> = Result<T, door::Error>;

/// A region and its map.
struct Own(*mut Region<'static>, *mut [Entry]);

impl Own {
    /// No arena has more than 2^40 bytes. The heap looks at the map last, so what is wrong
    /// with a larger region is what it says.
    fn new(region: door::Region) -> Option<Own> {
        let count = (region.bytes / PAGE).clamp(1, 1 << 28);
        // SAFETY: it is not of zero bytes.
        let pages = unsafe { alloc_zeroed(Layout::array::<Entry>(count).ok()?) };
        let pages = slice_from_raw_parts_mut(NonNull::new(pages)?.as_ptr().cast::<Entry>(), count);
        // SAFETY: it is the suite's word that the memory is ours. Zeros are a new map.
        let region = unsafe { Region::new(region.start, region.bytes, &mut *pages) };
        Some(Own(Box::into_raw(Box::new(region)), pages))
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        // SAFETY: no heap uses them any more, and a box has the layout of its array.
        unsafe { drop((Box::from_raw(self.0), Box::from_raw(self.1))) };
    }
}

/// A heap and its maps, which are dropped after it.
pub struct MappedHeap {
    heap: Heap<'static>,
    own: Vec<Own>,
}

type To = fn(&mut Heap<'static>, &'static mut Region<'static>) -> Result<(), Error>;

impl MappedHeap {
    fn give(&mut self, region: door::Region, to: To) -> Answer<()> {
        let own = Own::new(region).ok_or(door::Error::NoMemory)?;
        // SAFETY: if the heap has it from now on, it is kept.
        to(&mut self.heap, unsafe { &mut *own.0 }).map_err(status)?;
        self.own.push(own);
        Ok(())
    }
}

fn status(error: Error) -> door::Error {
    match error {
        Error::NoMemory => door::Error::NoMemory,
        Error::InvalidParam => door::Error::InvalidParam,
        Error::MemoryOverlap => door::Error::MemoryOverlap,
        Error::NotAllocated => door::Error::NotAllocated,
    }
}

/// Unlike `to_std`, this keeps zero bytes. Before Rust 1.65, `from_size_align` did not
/// mind a size that, rounded up, is above `isize::MAX`.
fn standard(door::Layout { bytes, align }: door::Layout) -> Answer<Layout> {
    let layout = Layout::from_size_align(bytes, align).ok();
    let is_one = |_: &Layout| bytes <= isize::MAX as usize - (align - 1);
    layout.filter(is_one).ok_or(door::Error::InvalidParam)
}

impl door::Port for MappedHeap {
    const SUMMARY: Option<&'static CStr> = Some(door::text!("the mapped heap, in Rust"));
    const PLACEMENT: Option<&'static CStr> = Some(door::text!("heap"));
    const CAPABILITIES: u64 = door::FITS_AGAIN
        | door::DETECTS_NULL
        | door::DETECTS_FOREIGN
        | door::DETECTS_INTERIOR
        | door::DETECTS_FREE_AGAIN
        | door::DETECTS_IMPOSSIBLE_LAYOUT
        | door::DETECTS_OVERLAP
        | door::DETECTS_BAD_REGION
        | door::DETECTS_SECOND_INIT
        | door::DETECTS_USE_BEFORE_INIT
        | door::DETECTS_OTHER_LAYOUT;
    const LIMITS: door::Limits = door::Limits {
        region_align_bytes: PAGE,
        init_granule_bytes: 8 * PAGE,
        unit_bytes: std::mem::size_of::<usize>(),
        ..door::Limits::NONE
    };

    fn create() -> Self {
        MappedHeap { heap: Heap::EMPTY, own: Vec::new() }
    }

    fn allocate(&mut self, layout: door::Layout) -> Answer<NonNull<u8>> {
        self.heap.allocate(standard(layout)?).map_err(status)
    }

    unsafe fn deallocate(&mut self, block: NonNull<u8>, layout: door::Layout) -> Answer<()> {
        // SAFETY: as required.
        unsafe { self.heap.deallocate(block, standard(layout)?) }.map_err(status)
    }
}

impl door::Init for MappedHeap {
    unsafe fn init(&mut self, region: door::Region) -> Answer<()> {
        self.give(region, Heap::init)
    }
}

impl door::Add for MappedHeap {
    unsafe fn add(&mut self, region: door::Region) -> Answer<()> {
        self.give(region, Heap::add)
    }
}

impl door::Usable for MappedHeap {
    fn usable(&self, layout: door::Layout) -> Answer<(usize, usize)> {
        Ok(Heap::usable(standard(layout)?))
    }
}

impl door::CountBytes for MappedHeap {
    fn statistics(&self) -> door::Statistics {
        let (total, used, available) = self.heap.statistics();
        door::Statistics { total, used, available, requested: 0 }
    }
}

impl door::Audit for MappedHeap {
    fn audit(&self) -> Option<&'static CStr> {
        (!self.heap.is_sound()).then(|| door::text!("the lists have what is free"))
    }
}

door::export!(MappedHeap, "rust_heap");
