#include "tools/cli/lanes/course.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "models/schedule/slice.h"
#include "models/script/op.h"
#include "models/script/text.h"
#include "models/script/trace.h"

namespace lockstep::suite {
namespace {

std::string WithoutThread(Op op) {
  op.thread = 0;
  return FormatOp(op);
}

class Tracer {
 public:
  Tracer(const Trace& trace, std::span<const Slice> slices)
      : trace_(trace),
        ops_(trace.script.ops),
        slices_(slices),
        totals_(ops_.size()),
        has_begun_(ops_.size()) {
    course_.was_run = !slices.empty();
    FindThreads();
    FindTotals();
  }

  Course FollowScript(const std::optional<Violation>& violation);
  Course FollowSlices(const std::optional<Violation>& violation);

 private:
  void FindThreads();
  void FindTotals();
  Stretch StretchOf(std::size_t step) const;
  std::string Recorded(std::size_t step) const;
  void Add(Stretch stretch);
  void AddAlonesBefore(std::size_t step);
  void AddSwitches(std::size_t step);
  void AddSlice(std::size_t index);
  void AddGap(std::size_t left_out);
  std::uint8_t NextThread(std::size_t index) const;
  std::string WhyLeft(std::size_t index, std::uint8_t next) const;
  std::string OfTotal(std::size_t step) const;
  std::string Points(const Slice& slice) const;
  bool IsInOneBlock(std::size_t step, std::size_t other) const;
  void MarkViolation(const Violation& violation);
  void NoteWhatIsLeft();

