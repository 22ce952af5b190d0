//! That a table has what its port implements, and that each of its functions calls the
//! method that it stands for, with the arguments and the result in their places.

#![deny(unsafe_op_in_unsafe_fn)]

mod whole;

use lockstep::door::{RawProvider, Table};
use lockstep::*;
use std::ffi::CStr;
use std::os::raw::{c_int, c_void};
use std::process::Command;
use std::ptr::{self, NonNull};
use whole::{calls, pointer, Whole};

static WHOLE: Table = table!(Whole, "whole");

/// A state in which an instance lives.
struct Alive {
    table: &'static Table,
    state: [u64; 2],
}

impl Alive {
    fn new(table: &'static Table) -> Alive {
        assert!(table.state_bytes <= 16 && table.state_align <= 8);
        let mut alive = Alive { table, state: [0; 2] };
        // SAFETY: a state is given that is large enough.
        assert_eq!(unsafe { table.create.unwrap()(alive.state()) }, OK);
        alive
    }

    fn state(&mut self) -> *mut c_void {
        self.state.as_mut_ptr().cast()
    }
}

impl Drop for Alive {
    fn drop(&mut self) {
        // SAFETY: an instance was created there.
        unsafe { self.table.destroy.unwrap()(self.state()) }
    }
}

fn at(number: usize) -> *mut c_void {
    number as *mut c_void
}

// Calls a function of the table on the state.
macro_rules! call {
    ($alive:ident, $function:ident $(, $argument:expr)*) => {{
        let state = $alive.state();
        // SAFETY: the port only looks at the numbers of pointers, and `out` is valid.
        unsafe { $alive.table.$function.unwrap()(state $(, $argument)*) }
    }};
}

#[test]
fn constants_are_where_they_belong() {
    // SAFETY: the table holds strings of C.
    let text = |it| unsafe { CStr::from_ptr(it) }.to_str().unwrap();
    assert_eq!(text(WHOLE.name), "whole");
    assert_eq!(text(WHOLE.summary), "offers everything");
    assert_eq!(text(WHOLE.placement), "buddy");
    assert_eq!(WHOLE.version, 3);
    assert_eq!(WHOLE.capabilities, Whole::CAPABILITIES);
    assert_eq!((WHOLE.state_bytes, WHOLE.state_align), (8, 8));
    let numbers = [
        WHOLE.region_align_bytes,
        WHOLE.init_granule_bytes,
        WHOLE.unit_bytes,
        WHOLE.largest_span_bytes,
        WHOLE.max_request_bytes,
        WHOLE.max_request_align,
        WHOLE.min_region_bytes,
        WHOLE.region_head_bytes,
        WHOLE.region_tail_bytes,
        WHOLE.max_live_blocks,
        WHOLE.max_reallocate_align,
        WHOLE.take_overhead_bytes,
        WHOLE.take_multiple,
        WHOLE.reserve_bytes,
        WHOLE.death_signals as usize,
        WHOLE.death_exit_code as usize,
    ];
    assert_eq!(numbers, [1, 2, 4, 5, 6, 8, 9, 10, 11, 12, 16, 17, 18, 19, 20, 21]);
    assert_eq!((WHOLE.steps_growth, WHOLE.steps_factor), (STEPS_LOGARITHMIC, 3));
}

#[test]
fn an_instance_is_dropped_where_it_is() {
    let alive = Alive::new(&WHOLE);
    assert_eq!(alive.state[0], 77);
    drop(alive);
    assert_eq!(calls(), ["create", "drop 77"]);
}

#[test]
fn regions_and_blocks() {
    let mut whole = Alive::new(&WHOLE);
    calls();
    assert_eq!(call!(whole, init, at(10), 20), OK);
    assert_eq!(call!(whole, add, at(30), 40), MEMORY_OVERLAP);
    let mut out = at(1);
    assert_eq!(call!(whole, allocate, 13, 8, &mut out), NO_MEMORY);
    assert_eq!(out, at(1));
    assert_eq!(call!(whole, allocate, usize::MAX, 8, &mut out), OK);
    assert_eq!(out, at(100));
    assert_eq!(call!(whole, deallocate, at(100), 5, 8), OK);
    let largest = format!("allocate {}/8", usize::MAX);
    let expected = ["init 10 20", "add 30 40", "allocate 13/8", &largest, "deallocate 100 5/8"];
    assert_eq!(calls(), expected);
}

#[test]
fn a_null_pointer_is_refused_before_the_port_sees_it() {
    let mut whole = Alive::new(&WHOLE);
    calls();
    assert_eq!(call!(whole, deallocate, ptr::null_mut(), 5, 8), INVALID_PARAM);
    assert_eq!(call!(whole, init, ptr::null_mut(), 5), INVALID_PARAM);
    assert_eq!(calls(), Vec::<String>::new());
}

