#include "tools/cli/picture/film.h"

#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <system_error>
#include <type_traits>
#include <vector>

namespace lockstep::suite {
namespace {

[[noreturn]] void Fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

int MakeFile(const char* name) {
  const int file = memfd_create(name, MFD_CLOEXEC);
  if (file < 0) Fail("no file for the steps of a script");
  return file;
}

template <class Record>
void WriteAt(int file, std::uint64_t number, const Record* records,
             std::size_t count) {
  static_assert(std::is_trivially_copyable_v<Record>);
  const std::size_t bytes = count * sizeof(Record);
  const auto at = static_cast<off_t>(number * sizeof(Record));
  if (pwrite(file, records, bytes, at) != static_cast<ssize_t>(bytes)) {
    Fail("the steps of a script cannot be written down");
  }
}

template <class Record>
std::vector<Record> ReadAll(int file) {
  const off_t bytes = lseek(file, 0, SEEK_END);
  std::vector<Record> records(static_cast<std::size_t>(bytes) / sizeof(Record));
  auto* at = reinterpret_cast<char*>(records.data());
  off_t done = 0;
  const auto wanted = static_cast<off_t>(records.size() * sizeof(Record));
  while (done < wanted) {
    const ssize_t got =
        pread(file, at + done, static_cast<std::size_t>(wanted - done), done);
    if (got <= 0) Fail("the steps of a script cannot be read");
    done += got;
  }
  return records;
}

void Empty(int file) {
  if (ftruncate(file, 0) != 0) Fail("the steps of a script cannot be emptied");
}

}  // namespace

Camera::Camera()
    : frames_file_(MakeFile("frames")), regions_file_(MakeFile("regions")) {}

Camera::~Camera() {
  close(frames_file_);
  close(regions_file_);
}

void Camera::Begin(const System& system) {
  system_ = &system;
  frame_count_ = region_count_ = first_region_ = 0;
  last_regions_.clear();
  Empty(frames_file_);
  Empty(regions_file_);
}

void Camera::NoteRegions() {
  const auto now = system_->memory().pieces();
  if (std::ranges::equal(now, last_regions_)) return;
  last_regions_.assign(now.begin(), now.end());
  first_region_ = region_count_;
  WriteAt(regions_file_, first_region_, last_regions_.data(),
          last_regions_.size());
  region_count_ += last_regions_.size();
}

void Camera::Write(Frame frame) {
  NoteRegions();
  frame.first_region = first_region_;
  frame.region_count = last_regions_.size();
  WriteAt(frames_file_, frame_count_, &frame, 1);
  if (frame.state != Frame::State::kBegun) ++frame_count_;
}

Verdict Camera::Before(const Call& call) {
  Write({.op = call.op, .step = call.step, .bytes = call.bytes});
  return std::nullopt;
}

Verdict Camera::Observe(const Call& call, const Outcome& outcome) {
  Write(
      {.op = call.op,
       .step = call.step,
       .state = Frame::State::kDone,
       .frees = call.op.verb == Verb::kFree && system_->IsDone(outcome.status),
       .outcome = outcome,
       .bytes = call.bytes});
  return std::nullopt;
}

Verdict Camera::Skipped(const Op& op, std::size_t step) {
  Write({.op = op, .step = step, .state = Frame::State::kSkipped});
  return std::nullopt;
}

Film Camera::Develop() const {
  return {ReadAll<Frame>(frames_file_), ReadAll<Region>(regions_file_)};
}

}  // namespace lockstep::suite
