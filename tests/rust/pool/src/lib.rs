//! Blocks of 64 bytes behind the lock of the standard library. With the feature
//! `looks_then_takes` the lock is given up in between, so two threads may take the
//! same block.

use std::ptr::{addr_of, addr_of_mut, NonNull};
use std::sync::Mutex;

use lockstep::{Error, Layout, Port};

const BLOCK_BYTES: usize = 64;
const BLOCKS: usize = 8;

#[repr(align(64))]
struct Memory([[u8; BLOCK_BYTES]; BLOCKS]);

static mut MEMORY: Memory = Memory([[0; BLOCK_BYTES]; BLOCKS]);
static FREE: Mutex<Vec<usize>> = Mutex::new(Vec::new());

pub struct Pool;

#[cfg(not(feature = "looks_then_takes"))]
fn take() -> Option<usize> {
    FREE.lock().unwrap().pop()
}

#[cfg(feature = "looks_then_takes")]
fn take() -> Option<usize> {
    let index = FREE.lock().unwrap().last().copied()?;
    FREE.lock().unwrap().retain(|one| *one != index);
    Some(index)
}

impl Port for Pool {
    const CAPABILITIES: u64 = lockstep::OWN_MEMORY
        | lockstep::ONE_INSTANCE
        | lockstep::FITS_AGAIN
        | lockstep::THREAD_SAFE;

    fn create() -> Self {
        *FREE.lock().unwrap() = (0..BLOCKS).collect();
        Pool
    }

    fn allocate(&mut self, layout: Layout) -> Result<NonNull<u8>, Error> {
        if layout.bytes > BLOCK_BYTES || layout.align > BLOCK_BYTES {
            return Err(Error::NoMemory);
        }
        let index = take().ok_or(Error::NoMemory)?;
        let start = unsafe { addr_of_mut!(MEMORY) } as *mut u8;
        NonNull::new(unsafe { start.add(index * BLOCK_BYTES) }).ok_or(Error::NoMemory)
    }

    unsafe fn deallocate(&mut self, block: NonNull<u8>, _: Layout) -> Result<(), Error> {
        let start = addr_of!(MEMORY) as usize;
        FREE.lock().unwrap().push((block.as_ptr() as usize - start) / BLOCK_BYTES);
        Ok(())
    }
}

lockstep::export!(Pool, "pool");
