//! The functions of a table: from C to the methods of a port. Nothing here decides
//! anything; a panic ends the process.

use core::ffi::c_void;
use core::marker::PhantomData;
use core::mem::{align_of, size_of, MaybeUninit};
use core::ptr::{self, NonNull};
use std::ffi::CStr;
use std::os::raw::c_char;
use std::panic::{catch_unwind, AssertUnwindSafe};

use crate::door::{RawProvider, Statistics, Status, Table, OK, PORT_VERSION};
use crate::port::*;

/// Runs a method. A panic must not unwind into C, and what it leaves behind must
/// not be used. The panic hook has said where it was; the suite, which runs this in
/// a child process, reports the abort as a crash, with those last words.
fn guarded<T>(method: impl FnOnce() -> T) -> T {
    // Nothing is used after a panic, so it does not matter what that broke.
    catch_unwind(AssertUnwindSafe(method)).unwrap_or_else(|_| std::process::abort())
}

fn status(result: Result<(), Error>) -> Status {
    result.map_or_else(Error::status, |()| OK)
}

/// Writes a result to `out`, and leaves that alone after an error.
///
/// # Safety
/// `out` can be written to.
unsafe fn answer<T>(result: Result<T, Error>, out: *mut T) -> Status {
    match result {
        Ok(value) => {
            // SAFETY: as required.
            unsafe { out.write(value) };
            OK
        }
        Err(error) => error.status(),
    }
}

/// The instance in a state. A port of no bytes has none.
fn place<P>(state: *mut c_void) -> *mut P {
    if size_of::<P>() == 0 {
        NonNull::dangling().as_ptr()
    } else {
        state.cast()
    }
}

/// # Safety
/// `create` has run on this state, and nothing else uses it.
unsafe fn the<'a, P>(state: *mut c_void) -> &'a mut P {
    // SAFETY: as required.
    unsafe { &mut *place::<P>(state) }
}

/// # Safety
/// `create` has run on this state, and nothing changes it.
unsafe fn peek<'a, P>(state: *const c_void) -> &'a P {
    // SAFETY: as required.
    unsafe { &*place::<P>(state as *mut c_void) }
}

fn block(pointer: *const c_void) -> Result<NonNull<u8>, Error> {
    NonNull::new(pointer as *mut u8).ok_or(Error::InvalidParam)
}

fn region(start: *mut c_void, bytes: usize) -> Result<Region, Error> {
    let start = NonNull::new(start.cast()).ok_or(Error::InvalidParam)?;
    Ok(Region { start, bytes })
}

unsafe extern "C" fn create<P: Port>(state: *mut c_void) -> Status {
    guarded(|| {
        // SAFETY: the suite gives a state of the size and alignment in the table.
        unsafe { place::<P>(state).write(P::create()) };
        OK
    })
}

unsafe extern "C" fn destroy<P: Port>(state: *mut c_void) {
    // SAFETY: `create` has run on this state, and nothing follows before the next.
    guarded(|| unsafe { ptr::drop_in_place(place::<P>(state)) })
}

// In all functions below, the suite keeps the order and the arguments that `port.h`
// lays down: it creates a state before it uses it, one call at a time (or several, if
// the state has no bytes: see `checked`), and its pointers for results can be written
// to. What it says of blocks and regions is
// what the methods require.

unsafe extern "C" fn init<P: Init>(state: *mut c_void, start: *mut c_void, bytes: usize) -> Status {
    // SAFETY: as said above.
    guarded(|| status(region(start, bytes).and_then(|it| unsafe { the::<P>(state).init(it) })))
}

unsafe extern "C" fn add<P: Add>(state: *mut c_void, start: *mut c_void, bytes: usize) -> Status {
    // SAFETY: as said above.
    guarded(|| status(region(start, bytes).and_then(|it| unsafe { the::<P>(state).add(it) })))
}

unsafe extern "C" fn allocate<P: Port>(
    state: *mut c_void,
    bytes: usize,
    align: usize,
    out: *mut *mut c_void,
) -> Status {
    // SAFETY: as said above.
    guarded(|| unsafe { answer(the::<P>(state).allocate(Layout { bytes, align }), out.cast()) })
}

