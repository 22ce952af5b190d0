"""What the animals of a component are seen through."""

# Of each component: the ports that it can be seen through, their systems, and
# the tests of it. `tests` make one program, `sweep`, which takes seconds, another,
# each of the `sanitized` and of the `threads` its own. The first word of an
# animal's name is its component.
COMPONENTS = {
    "buddy": struct(
        ports = ["buddy_port.cc"],
        systems = ["buddy", "buddy_6"],
        tests = [
            "allocator/buddy_test.cc",
            "allocator/buddy_damage_test.cc",
            "allocator/buddy_misuse_test.cc",
            "allocator/buddy_region_test.cc",
        ],
    ),
    "slab": struct(
        ports = ["slab_port.cc"],
        systems = ["slab"],
        tests = ["allocator/slab_test.cc"],
    ),
    "heap": struct(
        ports = ["heap_port.cc"],
        systems = ["heap"],
        tests = ["allocator/heap_test.cc", "allocator/heap_region_test.cc"],
    ),
    "facade": struct(
        ports = ["heap_port.cc"],
        systems = ["slab_byte"],
        tests = ["allocator/byte_allocator_test.cc", "allocator/memory_resource_test.cc"],
    ),
    "cache": struct(
        ports = ["slab_cache_port.cc", "slab_cache_registered.cc"],
        systems = ["slab_cache"],
        tests = [
            "slab_cache/box_test.cc",
            "slab_cache/destructor_test.cc",
            "slab_cache/failure_test.cc",
            "slab_cache/object_test.cc",
            "slab_cache/placement_test.cc",
            "slab_cache/stl_allocator_test.cc",
        ],
        sweep = [
            "slab_cache/corruption.cc",
            "slab_cache/scenes.cc",
            "slab_cache/corruption_test.cc",
        ],
    ),
    "lock": struct(
        ports = ["slab_cache_port.cc", "slab_cache_registered.cc"],
        systems = ["slab_cache"],
        tests = ["slab_cache/handle_test.cc", "slab_cache/hooks_test.cc"],
        threads = [
            "allocator/locked_test.cc",
            "slab_cache/hooks_test.cc",
            "slab_cache/threads_test.cc",
        ],
    ),
    "sanitizer": struct(
        ports = [
            "heap_port.cc",
            "slab_cache_port.cc",
            "slab_cache_registered.cc",
        ],
        systems = ["heap", "slab_cache"],
        sanitized = [
            "allocator/sanitizer_test.cc",
            "slab_cache/sanitizer_test.cc",
        ],
    ),
}

def component_of(name):
    """The first word of an animal's name; the memory resource is a facade."""
    word = name.partition("_")[0]
    return "facade" if word == "pmr" else word

def systems():
    """All that some component is seen through."""
    names = {}
    for component in COMPONENTS.values():
        names.update({s: None for s in component.systems})
    return sorted(names)
