#include "tools/cli/weaker.h"

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <algorithm>
#include <bit>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "lockstep/port.h"
#include "models/script/text.h"
#include "models/system/rules.h"
#include "ports/promises.h"
#include "tools/cli/commands.h"

namespace lockstep::suite {
namespace {

std::string FaultOfName(const std::string& name) {
  if ((FindPromise(name) != nullptr && FindPromise(name)->is_promise) ||
      !ClaimOf(name).empty())
    return "";
  return Text("there is no rule or promise called ", name,
              "; see: lockstep list rules, and lockstep/port.h");
}

std::string FaultOfAlign(const std::string& text) {
  std::uint64_t bytes = 0;
  const bool is_number = CLI::detail::lexical_cast(text, bytes);
  return is_number && std::has_single_bit(bytes)
             ? ""
             : Text(text, " is not a power of two");
}

std::size_t Least(std::size_t one, std::uint64_t other) {
  if (other == 0) return one;
  return one == 0 ? static_cast<std::size_t>(other)
                  : std::min(one, static_cast<std::size_t>(other));
}

}  // namespace

void Weaker::AddTo(CLI::App& command) {
  command
      .add_option("--without", without_,
                  "Do not hold the port to this rule or promise, for example "
                  "disjoint or COALESCES; may be repeated")
      ->check(CLI::Validator(FaultOfName, "RULE"));
  command
      .add_option("--max-size", max_bytes_,
                  "Never request more than this many bytes")
      ->check(IsPositive());
  const CLI::Validator is_align(FaultOfAlign, "POWER OF TWO");
  command.add_option("--max-align", max_align_, "Ask for no larger alignment")
      ->check(is_align);
  command
      .add_option("--region-align", region_align_,
                  "Give only regions at multiples of this number of bytes")
      ->check(is_align);
  command.add_flag("--no-zero", is_without_zero_,
                   "Ask for one byte where a script asks for none");
}

const lockstep_port& Weaker::Of(const lockstep_port& port) {
  table_ = port;
  table_.max_request_bytes = Least(port.max_request_bytes, max_bytes_);
  table_.max_request_align = Least(port.max_request_align, max_align_);
  table_.region_align_bytes = std::max(port.region_align_bytes,
                                       static_cast<std::size_t>(region_align_));
  for (const std::string& name : without_) {
    if (const Promise* const promise = FindPromise(name)) {
      table_.capabilities &= ~promise->bits;
    } else {
      RemoveRule(name);
    }
  }
  return table_;
}

// A rule that speaks of what a port may leave out: it is left out, so that what
// follows in a script is still tried. See IsWithout for the other rules.
void Weaker::RemoveRule(std::string_view rule) {
  constexpr lockstep_capabilities kAllDetects = lockstep_capabilities{0xFFFF}
                                                << 16;
  constexpr lockstep_capabilities kDetects =
      kAllDetects | LOCKSTEP_DIES_OF(kAllDetects);
  if (rule == kAuditRule.name) table_.audit = nullptr;
  if (rule == kUsableRule.name) table_.usable = nullptr;
  if (rule == kPlacementRule.name) table_.placement = nullptr;
  if (rule == kRestoredRule.name) table_.capabilities &= ~LOCKSTEP_RESTORES;
  if (rule == kDetectedRule.name) table_.capabilities &= ~kDetects;
  if (rule == kConservedRule.name || rule == kUnchangedRule.name) {
    table_.statistics = nullptr;
    table_.capabilities &= ~LOCKSTEP_COUNTS_REQUESTED;
  }
  if (rule == kRefusalRule.name) {
    table_.needs = nullptr;
    table_.capabilities &= ~(
        LOCKSTEP_COALESCES | LOCKSTEP_SERVES_WHILE_PROVIDED |
        LOCKSTEP_FITS_AGAIN | LOCKSTEP_RESIZE_SHRINKS | LOCKSTEP_RESIZE_GROWS);
  }
  if (rule == kStepsRule.name) table_.steps_growth = 0;
  if (rule == kZeroedRule.name) {
    table_.allocate_zeroed = nullptr;
    table_.reallocate_zeroed = nullptr;
  }
}

bool Weaker::IsWithout(std::string_view rule) const {
  return std::ranges::find(without_, rule) != without_.end();
}

void Weaker::Change(Jury::Options& options) const {
  options.is_without_zero = is_without_zero_;
  options.arguments = Arguments();
}

std::string Weaker::Arguments() const {
  std::string text;
  for (const std::string& name : without_) text += Text(" --without ", name);
  if (max_bytes_ != 0) text += Text(" --max-size ", max_bytes_);
  if (max_align_ != 0) text += Text(" --max-align ", max_align_);
  if (region_align_ != 0) text += Text(" --region-align ", region_align_);
  return text + (is_without_zero_ ? " --no-zero" : "");
}

}  // namespace lockstep::suite
