#include "models/threads/thread_scripts.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "models/threads/thread_script_maker.h"

namespace lockstep::suite {

Script ThreadScripts::Make(std::uint64_t seed, std::uint8_t threads,
                           std::size_t ops) const {
  ThreadScriptMaker making(port_, seed, threads, false);
  static constexpr std::array<std::uint32_t, 8> kSlots = {
      2, 3, 4, 6, 8, 12, 16, kMostSlots};
  making.ChooseSlots(kSlots[making.From(0, kSlots.size() - 1)]);
  making.ChooseLayouts(making.From(1, 4));
  making.script.arena = making.swarm.arena();
  making.script.ops = making.swarm.opening();
  making.AttachMore();
  const std::size_t blocks = making.From(1, 6);
  const std::size_t ops_of_block = std::max<std::size_t>(ops / blocks, threads);
  for (std::size_t block = 0; block < blocks; ++block) {
    // Without an op between them, two blocks would be one.
    const std::uint64_t least = block == 0 ? 0 : 1;
    for (std::uint64_t i = making.From(least, 3); i != 0; --i)
      making.AddAlone();
    // Sometimes not all threads take part.
    const std::uint64_t fewest = std::min<std::uint64_t>(2, threads);
    const std::uint64_t active =
        making.IsOneIn(4) ? making.From(fewest, threads) : threads;
    for (std::size_t i = 0; i < ops_of_block; ++i) making.AddParallel(active);
  }
  return std::move(making.script);
}

Script ThreadScripts::MakeSmall(std::uint64_t seed, std::uint8_t threads,
                                std::size_t ops_per_thread) const {
  ThreadScriptMaker making(port_, seed, threads, true);
  making.ChooseSlots(static_cast<std::uint32_t>(making.From(2, 6)));
  making.ChooseLayouts(making.From(1, 2));
  making.script.arena = making.swarm.arena();
  making.OpenSmall();
  for (std::size_t i = 0; i < ops_per_thread; ++i) {
    for (std::uint8_t thread = 1; thread <= threads; ++thread) {
      making.AddBy(thread);
    }
  }
  return std::move(making.script);
}

}  // namespace lockstep::suite
