"""Our systems, each of which has a fuzzer, and what else is fuzzed."""

SYSTEMS = [
    "buddy",
    "buddy_6",
    "buddy_6_mapped",
    "buddy_byte",
    "buddy_mapped",
    "heap",
    "heap_mapped",
    "slab",
    "slab_byte",
    "slab_cache",
    "slab_cache_3",
]

# What is only fuzzed, and the package of its target.
FUZZED_ONLY = {
    "bytes": "//fuzz",
    "differential": "//fuzz",
    "slab_cache_corruption": "//tests/slab_cache",
    "trace": "//fuzz",
}