unsafe extern "C" fn deallocate<P: Port>(
    state: *mut c_void,
    pointer: *mut c_void,
    bytes: usize,
    align: usize,
) -> Status {
    guarded(|| {
        status(block(pointer).and_then(|it| {
            // SAFETY: as said above.
            unsafe { the::<P>(state).deallocate(it, Layout { bytes, align }) }
        }))
    })
}

unsafe extern "C" fn usable<P: Usable>(
    state: *const c_void,
    bytes: usize,
    align: usize,
    min: *mut usize,
    max: *mut usize,
) -> Status {
    // SAFETY: as said above.
    guarded(|| match unsafe { peek::<P>(state) }.usable(Layout { bytes, align }) {
        Ok((low, high)) => {
            // SAFETY: as said above.
            unsafe {
                min.write(low);
                max.write(high);
            }
            OK
        }
        Err(error) => error.status(),
    })
}

unsafe extern "C" fn statistics<P: CountBytes>(state: *const c_void, out: *mut Statistics) {
    // SAFETY: as said above.
    guarded(|| unsafe { out.write(peek::<P>(state).statistics()) })
}

unsafe extern "C" fn audit<P: Audit>(state: *const c_void) -> *const c_char {
    // SAFETY: as said above.
    guarded(|| unsafe { peek::<P>(state) }.audit().map_or(ptr::null(), |name| name.as_ptr()))
}

unsafe extern "C" fn attach<P: Pull>(
    state: *mut c_void,
    handle: u32,
    provider: *const RawProvider,
) -> Status {
    // SAFETY: as said above.
    guarded(|| status(unsafe { the::<P>(state) }.attach(handle, Provider(provider))))
}

unsafe extern "C" fn detach<P: Pull>(state: *mut c_void, handle: u32) -> Status {
    // SAFETY: as said above.
    guarded(|| status(unsafe { the::<P>(state) }.detach(handle)))
}

unsafe extern "C" fn trim<P: Trim>(state: *mut c_void) -> Status {
    // SAFETY: as said above.
    guarded(|| status(unsafe { the::<P>(state) }.trim()))
}

unsafe extern "C" fn needs<P: Needs>(state: *const c_void, bytes: usize, align: usize) -> usize {
    // SAFETY: as said above.
    guarded(|| unsafe { peek::<P>(state) }.needs(Layout { bytes, align }))
}

unsafe extern "C" fn reallocate<P: Reallocate>(
    state: *mut c_void,
    pointer: *mut c_void,
    bytes: usize,
    align: usize,
    new_bytes: usize,
    new_align: usize,
    out: *mut *mut c_void,
) -> Status {
    let old = Layout { bytes, align };
    let new = Layout { bytes: new_bytes, align: new_align };
    // SAFETY: as said above.
    guarded(|| unsafe {
        answer(the::<P>(state).reallocate(NonNull::new(pointer.cast()), old, new), out.cast())
    })
}

unsafe extern "C" fn reallocate_zeroed<P: ReallocateZeroed>(
    state: *mut c_void,
    pointer: *mut c_void,
    bytes: usize,
    align: usize,
    new_bytes: usize,
    new_align: usize,
    out: *mut *mut c_void,
) -> Status {
    let old = Layout { bytes, align };
    let new = Layout { bytes: new_bytes, align: new_align };
    let pointer = NonNull::new(pointer.cast());
    // SAFETY: as said above.
    guarded(|| unsafe { answer(the::<P>(state).reallocate_zeroed(pointer, old, new), out.cast()) })
}

unsafe extern "C" fn resize<P: Resize>(
    state: *mut c_void,
    pointer: *mut c_void,
    bytes: usize,
    align: usize,
    new_bytes: usize,
) -> Status {
    guarded(|| {
        status(block(pointer).and_then(|it| {
            // SAFETY: as said above.
            unsafe { the::<P>(state).resize(it, Layout { bytes, align }, new_bytes) }
        }))
    })
}

