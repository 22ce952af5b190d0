#ifndef LOCKSTEP_MODELS_PORT_H_
#define LOCKSTEP_MODELS_PORT_H_

/* The door: one table of functions behind which any allocator can be judged.
 *
 * C11 and C++, freestanding. A port fills in a `lockstep_port`; every function
 * gets the port's own state, which the harness allocated for it.
 *   Units      bytes, unless a name says otherwise.
 *   Order      create; init, or attach; then anything, in any order; destroy.
 *              Then the same state may be created again. Several instances may
 *              be there at once, each in a state of its own.
 *   Threads    one script at a time runs on one state; no locking is needed.
 *   Fields     null or zero means "not offered", except where REQUIRED is said.
 *   Arguments  are as each function says, except in a misuse that the port
 *              promises to detect.
 *   Errors     each function has those that are named with it, and no others.
 *              After one of them nothing has changed, but for FATAL_ERROR, and
 *              nothing was written to what an argument points to.
 *   Versions   a field is never removed or given another meaning; new ones are
 *              added at the end and change LOCKSTEP_PORT_VERSION.
 */

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { LOCKSTEP_PORT_VERSION = 1 };

/* What an operation says of itself. Anything but LOCKSTEP_OK promises that
 * nothing has changed. */
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
  /* The one error after which an object is freed, or a handle detached, all the
   * same: when the provider did not take memory back. */
  LOCKSTEP_FATAL_ERROR = 8
};

/* What a port promises, and which misuse it promises to detect: refuse with an
 * error, and change nothing. What is not promised here is never asked of it. */
typedef uint64_t lockstep_capabilities;

/* A request that was just freed, with the same bytes and align, fits until
 * another allocation has succeeded. */
#define LOCKSTEP_FITS_AGAIN (UINT64_C(1) << 0)
/* A request fits whenever its span lies free inside one region that touches no
 * other: `bytes` rounded up to a power of two, to align and to unit_bytes, at a
 * multiple of that size. Blocks occupy such spans. */
#define LOCKSTEP_COALESCES (UINT64_C(1) << 1)
/* When nothing is live, the largest single request that a fresh instance over
 * the same regions can serve is served. */
#define LOCKSTEP_RESTORES (UINT64_C(1) << 2)
/* statistics().requested is the sum of the bytes asked for in live blocks. */
#define LOCKSTEP_COUNTS_REQUESTED (UINT64_C(1) << 3)
/* All state is in `state` and in the regions, so that copying both takes a
 * snapshot, which copying back to the same addresses restores. */
#define LOCKSTEP_SNAPSHOTS (UINT64_C(1) << 4)

/* For ports that pull memory: an operation that may be refused is refused only
 * if, in the same call, the provider refused, or gave what it should not, or
 * did not take back. */
#define LOCKSTEP_SERVES_WHILE_PROVIDED (UINT64_C(1) << 5)
/* Blocks come from memory that the harness did not give: the system's, or what
 * the port has in `state`. The port has neither init nor attach, and may be
 * used once it is created. What destroy() leaves live is lost. */
#define LOCKSTEP_OWN_MEMORY (UINT64_C(1) << 6)

/* deallocate(null). */
#define LOCKSTEP_DETECTS_NULL (UINT64_C(1) << 16)
/* A free of an address outside every region. */
#define LOCKSTEP_DETECTS_FOREIGN (UINT64_C(1) << 17)
/* A free of an address inside a live block, but not its first, with the layout
 * of that block. */
#define LOCKSTEP_DETECTS_INTERIOR (UINT64_C(1) << 18)
/* A second free of a block, when nothing has succeeded since the first but
 * queries. */
#define LOCKSTEP_DETECTS_FREE_AGAIN_AT_ONCE (UINT64_C(1) << 19)
/* A second free of a block, until its memory has been handed out again. */
#define LOCKSTEP_DETECTS_FREE_AGAIN (UINT64_C(1) << 20)
/* A free of a live block with a layout that it cannot have: an align that its
 * address does not have, or more bytes than there are up to the region's end.
 */
#define LOCKSTEP_DETECTS_IMPOSSIBLE_LAYOUT (UINT64_C(1) << 21)
/* A region that shares memory with one added before: LOCKSTEP_MEMORY_OVERLAP.
 */