#[test]
fn changes_of_size() {
    let mut whole = Alive::new(&WHOLE);
    calls();
    let mut out = at(1);
    assert_eq!(call!(whole, reallocate, at(100), 1, 2, 13, 4, &mut out), NO_MEMORY);
    assert_eq!(out, at(1));
    assert_eq!(call!(whole, reallocate, ptr::null_mut(), 1, 2, 3, 4, &mut out), OK);
    assert_eq!(out, at(200));
    assert_eq!(call!(whole, reallocate_zeroed, at(100), 1, 2, 3, 4, &mut out), OK);
    assert_eq!(out, at(300));
    assert_eq!(call!(whole, resize, at(100), 1, 2, 3), OK);
    assert_eq!(call!(whole, allocate_zeroed, 2, 3, 4, &mut out), OK);
    assert_eq!(out, at(400));
    let expected = [
        "reallocate Some(100) 1/2 13/4",
        "reallocate None 1/2 3/4",
        "reallocate_zeroed Some(100) 1/2 3/4",
        "resize 100 1/2 3",
        "allocate_zeroed 2 3/4",
    ];
    assert_eq!(calls(), expected);
}

#[test]
fn queries() {
    let mut whole = Alive::new(&WHOLE);
    calls();
    let (mut min, mut max) = (0, 0);
    assert_eq!(call!(whole, usable, 13, 2, &mut min, &mut max), NO_MEMORY);
    assert_eq!((min, max), (0, 0));
    assert_eq!(call!(whole, usable, 1, 2, &mut min, &mut max), OK);
    assert_eq!((min, max), (5, 9));
    assert_eq!(call!(whole, usable_of, at(100), 3, 4, &mut min), OK);
    assert_eq!(min, 55);
    assert_eq!(calls(), ["usable 13/2", "usable 1/2", "usable_of 100 3/4"]);
    let mut counted = Statistics::default();
    call!(whole, statistics, &mut counted);
    assert_eq!(counted, Statistics { total: 1, used: 2, available: 3, requested: 4 });
    call!(whole, footprint, &mut max);
    assert_eq!(max, 66);
    assert_eq!(call!(whole, needs, 30, 4), 34);
    assert_eq!(call!(whole, steps), 88);
    assert!(call!(whole, audit).is_null());
    whole.state[0] = 78;
    let broken = call!(whole, audit);
    // SAFETY: it is a string of C.
    let broken = unsafe { CStr::from_ptr(broken) };
    assert_eq!(broken.to_str(), Ok("the state is 77"));
}

#[test]
fn batches() {
    let mut whole = Alive::new(&WHOLE);
    calls();
    let mut blocks = [at(1), at(2)];
    let mut served = 9;
    assert_eq!(call!(whole, allocate_many, 2, 13, 4, blocks.as_mut_ptr(), &mut served), NO_MEMORY);
    assert_eq!(served, 9);
    assert_eq!(call!(whole, allocate_many, 2, 3, 4, blocks.as_mut_ptr(), &mut served), OK);
    assert_eq!((served, blocks), (1, [at(500), at(2)]));
    assert_eq!(call!(whole, allocate_many, 0, 3, 4, ptr::null_mut(), &mut served), OK);
    assert_eq!(call!(whole, deallocate_many, blocks.as_ptr(), 2, 3, 4), OK);
    assert_eq!(call!(whole, deallocate_many, ptr::null(), 0, 3, 4), OK);
    let expected = [
        "allocate_many 2 13/4",
        "allocate_many 2 3/4",
        "allocate_many 0 3/4",
        "deallocate_many [500, 2] 3/4",
        "deallocate_many [] 3/4",
    ];
    assert_eq!(calls(), expected);
}

/// Takes one piece from the provider that is attached, and gives it back.
struct Pulling(Option<Provider>);

impl Port for Pulling {
    fn create() -> Self {
        Pulling(None)
    }

    fn allocate(&mut self, layout: Layout) -> Result<NonNull<u8>, Error> {
        // SAFETY: it is attached, and not dropped.
        unsafe { self.0.unwrap().take(layout) }.ok_or(Error::OutOfMemory)
    }

    unsafe fn deallocate(&mut self, block: NonNull<u8>, layout: Layout) -> Result<(), Error> {
        // SAFETY: as above.
        let is_taken = unsafe { self.0.unwrap().give_back(block, layout) };
        is_taken.then_some(()).ok_or(Error::FatalError)
    }
}

impl Pull for Pulling {
    const HANDLES: u32 = 7;

