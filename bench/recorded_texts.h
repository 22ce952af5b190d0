#ifndef LOCKSTEP_BENCH_RECORDED_TEXTS_H_
#define LOCKSTEP_BENCH_RECORDED_TEXTS_H_

// The files of tests/traces, so that the program needs none where it runs.

#include <span>

namespace lockstep::suite::bench {

struct RecordedText {
  const char* name;  // Of the file, without its ending.
  const char* text;
};

// In the order of their names.
extern const std::span<const RecordedText> kRecordedTexts;

}  // namespace lockstep::suite::bench

#endif  // LOCKSTEP_BENCH_RECORDED_TEXTS_H_
