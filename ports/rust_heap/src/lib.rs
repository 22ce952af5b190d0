//! Seven slabs over a buddy of 32 orders, with a map beside the memory, for programs
//! without `std`: the mapped heap of Lockstep's `docs/semantics.md`.
//!
//! ```text
//!     a region          one entry of its map for each page of 4096 bytes
//!     +-----------+
//!     | free      |     free, 8192 bytes; the next and the previous of these
//!     |           |     nothing
//!     +-----------+
//!     | 64 blocks |     set, 4096 bytes; a bit for each block that is used
//!     +-----------+
//! ```
//!
//! An entry says what begins at its page. No client has a pointer into the map, so
//! whatever is freed is compared with what is really there.

#![no_std]
#![deny(unsafe_op_in_unsafe_fn)]

use core::alloc::Layout;
use core::ptr::NonNull;

/// What regions are aligned to, and what has an entry in their maps.
pub const PAGE: usize = 4096;
const SLABS: usize = 7;
const CLASSES: usize = 26;
const SPANS: usize = 16;
const SET_BLOCKS: usize = 64;
/// To be added to a slab: the class of its sets, since 64 * (64 << n) = 64 << (n + 6).
const SET: usize = 6;

/// Slab n has blocks of class n, and the buddy those of class 6 and above.
fn class_size(class: usize) -> usize {
    64 << class
}

/// `CLASSES`: no block is so large.
fn class_of(layout: Layout) -> usize {
    let wanted = layout.size().max(layout.align());
    (0..CLASSES).find(|&class| wanted <= class_size(class)).unwrap_or(CLASSES)
}

/// The start of a block's set. As all that the buddy has, it is a multiple of its size.
fn set_of(block: usize, slab: usize) -> usize {
    block & !(class_size(slab + SET) - 1)
}

fn bit_of(block: usize, slab: usize) -> u64 {
    1 << ((block - set_of(block, slab)) / class_size(slab))
}

/// Why a call was refused. Nothing has changed then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    NoMemory,
    InvalidParam,
    MemoryOverlap,
    NotAllocated,
}

/// An entry of a map: what begins at a page. Memory of zeros is a map of `Nothing`.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Entry {
    Nothing,
    /// A free block of a class; the next and the previous on the list of that, 0: none.
    Free(u8, [usize; 2]),
    /// A block of a class that the buddy has handed out.
    Used(u8),
    /// The 64 blocks that a slab has taken at once: bit n is set if block n is used.
    Set(u8, u64),
}

/// Memory, and a map of it.
pub struct Region<'m> {
    start: usize,
    size: usize,
    map: &'m mut [Entry],
    /// Behind this one.
    next: Option<&'m mut Region<'m>>,
}

impl<'m> Region<'m> {
    /// The map has an entry for each page.
    ///
    /// # Safety
    /// Once it is given to a heap, its memory is that heap's alone, as long as that is
    /// used, unless it is refused. All entries of the map are `Entry::Nothing`.
    pub unsafe fn new(start: NonNull<u8>, size: usize, map: &'m mut [Entry]) -> Self {
        Region { start: start.as_ptr() as usize, size, map, next: None }
    }

    /// The number of a page in the map.
    fn page_of(&self, address: usize) -> Option<usize> {
        let offset = address.checked_sub(self.start)?;
        (offset < self.size).then_some(offset / PAGE)
    }
}

#[derive(Clone, Copy)]
struct Slab {
    /// What was freed last. The first word of each free block leads to the next; 0: none.
    first: usize,
    blocks: usize,
    used: usize,
}

const NO_BLOCKS: Slab = Slab { first: 0, blocks: 0, used: 0 };

/// The heap.
pub struct Heap<'m> {
    /// Rising.
    regions: Option<&'m mut Region<'m>>,
    /// The free blocks of the buddy; 0: none.
    first: [usize; CLASSES],
    /// Both are the buddy's.
    total: usize,
    used: usize,
    slabs: [Slab; SLABS],
}

