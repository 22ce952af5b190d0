#ifndef LOCKSTEP_TOOLS_CLI_NEW_ZIG_H_
#define LOCKSTEP_TOOLS_CLI_NEW_ZIG_H_

// The texts of the template in Zig. They were compiled with Zig 0.11, by hand: Debian
// has no Zig. tests/new compares them with port.h.

#include <string_view>

namespace lockstep::suite {

inline constexpr std::string_view kZigPort =
    R"(//! A bump allocator, and its port. Replace the allocator with your own; then go through
//! lockstep/port.h, which says what each function and promise means.

const lockstep = @import("lockstep.zig");

// REPLACE: this struct.
const Allocator = struct {
    next: usize,
    end: usize,

    fn begin(self: *Allocator, start: usize, bytes: usize) void {
        self.next = start;
        self.end = start + bytes;
    }

    fn take(self: *Allocator, bytes: usize, alignment: usize) ?usize {
        const start = (self.next +% (alignment - 1)) & ~(alignment - 1);
        const asked = @max(bytes, 1);
        if (start < self.next or start > self.end or asked > self.end - start) return null;
        self.next = start + asked;
        return start;
    }

    fn giveBack(self: *Allocator, block: usize, bytes: usize) void {
        if (block + @max(bytes, 1) == self.next) self.next = block; // The last one.
    }
};

// The port.
fn of(state: ?*anyopaque) *Allocator {
    return @ptrCast(@alignCast(state.?));
}

fn create(state: ?*anyopaque) callconv(.C) lockstep.Status {
    of(state).* = .{ .next = 0, .end = 0 };
    return lockstep.OK;
}

fn destroy(_: ?*anyopaque) callconv(.C) void {}

fn init(state: ?*anyopaque, start: ?*anyopaque, bytes: usize) callconv(.C) lockstep.Status {
    of(state).begin(@intFromPtr(start), bytes);
    return lockstep.OK;
}

fn allocate(state: ?*anyopaque, bytes: usize, alignment: usize, block: *?*anyopaque) callconv(.C) lockstep.Status {
    const found = of(state).take(bytes, alignment) orelse return lockstep.NO_MEMORY;
    block.* = @ptrFromInt(found);
    return lockstep.OK;
}

fn deallocate(state: ?*anyopaque, block: ?*anyopaque, bytes: usize, _: usize) callconv(.C) lockstep.Status {
    of(state).giveBack(@intFromPtr(block), bytes);
    return lockstep.OK;
}

const port: lockstep.Port = .{
    .name = "NAME",
    .summary = "a bump allocator",
    // All of its state is in `state` and in the region.
    .capabilities = lockstep.SNAPSHOTS,
    .state_bytes = @sizeOf(Allocator),
    .create = &create,
    .destroy = &destroy,
    .init = &init,
    .allocate = &allocate,
    .deallocate = &deallocate,
};

/// As LOCKSTEP_EXPORT of lockstep/port.h has it.
export const lockstep_exported_NAME_port: *const lockstep.Port = &port;
)";

inline constexpr std::string_view kZigTable =
    R"(//! The mirror of `lockstep/port.h`, version 2: the table that the suite calls a port
//! through, field for field, and its constants under the same names without
//! `LOCKSTEP_`. What each of them means is said in `port.h`, and only there.

pub const PORT_VERSION: u32 = 3;

/// The result of an operation.
pub const Status = i32;
pub const OK: Status = 0;
pub const NO_MEMORY: Status = 1;
pub const INVALID_PARAM: Status = 2;
pub const MEMORY_OVERLAP: Status = 3;
pub const NOT_ALLOCATED: Status = 4;
pub const OUT_OF_MEMORY: Status = 5;
pub const INVALID_POINTER: Status = 6;
pub const ALIGNMENT_MISMATCH: Status = 7;
pub const FATAL_ERROR: Status = 8;

