#ifndef LOCKSTEP_MODELS_PORT_H_
#define LOCKSTEP_MODELS_PORT_H_

/* The interface ("door") between the suite and an allocator: one table of
 * functions, through which the suite (below, the harness) calls the allocator.
 *
 *   a port                                    the harness
 *   +--------------------+   create, init    +------------------------------+
 *   | your allocator     |<------------------| state, regions or a provider |
 *   | behind a           |   allocate, ...   | scripts                      |
 *   | lockstep_port      |<------------------| models that watch            |
 *   +--------------------+------------------>+------------------------------+
 *                           status, block
 *
 * C11 and C++, freestanding. A port fills in a `lockstep_port`; every function
 * gets the port's own state, which the harness allocated for it.
 *   Units      bytes, unless a name says otherwise.
 *   Order      create; init, or attach; then anything, in any order; destroy.
 *              Then the same state may be created again. Several instances may
 *              be there at once, each in a state of its own.
 *   Threads    one script at a time runs on one state, on one thread: no locking
 *              is needed. A port that promises LOCKSTEP_THREAD_SAFE, or
 *              LOCKSTEP_THREADS_APART, is called by several at once as well.
 *   Fields     null or zero means "not offered", unless the field is REQUIRED
 *              or its comment gives zero another meaning.
 *   Arguments  are as each function says, except in a misuse that the port
 *              promises to detect.
 *   Errors     each function returns only the errors listed with it. After an
 *              error nothing was written through a pointer argument and, except
 *              after FATAL_ERROR, nothing has changed.
 *   Versions   a field is never removed or given another meaning; new ones are
 *              added at the end and change LOCKSTEP_PORT_VERSION. A table of
 *              an older version ends where that version's fields end, and is
 *              taken as it is.
 *              1: up to `trim`. 2: up to `steps_factor`. 3: everything.
 */

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { LOCKSTEP_PORT_VERSION = 3 };

/* The result of an operation. Anything but LOCKSTEP_OK and LOCKSTEP_FATAL_ERROR
 * promises that nothing has changed. */
typedef int32_t lockstep_status;
enum {
  LOCKSTEP_OK = 0,
  LOCKSTEP_NO_MEMORY = 1,
  LOCKSTEP_INVALID_PARAM = 2,
  LOCKSTEP_MEMORY_OVERLAP = 3,
  LOCKSTEP_NOT_ALLOCATED = 4,
  /* Of object caches. */
  LOCKSTEP_OUT_OF_MEMORY = 5,
  LOCKSTEP_INVALID_POINTER = 6,
  LOCKSTEP_ALIGNMENT_MISMATCH = 7,
  /* The only error after which something may have changed: if the provider did
   * not take memory back, the object is freed, or the handle detached, anyway.
   */
  LOCKSTEP_FATAL_ERROR = 8
};

/* What a port promises, and which misuse it promises to detect: refuse with an
 * error, and change nothing. What is not promised here is never asked of it. */
typedef uint64_t lockstep_capabilities;

/* After a block is freed, a request with its bytes and align succeeds, until
 * another allocation has succeeded. */
#define LOCKSTEP_FITS_AGAIN (UINT64_C(1) << 0)
/* A request's span has the size `bytes`, rounded up to a power of two, to align
 * and to unit_bytes, and lies at a multiple of that size. A request succeeds if
 * such a span is free in one region that touches no other. Blocks occupy such
 * spans. */
#define LOCKSTEP_COALESCES (UINT64_C(1) << 1)
/* When nothing is live, the largest single request that a fresh instance over
 * the same regions can serve is served. */
#define LOCKSTEP_RESTORES (UINT64_C(1) << 2)
/* statistics().requested is the sum of the bytes asked for in live blocks. */
#define LOCKSTEP_COUNTS_REQUESTED (UINT64_C(1) << 3)
/* All state is in `state` and in the regions. Copying both is a snapshot;
 * copying them back to the same addresses restores it. */