impl<'m> Heap<'m> {
    fn regions(&self) -> impl Iterator<Item = &Region<'m>> {
        core::iter::successors(self.regions.as_deref(), |region| region.next.as_deref())
    }

    /// Of the page that an address lies in, unless it lies outside.
    fn entry(&self, address: usize) -> Option<Entry> {
        self.regions().find_map(|region| Some(region.map[region.page_of(address)?]))
    }

    fn entry_mut(&mut self, address: usize) -> Option<&mut Entry> {
        let mut next = self.regions.as_deref_mut();
        while let Some(region) = next {
            if let Some(page) = region.page_of(address) {
                return Some(&mut region.map[page]);
            }
            next = region.next.as_deref_mut();
        }
        None
    }

    fn put(&mut self, address: usize, entry: Entry) {
        if let Some(place) = self.entry_mut(address) {
            *place = entry;
        }
    }

    /// Regions that touch are one.
    fn is_inside(&self, start: usize, size: usize) -> bool {
        let mut end = start;
        for region in self.regions() {
            if region.start == end || region.page_of(start).is_some() {
                end = region.start + region.size;
            }
        }
        size <= end - start
    }

    fn check(&self, new: &Region<'m>) -> Result<(), Error> {
        let end = new.start.checked_add(new.size).ok_or(Error::InvalidParam)?;
        if new.size == 0 || new.start % PAGE != 0 || new.size % PAGE != 0 {
            return Err(Error::InvalidParam);
        }
        let (mut spans, mut touches, mut last) = (0, false, 0);
        for region in self.regions() {
            spans += usize::from(region.start != last);
            last = region.start + region.size;
            touches |= last == new.start || region.start == end;
            if region.start < end && new.start < last {
                return Err(Error::MemoryOverlap);
            }
        }
        (spans < SPANS || touches).then_some(()).ok_or(Error::NoMemory)?;
        // A map overlaps nothing, for `new` was promised that all of this is its own.
        (new.map.len() >= new.size / PAGE).then_some(()).ok_or(Error::InvalidParam)
    }

    fn give(&mut self, new: &'m mut Region<'m>) -> Result<(), Error> {
        self.check(new)?;
        let (start, size) = (new.start, new.size);
        let mut link = &mut self.regions;
        while link.as_ref().map_or(false, |before| before.start < start) {
            link = &mut link.as_mut().expect("it has just been there").next;
        }
        new.next = link.take();
        *link = Some(new);
        self.carve(start, size);
        Ok(())
    }

    // The buddy.

    fn push(&mut self, block: usize, of: usize) {
        let next = self.first[of];
        self.put(block, Entry::Free(of as u8, [next, 0]));
        if let Some(Entry::Free(_, [_, previous])) = self.entry_mut(next) {
            *previous = block;
        }
        self.first[of] = block;
    }

    /// What is behind and in front of a free block on the list of its class.
    fn links(&self, block: usize, of: usize) -> Option<[usize; 2]> {
        match self.entry(block)? {
            Entry::Free(class, links) if class as usize == of => Some(links),
            _ => None,
        }
    }

    /// Takes a block off the list of a class, if it is on that.
    fn unlink(&mut self, block: usize, of: usize) -> Option<()> {
        let [after, before] = self.links(block, of)?;
        if let Some(Entry::Free(_, [_, previous])) = self.entry_mut(after) {
            *previous = before;
        }
        match self.entry_mut(before) {
            Some(Entry::Free(_, [next, _])) => *next = after,
            _ => self.first[of] = after,
        }
        self.put(block, Entry::Nothing);
        Some(())
    }

    /// Takes the first block of the lowest class that has one, and frees its upper half,
    /// until it is of the class that is wanted.
    ///
    /// ```text
    ///     | taken | pushed last | pushed first              |
    /// ```
    fn buddy_take(&mut self, class: usize, entry: Entry) -> Option<usize> {
        let mut found = (class..CLASSES).find(|&found| self.first[found] != 0)?;
        let block = self.first[found];
        self.unlink(block, found);
        while found > class {
            found -= 1;
            self.push(block + class_size(found), found);
        }
        self.put(block, entry);
        self.used += class_size(class);
        Some(block)
    }

    /// Merges a block with its buddy, as long as that is free.
    fn buddy_give(&mut self, mut block: usize, mut class: usize) {
        self.used -= class_size(class);
        self.put(block, Entry::Nothing);
        while class + 1 < CLASSES && self.unlink(block ^ class_size(class), class).is_some() {
            block &= !class_size(class);
            class += 1;
        }
        self.push(block, class);
    }

    /// From the low end, blocks as large as their address and what is left allow.
    fn carve(&mut self, mut start: usize, mut size: usize) {
        self.total += size;
        while size != 0 {
            let fits = |&class: &usize| class_size(class) <= size && start % class_size(class) == 0;
            let class = (SET..CLASSES).rev().find(fits).unwrap_or(SET);
            self.push(start, class);
            start += class_size(class);
            size -= class_size(class);
        }
    }

    // The slabs.

    /// Whether a block of this slab begins there, and is used or not, as is said.
    fn is(&self, block: usize, number: usize, is_used: bool) -> bool {
        let bit = bit_of(block, number);
        block % class_size(number) == 0
            && matches!(self.entry(set_of(block, number)), Some(Entry::Set(slab, used))
                if slab as usize == number && (used & bit != 0) == is_used)
    }

    /// Uses a block that is free, or the reverse.
    fn turn(&mut self, block: usize, number: usize) {
        if let Some(Entry::Set(_, used)) = self.entry_mut(set_of(block, number)) {
            *used ^= bit_of(block, number);
        }
    }

    /// # Safety
    /// The block is of this slab, and nobody uses it.
    unsafe fn slab_push(&mut self, block: usize, number: usize) {
        // SAFETY: as required; blocks are aligned to 64.
        unsafe { (block as *mut usize).write(self.slabs[number].first) };
        self.slabs[number].first = block;
    }

    fn slab_take(&mut self, number: usize) -> Option<usize> {
        if self.slabs[number].first == 0 {
            let entry = Entry::Set(number as u8, 0);
            let set = self.buddy_take(number + SET, entry)?;
            for index in 0..SET_BLOCKS {
                // SAFETY: the buddy has just handed the set out.
                unsafe { self.slab_push(set + index * class_size(number), number) };
            }
            self.slabs[number].blocks += SET_BLOCKS;
        }
        let block = self.slabs[number].first;
        if !self.is(block, number, false) {
            return None; // A client wrote where the link to it was.
        }
        self.turn(block, number);
        // SAFETY: it was free, by the map.
        self.slabs[number].first = unsafe { *(block as *const usize) };
        self.slabs[number].used += 1;
        Some(block)
    }

    /// Whether its free blocks are on its list, each once, and nothing else.
    fn lists_its_free(&self, number: usize) -> bool {
        let slab = self.slabs[number];
        let mut block = slab.first;
        for _ in slab.used..slab.blocks {
            if !self.is(block, number, false) {
                return false;
            }
            // SAFETY: it is free, by the map.
            block = unsafe { *(block as *const usize) };
        }
        block == 0 // A list with a block twice has no end.
    }

    // What it offers.

    /// A heap that has no memory.
    pub const EMPTY: Heap<'m> =
        Heap { regions: None, first: [0; CLASSES], total: 0, used: 0, slabs: [NO_BLOCKS; SLABS] };

    /// Gives the first region. Its start is a multiple of `PAGE`, its size one of 8 pages.
    pub fn init(&mut self, region: &'m mut Region<'m>) -> Result<(), Error> {
        let is_right = self.regions.is_none() && region.size % (8 * PAGE) == 0;
        is_right.then_some(()).ok_or(Error::InvalidParam)?;
        self.give(region)
    }

    /// Gives a further one, of a multiple of `PAGE`. There may be 16 that do not touch.
    pub fn add(&mut self, region: &'m mut Region<'m>) -> Result<(), Error> {
        self.regions.as_ref().ok_or(Error::InvalidParam)?;
        self.give(region)
    }

    /// Hands a block out.
    pub fn allocate(&mut self, layout: Layout) -> Result<NonNull<u8>, Error> {
        let class = class_of(layout);
        let taken = if class < SLABS {
            self.slab_take(class)
        } else {
            self.buddy_take(class, Entry::Used(class as u8))
        };
        taken.and_then(|block| NonNull::new(block as *mut u8)).ok_or(Error::NoMemory)
    }

    /// Takes a block back, or refuses whatever is none.
    ///
    /// # Safety
    /// If it is a block of this layout, nobody uses it any more.
    pub unsafe fn deallocate(&mut self, block: NonNull<u8>, layout: Layout) -> Result<(), Error> {
        let (block, class) = (block.as_ptr() as usize, class_of(layout));
        if class == CLASSES {
            return Err(Error::InvalidParam);
        } else if !self.is_inside(block, class_size(class)) {
            return Err(Error::NotAllocated);
        } else if block % class_size(class) != 0 {
            return Err(Error::InvalidParam);
        } else if class < SLABS && self.is(block, class, true) {
            self.turn(block, class);
            // SAFETY: it was used, by the map; as required, it is not any more.
            unsafe { self.slab_push(block, class) };
            self.slabs[class].used -= 1;
        } else if self.entry(block) == Some(Entry::Used(class as u8)) {
            self.buddy_give(block, class);
        } else {
            return Err(Error::NotAllocated);
        }
        Ok(())
    }

    /// The least and the most bytes of a block of this layout that a client may use.
    pub fn usable(layout: Layout) -> (usize, usize) {
        let class = class_of(layout);
        (layout.size(), if class < SLABS { class_size(class) } else { layout.size() })
    }

    /// Gives all sets back to the buddy of which no block is used.
    pub fn trim(&mut self) {
        for number in 0..SLABS {
            if !self.lists_its_free(number) {
                continue;
            }
            let (mut kept, mut unused) = (0, 0);
            let mut link: *mut usize = &mut kept;
            let mut block = self.slabs[number].first as *mut usize;
            // SAFETY: so all on the list are free. The links are theirs, or `kept`.
            unsafe {
                while !block.is_null() {
                    let (set, next) = (set_of(block as usize, number), *block as *mut usize);
                    if !matches!(self.entry(set), Some(Entry::Set(_, 0))) {
                        *link = block as usize;
                        link = block;
                    } else if set == block as usize {
                        *block = unused;
                        unused = set;
                    }
                    block = next;
                }
                *link = 0;
            }
            self.slabs[number].first = kept;
            while unused != 0 {
                let set = unused;
                // SAFETY: as above. It is not given back yet.
                unused = unsafe { *(set as *const usize) };
                self.slabs[number].blocks -= SET_BLOCKS;
                self.buddy_give(set, number + SET);
            }
        }
    }

    /// The total of bytes, which counts those of slabs twice; the used, and the available.
    pub fn statistics(&self) -> (usize, usize, usize) {
        let mut total = self.total;
        let mut available = self.total - self.used;
        for (class, slab) in self.slabs.iter().enumerate() {
            total = total.saturating_add(slab.blocks * class_size(class));
            available += (slab.blocks - slab.used) * class_size(class);
        }
        (total, total - available, available)
    }

    /// The bytes on the list of a class. It has an end, for each block leads back.
    fn listed(&self, class: usize) -> Option<usize> {
        let (mut bytes, mut block, mut before) = (0, self.first[class], 0);
        while block != 0 {
            let [next, previous] = self.links(block, class)?;
            (previous == before && block % class_size(class) == 0).then_some(())?;
            bytes += class_size(class);
            before = block;
            block = next;
        }
        Some(bytes)
    }

    /// Whether the lists have all that is free, once, as the map says.
    pub fn is_sound(&self) -> bool {
        let listed = (0..CLASSES).map(|class| self.listed(class)).sum::<Option<usize>>();
        listed == Some(self.total - self.used) && (0..SLABS).all(|slab| self.lists_its_free(slab))
    }
}
