//! A port that offers everything, and notes how it is called.

use lockstep::*;
use std::cell::RefCell;
use std::ffi::CStr;
use std::mem::MaybeUninit;
use std::ptr::NonNull;

thread_local! {
    static CALLS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// What was noted since the last time.
pub fn calls() -> Vec<String> {
    CALLS.with(|calls| calls.take())
}

fn note(call: String) {
    CALLS.with(|calls| calls.borrow_mut().push(call));
}

fn number(pointer: NonNull<u8>) -> usize {
    pointer.as_ptr() as usize
}

pub fn pointer(number: usize) -> NonNull<u8> {
    NonNull::new(number as *mut u8).unwrap()
}

fn text(layout: Layout) -> String {
    format!("{}/{}", layout.bytes, layout.align)
}

/// Refuses requests for 13 bytes.
fn unless_13<T>(layout: Layout, value: T) -> Result<T, Error> {
    if layout.bytes == 13 {
        Err(Error::NoMemory)
    } else {
        Ok(value)
    }
}

pub struct Whole {
    state: u64,
}

impl Drop for Whole {
    fn drop(&mut self) {
        note(format!("drop {}", self.state));
    }
}

impl Port for Whole {
    const SUMMARY: Option<&'static CStr> = Some(text!("offers everything"));
    const PLACEMENT: Option<&'static CStr> = Some(text!("buddy"));
    const CAPABILITIES: u64 = FITS_AGAIN | RESIZE_GROWS | SERVES_SOME | COUNTS_OVERHEAD;
    const LIMITS: Limits = Limits {
        region_align_bytes: 1,
        init_granule_bytes: 2,
        unit_bytes: 4,
        largest_span_bytes: 5,
        max_request_bytes: 6,
        max_request_align: 8,
        min_region_bytes: 9,
        region_head_bytes: 10,
        region_tail_bytes: 11,
        max_live_blocks: 12,
        max_reallocate_align: 16,
        take_overhead_bytes: 17,
        take_multiple: 18,
        reserve_bytes: 19,
        death_signals: 20,
        death_exit_code: 21,
    };

    fn create() -> Self {
        note("create".into());
        Whole { state: 77 }
    }

    fn allocate(&mut self, layout: Layout) -> Result<NonNull<u8>, Error> {
        note(format!("allocate {}", text(layout)));
        unless_13(layout, pointer(100))
    }

    unsafe fn deallocate(&mut self, block: NonNull<u8>, layout: Layout) -> Result<(), Error> {
        note(format!("deallocate {} {}", number(block), text(layout)));
        unless_13(layout, ())
    }
}

impl Init for Whole {
    unsafe fn init(&mut self, region: Region) -> Result<(), Error> {
        note(format!("init {} {}", number(region.start), region.bytes));
        Ok(())
    }
}

impl Add for Whole {
    unsafe fn add(&mut self, region: Region) -> Result<(), Error> {
        note(format!("add {} {}", number(region.start), region.bytes));
        Err(Error::MemoryOverlap)
    }
}

impl Usable for Whole {
    fn usable(&self, layout: Layout) -> Result<(usize, usize), Error> {
        note(format!("usable {}", text(layout)));
        unless_13(layout, (5, 9))
    }
}

impl CountBytes for Whole {
    fn statistics(&self) -> Statistics {
        Statistics { total: 1, used: 2, available: 3, requested: 4 }
    }
}

impl Audit for Whole {
    fn audit(&self) -> Option<&'static CStr> {
        (self.state != 77).then(|| text!("the state is 77"))
    }
}

impl Needs for Whole {
    fn needs(&self, layout: Layout) -> usize {
        layout.bytes + layout.align
    }
}

impl Reallocate for Whole {
    unsafe fn reallocate(
        &mut self,
        block: Option<NonNull<u8>>,
        old: Layout,
        new: Layout,
    ) -> Result<NonNull<u8>, Error> {
        note(format!("reallocate {:?} {} {}", block.map(number), text(old), text(new)));
        unless_13(new, pointer(200))
    }
}

impl ReallocateZeroed for Whole {
    unsafe fn reallocate_zeroed(
        &mut self,
        block: Option<NonNull<u8>>,
        old: Layout,
        new: Layout,
    ) -> Result<NonNull<u8>, Error> {
        note(format!("reallocate_zeroed {:?} {} {}", block.map(number), text(old), text(new)));
        unless_13(new, pointer(300))
    }
}

impl Resize for Whole {
    unsafe fn resize(
        &mut self,
        block: NonNull<u8>,
        layout: Layout,
        new_bytes: usize,
    ) -> Result<(), Error> {
        note(format!("resize {} {} {}", number(block), text(layout), new_bytes));
        Ok(())
    }
}

impl AllocateZeroed for Whole {
    fn allocate_zeroed(&mut self, count: usize, each: Layout) -> Result<NonNull<u8>, Error> {
        note(format!("allocate_zeroed {} {}", count, text(each)));
        unless_13(each, pointer(400))
    }
}

impl UsableOf for Whole {
    unsafe fn usable_of(&self, block: NonNull<u8>, layout: Layout) -> Result<usize, Error> {
        note(format!("usable_of {} {}", number(block), text(layout)));
        unless_13(layout, 55)
    }
}

impl Footprint for Whole {
    fn footprint(&self) -> usize {
        66
    }
}

impl AllocateMany for Whole {
    fn allocate_many(
        &mut self,
        layout: Layout,
        blocks: &mut [MaybeUninit<NonNull<u8>>],
    ) -> Result<usize, Error> {
        note(format!("allocate_many {} {}", blocks.len(), text(layout)));
        if let Some(first) = blocks.first_mut() {
            first.write(pointer(500));
        }
        unless_13(layout, blocks.len().min(1))
    }
}

impl DeallocateMany for Whole {
    unsafe fn deallocate_many(
        &mut self,
        blocks: &[NonNull<u8>],
        layout: Layout,
    ) -> Result<(), Error> {
        let numbers: Vec<usize> = blocks.iter().copied().map(number).collect();
        note(format!("deallocate_many {:?} {}", numbers, text(layout)));
        Ok(())
    }
}

impl CountSteps for Whole {
    const GROWTH: Growth = Growth::Logarithmic;
    const FACTOR: u32 = 3;

    fn steps(&self) -> u64 {
        88
    }
}