#define LOCKSTEP_SNAPSHOTS (UINT64_C(1) << 4)

/* For ports that pull, that is, take memory from the harness's provider: an
 * operation that may be refused is refused only if, in that call, the provider
 * refused memory, gave misaligned memory, or did not take memory back. */
#define LOCKSTEP_SERVES_WHILE_PROVIDED (UINT64_C(1) << 5)
/* Blocks come from memory that the harness did not give: the system's, or what
 * the port has in `state`. The port has neither init nor attach, and may be
 * used once it is created. What destroy() leaves live is lost. */
#define LOCKSTEP_OWN_MEMORY (UINT64_C(1) << 6)

/* Of version 2. */

/* reallocate() may change the align of a block. Without it, the new align is
 * always the old one. */
#define LOCKSTEP_REALLOCATES_ALIGN (UINT64_C(1) << 7)
/* reallocate() of the null pointer allocates, as C's realloc does. */
#define LOCKSTEP_REALLOCATES_NULL (UINT64_C(1) << 8)
/* reallocate() to zero bytes yields a block of zero bytes. Without it, that is
 * not tried. */
#define LOCKSTEP_REALLOCATES_TO_ZERO (UINT64_C(1) << 9)
/* reallocate_zeroed() clears from what was usable of the old block on, as
 * usable_of() told it. Without it, from the bytes that were asked for on. */
#define LOCKSTEP_ZEROES_FROM_USABLE (UINT64_C(1) << 10)
/* resize() to as many bytes or fewer succeeds. */
#define LOCKSTEP_RESIZE_SHRINKS (UINT64_C(1) << 11)
/* resize() to more bytes succeeds where needs(bytes, align) of contiguous
 * memory begin at the block, and hold nothing else that is live. */
#define LOCKSTEP_RESIZE_GROWS (UINT64_C(1) << 12)
/* allocate_many() may serve fewer than asked for: as many as single calls
 * would. Without it: all or none. */
#define LOCKSTEP_SERVES_SOME (UINT64_C(1) << 13)
/* Two regions that touch serve whatever one region in their place would. */
#define LOCKSTEP_JOINS_REGIONS (UINT64_C(1) << 14)
/* statistics().used also counts what the port needs for itself: it may be more
 * than zero with nothing live, and grow with a region. */
#define LOCKSTEP_COUNTS_OVERHEAD (UINT64_C(1) << 15)
/* After trim() with nothing live, no more than reserve_bytes are still taken
 * from the provider. */
#define LOCKSTEP_TRIM_RETURNS (UINT64_C(1) << 32)
/* Its state is in globals: there is one instance at a time. */
#define LOCKSTEP_ONE_INSTANCE (UINT64_C(1) << 33)
/* Several threads may be in allocate, deallocate, statistics, trim, attach,
 * detach and the functions of version 2 at once, on one state; any of them may
 * free, or change in size, what another allocated. create, init, add, audit and
 * destroy are called while no other thread is in a call. Statistics that are
 * read during other calls may be of several moments, but where memory comes in
 * regions, neither used nor available is more than total.
 * (These four are of version 3.) */
#define LOCKSTEP_THREAD_SAFE (UINT64_C(1) << 34)
/* Several threads may be in calls at once, each with a state of its own. */
#define LOCKSTEP_THREADS_APART (UINT64_C(1) << 35)
/* With THREADS_APART: deallocate() of a block may also be called by a thread that
 * has another state than the one it was allocated from, which is the one that is
 * passed. */
#define LOCKSTEP_FREES_ELSEWHERE (UINT64_C(1) << 36)
/* With THREAD_SAFE: the process may fork while threads are in calls. The child,
 * which has the one thread that forked, goes on using the state. */
#define LOCKSTEP_SURVIVES_FORK (UINT64_C(1) << 37)

/* deallocate(null). */
#define LOCKSTEP_DETECTS_NULL (UINT64_C(1) << 16)
/* A free of an address outside every region. */
#define LOCKSTEP_DETECTS_FOREIGN (UINT64_C(1) << 17)
/* A free of an address inside a live block, but not its first, with the layout
 * of that block. */
