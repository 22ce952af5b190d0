#include "models/threads/linearise.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/script/text.h"
#include "models/script/trace.h"
#include "models/system/rules.h"
#include "models/threads/held_blocks.h"
#include "models/threads/order_search.h"
#include "models/threads/request.h"

namespace lockstep::suite {
namespace {

using States = std::map<std::string, SpecState>;

std::string NameOf(const Event& event) {
  std::string text = FormatOp(event.op);
  const std::string thread = Text("t", unsigned{event.op.thread}, " ");
  if (event.op.thread != 0 && !text.starts_with(thread)) text = thread + text;
  return text;
}

std::string EventInWords(const Event& event) {
  return Text(NameOf(event), " -> ", FormatOutcome(event.op, event.outcome));
}

std::string CountsInWords(const Statistics& statistics) {
  const Op stats{.verb = Verb::kStatistics};
  Outcome outcome;
  outcome.status = Status::kOk;
  outcome.statistics = statistics;
  return FormatOutcome(stats, outcome);
}

// A reallocation takes effect in several steps, unless the block stays in
// place.
void AddSteps(const Event& event, const Call& call, bool overlaps,
              Segment& segment) {
  using Part = Step::Part;
  const std::size_t number = segment.events.size() - 1;
  const auto add = [&](Part part) {
    segment.steps.push_back({number, part, call});
  };
  const bool moves = event.op.verb == Verb::kReallocate ||
                     event.op.verb == Verb::kReallocateZeroed;
  const Status status = event.outcome.status;
  const bool is_elsewhere =
      status == Status::kOk && event.outcome.offset != call.offset;
  if (!overlaps || !moves || call.pointer == nullptr ||
      (!is_elsewhere && status != Status::kNoMemory)) {
    add(Part::kWhole);
    return;
  }
  add(Part::kStays);
  add(Part::kIsPlaced);
  if (is_elsewhere) add(Part::kIsFreed);
}

class Lineariser {
 public:
  Lineariser(const Scene& scene, std::uint64_t most_nodes)
      : scene_(scene), most_nodes_(most_nodes) {
    SpecState first(scene.port);
    std::string key = first.Key();
    states_.emplace(std::move(key), std::move(first));
  }

  // False: the verdict is final.
  bool Follow(const std::vector<const Event*>& events);
  void Finish(const Statistics& at_rest, std::size_t step);
  Linearised& result() { return result_; }

 private:
  const char* WhyNot(const Event& event) const;
  Segment MakeSegment(const std::vector<const Event*>& events);
  Violation Stuck(const Segment& segment, const Deepest& deepest) const;
  Violation StuckAmong(const Segment& segment, const Deepest& deepest) const;
  bool CompareStatistics(const Statistics& came, std::size_t step,
                         const char* when);
  std::string_view Rule() const {
    return has_overlapped_ ? kOrderRule.name : kPlacementRule.name;
  }