unsafe extern "C" fn allocate_zeroed<P: AllocateZeroed>(
    state: *mut c_void,
    count: usize,
    bytes: usize,
    align: usize,
    out: *mut *mut c_void,
) -> Status {
    // SAFETY: as said above.
    guarded(|| unsafe {
        answer(the::<P>(state).allocate_zeroed(count, Layout { bytes, align }), out.cast())
    })
}

unsafe extern "C" fn usable_of<P: UsableOf>(
    state: *const c_void,
    pointer: *const c_void,
    bytes: usize,
    align: usize,
    out: *mut usize,
) -> Status {
    guarded(|| {
        let usable = block(pointer).and_then(|it| {
            // SAFETY: as said above.
            unsafe { peek::<P>(state).usable_of(it, Layout { bytes, align }) }
        });
        // SAFETY: as said above.
        unsafe { answer(usable, out) }
    })
}

unsafe extern "C" fn footprint<P: Footprint>(state: *const c_void, out: *mut usize) {
    // SAFETY: as said above.
    guarded(|| unsafe { out.write(peek::<P>(state).footprint()) })
}

unsafe extern "C" fn allocate_many<P: AllocateMany>(
    state: *mut c_void,
    count: usize,
    bytes: usize,
    align: usize,
    blocks: *mut *mut c_void,
    served: *mut usize,
) -> Status {
    guarded(|| {
        let blocks: &mut [MaybeUninit<NonNull<u8>>] = if count == 0 {
            &mut []
        } else {
            // SAFETY: there is room for so many, and MaybeUninit holds whatever is there.
            unsafe { core::slice::from_raw_parts_mut(blocks.cast(), count) }
        };
        // SAFETY: as said above.
        unsafe { answer(the::<P>(state).allocate_many(Layout { bytes, align }, blocks), served) }
    })
}

unsafe extern "C" fn deallocate_many<P: DeallocateMany>(
    state: *mut c_void,
    blocks: *const *mut c_void,
    count: usize,
    bytes: usize,
    align: usize,
) -> Status {
    guarded(|| {
        let blocks: &[NonNull<u8>] = if count == 0 {
            &[]
        } else {
            // SAFETY: so many are there, all of them live, and so not null.
            unsafe { core::slice::from_raw_parts(blocks.cast(), count) }
        };
        // SAFETY: as said above.
        status(unsafe { the::<P>(state).deallocate_many(blocks, Layout { bytes, align }) })
    })
}

unsafe extern "C" fn steps<P: CountSteps>(state: *const c_void) -> u64 {
    // SAFETY: as said above.
    guarded(|| unsafe { peek::<P>(state) }.steps())
}

unsafe extern "C" fn use_handle<P: UseHandle>(state: *mut c_void, handle: u32) {
    // SAFETY: as said above.
    guarded(|| unsafe { the::<P>(state) }.use_handle(handle))
}

/// A table of nothing.
pub const NOTHING: Table = Table {
    version: PORT_VERSION,
    name: ptr::null(),
    summary: ptr::null(),
    placement: ptr::null(),
    capabilities: 0,
    state_bytes: 0,
    state_align: 0,
    region_align_bytes: 0,
    init_granule_bytes: 0,
    unit_bytes: 0,
    largest_span_bytes: 0,
    max_request_bytes: 0,
    max_request_align: 0,
    create: None,
    destroy: None,
    init: None,
    add: None,
    allocate: None,
    deallocate: None,
    usable: None,
    statistics: None,
    audit: None,
    handle_count: 0,
    attach: None,
    detach: None,
    trim: None,
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
    needs: None,
    reallocate: None,
    reallocate_zeroed: None,
    resize: None,
    allocate_zeroed: None,
    usable_of: None,
    footprint: None,
    allocate_many: None,
    deallocate_many: None,
    steps: None,
    steps_growth: 0,
    steps_factor: 0,
    use_handle: None,
};

const fn text(optional: Option<&'static CStr>) -> *const c_char {
    match optional {
        Some(text) => text.as_ptr(),
        None => ptr::null(),
    }
}