/// What a port promises.
pub const Capabilities = u64;
pub const FITS_AGAIN: Capabilities = 1 << 0;
pub const COALESCES: Capabilities = 1 << 1;
pub const RESTORES: Capabilities = 1 << 2;
pub const COUNTS_REQUESTED: Capabilities = 1 << 3;
pub const SNAPSHOTS: Capabilities = 1 << 4;
pub const SERVES_WHILE_PROVIDED: Capabilities = 1 << 5;
pub const OWN_MEMORY: Capabilities = 1 << 6;
pub const REALLOCATES_ALIGN: Capabilities = 1 << 7;
pub const REALLOCATES_NULL: Capabilities = 1 << 8;
pub const REALLOCATES_TO_ZERO: Capabilities = 1 << 9;
pub const ZEROES_FROM_USABLE: Capabilities = 1 << 10;
pub const RESIZE_SHRINKS: Capabilities = 1 << 11;
pub const RESIZE_GROWS: Capabilities = 1 << 12;
pub const SERVES_SOME: Capabilities = 1 << 13;
pub const JOINS_REGIONS: Capabilities = 1 << 14;
pub const COUNTS_OVERHEAD: Capabilities = 1 << 15;
pub const TRIM_RETURNS: Capabilities = 1 << 32;
pub const ONE_INSTANCE: Capabilities = 1 << 33;
pub const THREAD_SAFE: Capabilities = 1 << 34;
pub const THREADS_APART: Capabilities = 1 << 35;
pub const FREES_ELSEWHERE: Capabilities = 1 << 36;
pub const SURVIVES_FORK: Capabilities = 1 << 37;
pub const DETECTS_NULL: Capabilities = 1 << 16;
pub const DETECTS_FOREIGN: Capabilities = 1 << 17;
pub const DETECTS_INTERIOR: Capabilities = 1 << 18;
pub const DETECTS_FREE_AGAIN_AT_ONCE: Capabilities = 1 << 19;
pub const DETECTS_FREE_AGAIN: Capabilities = 1 << 20;
pub const DETECTS_IMPOSSIBLE_LAYOUT: Capabilities = 1 << 21;
pub const DETECTS_OVERLAP: Capabilities = 1 << 22;
pub const DETECTS_BAD_REGION: Capabilities = 1 << 23;
pub const DETECTS_SECOND_INIT: Capabilities = 1 << 24;
pub const DETECTS_USE_BEFORE_INIT: Capabilities = 1 << 25;
pub const DETECTS_OTHER_LAYOUT: Capabilities = 1 << 26;
pub const DIES_OF_NULL = DETECTS_NULL << 24;
pub const DIES_OF_FOREIGN = DETECTS_FOREIGN << 24;
pub const DIES_OF_INTERIOR = DETECTS_INTERIOR << 24;
pub const DIES_OF_FREE_AGAIN_AT_ONCE = DETECTS_FREE_AGAIN_AT_ONCE << 24;
pub const DIES_OF_FREE_AGAIN = DETECTS_FREE_AGAIN << 24;
pub const DIES_OF_IMPOSSIBLE_LAYOUT = DETECTS_IMPOSSIBLE_LAYOUT << 24;
pub const DIES_OF_OTHER_LAYOUT = DETECTS_OTHER_LAYOUT << 24;

pub const STEPS_CONSTANT: u32 = 1;
pub const STEPS_LOGARITHMIC: u32 = 2;
pub const STEPS_LINEAR: u32 = 3;

pub const Statistics = extern struct {
    total: usize,
    used: usize,
    available: usize,
    requested: usize,
};

pub const Provider = extern struct {
    context: ?*anyopaque,
    take: *const fn (context: ?*anyopaque, bytes: usize, alignment: usize) callconv(.C) ?*anyopaque,
    give_back: *const fn (context: ?*anyopaque, memory: ?*anyopaque, bytes: usize, alignment: usize) callconv(.C) c_int,
};

