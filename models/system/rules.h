#ifndef LOCKSTEP_MODELS_SYSTEM_RULES_H_
#define LOCKSTEP_MODELS_SYSTEM_RULES_H_

// The names of the rules. They are stable: people filter and deduplicate by
// them.

#include <array>
#include <string_view>

namespace lockstep::suite {

struct Rule {
  std::string_view name;
  std::string_view claim;
};

// Of the shadow: what any client may believe of any allocator.
inline constexpr Rule kStatusRule = {
    "status", "an operation returns one of the errors that it may return"};
inline constexpr Rule kInsideRule = {
    "inside", "a block lies inside a region that was given"};
inline constexpr Rule kAlignedRule = {"aligned", "a block is aligned as asked"};
inline constexpr Rule kDisjointRule = {"disjoint",
                                       "live blocks do not overlap"};
inline constexpr Rule kContentsRule = {
    "contents", "what a client wrote into its block is still there"};
inline constexpr Rule kOutsideRule = {
    "outside", "memory next to the regions that were given is left alone"};
inline constexpr Rule kConservedRule = {
    "conserved", "statistics add up, and follow what is live"};
inline constexpr Rule kUnchangedRule = {
    "unchanged", "a query or a refused operation changes no statistic"};
inline constexpr Rule kRefusalRule = {
    "refusal", "a request that the port promised to serve is served"};
inline constexpr Rule kAcceptedRule = {
    "accepted", "a sound region, and a live block to free, are accepted"};
inline constexpr Rule kDetectedRule = {
    "detected", "misuse that the port promised to detect is refused"};
inline constexpr Rule kUsableRule = {
    "usable", "a block has at least the bytes asked for"};
inline constexpr Rule kZeroedRule = {
    "zeroed", "memory that was asked for as zero is zero"};
inline constexpr Rule kStepsRule = {
    "steps", "an operation visits no more nodes than the port said"};
inline constexpr Rule kLedgerRule = {
    "ledger",
    "memory from a provider comes back once, whole, and is left alone"};
// Of lockstep itself.
inline constexpr Rule kAuditRule = {
    "audit", "the port's own audit finds no broken invariant"};
inline constexpr Rule kRestoredRule = {
    "restored", "with nothing live, the largest request fits as at first"};
inline constexpr Rule kSnapshotsRule = {
    "snapshots", "what was saved and put back goes on as it would have"};
// Of the process that a script runs in.
inline constexpr Rule kCrashRule = {"crash",
                                    "every call leaves the process alive"};
inline constexpr Rule kHangRule = {"hang", "every call comes back"};
// Of several threads.
inline constexpr Rule kOrderRule = {
    "order",
    "outcomes of threads are those of some order, one after the other"};
inline constexpr Rule kDeadlockRule = {
    "deadlock", "no threads wait for each other for ever"};
inline constexpr Rule kLivelockRule = {"livelock",
                                       "some running thread makes progress"};
inline constexpr Rule kRaceRule = {
    "race", "no thread writes to memory that another accesses at the time"};
// Of the other models.
inline constexpr Rule kPlacementRule = {
    "placement", "every outcome is the one that the specification computes"};
inline constexpr Rule kRecordingRule = {
    "recording", "every outcome is the one that was recorded"};
inline constexpr Rule kTwinRule = {
    "twin", "every outcome is the one that another system comes to"};

inline constexpr std::array kRules = {
    kStatusRule,    kInsideRule,    kAlignedRule,   kDisjointRule,
    kContentsRule,  kOutsideRule,   kConservedRule, kUnchangedRule,
    kRefusalRule,   kAcceptedRule,  kDetectedRule,  kUsableRule,
    kZeroedRule,    kStepsRule,     kLedgerRule,    kAuditRule,
    kRestoredRule,  kPlacementRule, kRecordingRule, kTwinRule,
    kSnapshotsRule, kCrashRule,     kHangRule,      kOrderRule,
    kDeadlockRule,  kLivelockRule,  kRaceRule,
};

// "" if there is no rule of that name.
constexpr std::string_view ClaimOf(std::string_view rule) {
  for (const Rule& one : kRules) {
    if (one.name == rule) return one.claim;
  }
  return "";
}

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SYSTEM_RULES_H_
