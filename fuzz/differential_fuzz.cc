// One script for both facades and for what is behind them: each must come to
// the same as its allocator does by itself, and all before all models.

#include <cstddef>
#include <cstdint>

#include "fuzz/judge.h"
#include "models/script/op.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  static lockstep::suite::FuzzJudge heap("heap", "slab_byte");
  static lockstep::suite::FuzzJudge slab_byte("slab_byte", "heap");
  static lockstep::suite::FuzzJudge buddy_byte("buddy_byte", "buddy");
  const lockstep::suite::Script script = heap.Decoded({data, size});
  heap.Try(script);
  slab_byte.Try(script);
  buddy_byte.Try(script);
  return 0;
}
