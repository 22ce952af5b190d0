//! From a port to a table that a shared library exports.

use std::ffi::CStr;

use crate::door::{self, Table};

/// A port that [`export!`](crate::export) has exported.
pub trait Exported {
    /// What tools and traces call it.
    const NAME: &'static str;
    /// Its table.
    const TABLE: Table;
    /// The module that exports it, the first part of which is the crate.
    const MODULE: &'static str;
    /// The folder of that crate's `Cargo.toml`.
    const FOLDER: &'static str;
}

/// A C string that is known when the crate is built: `lockstep::text!("spans rise")`.
#[macro_export]
macro_rules! text {
    ($text:expr) => {{
        const TEXT: &'static ::std::ffi::CStr = $crate::detail::text(concat!($text, "\0"));
        TEXT
    }};
}

/// The table of a port: `static TABLE: Table = lockstep::table!(MyPort, "my_port");`.
/// It has those functions whose traits the port implements. What `port.h` forbids,
/// such as a promise about a function that is not offered, does not compile:
///
/// ```compile_fail
/// # use lockstep::*;
/// # use std::ptr::NonNull;
/// struct Mine;
///
/// impl Port for Mine {
///     const CAPABILITIES: u64 = OWN_MEMORY | RESIZE_SHRINKS; // Mine: Resize is missing.
/// #   fn create() -> Self { Mine }
/// #   fn allocate(&mut self, _: Layout) -> Result<NonNull<u8>, Error> { Err(Error::NoMemory) }
/// #   unsafe fn deallocate(&mut self, _: NonNull<u8>, _: Layout) -> Result<(), Error> { Ok(()) }
///     // And so on.
/// }
///
/// static TABLE: Table = table!(Mine, "mine");
/// ```
///
/// ```
/// # use lockstep::*;
/// # use std::ptr::NonNull;
/// # struct Mine;
/// # impl Port for Mine {
/// #   const CAPABILITIES: u64 = OWN_MEMORY;
/// #   fn create() -> Self { Mine }
/// #   fn allocate(&mut self, _: Layout) -> Result<NonNull<u8>, Error> { Err(Error::NoMemory) }
/// #   unsafe fn deallocate(&mut self, _: NonNull<u8>, _: Layout) -> Result<(), Error> { Ok(()) }
/// # }
/// static TABLE: Table = table!(Mine, "mine");
/// ```
#[macro_export]
macro_rules! table {
    ($port:ty, $name:expr) => {{
        #[allow(unused_imports)]
        use $crate::detail::NotOffered as _;
        type Offered = $crate::detail::Offered<$port>;
        $crate::detail::checked(
            $crate::door::Table {
                init: Offered::INIT.init,
                add: Offered::ADD.add,
                usable: Offered::USABLE.usable,
                statistics: Offered::STATISTICS.statistics,
                audit: Offered::AUDIT.audit,
                handle_count: Offered::PULL.handle_count,
                attach: Offered::PULL.attach,
                detach: Offered::PULL.detach,
                trim: Offered::TRIM.trim,
                needs: Offered::NEEDS.needs,
                reallocate: Offered::REALLOCATE.reallocate,
                reallocate_zeroed: Offered::REALLOCATE_ZEROED.reallocate_zeroed,
                resize: Offered::RESIZE.resize,
                allocate_zeroed: Offered::ALLOCATE_ZEROED.allocate_zeroed,
                usable_of: Offered::USABLE_OF.usable_of,
                footprint: Offered::FOOTPRINT.footprint,
                allocate_many: Offered::ALLOCATE_MANY.allocate_many,
                deallocate_many: Offered::DEALLOCATE_MANY.deallocate_many,
                steps: Offered::STEPS.steps,
                steps_growth: Offered::STEPS.steps_growth,
                steps_factor: Offered::STEPS.steps_factor,
                use_handle: Offered::USE_HANDLE.use_handle,
                ..$crate::detail::required::<$port>($crate::text!($name))
            },
            $name,
        )
    }};
}

/// Exports a port from this crate's shared library, for `lockstep random
/// ./libmine.so`. At module level, once for each port, with the name that tools
/// and traces know it by:
///
/// - `lockstep::export!(MyPort, "my_port");` for a [`Port`],
/// - `lockstep::export!(Mine as RegionAllocator, "mine");`,
/// - `lockstep::export!(Mine as GlobalAllocator, "mine");`.
#[macro_export]
macro_rules! export {
    (@ $port:ty, $whole:ty, $name:literal) => {
        impl $crate::Exported for $port {
            const NAME: &'static str = $name;
            const TABLE: $crate::door::Table = $crate::table!($whole, $name);
            const MODULE: &'static str = module_path!();
            const FOLDER: &'static str = match option_env!("CARGO_MANIFEST_DIR") {
                Some(folder) => folder,
                None => ".",
            };
        }

        const _: () = {
            static TABLE: $crate::door::Table = <$port as $crate::Exported>::TABLE;

            #[used]
            #[export_name = concat!("lockstep_exported_", $name)]
            pub static EXPORTED: $crate::detail::Pointer = $crate::detail::Pointer(&TABLE);
        };
    };
    ($port:ty as RegionAllocator, $name:literal) => {
        $crate::export!(@ $port, $crate::OverRegion<$port>, $name);
    };
    ($port:ty as GlobalAllocator, $name:literal) => {
        $crate::export!(@ $port, $crate::OverGlobal<$port>, $name);
    };
    ($port:ty, $name:literal) => {
        $crate::export!(@ $port, $port, $name);
    };
}