    fn attach(&mut self, handle: u32, provider: Provider) -> Result<(), Error> {
        assert_eq!(handle, 3);
        self.0 = Some(provider);
        Ok(())
    }

    fn detach(&mut self, handle: u32) -> Result<(), Error> {
        assert_eq!(handle, 4);
        Err(Error::AlignmentMismatch)
    }
}

impl Trim for Pulling {
    fn trim(&mut self) -> Result<(), Error> {
        Err(Error::InvalidPointer)
    }
}

impl UseHandle for Pulling {
    fn use_handle(&mut self, handle: u32) {
        assert_eq!(handle, 5);
        self.0 = None;
    }
}

static PULLING: Table = table!(Pulling, "pulling");

unsafe extern "C" fn take(context: *mut c_void, bytes: usize, align: usize) -> *mut c_void {
    at(if bytes == 13 { 0 } else { context as usize + bytes + align })
}

unsafe extern "C" fn give_back(
    context: *mut c_void,
    memory: *mut c_void,
    bytes: usize,
    align: usize,
) -> c_int {
    (memory as usize == context as usize + bytes + align).into()
}

#[test]
fn a_provider_is_asked_for_memory() {
    let provider = RawProvider { context: at(1000), take: Some(take), give_back: Some(give_back) };
    let mut pulling = Alive::new(&PULLING);
    assert_eq!(PULLING.handle_count, 7);
    assert_eq!(call!(pulling, attach, 3, &provider), OK);
    let mut out = at(1);
    assert_eq!(call!(pulling, allocate, 13, 8, &mut out), OUT_OF_MEMORY);
    assert_eq!(call!(pulling, allocate, 16, 8, &mut out), OK);
    assert_eq!(out, at(1024));
    assert_eq!(call!(pulling, deallocate, out, 16, 8), OK);
    assert_eq!(call!(pulling, deallocate, out, 17, 8), FATAL_ERROR);
    assert_eq!(call!(pulling, trim), INVALID_POINTER);
    assert_eq!(call!(pulling, detach, 4), ALIGNMENT_MISMATCH);
    call!(pulling, use_handle, 5);
    assert!(PULLING.use_handle.is_some());
}

/// Offers nothing; of no bytes, so that its state may be null.
struct Least;

impl Port for Least {
    const CAPABILITIES: u64 = OWN_MEMORY;

    fn create() -> Self {
        Least
    }

    fn allocate(&mut self, layout: Layout) -> Result<NonNull<u8>, Error> {
        panic!("{} bytes are too many", layout.bytes);
    }

    unsafe fn deallocate(&mut self, _: NonNull<u8>, _: Layout) -> Result<(), Error> {
        Err(Error::InvalidParam)
    }
}

static LEAST: Table = table!(Least, "least");

#[test]
fn what_is_not_implemented_is_null() {
    assert!(LEAST.summary.is_null() && LEAST.placement.is_null());
    let t = &LEAST;
    assert!(t.init.is_none() && t.add.is_none() && t.usable.is_none());
    assert!(t.statistics.is_none() && t.audit.is_none() && t.attach.is_none());
    assert!(t.detach.is_none() && t.trim.is_none() && t.needs.is_none());
    assert!(t.reallocate.is_none() && t.reallocate_zeroed.is_none() && t.resize.is_none());
    assert!(t.allocate_zeroed.is_none() && t.usable_of.is_none() && t.footprint.is_none());
    assert!(t.allocate_many.is_none() && t.deallocate_many.is_none() && t.steps.is_none());
    assert!(t.use_handle.is_none());
    assert_eq!((t.handle_count, t.steps_growth, t.state_bytes), (0, 0, 0));
    // SAFETY: a port of no bytes needs no state.
    unsafe {
        assert_eq!(t.create.unwrap()(ptr::null_mut()), OK);
        let block = pointer(100).as_ptr().cast();
        assert_eq!(t.deallocate.unwrap()(ptr::null_mut(), block, 1, 1), INVALID_PARAM);
        t.destroy.unwrap()(ptr::null_mut());
    }
}

#[test]
fn a_panic_ends_the_process() {
    if std::env::var_os("LOCKSTEP_TEST_PANICS").is_some() {
        let mut out = at(1);
        // SAFETY: a port of no bytes needs no state.
        unsafe { LEAST.allocate.unwrap()(ptr::null_mut(), 5, 8, &mut out) };
        std::process::exit(0);
    }
    let ended = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "a_panic_ends_the_process", "--nocapture"])
        .env("LOCKSTEP_TEST_PANICS", "1")
        .output()
        .unwrap();
    let signal = std::os::unix::process::ExitStatusExt::signal(&ended.status);
    let words = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(signal, Some(6), "{}", words);
    assert!(words.contains("5 bytes are too many"), "{}", words);
}