  const Trace& trace_;
  const std::vector<Op>& ops_;
  std::span<const Slice> slices_;
  std::vector<std::uint32_t> totals_;  // Points of an op; 0: it is not known.
  std::vector<bool> has_begun_;
  Course course_;
};

void Tracer::FindThreads() {
  std::vector<std::uint8_t>& threads = course_.threads;
  for (const Op& op : ops_) threads.push_back(op.thread);
  for (const Switch& it : trace_.script.switches) threads.push_back(it.to);
  for (const Slice& slice : slices_) threads.push_back(slice.thread);
  std::ranges::sort(threads);
  const auto repeated = std::ranges::unique(threads);
  threads.erase(repeated.begin(), repeated.end());
  if (!threads.empty() && threads.front() == 0) threads.erase(threads.begin());
}

void Tracer::FindTotals() {
  for (const Slice& slice : slices_) {
    if (slice.ends && slice.step < ops_.size()) {
      totals_[slice.step] = slice.to_point;
    }
  }
}

Stretch Tracer::StretchOf(std::size_t step) const {
  const Op& op = ops_[step];
  return {
      .kind = op.thread == 0 ? Stretch::Kind::kAlone : Stretch::Kind::kSlice,
      .thread = op.thread,
      .step = static_cast<std::uint32_t>(step),
      .op = WithoutThread(op)};
}

std::string Tracer::Recorded(std::size_t step) const {
  const bool is_known =
      step < trace_.outcomes.size() && trace_.outcomes[step].has_value();
  return is_known ? FormatOutcome(ops_[step], *trace_.outcomes[step]) : "";
}

// The first op of a parallel block comes after a mark that threads begin.
void Tracer::Add(Stretch stretch) {
  std::vector<Stretch>& all = course_.stretches;
  const bool is_alone = stretch.kind == Stretch::Kind::kAlone;
  if (!is_alone && (all.empty() || all.back().kind == Stretch::Kind::kAlone)) {
    all.push_back({.kind = Stretch::Kind::kBlock, .step = stretch.step});
  }
  has_begun_[stretch.step] = true;
  all.push_back(std::move(stretch));
}

// Adds the ops before this step that are outside parallel blocks and have no
// slices.
void Tracer::AddAlonesBefore(std::size_t step) {
  for (std::size_t i = 0; i < std::min(step, ops_.size()); ++i) {
    if (ops_[i].thread != 0 || has_begun_[i]) continue;
    Stretch stretch = StretchOf(i);
    stretch.outcome = Recorded(i);
    Add(std::move(stretch));
  }
}

void Tracer::AddSwitches(std::size_t step) {
  bool begins = true;
  for (const Switch& it : trace_.script.switches) {
    if (it.step != step) continue;
    Stretch part = StretchOf(step);
    part.begins = std::exchange(begins, false);
    part.ends = false;
    part.left = Text("point ", it.point);
    if (it.to != part.thread) part.next = it.to;
    Add(std::move(part));
  }
  Stretch last = StretchOf(step);
  last.begins = begins;
  last.outcome = Recorded(step);
  Add(std::move(last));
}

Course Tracer::FollowScript(const std::optional<Violation>& violation) {
  for (std::size_t step = 0; step < ops_.size(); ++step) AddSwitches(step);
  if (violation) MarkViolation(*violation);
  return std::move(course_);
}

std::string Tracer::OfTotal(std::size_t step) const {
  return totals_[step] == 0 ? "" : Text(" of ", totals_[step]);
}

std::string Tracer::Points(const Slice& slice) const {
  if (slice.to_point == 0) return "no points";
  return Text("points ", slice.from_point, " to ", slice.to_point,
              OfTotal(slice.step));
}

bool Tracer::IsInOneBlock(std::size_t step, std::size_t other) const {
  const auto [first, last] = std::minmax(step, other);
  for (std::size_t i = first; i <= last; ++i) {
    if (ops_[i].thread == 0) return false;
  }
  return true;
}

// The thread that goes on in another lane, or 0.
std::uint8_t Tracer::NextThread(std::size_t index) const {
  if (index + 1 >= slices_.size()) return 0;
  const Slice& slice = slices_[index];
  const Slice& next = slices_[index + 1];
  if (next.step >= ops_.size() || !IsInOneBlock(slice.step, next.step)) {
    return 0;
  }
  return next.thread == slice.thread ? 0 : next.thread;
}

std::string Tracer::WhyLeft(std::size_t index, std::uint8_t next) const {
  const Slice& slice = slices_[index];
  switch (slice.end) {
    case Slice::End::kSwitch:
      return Text("point ", slice.to_point, OfTotal(slice.step));
    case Slice::End::kWaits:
      return "waits for a lock";
    case Slice::End::kDone:
      break;
  }
  if (next == 0) return "";
  const auto later = slices_.subspan(index + 1);
  const bool goes_on = std::ranges::any_of(later, [&](const Slice& other) {
    return other.thread == slice.thread && other.step < ops_.size() &&
           IsInOneBlock(slice.step, other.step);
  });
  return goes_on ? "" : Text("thread ", +slice.thread, " is done");
}

void Tracer::AddSlice(std::size_t index) {
  const Slice& slice = slices_[index];
  if (slice.step >= ops_.size()) return;
  AddAlonesBefore(slice.step);
  Stretch stretch = StretchOf(slice.step);
  stretch.begins = slice.begins;
  stretch.ends = slice.ends;
  if (slice.outcome) {
    stretch.outcome = FormatOutcome(ops_[slice.step], *slice.outcome);
  }
  if (stretch.kind == Stretch::Kind::kSlice) {
    stretch.points = Points(slice);
    stretch.next = NextThread(index);
    stretch.left = WhyLeft(index, stretch.next);
    stretch.place = slice.place;
  }
  Add(std::move(stretch));
}

void Tracer::AddGap(std::size_t left_out) {
  course_.stretches.push_back(
      {.kind = Stretch::Kind::kGap,
       .op = Text("... ", left_out, " switches are not shown here ...")});
  for (const Slice& slice : slices_.subspan(kFirstSlices, left_out)) {
    if (slice.step < ops_.size()) has_begun_[slice.step] = true;
  }
}

void Tracer::MarkViolation(const Violation& violation) {
  std::vector<Stretch>& all = course_.stretches;
  course_.is_violated_afterwards = violation.step >= ops_.size();
  if (course_.is_violated_afterwards || all.empty()) return;
  // It is marked at the last part of its op, or at the last part of the run.
  auto found = std::find_if(all.rbegin(), all.rend(), [&](const Stretch& it) {
    return it.kind != Stretch::Kind::kBlock && it.kind != Stretch::Kind::kGap &&
           it.step == violation.step;
  });
  (found == all.rend() ? all.back() : *found).is_violated = true;
}

void Tracer::NoteWhatIsLeft() {
  for (std::size_t step = 0; step < ops_.size(); ++step) {
    if (!has_begun_[step]) course_.not_begun.push_back(FormatOp(ops_[step]));
  }
}

Course Tracer::FollowSlices(const std::optional<Violation>& violation) {
  const std::size_t size = slices_.size();
  for (std::size_t i = 0; i < size; ++i) {
    if (i == kFirstSlices && size > kFirstSlices + kLastSlices) {
      i = size - kLastSlices;
      AddGap(i - kFirstSlices);
    }
    AddSlice(i);
  }
  AddAlonesBefore(violation ? violation->step + 1 : ops_.size());
  if (violation) MarkViolation(*violation);
  NoteWhatIsLeft();
  return std::move(course_);
}

}  // namespace

std::size_t Course::LaneOf(std::uint8_t thread) const {
  return static_cast<std::size_t>(std::ranges::find(threads, thread) -
                                  threads.begin());
}

Course CourseOf(const Trace& trace, std::span<const Slice> slices,
                const std::optional<Violation>& violation) {
  Tracer tracer(trace, slices);
  return slices.empty() ? tracer.FollowScript(violation)
                        : tracer.FollowSlices(violation);
}

}  // namespace lockstep::suite