  const Scene& scene_;
  const std::uint64_t most_nodes_;
  HeldBlocks held_;
  States states_;
  bool has_overlapped_ = false;
  Linearised result_;
};

const char* Lineariser::WhyNot(const Event& event) const {
  const bool is_cache = scene_.port.attach != nullptr;
  if (IsBatch(event.op.verb)) return "a batch is not in the specification";
  if (is_cache && event.op.verb == Verb::kAllocate &&
      event.outcome.status == Status::kFatalError) {
    return "an allocation that overlaps others could not give memory back";
  }
  return nullptr;
}

Segment Lineariser::MakeSegment(const std::vector<const Event*>& events) {
  Segment segment;
  for (const Event* event : events) {
    const Call call = CallOf(scene_.port, *event, held_.Find(event->op.slot));
    held_.Follow(*event);
    // A misuse was refused, and has changed nothing.
    if (InfoOf(event->op.verb).is_misuse) continue;
    segment.events.push_back(event);
    AddSteps(*event, call, events.size() > 1, segment);
  }
  return segment;
}

bool Lineariser::Follow(const std::vector<const Event*>& events) {
  has_overlapped_ = has_overlapped_ || events.size() > 1;
  if (events.size() > kMostOverlapping) {
    result_.why_not = Text(events.size(), " operations overlap, of ",
                           kMostOverlapping, " that can be put in order");
    return false;
  }
  for (const Event* event : events) {
    if (events.size() == 1) continue;
    if (const char* why = WhyNot(*event)) result_.why_not = why;
  }
  if (!result_.why_not.empty()) return false;
  const Segment segment = MakeSegment(events);
  States after;
  OrderSearch search(segment, scene_.arena.bytes, most_nodes_ - result_.nodes);
  bool has_ended = true;
  for (const auto& [key, state] : states_) {
    has_ended = has_ended && search.Run(state, after);
  }
  result_.nodes += search.nodes();
  if (!has_ended) {
    result_.why_not = Text("the search ended after ", most_nodes_, " steps");
    return false;
  }
  states_ = std::move(after);
  if (states_.empty()) result_.verdict = Stuck(segment, search.deepest());
  const Event& first = *events.front();
  const bool has_statistics =
      first.has_statistics || first.op.verb == Verb::kStatistics;
  if (events.size() == 1 && !result_.verdict && has_statistics) {
    return CompareStatistics(events.front()->outcome.statistics,
                             events.front()->step, "afterwards ");
  }
  return !result_.verdict;
}

// Keeps the states in which the statistics are those that were read.
bool Lineariser::CompareStatistics(const Statistics& came, std::size_t step,
                                   const char* when) {
  const std::string expected =
      CountsInWords(states_.begin()->second.ReadStatistics());
  std::erase_if(states_, [&](const auto& state) {
    return !state.second.HasStatistics(came);
  });
  if (!states_.empty()) return true;
  result_.verdict =
      Violation{Rule(), step, when + expected, when + CountsInWords(came)};
  return false;
}

void Lineariser::Finish(const Statistics& at_rest, std::size_t step) {
  if (scene_.port.statistics == nullptr) return;
  CompareStatistics(at_rest, step, "at rest ");
}

Violation Lineariser::Stuck(const Segment& segment,
                            const Deepest& deepest) const {
  if (segment.overlaps()) return StuckAmong(segment, deepest);
  const Event& event = *segment.events.front();
  const std::string after =
      has_overlapped_ ? "after any order of what came before: " : "";
  return {Rule(), event.step, after + FormatOutcome(event.op, deepest.expected),
          FormatOutcome(event.op, event.outcome)};
}

Violation Lineariser::StuckAmong(const Segment& segment,
                                 const Deepest& deepest) const {
  std::string all;
  for (const Event* event : segment.events) {
    all += Text(all.empty() ? "" : "; ", EventInWords(*event));
  }
  std::string placed;
  for (const std::size_t step : deepest.order) {
    if (segment.steps[step].part == Step::Part::kStays) continue;
    const Event& event = *segment.events[segment.steps[step].event];
    placed += Text(placed.empty() ? "" : "; ", EventInWords(event));
  }
  const Event& stuck = *segment.events[segment.steps[deepest.stuck].event];
  return {
      kOrderRule.name, stuck.step,
      "some order of the operations that overlap, one after the other, that "
      "gives their outcomes",
      Text("no order of these ", segment.events.size(),
           " operations gives these outcomes: ", all, ". ",
           placed.empty() ? "As the first of them, "
                          : "The longest that does: " + placed + ". After it, ",
           NameOf(stuck), " -> ", FormatOutcome(stuck.op, deepest.expected),
           " would be right")};
}

}  // namespace

Linearised Linearise(const Scene& scene, const History& history,
                     const std::optional<Statistics>& at_rest,
                     std::uint64_t most_nodes) {
  const auto not_judged = [](const char* why) {
    return Linearised{{}, 0, why, false};
  };
  if (!SpecState(scene.port)) return not_judged("there is no specification");
  if (scene.is_apart) return not_judged("each thread has an instance");
  Lineariser lineariser(scene, most_nodes);
  std::vector<const Event*> segment;
  std::uint64_t end = 0;
  std::size_t step = 0;
  for (const Event& event : history) {
    if (event.outcome.status == Status::kSkipped) continue;
    if (!segment.empty() && event.before > end) {
      if (!lineariser.Follow(segment)) return std::move(lineariser.result());
      segment.clear();
    }
    segment.push_back(&event);
    end = std::max(end, event.after);
    step = event.step;
  }
  if (!segment.empty() && !lineariser.Follow(segment)) {
    return std::move(lineariser.result());
  }
  if (at_rest) lineariser.Finish(*at_rest, step);
  return std::move(lineariser.result());
}

}  // namespace lockstep::suite
