#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>

#include "models/script/text.h"
#include "models/script/trace.h"
#include "models/system/rules.h"
#include "tools/cli/picture/scene.h"

namespace lockstep::suite {
namespace {

// Small enough to be drawn byte by byte.
constexpr std::uint64_t kSmallBytes = 64;
constexpr std::uint64_t kMuchLarger = 2;
constexpr std::uint64_t kMarginBytes = 16;
constexpr std::uint64_t kMarginShare = 8;

class Bounds {
 public:
  bool IsEmpty() const { return bounds_.start >= bounds_.end; }
  Region Get() const { return bounds_; }
  void Include(Region span) {
    bounds_ = {std::min(bounds_.start, span.start),
               std::max(bounds_.end, span.end)};
  }
  void Include(const Mark& mark) {
    if (mark.block) Include(mark.block->Span());
    if (mark.expected) Include(mark.expected->Span());
    if (mark.offset) Include(PlacedBlock{.offset = *mark.offset}.Span());
  }

 private:
  Region bounds_{std::numeric_limits<std::uint64_t>::max(), 0};
};

}  // namespace

std::size_t Judged::FrameCount() const {
  const std::size_t ops = trace.script.ops.size();
  const bool is_behind = violation && violation->step >= ops;
  return is_behind ? film.frames.size() : std::min(ops, film.frames.size());
}

Region Judged::WindowFrom(std::size_t first_frame) const {
  Bounds bounds;
  Scene scene(film);
  while (scene.position() < std::min(first_frame, film.frames.size())) {
    scene.Advance();
  }
  for (const PlacedBlock& block : scene.blocks()) bounds.Include(block.Span());
  for (std::size_t i = scene.position(); i < film.frames.size(); ++i) {
    const Frame& frame = film.frames[i];
    if (!frame.MakesBlock()) continue;
    bounds.Include(
        PlacedBlock{.offset = frame.outcome.offset, .bytes = frame.bytes}
            .Span());
  }
  bounds.Include(mark);
  if (bounds.IsEmpty()) return {0, trace.script.arena.bytes};
  Bounds whole = bounds;
  for (const Region region : film.regions) whole.Include(region);
  const std::uint64_t most_bytes =
      std::max(kSmallBytes, kMuchLarger * bounds.Get().bytes());
  if (whole.Get().bytes() <= most_bytes) return whole.Get();
  const Region tight = bounds.Get();
  const std::uint64_t margin =
      std::max(kMarginBytes, tight.bytes() / kMarginShare);
  return {tight.start - std::min(margin, tight.start - whole.Get().start),
          tight.end + std::min(margin, whole.Get().end - tight.end)};
}

std::string Judged::OutcomeOf(const Frame& frame) const {
  if (frame.state == Frame::State::kBegun) {
    const bool is_lost = violation && (violation->rule == kCrashRule.name ||
                                       violation->rule == kHangRule.name);
    return is_lost ? "(it did not come back)" : "(not called)";
  }
  const auto step = static_cast<std::size_t>(frame.step);
  std::string text = FormatOutcome(frame.op, frame.outcome);
  if (step >= trace.outcomes.size() || !trace.outcomes[step]) return text;
  const Outcome& expected = *trace.outcomes[step];
  if (SameOutcome(frame.op, expected, frame.outcome)) return text;
  return Text(text, "  (recorded: ", FormatOutcome(frame.op, expected), ")");
}

}  // namespace lockstep::suite