#define LOCKSTEP_DETECTS_INTERIOR (UINT64_C(1) << 18)
/* A second free of a block, if only queries have succeeded since the first. */
#define LOCKSTEP_DETECTS_FREE_AGAIN_AT_ONCE (UINT64_C(1) << 19)
/* A second free of a block, until its memory has been handed out again. */
#define LOCKSTEP_DETECTS_FREE_AGAIN (UINT64_C(1) << 20)
/* A free of a live block with a layout that it cannot have: an align that its
 * address does not have, or more bytes than there are up to the region's end.
 * From version 3 on, this also covers the old layout that is passed to
 * reallocate() and resize(): they return one of deallocate()'s errors, even if
 * there is no room for the new size. */
#define LOCKSTEP_DETECTS_IMPOSSIBLE_LAYOUT (UINT64_C(1) << 21)
/* A region that shares memory with one added before: LOCKSTEP_MEMORY_OVERLAP.
 */
#define LOCKSTEP_DETECTS_OVERLAP (UINT64_C(1) << 22)
/* A region whose bounds are not as region_align_bytes, init_granule_bytes and
 * unit_bytes say, or which wraps past the end of the address space. */
#define LOCKSTEP_DETECTS_BAD_REGION (UINT64_C(1) << 23)
/* A second init. */
#define LOCKSTEP_DETECTS_SECOND_INIT (UINT64_C(1) << 24)
/* Any operation, except a query, before init has succeeded. Without this bit,
 * none is tried. */
#define LOCKSTEP_DETECTS_USE_BEFORE_INIT (UINT64_C(1) << 25)
/* A free of a live block with the layout of another size class; or, likewise,
 * a reallocate() or resize() with such an old layout. The bytes of each
 * of the two layouts are rounded up to a power of two, to its align, to
 * unit_bytes and to 64; then one has at least four times as many as the other.
 * What is closer is not tried, because classes differ from port to port.
 * (Of version 3, like the four above that say so.) */
#define LOCKSTEP_DETECTS_OTHER_LAYOUT (UINT64_C(1) << 26)

/* The same misuse, detected by ending the process: by a signal, or by an exit
 * code that is not 0, inside of the very call. It is tried in a process of its
 * own. To refuse it with an error will do as well. */
#define LOCKSTEP_DIES_OF(detects) ((detects) << 24)
#define LOCKSTEP_DIES_OF_NULL LOCKSTEP_DIES_OF(LOCKSTEP_DETECTS_NULL)
#define LOCKSTEP_DIES_OF_FOREIGN LOCKSTEP_DIES_OF(LOCKSTEP_DETECTS_FOREIGN)
#define LOCKSTEP_DIES_OF_INTERIOR LOCKSTEP_DIES_OF(LOCKSTEP_DETECTS_INTERIOR)
#define LOCKSTEP_DIES_OF_FREE_AGAIN_AT_ONCE \
  LOCKSTEP_DIES_OF(LOCKSTEP_DETECTS_FREE_AGAIN_AT_ONCE)
#define LOCKSTEP_DIES_OF_FREE_AGAIN \
  LOCKSTEP_DIES_OF(LOCKSTEP_DETECTS_FREE_AGAIN)
#define LOCKSTEP_DIES_OF_IMPOSSIBLE_LAYOUT \
  LOCKSTEP_DIES_OF(LOCKSTEP_DETECTS_IMPOSSIBLE_LAYOUT)
#define LOCKSTEP_DIES_OF_OTHER_LAYOUT \
  LOCKSTEP_DIES_OF(LOCKSTEP_DETECTS_OTHER_LAYOUT)

/* For a port that pulls, these describe the family (see handle_count) that has
 * handles now; if none has, all are zero. */
