//! The types of the mirror, as C spells them.

use lockstep::door::{RawProvider, Statistics};
use std::os::raw::{c_char, c_void};

pub trait CType {
    fn c() -> String;
}

macro_rules! spelled {
    ($($rust:ty: $c:literal)*) => {
        $(impl CType for $rust {
            fn c() -> String {
                $c.to_string()
            }
        })*
    };
}

spelled! {
    (): "void"
    c_void: "void"
    c_char: "char"
    i32: "int"
    u32: "uint32_t"
    u64: "uint64_t"
    usize: "size_t"
    Statistics: "lockstep_statistics"
    RawProvider: "lockstep_provider"
}

impl<T: CType> CType for *const T {
    fn c() -> String {
        format!("{} const*", T::c())
    }
}

impl<T: CType> CType for *mut T {
    fn c() -> String {
        format!("{}*", T::c())
    }
}

macro_rules! functions {
    ($(($($parameter:ident)*))*) => {
        $(impl<R: CType, $($parameter: CType),*> CType
            for Option<unsafe extern "C" fn($($parameter),*) -> R>
        {
            fn c() -> String {
                let parameters = [$($parameter::c()),*];
                format!("{} (*)({})", R::c(), parameters.join(", "))
            }
        })*
    };
}

functions! {
    (A)
    (A B)
    (A B C)
    (A B C D)
    (A B C D E)
    (A B C D E F)
    (A B C D E F G)
}
