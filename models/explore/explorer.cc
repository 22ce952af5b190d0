#include "models/explore/explorer.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "models/explore/sanitizer.h"

namespace lockstep::suite {
namespace {

// States that one thread expands before it takes more, and those between which
// all wait for what is new to be entered.
constexpr StateTree::Id kChunk = 128;
constexpr StateTree::Id kBatch = 128 * kChunk;
// How long before a state is entered its memory is fetched.
constexpr std::size_t kAhead = 8;

}  // namespace

std::uint64_t Explorer::Progress::Transitions() const {
  std::uint64_t sum = 0;
  for (const Tally& tally : tallies) sum += tally.done + tally.refused;
  return sum;
}

Explorer::Explorer(const lockstep_port& port, const Alphabet& alphabet,
                   Options options)
    : options_(std::move(options)) {
  const unsigned threads = options_.sameness == Sameness::kBytes
                               ? 1
                               : std::max(options_.threads, 1u);
  const Walker::Options how{options_.sameness,
                            options_.replays || kHasAddressSanitizer};
  for (unsigned i = 0; i < threads; ++i) {
    walkers_.push_back(std::make_unique<Walker>(
        port, alphabet, how, tree_, known_,
        i < options_.boards.size() ? options_.boards[i] : nullptr));
  }
}

Explorer::Ending Explorer::Run(
    const std::function<bool(const Progress&)>& go_on) {
  findings_.resize(1);
  const std::string key = walkers_.front()->Root(findings_.front());
  if (!Collect()) return Ending::kViolated;
  known_.Insert(key, StateSet::HashOf(key));
  StateTree::Id first = 0;
  StateTree::Id end = 0;  // Of the level.
  while (first < tree_.size()) {
    if (first == end) {
      end = static_cast<StateTree::Id>(tree_.size());
      if (first != 0) ++progress_.depth;
    }
    const StateTree::Id last = first + std::min(kBatch, end - first);
    Expand(first, last);
    const bool holds = Collect();
    first = last;
    progress_.states = tree_.size();
    progress_.expanded = first;
    progress_.frontier = (first < end ? end : tree_.size()) - first;
    progress_.bytes = Bytes();
    if (!holds) return Ending::kViolated;
    if (first == tree_.size()) break;
    if (const auto limit = LimitReached()) return *limit;
    if (!go_on(progress_)) return Ending::kStopped;
  }
  return Ending::kComplete;
}

Explorer::Thrown Explorer::OnAllThreads(std::size_t jobs, const Work& work) {
  std::atomic<std::size_t> next = 0;
  std::vector<Thrown> thrown(walkers_.size());
  const auto run = [&](std::size_t thread) {
    std::size_t job = next++;
    try {
      for (; job < jobs; job = next++) {
        if (!work(job, *walkers_[thread])) return;
      }
    } catch (...) {
      thrown[thread] = {job, std::current_exception()};
    }
  };
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < std::min(walkers_.size(), jobs); ++i) {
      threads.emplace_back(run, i);
    }
    run(0);
  }
  return *std::ranges::min_element(thrown, {}, &Thrown::job);
}

void Explorer::Expand(StateTree::Id first, StateTree::Id last) {
  const std::size_t chunks = (last - first + kChunk - 1) / kChunk;
  findings_.resize(chunks);
  // Of the chunks behind the first one that broke a rule nothing counts, and who
  // broke it may have broken more.
  std::atomic<std::size_t> end_of_chunks = chunks;
  const auto work = [&](std::size_t chunk, Walker& walker) {
    if (chunk >= end_of_chunks) return false;
    Findings& found = findings_[chunk];
    found.Clear();
    StateTree::Id id = first + static_cast<StateTree::Id>(chunk) * kChunk;
    const StateTree::Id end = id + std::min(kChunk, last - id);
    for (; id < end && !found.broken; ++id) walker.Expand(id, found);
    walker.Settle(found);
    if (!found.broken) return true;
    // Chunks are begun in their order, so that none before it is left out.
    std::size_t before = end_of_chunks;
    while (chunk < before &&
           !end_of_chunks.compare_exchange_weak(before, chunk)) {
    }
    return false;
  };
  const Thrown thrown = OnAllThreads(chunks, work);
  if (thrown.job < end_of_chunks) std::rethrow_exception(thrown.what);
}

// What comes first counts, in the order of the chunks and their states.
void Explorer::Enter(std::size_t shard) {
  auto& [all, hashes, are_new] = entering_[shard];
  all.clear();
  hashes.clear();
  for (const Findings& found : findings_) {
    std::string_view keys = found.keys;
    for (const Findings::Reached& one : found.reached) {
      if (StateSet::ShardOf(one.hash) == shard) {
        all.push_back(keys.substr(0, one.key_bytes));
        hashes.push_back(one.hash);
      }
      keys.remove_prefix(one.key_bytes);
    }
    if (found.broken) break;
  }
  are_new.resize(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i + 2 * kAhead < all.size()) {
      known_.ExpectEntry(hashes[i + 2 * kAhead]);
    }
    if (i + kAhead < all.size()) known_.ExpectString(hashes[i + kAhead]);
    are_new[i] = known_.Insert(all[i], hashes[i]);
  }
}

// Whether no rule was broken; what was found behind that does not count.
bool Explorer::Collect() {
  const Thrown thrown =
      OnAllThreads(StateSet::kShards, [&](std::size_t shard, Walker&) {
        Enter(shard);
        return true;
      });
  if (thrown.what) std::rethrow_exception(thrown.what);
  std::array<std::size_t, StateSet::kShards> at{};
  for (const Findings& found : findings_) {
    for (std::size_t i = 0; i < kVerbs; ++i) {
      progress_.tallies[i].done += found.tallies[i].done;
      progress_.tallies[i].refused += found.tallies[i].refused;
    }
    for (const Findings::Reached& one : found.reached) {
      const std::size_t shard = StateSet::ShardOf(one.hash);
      if (entering_[shard].are_new[at[shard]++]) tree_.Add(one.parent, one.op);
    }
    broken_ = found.broken;
    if (broken_) return false;
  }
  return true;
}

std::uint64_t Explorer::Bytes() const {
  std::uint64_t found = 0;
  for (const Findings& findings : findings_) {
    found += findings.keys.capacity() +
             findings.reached.capacity() * sizeof(Findings::Reached);
  }
  for (const Entering& entering : entering_) {
    found += entering.keys.capacity() * sizeof(std::string_view) +
             entering.hashes.capacity() * sizeof(std::uint64_t);
  }
  return known_.Bytes() + tree_.Bytes() + found;
}

// With room for as many new states as the last batch had, twice over.
std::optional<Explorer::Ending> Explorer::LimitReached() const {
  if (tree_.size() >= options_.most_states) return Ending::kMostStates;
  const std::uint64_t more = std::uint64_t{kBatch} * 4;
  const std::uint64_t found = Bytes() - known_.Bytes() - tree_.Bytes();
  const std::uint64_t bytes =
      known_.BytesWith(more) + tree_.BytesWith(more) + 2 * found;
  if (bytes > options_.most_bytes) return Ending::kMostBytes;
  if (tree_.size() + more > StateTree::kMostStates) return Ending::kMostStates;
  return std::nullopt;
}

}  // namespace lockstep::suite
