//! An allocator that takes the first gap that is large enough. It keeps a table of its
//! live blocks, and writes nothing into the memory that it hands out.
//!
//! ```text
//!      | block |  gap  | block | block |    gap    |
//!      start                                       start + bytes
//! ```

use std::alloc::Layout;
use std::ffi::CStr;
use std::ptr::NonNull;

use lockstep::{Audit, CountBytes, Error, Limits, Region, RegionAllocator, Statistics};

const MOST_BLOCKS: usize = 64;

/// Offsets from the start of the region.
#[derive(Clone, Copy)]
struct Block {
    start: usize,
    end: usize,
}

/// The allocator.
pub struct FirstGap {
    region: Option<Region>,
    /// The first `count` are live, in the order of their addresses.
    blocks: [Block; MOST_BLOCKS],
    count: usize,
}

impl FirstGap {
    fn live(&self) -> &[Block] {
        &self.blocks[..self.count]
    }

    /// The first block that fits, and its place in the table.
    fn find(&self, region: Region, layout: Layout) -> Option<(usize, Block)> {
        let mut gap = 0;
        for at in 0..=self.count {
            let limit = self.live().get(at).map_or(region.bytes, |next| next.start);
            let start = aligned(region, gap, layout.align())?;
            let end = start.checked_add(layout.size())?;
            if end <= limit {
                return Some((at, Block { start, end }));
            }
            gap = self.live().get(at)?.end;
        }
        None
    }
}

/// The next offset whose address is aligned.
fn aligned(region: Region, offset: usize, align: usize) -> Option<usize> {
    let mut address = (region.start.as_ptr() as usize).checked_add(offset)?;
    if cfg!(feature = "planted_bug") {
        address = offset; // As if every region began at a multiple of `align`.
    }
    offset.checked_add(address.wrapping_neg() & (align - 1))
}

impl RegionAllocator for FirstGap {
    const SUMMARY: Option<&'static CStr> = Some(lockstep::text!("the first gap, in Rust"));
    const CAPABILITIES: u64 = lockstep::FITS_AGAIN
        | lockstep::RESTORES
        | lockstep::SNAPSHOTS
        | lockstep::DETECTS_FOREIGN
        | lockstep::DETECTS_INTERIOR
        | lockstep::DETECTS_FREE_AGAIN
        | lockstep::DETECTS_SECOND_INIT
        | lockstep::DETECTS_USE_BEFORE_INIT;
    const LIMITS: Limits = Limits { max_live_blocks: MOST_BLOCKS, ..Limits::NONE };

    fn create() -> Self {
        FirstGap { region: None, blocks: [Block { start: 0, end: 0 }; MOST_BLOCKS], count: 0 }
    }

    unsafe fn init(&mut self, region: Region) -> Result<(), Error> {
        if self.region.is_some() {
            return Err(Error::InvalidParam);
        }
        self.region = Some(region);
        Ok(())
    }

    fn allocate(&mut self, layout: Layout) -> Option<NonNull<u8>> {
        let region = self.region?;
        if self.count == MOST_BLOCKS {
            return None;
        }
        let (at, block) = self.find(region, layout)?;
        self.blocks.copy_within(at..self.count, at + 1);
        self.blocks[at] = block;
        self.count += 1;
        NonNull::new(region.start.as_ptr().wrapping_add(block.start))
    }

    unsafe fn deallocate(&mut self, block: NonNull<u8>, _: Layout) -> Result<(), Error> {
        let region = self.region.ok_or(Error::NotAllocated)?;
        let start = (block.as_ptr() as usize).wrapping_sub(region.start.as_ptr() as usize);
        let found = self.live().binary_search_by_key(&start, |block| block.start);
        let at = if cfg!(feature = "planted_panic") {
            found.expect("only live blocks are freed")
        } else {
            found.map_err(|_| Error::NotAllocated)?
        };
        self.blocks.copy_within(at + 1..self.count, at);
        self.count -= 1;
        Ok(())
    }
}

impl CountBytes for FirstGap {
    fn statistics(&self) -> Statistics {
        let total = self.region.map_or(0, |region| region.bytes);
        let used = self.live().iter().map(|block| block.end - block.start).sum();
        Statistics { total, used, available: total - used, requested: used }
    }
}

impl Audit for FirstGap {
    fn audit(&self) -> Option<&'static CStr> {
        let is_rising = |pair: &[Block]| pair[0].end <= pair[1].start;
        if self.count > MOST_BLOCKS || !self.live().windows(2).all(is_rising) {
            return Some(lockstep::text!("blocks rise and do not overlap"));
        }
        None
    }
}
