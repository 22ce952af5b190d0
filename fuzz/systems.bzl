"""Our systems. Each has a fuzzer; so each has one for tools/mutate."""

SYSTEMS = [
    "buddy",
    "buddy_6",
    "buddy_byte",
    "heap",
    "slab",
    "slab_byte",
    "slab_cache",
    "slab_cache_3",
]
