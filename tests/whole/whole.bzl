"""The faults that the allocators of this folder can be built with."""

# The name of a port, and the fault that it has: see whole.h, pool.c and own.c.
WHOLES = {
    "whole_honest": "kHonest",
    "whole_copies_too_few": "kCopiesTooFew",
    "whole_copies_too_many": "kCopiesTooMany",
    "whole_grows_over_a_neighbour": "kGrowsOverANeighbour",
    "whole_frees_before_it_fails": "kFreesBeforeItFails",
    "whole_loses_the_align": "kLosesTheAlign",
    "whole_shrinks_too_far": "kShrinksTooFar",
    "whole_keeps_the_tail": "kKeepsTheTail",
    "whole_refuses_to_grow": "kRefusesToGrow",
    "whole_loses_a_flag": "kLosesAFlag",
    "whole_clears_nothing": "kClearsNothing",
    "whole_product_wraps": "kProductWraps",
    "whole_clears_from_usable": "kClearsFromUsable",
    "whole_usable_too_large": "kUsableTooLarge",
    "whole_largest_vanish": "kLargestVanish",
    "whole_cuts_off_sizes": "kCutsOffSizes",
    "whole_keeps_regions_apart": "kKeepsRegionsApart",
    "whole_loses_its_order": "kLosesItsOrder",
    "whole_refuses_near_full": "kRefusesNearFull",
    "whole_too_few_blocks": "kTooFewBlocks",
    "whole_searches_all": "kSearchesAll",
    "whole_frees_twice": "kFreesTwice",
    "whole_frees_inside": "kFreesInside",
    "whole_forgets_layouts": "kForgetsLayouts",
    "whole_changes_any_layout": "kChangesAnyLayout",
}

POOLS = {
    "pool_honest": "kHonest",
    "pool_doubles_without_end": "kDoublesWithoutEnd",
    "pool_tries_only_once": "kTriesOnlyOnce",
    "pool_keeps_all": "kKeepsAll",
    "pool_forgets_what_is_free": "kForgetsWhatIsFree",
}

OWNS = {
    "own_honest": "kHonest",
    "own_never_uses_again": "kNeverUsesAgain",
}
