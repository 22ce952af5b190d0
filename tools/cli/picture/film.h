#ifndef LOCKSTEP_TOOLS_CLI_PICTURE_FILM_H_
#define LOCKSTEP_TOOLS_CLI_PICTURE_FILM_H_

// What happens to memory in each step of a script, written to files without a
// name. They outlive the process that writes them, so that a script that
// crashes leaves the steps before the crash.
//   Errors     std::system_error if the system has no file for it.
//   Complexity one or two system calls a step.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/script/op.h"
#include "models/system/model.h"
#include "models/system/region.h"
#include "models/system/system.h"

namespace lockstep::suite {

// A step. Those behind the end of the script clean up.
struct Frame {
  enum class State : std::uint8_t {
    kBegun,  // The call did not come back, or was never made.
    kDone,
    kSkipped,
  };

  Op op;
  std::uint64_t step = 0;
  State state = State::kBegun;
  bool frees = false;  // The block of the slot is gone afterwards.
  Outcome outcome{};
  std::uint64_t bytes = 0;  // Of the block.
  // Afterwards, in Film::regions.
  std::uint64_t first_region = 0;
  std::uint64_t region_count = 0;

  bool MakesBlock() const {
    return outcome.status == Status::kOk &&
           (InfoOf(op.verb).form == Form::kBlock || op.verb == Verb::kResize);
  }
};

struct Film {
  std::vector<Frame> frames;
  std::vector<Region> regions;
};

// A model that judges nothing. It must be asked before those that judge.
class Camera final : public Model {
 public:
  Camera();
  ~Camera() override;

  void Begin(const System& system) override;
  Verdict Before(const Call& call) override;
  Verdict Observe(const Call& call, const Outcome& outcome) override;
  Verdict Skipped(const Op& op, std::size_t step) override;

  // Of the last script, also if it ran in a child process.
  Film Develop() const;

 private:
  void NoteRegions();
  void Write(Frame frame);

  int frames_file_;
  int regions_file_;
  const System* system_ = nullptr;
  std::uint64_t frame_count_ = 0;  // Without one that has only begun.
  std::vector<Region> last_regions_;
  std::uint64_t first_region_ = 0;
  std::uint64_t region_count_ = 0;  // In the file.
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TOOLS_CLI_PICTURE_FILM_H_