/// Null or zero: not offered, unless `port.h` says otherwise.
pub const Port = extern struct {
    version: u32 = PORT_VERSION,
    name: [*:0]const u8,
    summary: ?[*:0]const u8 = null,
    placement: ?[*:0]const u8 = null,
    capabilities: Capabilities = 0,
    state_bytes: usize = 0,
    state_align: usize = 0,
    region_align_bytes: usize = 0,
    init_granule_bytes: usize = 0,
    unit_bytes: usize = 0,
    largest_span_bytes: usize = 0,
    max_request_bytes: usize = 0,
    max_request_align: usize = 0,
    create: *const fn (state: ?*anyopaque) callconv(.C) Status,
    destroy: *const fn (state: ?*anyopaque) callconv(.C) void,
    init: ?*const fn (state: ?*anyopaque, start: ?*anyopaque, bytes: usize) callconv(.C) Status = null,
    add: ?*const fn (state: ?*anyopaque, start: ?*anyopaque, bytes: usize) callconv(.C) Status = null,
    allocate: *const fn (state: ?*anyopaque, bytes: usize, alignment: usize, block: *?*anyopaque) callconv(.C) Status,
    deallocate: *const fn (state: ?*anyopaque, block: ?*anyopaque, bytes: usize, alignment: usize) callconv(.C) Status,
    usable: ?*const fn (state: ?*const anyopaque, bytes: usize, alignment: usize, min: *usize, max: *usize) callconv(.C) Status = null,
    statistics: ?*const fn (state: ?*const anyopaque, out: *Statistics) callconv(.C) void = null,
    audit: ?*const fn (state: ?*const anyopaque) callconv(.C) ?[*:0]const u8 = null,
    handle_count: u32 = 0,
    attach: ?*const fn (state: ?*anyopaque, handle: u32, provider: *const Provider) callconv(.C) Status = null,
    detach: ?*const fn (state: ?*anyopaque, handle: u32) callconv(.C) Status = null,
    trim: ?*const fn (state: ?*anyopaque) callconv(.C) Status = null,
    min_region_bytes: usize = 0,
    region_head_bytes: usize = 0,
    region_tail_bytes: usize = 0,
    max_live_blocks: usize = 0,
    max_reallocate_align: usize = 0,
    take_overhead_bytes: usize = 0,
    take_multiple: usize = 0,
    reserve_bytes: usize = 0,
    death_signals: u64 = 0,
    death_exit_code: c_int = 0,
    needs: ?*const fn (state: ?*const anyopaque, bytes: usize, alignment: usize) callconv(.C) usize = null,
    reallocate: ?*const fn (state: ?*anyopaque, block: ?*anyopaque, bytes: usize, alignment: usize, new_bytes: usize, new_align: usize, out: *?*anyopaque) callconv(.C) Status = null,
    reallocate_zeroed: ?*const fn (state: ?*anyopaque, block: ?*anyopaque, bytes: usize, alignment: usize, new_bytes: usize, new_align: usize, out: *?*anyopaque) callconv(.C) Status = null,
    resize: ?*const fn (state: ?*anyopaque, block: ?*anyopaque, bytes: usize, alignment: usize, new_bytes: usize) callconv(.C) Status = null,
    allocate_zeroed: ?*const fn (state: ?*anyopaque, count: usize, bytes: usize, alignment: usize, block: *?*anyopaque) callconv(.C) Status = null,
    usable_of: ?*const fn (state: ?*const anyopaque, block: ?*const anyopaque, bytes: usize, alignment: usize, usable: *usize) callconv(.C) Status = null,
    footprint: ?*const fn (state: ?*const anyopaque, bytes: *usize) callconv(.C) void = null,
    allocate_many: ?*const fn (state: ?*anyopaque, count: usize, bytes: usize, alignment: usize, blocks: [*]?*anyopaque, served: *usize) callconv(.C) Status = null,
    deallocate_many: ?*const fn (state: ?*anyopaque, blocks: [*]const ?*anyopaque, count: usize, bytes: usize, alignment: usize) callconv(.C) Status = null,
    steps: ?*const fn (state: ?*const anyopaque) callconv(.C) u64 = null,
    steps_growth: u32 = 0,
    steps_factor: u32 = 0,
    use_handle: ?*const fn (state: ?*anyopaque, handle: u32) callconv(.C) void = null,
};
)";

inline constexpr std::string_view kZigReadme = R"(# NAME, judged by Lockstep

These files were compiled with Zig 0.11, and no test of Lockstep's own compiles them: Debian
has no Zig. Versions that do not know `callconv(.C)` any more spell it `callconv(.c)`.
`lockstep.zig` is compared with `lockstep/port.h` as a text: its fields and constants are the
same, in the same order. If something does not compile, please report it.

    make

builds the allocator as a shared library, and runs Lockstep on it: random scripts,
properties, allocations and frees in every state of a small system, and the scripts in
`traces`. A violation is printed as a short script, and saved in `traces`, so that it is
tried again from then on. What Zig finds at run time, such as an overflow, ends the
process, and is a violation like any other.

Three places are to be replaced:

1. the allocator in `NAME_port.zig`;
2. what it promises, in the same file: see `lockstep/port.h`;
3. `LOCKSTEP_DEB` in `.github/workflows/lockstep.yml`, which must install Zig as well.
)";

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TOOLS_CLI_NEW_ZIG_H_
