//! The least allocator that takes memory from a callback: it takes a piece for each block,
//! and gives it back when the block is freed.

use std::ptr::NonNull;

use lockstep::{Error, Layout, Port, Provider, Pull, Trim};

/// The allocator.
pub struct PassOn {
    /// The one that came with the last attachment.
    provider: Option<Provider>,
}

/// A piece has at least one byte, so that each block has an address of its own.
fn piece(layout: Layout) -> Layout {
    Layout { bytes: layout.bytes.max(1), ..layout }
}

impl Port for PassOn {
    const CAPABILITIES: u64 = lockstep::SERVES_WHILE_PROVIDED | lockstep::TRIM_RETURNS;

    fn create() -> Self {
        PassOn { provider: None }
    }

    fn allocate(&mut self, layout: Layout) -> Result<NonNull<u8>, Error> {
        let provider = self.provider.ok_or(Error::InvalidParam)?;
        // SAFETY: it was attached, and this has not been dropped.
        let memory = unsafe { provider.take(piece(layout)) }.ok_or(Error::OutOfMemory)?;
        if memory.as_ptr() as usize % layout.align == 0 {
            return Ok(memory);
        }
        // SAFETY: as above; it is what was just taken.
        if unsafe { provider.give_back(memory, piece(layout)) } {
            Err(Error::AlignmentMismatch)
        } else {
            Err(Error::FatalError)
        }
    }

    unsafe fn deallocate(&mut self, block: NonNull<u8>, layout: Layout) -> Result<(), Error> {
        let provider = self.provider.ok_or(Error::InvalidParam)?;
        // SAFETY: it was attached, and this has not been dropped; the block is what was
        // taken for this layout.
        let is_taken = unsafe { provider.give_back(block, piece(layout)) };
        is_taken.then_some(()).ok_or(Error::FatalError)
    }
}

impl Pull for PassOn {
    const HANDLES: u32 = 2;

    fn attach(&mut self, _handle: u32, provider: Provider) -> Result<(), Error> {
        self.provider = Some(provider);
        Ok(())
    }

    fn detach(&mut self, _handle: u32) -> Result<(), Error> {
        Ok(()) // Blocks may be freed later, so the provider is kept.
    }
}

impl Trim for PassOn {
    fn trim(&mut self) -> Result<(), Error> {
        Ok(())
    }
}