#define LOCKSTEP_DETECTS_OVERLAP (UINT64_C(1) << 22)
/* A region whose bounds are not as region_align_bytes, init_granule_bytes and
 * unit_bytes say, or which wraps past the end of the address space. */
#define LOCKSTEP_DETECTS_BAD_REGION (UINT64_C(1) << 23)
/* A second init. */
#define LOCKSTEP_DETECTS_SECOND_INIT (UINT64_C(1) << 24)
/* Any operation but a query before init has succeeded. Without it, none is
 * tried. */
#define LOCKSTEP_DETECTS_USE_BEFORE_INIT (UINT64_C(1) << 25)

/* Of a port that pulls: of the family that has handles; zeros while none has.
 */
typedef struct lockstep_statistics {
  size_t total;     /* used + available. */
  size_t used;      /* At least the bytes of all live blocks. */
  size_t available; /* What used falls short of total by. */
  size_t requested; /* See LOCKSTEP_COUNTS_REQUESTED. */
} lockstep_statistics;

/* The harness, as a source of memory for ports that pull. */
typedef struct lockstep_provider {
  void* context;
  /* Null: refused. What it gives may be misaligned: then give it back. */
  void* (*take)(void* context, size_t bytes, size_t align);
  /* With the layout it was taken with. Zero: it was not taken back; it is no
   * longer the port's all the same. */
  int (*give_back)(void* context, void* memory, size_t bytes, size_t align);
} lockstep_provider;

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

  /* Memory that the harness provides for create(); 0: none, and aligned as
   * malloc's. */
  size_t state_bytes;
  size_t state_align;

  /* Regions: start and size must be multiples of region_align_bytes (0: any),
   * the size of the first a multiple of init_granule_bytes (0: any). Their ends
   * are then rounded inward to multiples of unit_bytes (0: 1), and something
   * must be left. Any region that is like this must be taken, even if it is too
   * small to serve anything; statistics then have more in total than before, by
   * no more than its size. */
  size_t region_align_bytes;
  size_t init_granule_bytes;
  size_t unit_bytes;

  /* The largest span that LOCKSTEP_COALESCES speaks of (0: any). */
  size_t largest_span_bytes;

  /* The largest layout that is served at all (0: any). A larger one is not
   * asked for, so leave it 0 to have your refusals tested. */
  size_t max_request_bytes;
  size_t max_request_align;

  /* REQUIRED. Makes an instance that has no memory yet, in `state`, whose bytes
   * may hold anything. There is no error that it may return. */
  lockstep_status (*create)(void* state);
  /* REQUIRED. Ends it, whatever is still live. From then on the harness may
   * read and write all memory that it gave. */
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
   * Errors: NOT_ALLOCATED, INVALID_PARAM; of a port that pulls, INVALID_POINTER,
   * ALIGNMENT_MISMATCH, FATAL_ERROR, INVALID_PARAM. Of misuse alone, but for
   * FATAL_ERROR. */
  lockstep_status (*deallocate)(void* state, void* block, size_t bytes,
                                size_t align);

  /* How many bytes of a block of this layout a client may use: at least *min
   * (not less than `bytes`), at most *max. Errors: INVALID_PARAM. */
  lockstep_status (*usable)(const void* state, size_t bytes, size_t align,
                            size_t* min, size_t* max);
  /* Whenever there is an instance. Changes nothing. */
  void (*statistics)(const void* state, lockstep_statistics* out);
  /* The name of the first broken invariant, or null. It must return on any
   * state, however broken. */
  const char* (*audit)(const void* state);

  /* For ports that pull. Handles are numbered from 0 to handle_count - 1, 64 at
   * most. The first one that is attached makes a family, with memory from the
   * provider, which lives on until destroy(); the others share it. Blocks
   * outlive handles; allocate and trim are called only while there is one. With
   * the last handle detached and the last block freed, all memory has gone back.
   * Errors: FATAL_ERROR; of attach also OUT_OF_MEMORY, ALIGNMENT_MISMATCH. */
  uint32_t handle_count;
  lockstep_status (*attach)(void* state, uint32_t handle,
                            const lockstep_provider* provider);
  lockstep_status (*detach)(void* state, uint32_t handle);
  /* Gives back what is only kept in reserve. Errors: FATAL_ERROR. */
  lockstep_status (*trim)(void* state);
} lockstep_port;

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* LOCKSTEP_MODELS_PORT_H_ */
