#ifndef LOCKSTEP_TESTS_MODELS_RECORDED_H_
#define LOCKSTEP_TESTS_MODELS_RECORDED_H_

// The files in tests/traces.

#include <ostream>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace lockstep::suite {

struct RecordedFile {
  std::string name;  // Of the file, without its ending, as a C identifier.
  std::string text;

  friend void PrintTo(const RecordedFile& file, std::ostream* out) {
    *out << file.name;
  }
};

// In the order of their names.
std::vector<RecordedFile> RecordedFiles();

inline std::string NameOfTest(
    const testing::TestParamInfo<RecordedFile>& test) {
  return test.param.name;
}

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TESTS_MODELS_RECORDED_H_