/// What a library exports: a pointer to a table, as `LOCKSTEP_EXPORT` does in C.
#[repr(transparent)]
pub struct Pointer(pub *const Table);

// SAFETY: neither the pointer nor what it points to is ever written to.
unsafe impl Sync for Pointer {}

/// `terminated`, which ends with the only NUL in it, as a C string.
pub const fn text(terminated: &'static str) -> &'static CStr {
    let bytes = terminated.as_bytes();
    let mut at = 0;
    while at + 1 < bytes.len() {
        assert!(bytes[at] != 0, "a text has a NUL in it");
        at += 1;
    }
    assert!(bytes[at] == 0, "a text does not end with NUL");
    // SAFETY: the only NUL is the last byte.
    unsafe { CStr::from_bytes_with_nul_unchecked(bytes) }
}

const fn is_name(name: &str) -> bool {
    let bytes = name.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !matches!(bytes[at], b'a'..=b'z' | b'0'..=b'9' | b'_') {
            return false;
        }
        at += 1;
    }
    !bytes.is_empty()
}

/// The table as it is. What the suite would refuse to load does not compile.
pub const fn checked(table: Table, name: &str) -> Table {
    const fn holds(table: &Table, promise: u64, is_offered: bool) -> bool {
        table.capabilities & promise == 0 || is_offered
    }
    let t = &table;
    assert!(is_name(name), "a name is of lower case letters, digits and underscores");
    let own = t.capabilities & door::OWN_MEMORY != 0;
    assert!(
        t.init.is_some() as u8 + t.attach.is_some() as u8 + own as u8 == 1,
        "a port implements Init or Pull, or promises OWN_MEMORY, and only one of these"
    );
    assert!(t.add.is_none() || t.init.is_some(), "Add needs Init");
    assert!(t.trim.is_none() || t.attach.is_some(), "Trim needs Pull");
    assert!(
        t.attach.is_none() || (t.handle_count >= 1 && t.handle_count <= 64),
        "Pull::HANDLES is from 1 to 64"
    );
    assert!(
        holds(
            t,
            door::REALLOCATES_ALIGN | door::REALLOCATES_NULL | door::REALLOCATES_TO_ZERO,
            t.reallocate.is_some() || t.reallocate_zeroed.is_some()
        ),
        "a promise about reallocate needs Reallocate or ReallocateZeroed"
    );
    assert!(
        holds(t, door::ZEROES_FROM_USABLE, t.reallocate_zeroed.is_some() && t.usable_of.is_some()),
        "ZEROES_FROM_USABLE needs ReallocateZeroed and UsableOf"
    );
    assert!(holds(t, door::RESIZE_SHRINKS, t.resize.is_some()), "RESIZE_SHRINKS needs Resize");
    assert!(
        holds(t, door::RESIZE_GROWS, t.resize.is_some() && t.needs.is_some()),
        "RESIZE_GROWS needs Resize and Needs"
    );
    assert!(
        holds(t, door::SERVES_SOME, t.allocate_many.is_some()),
        "SERVES_SOME needs AllocateMany"
    );
    assert!(holds(t, door::TRIM_RETURNS, t.trim.is_some()), "TRIM_RETURNS needs Trim");
    assert!(
        holds(t, door::COUNTS_OVERHEAD, t.statistics.is_some()),
        "COUNTS_OVERHEAD needs CountBytes"
    );
    assert!(
        t.capabilities & door::ONE_INSTANCE == 0 || t.capabilities & door::SNAPSHOTS == 0,
        "ONE_INSTANCE says that the state is in globals, and SNAPSHOTS that it is not"
    );
    // Two threads may not both have a `&mut` to the same bytes.
    assert!(
        holds(t, door::THREAD_SAFE | door::FREES_ELSEWHERE, t.state_bytes == 0),
        "THREAD_SAFE and FREES_ELSEWHERE need a type without fields, whose allocator is a global \
         variable"
    );
    assert!(
        holds(t, door::THREAD_SAFE, t.attach.is_none() || t.use_handle.is_some()),
        "THREAD_SAFE of a port that implements Pull needs UseHandle"
    );
    assert!(t.use_handle.is_none() || t.attach.is_some(), "UseHandle needs Pull");
    assert!(
        holds(t, door::FREES_ELSEWHERE, t.capabilities & door::THREADS_APART != 0),
        "FREES_ELSEWHERE is about THREADS_APART"
    );
    assert!(
        holds(t, door::SURVIVES_FORK, t.capabilities & door::THREAD_SAFE != 0),
        "SURVIVES_FORK is about THREAD_SAFE"
    );
    assert!(t.death_exit_code >= 0 && t.death_exit_code <= 199, "death_exit_code is from 0 to 199");
    table
}
