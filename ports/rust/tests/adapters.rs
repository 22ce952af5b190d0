//! What the adapters make of requests that Rust's layouts have no words for.

#![deny(unsafe_op_in_unsafe_fn)]

use lockstep::*;
use std::alloc::{GlobalAlloc, Layout as StdLayout, System};
use std::cell::RefCell;
use std::ptr::NonNull;

thread_local! {
    static CALLS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

fn calls() -> Vec<String> {
    CALLS.with(|calls| calls.take())
}

fn note(what: &str, layout: StdLayout) {
    let call = format!("{} {}/{}", what, layout.size(), layout.align());
    CALLS.with(|calls| calls.borrow_mut().push(call));
}

struct Noting;

// SAFETY: the system's allocator does everything.
unsafe impl GlobalAlloc for Noting {
    unsafe fn alloc(&self, layout: StdLayout) -> *mut u8 {
        note("alloc", layout);
        // SAFETY: as required of this function.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: StdLayout) {
        note("dealloc", layout);
        // SAFETY: as required of this function.
        unsafe { System.dealloc(block, layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: StdLayout) -> *mut u8 {
        note("alloc_zeroed", layout);
        // SAFETY: as required of this function.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: StdLayout, new_size: usize) -> *mut u8 {
        note(&format!("realloc to {} from", new_size), layout);
        // SAFETY: as required of this function.
        unsafe { System.realloc(block, layout, new_size) }
    }
}

struct Global;

impl GlobalAllocator for Global {
    type Allocator = Noting;
    const CAPABILITIES: u64 = FITS_AGAIN;
    const LARGEST_BYTES: usize = 1000;

    fn create() -> Self {
        Global
    }

    fn allocator(&self) -> &Noting {
        &Noting
    }
}

fn layout(bytes: usize, align: usize) -> Layout {
    Layout { bytes, align }
}

const TOO_MANY: usize = isize::MAX as usize;

#[test]
fn a_global_allocator_promises_what_its_contract_says() {
    let promised = OverGlobal::<Global>::CAPABILITIES;
    assert_eq!(promised, OWN_MEMORY | REALLOCATES_TO_ZERO | FITS_AGAIN);
}

#[test]
fn a_global_allocator_is_asked_for_one_byte_instead_of_none() {
    let mut port = OverGlobal::<Global>::create();
    let block = port.allocate(layout(0, 4096)).unwrap();
    assert_eq!(block.as_ptr() as usize % 4096, 0);
    // SAFETY: the block is live, and then it has the new layout.
    unsafe {
        let block = port.reallocate(Some(block), layout(0, 4096), layout(9, 4096)).unwrap();
        let block = port.reallocate(Some(block), layout(9, 4096), layout(0, 4096)).unwrap();
        port.deallocate(block, layout(0, 4096)).unwrap();
    }
    let expected =
        ["alloc 1/4096", "realloc to 9 from 1/4096", "realloc to 1 from 9/4096", "dealloc 1/4096"];
    assert_eq!(calls(), expected);
}

#[test]
fn a_global_allocator_is_not_asked_for_more_than_there_can_be() {
    let mut port = OverGlobal::<Global>::create();
    assert_eq!(port.allocate(layout(usize::MAX, 1)), Err(Error::NoMemory));
    assert_eq!(port.allocate(layout(TOO_MANY, 2)), Err(Error::NoMemory));
    assert_eq!(port.allocate_zeroed(TOO_MANY, layout(3, 1)), Err(Error::NoMemory));
    let block = port.allocate(layout(8, 8)).unwrap();
    // SAFETY: the block is live, and stays so.
    unsafe {
        let refused = port.reallocate(Some(block), layout(8, 8), layout(usize::MAX, 8));
        assert_eq!(refused, Err(Error::InvalidParam));
        let refused = port.reallocate(Some(block), layout(8, 8), layout(1001, 8));
        assert_eq!(refused, Err(Error::InvalidParam));
        assert_eq!(port.deallocate(block, layout(8, 8)), Ok(()));
    }
    assert_eq!(calls(), ["alloc 8/8", "dealloc 8/8"]);
}

#[test]
fn what_is_too_large_to_be_written_to_is_given_back() {
    let mut port = OverGlobal::<Global>::create();
    assert_eq!(port.allocate(layout(1001, 8)), Err(Error::NoMemory));
    assert_eq!(port.allocate_zeroed(2, layout(501, 8)), Err(Error::NoMemory));
    assert_eq!(calls(), ["alloc 1001/8", "dealloc 1001/8"]);
    let block = port.allocate_zeroed(2, layout(500, 8)).unwrap();
    // SAFETY: the block has this layout.
    unsafe { port.deallocate(block, layout(1000, 8)).unwrap() };
    assert_eq!(calls(), ["alloc_zeroed 1000/8", "dealloc 1000/8"]);
}

#[derive(Default)]
struct Over {
    regions: Vec<Region>,
}

impl RegionAllocator for Over {
    fn create() -> Self {
        Over::default()
    }

    unsafe fn init(&mut self, region: Region) -> Result<(), Error> {
        self.regions.push(region);
        Ok(())
    }

    fn allocate(&mut self, layout: StdLayout) -> Option<NonNull<u8>> {
        note("allocate", layout);
        Some(self.regions.first()?.start)
    }

    unsafe fn deallocate(&mut self, _: NonNull<u8>, layout: StdLayout) -> Result<(), Error> {
        note("deallocate", layout);
        Ok(())
    }
}

impl Resize for Over {
    unsafe fn resize(&mut self, _: NonNull<u8>, old: Layout, new: usize) -> Result<(), Error> {
        note("resize", old.to_std().unwrap());
        note("to", layout(new, 1).to_std().unwrap());
        Ok(())
    }
}

#[test]
fn an_allocator_over_a_region_sees_layouts_of_rust() {
    let mut port = OverRegion::<Over>::create();
    assert_eq!(port.allocate(layout(8, 8)), Err(Error::NoMemory));
    let region = Region { start: NonNull::dangling(), bytes: 64 };
    // SAFETY: this allocator only looks at numbers.
    unsafe {
        assert_eq!(port.init(region), Ok(()));
        assert_eq!(port.add(region), Err(Error::NoMemory));
        assert_eq!(port.allocate(layout(0, 2)), Ok(region.start));
        assert_eq!(port.allocate(layout(usize::MAX, 2)), Err(Error::NoMemory));
        assert_eq!(port.resize(region.start, layout(0, 2), 0), Ok(()));
        assert_eq!(port.deallocate(region.start, layout(0, 2)), Ok(()));
        let impossible = port.deallocate(region.start, layout(usize::MAX, 2));
        assert_eq!(impossible, Err(Error::InvalidParam));
    }
    assert_eq!(calls(), ["allocate 8/8", "allocate 1/2", "resize 1/2", "to 1/1", "deallocate 1/2"]);
}

static TABLE: Table = table!(OverRegion<Over>, "over");

#[test]
fn an_adapter_offers_what_the_allocator_offers() {
    assert!(TABLE.resize.is_some() && TABLE.init.is_some() && TABLE.add.is_some());
    assert!(TABLE.usable_of.is_none() && TABLE.audit.is_none() && TABLE.reallocate.is_none());
}