/// What every port has.
pub const fn required<P: Port>(name: &'static CStr) -> Table {
    let limits = P::LIMITS;
    Table {
        name: name.as_ptr(),
        summary: text(P::SUMMARY),
        placement: text(P::PLACEMENT),
        capabilities: P::CAPABILITIES,
        state_bytes: size_of::<P>(),
        state_align: align_of::<P>(),
        region_align_bytes: limits.region_align_bytes,
        init_granule_bytes: limits.init_granule_bytes,
        unit_bytes: limits.unit_bytes,
        largest_span_bytes: limits.largest_span_bytes,
        max_request_bytes: limits.max_request_bytes,
        max_request_align: limits.max_request_align,
        create: Some(create::<P>),
        destroy: Some(destroy::<P>),
        allocate: Some(allocate::<P>),
        deallocate: Some(deallocate::<P>),
        min_region_bytes: limits.min_region_bytes,
        region_head_bytes: limits.region_head_bytes,
        region_tail_bytes: limits.region_tail_bytes,
        max_live_blocks: limits.max_live_blocks,
        max_reallocate_align: limits.max_reallocate_align,
        take_overhead_bytes: limits.take_overhead_bytes,
        take_multiple: limits.take_multiple,
        reserve_bytes: limits.reserve_bytes,
        death_signals: limits.death_signals,
        death_exit_code: limits.death_exit_code,
        ..NOTHING
    }
}

/// What a port offers. A constant of this type itself is there only if the port
/// implements the trait; where it does not, the name means that of `NotOffered`.
pub struct Offered<P>(PhantomData<P>);

// One row for each trait, which says what is put into the table.
macro_rules! offers {
    ($($name:ident: $trait:ident, $set:ident {$($field:ident: $value:expr),* $(,)?})*) => {
        /// Nothing is offered, unless [`Offered`] says so.
        pub trait NotOffered {
            $(#[allow(missing_docs)] const $name: Table = NOTHING;)*
        }
        impl<P> NotOffered for Offered<P> {}

        $(impl<$set: $trait> Offered<$set> {
            #[allow(missing_docs)]
            pub const $name: Table = Table {$($field: $value,)* ..NOTHING};
        })*
    };
}

offers! {
    INIT: Init, P {init: Some(init::<P>)}
    ADD: Add, P {add: Some(add::<P>)}
    USABLE: Usable, P {usable: Some(usable::<P>)}
    STATISTICS: CountBytes, P {statistics: Some(statistics::<P>)}
    AUDIT: Audit, P {audit: Some(audit::<P>)}
    PULL: Pull, P {
        handle_count: P::HANDLES,
        attach: Some(attach::<P>),
        detach: Some(detach::<P>),
    }
    TRIM: Trim, P {trim: Some(trim::<P>)}
    NEEDS: Needs, P {needs: Some(needs::<P>)}
    REALLOCATE: Reallocate, P {reallocate: Some(reallocate::<P>)}
    REALLOCATE_ZEROED: ReallocateZeroed, P {reallocate_zeroed: Some(reallocate_zeroed::<P>)}
    RESIZE: Resize, P {resize: Some(resize::<P>)}
    ALLOCATE_ZEROED: AllocateZeroed, P {allocate_zeroed: Some(allocate_zeroed::<P>)}
    USABLE_OF: UsableOf, P {usable_of: Some(usable_of::<P>)}
    FOOTPRINT: Footprint, P {footprint: Some(footprint::<P>)}
    ALLOCATE_MANY: AllocateMany, P {allocate_many: Some(allocate_many::<P>)}
    DEALLOCATE_MANY: DeallocateMany, P {deallocate_many: Some(deallocate_many::<P>)}
    STEPS: CountSteps, P {
        steps: Some(steps::<P>),
        steps_growth: P::GROWTH as u32,
        steps_factor: P::FACTOR,
    }
    USE_HANDLE: UseHandle, P {use_handle: Some(use_handle::<P>)}
}