typedef struct lockstep_statistics {
  size_t total;     /* used + available. */
  size_t used;      /* At least the bytes of all live blocks. */
  size_t available; /* total - used. */
  size_t requested; /* See LOCKSTEP_COUNTS_REQUESTED. */
} lockstep_statistics;

/* The harness, as a source of memory for ports that pull. */
typedef struct lockstep_provider {
  void* context;
  /* Null: refused. What it gives may be misaligned: then give it back. */
  void* (*take)(void* context, size_t bytes, size_t align);
  /* `bytes` and `align` are those of take(). Zero: the provider did not take
   * the memory back; even so, the port must not use it any more. */
  int (*give_back)(void* context, void* memory, size_t bytes, size_t align);
} lockstep_provider;

enum {
  LOCKSTEP_STEPS_CONSTANT = 1,
  LOCKSTEP_STEPS_LOGARITHMIC = 2,
  LOCKSTEP_STEPS_LINEAR = 3
};

typedef struct lockstep_port {
  uint32_t version; /* REQUIRED: LOCKSTEP_PORT_VERSION. */

  /* REQUIRED. The name that tools and traces know the system by: lower case,
   * digits and underscores. */
  const char* name;
  /* One line for `lockstep list`. */
  const char* summary;
  /* The placement model that this port claims to be address-exact with (see
   * `lockstep list placements`), or null. */
  const char* placement;
  lockstep_capabilities capabilities;

  /* The state that the harness allocates. state_bytes 0: none. state_align 0:
   * aligned as malloc aligns. */
  size_t state_bytes;
  size_t state_align;

  /* Regions: start and size must be multiples of region_align_bytes (0: any),
   * the size of the first a multiple of init_granule_bytes (0: any). The port
   * rounds both ends inward to multiples of unit_bytes (0: 1), and what is left
   * must not be empty. The port must accept every such region, even one too
   * small to serve anything (see also min_region_bytes). It adds at most its
   * size to statistics().total, and at least one byte. */
  size_t region_align_bytes;
  size_t init_granule_bytes;
  size_t unit_bytes;

  /* The largest span that LOCKSTEP_COALESCES speaks of (0: any). */
  size_t largest_span_bytes;

  /* The largest bytes and align that the suite may ask for (0: no limit). Leave
   * them 0, so that it also tests that you refuse what is too large. */
  size_t max_request_bytes;
  size_t max_request_align;

  /* REQUIRED. Makes an instance that has no memory yet, in `state`, whose bytes
   * may hold anything. Returns LOCKSTEP_OK always. */
  lockstep_status (*create)(void* state);
  /* REQUIRED. Ends the instance, even if blocks are still live. From then on
   * the harness may read and write all memory that it gave. */
  void (*destroy)(void* state);

  /* Gives the first region, whose bytes may hold anything. A port has either
   * this, or attach and detach, or LOCKSTEP_OWN_MEMORY.
   * Errors: INVALID_PARAM, MEMORY_OVERLAP, NO_MEMORY, all of them misuse. */
  lockstep_status (*init)(void* state, void* start, size_t bytes);
  /* Gives a further region. Errors: as init; NO_MEMORY also when there are more
   * of them than the port has room for. */
  lockstep_status (*add)(void* state, void* start, size_t bytes);

  /* REQUIRED. Sets *block and returns LOCKSTEP_OK, or leaves it alone and
   * returns an error. `align` is a power of two; any `bytes` may come, zero and
   * SIZE_MAX among them, so mind overflow when rounding: refuse what cannot be
   * served, and do not abort. With a placement, what is not a layout (`bytes`,
   * rounded up to `align`, above PTRDIFF_MAX) is INVALID_PARAM, here and in
   * deallocate and usable; without a placement either error will do. A block of
   * zero bytes has an address that no other live block has, inside the port's
   * memory.
   * Errors: NO_MEMORY, INVALID_PARAM; of a port that pulls, OUT_OF_MEMORY,
   * ALIGNMENT_MISMATCH, FATAL_ERROR, INVALID_PARAM. */
  lockstep_status (*allocate)(void* state, size_t bytes, size_t align,
                              void** block);
  /* REQUIRED. `bytes` and `align` are those that the block was allocated with,
   * except in a misuse that the port promises to detect.
   * Errors: NOT_ALLOCATED, INVALID_PARAM; of a port that pulls,
   * INVALID_POINTER, ALIGNMENT_MISMATCH, INVALID_PARAM: all for misuse only. A
   * port that pulls may also return FATAL_ERROR for a valid free. */
  lockstep_status (*deallocate)(void* state, void* block, size_t bytes,
                                size_t align);

  /* How many bytes of a block of this layout a client may use: at least *min
   * (not less than `bytes`), at most *max. Errors: INVALID_PARAM. */
  lockstep_status (*usable)(const void* state, size_t bytes, size_t align,
                            size_t* min, size_t* max);
  /* May be called from create() to destroy(). Changes nothing. */
  void (*statistics)(const void* state, lockstep_statistics* out);
  /* The name of the first broken invariant, or null. It must return on any
   * state, however broken. */
  const char* (*audit)(const void* state);

  /* For ports that pull. There are handle_count handles, at most 64, numbered
   * from 0. Attaching the first makes a family; the others share it. Its memory
   * comes from the provider, which exists until destroy(). Blocks may outlive
   * handles, but allocate and trim are called only while one is attached. When
   * the last handle is detached and the last block freed, the port has given
   * back all memory.
   * Errors: FATAL_ERROR; of attach also OUT_OF_MEMORY, ALIGNMENT_MISMATCH. */
  uint32_t handle_count;
  lockstep_status (*attach)(void* state, uint32_t handle,
                            const lockstep_provider* provider);
  lockstep_status (*detach)(void* state, uint32_t handle);
  /* Gives back what is only kept in reserve. Errors: FATAL_ERROR. */
  lockstep_status (*trim)(void* state);

  /* Of version 2: all that follows. */

  /* Regions of fewer bytes may be refused, or serve nothing (0: none may). */
  size_t min_region_bytes;
  /* So much at the start of each region, and at its end, is never handed out.
   */
  size_t region_head_bytes;
  size_t region_tail_bytes;
  /* While fewer blocks are live, no request is refused because there are too
   * many (0: never). */
  size_t max_live_blocks;
  /* The functions below, which change sizes and clear, are called only for
   * aligns up to this (0: any). C's realloc and calloc know no larger one than
   * malloc's. */
  size_t max_reallocate_align;
  /* For LOCKSTEP_SERVES_WHILE_PROVIDED: a refusal is excused only if what the
   * provider refused was no larger than the request and so much (0: whatever it
   * was). */
  size_t take_overhead_bytes;
  /* What is taken from the provider at any time is at most the largest sum of
   * live bytes so far, times this, and reserve_bytes (0: no limit). A block
   * counts as unit_bytes at least. */
  size_t take_multiple;
  size_t reserve_bytes;
  /* What a death that LOCKSTEP_DIES_OF promises looks like: bit n stands for
   * signal n (0: SIGABRT, SIGILL and SIGTRAP), and an exit code from 1 to 199
   * (0: none). */
  uint64_t death_signals;
  int death_exit_code;

  /* So many contiguous free bytes suffice for a request, wherever they lie
   * between the bytes that were asked for in two live blocks, or between one
   * and the end of a region: count what you need for a header, for rounding,
   * for the neighbours. SIZE_MAX: nothing suffices. */
  size_t (*needs)(const void* state, size_t bytes, size_t align);

  /* Gives a block other bytes, and with LOCKSTEP_REALLOCATES_ALIGN another
   * align. LOCKSTEP_OK: *out is the block now, perhaps elsewhere; the first
   * min(bytes, new_bytes) bytes are as they were; `block` is gone. It succeeds
   * where the layout is the one that the block has, and where resize() would.
   * An error: the block and everything else are as before. Errors: as allocate;
   * as deallocate where the port detects that the old layout is not the block's.
   */
  lockstep_status (*reallocate)(void* state, void* block, size_t bytes,
                                size_t align, size_t new_bytes,
                                size_t new_align, void** out);
  /* The same, and what is added is zero: see LOCKSTEP_ZEROES_FROM_USABLE. */
  lockstep_status (*reallocate_zeroed)(void* state, void* block, size_t bytes,
                                       size_t align, size_t new_bytes,
                                       size_t new_align, void** out);
  /* Gives a block other bytes where it is. From then on its layout is
   * (new_bytes, align). An error: as before. Errors: as reallocate. */
  lockstep_status (*resize)(void* state, void* block, size_t bytes,
                            size_t align, size_t new_bytes);
  /* A block of count times bytes, all zero, to be freed as a block of that
   * product. A product above SIZE_MAX is refused. Errors: as allocate. */
  lockstep_status (*allocate_zeroed)(void* state, size_t count, size_t bytes,
                                     size_t align, void** block);
  /* How many bytes of this block a client may write, at least those that it
   * asked for. All of them are the block's until it is freed or changed in
   * size. Errors: INVALID_PARAM. */
  lockstep_status (*usable_of)(const void* state, const void* block,
                               size_t bytes, size_t align, size_t* usable);
  /* What the port holds from the system, where memory is its own: never less
   * than the bytes of all live blocks. */
  void (*footprint)(const void* state, size_t* bytes);
  /* Sets blocks[0] to blocks[*served - 1], each as allocate would; see
   * LOCKSTEP_SERVES_SOME. An error: none. Errors: as allocate. */
  lockstep_status (*allocate_many)(void* state, size_t count, size_t bytes,
                                   size_t align, void** blocks, size_t* served);
  /* Frees all of the blocks, which have this layout. After an error none is
   * freed; after FATAL_ERROR all are, as in deallocate. Errors: as deallocate.
   */
  lockstep_status (*deallocate_many)(void* state, void* const* blocks,
                                     size_t count, size_t bytes, size_t align);
  /* How many nodes of lists, trees or tables its operations have visited since
   * create(). One operation, for each block that it is about and one more,
   * visits at most steps_factor, or steps_factor times the logarithm (base 2,
   * rounded up) of n, or steps_factor times n, where n is 1, and the regions,
   * and the most blocks that were live at once. */
  uint64_t (*steps)(const void* state);
  uint32_t steps_growth; /* LOCKSTEP_STEPS_CONSTANT, ... (0: anything) */
  uint32_t steps_factor;

  /* Of version 3: all that follows. */

  /* For ports that pull and are THREAD_SAFE: the calls of allocate, trim, attach
   * and statistics that this thread makes from now on are by this handle, which
   * is attached, and stays attached while it is in them. attach makes a copy of
   * it. */
  void (*use_handle)(void* state, uint32_t handle);
} lockstep_port;

/* The bytes that a table of an older version has. */
#define LOCKSTEP_PORT_BYTES_OF_1 offsetof(lockstep_port, min_region_bytes)
#define LOCKSTEP_PORT_BYTES_OF_2 offsetof(lockstep_port, use_handle)

#ifdef __cplusplus
} /* extern "C" */
#define LOCKSTEP_C_LINKAGE extern "C"
#else
#define LOCKSTEP_C_LINKAGE extern
#endif

/* In a shared library, at file scope, once for each table:
 *
 *   LOCKSTEP_EXPORT(my_port)
 *
 * lets `lockstep random ./libmine.so` find the table. It exports a pointer to
 * it, called lockstep_exported_my_port. */
#define LOCKSTEP_EXPORT(table)                              \
  LOCKSTEP_C_LINKAGE __attribute__((visibility("default"))) \
  const lockstep_port* const lockstep_exported_##table;     \
  const lockstep_port* const lockstep_exported_##table = &(table);

#endif /* LOCKSTEP_MODELS_PORT_H_ */
