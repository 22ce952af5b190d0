#ifndef LOCKSTEP_TOOLS_CLI_LANES_TEXT_LANES_H_
#define LOCKSTEP_TOOLS_CLI_LANES_TEXT_LANES_H_

// Lanes as text: a column for each thread.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/system/model.h"
#include "tools/cli/lanes/course.h"

namespace lockstep::suite {

class TextLanes {
 public:
  // Both must outlive it.
  TextLanes(const Course& course, const std::optional<Violation>& violation,
            std::size_t columns);

  // To be called once.
  std::string Draw();

 private:
  std::size_t ColumnOf(std::size_t lane) const;
  std::string Row() const;
  void Emit(std::string row);
  void Say(std::size_t lane, std::string_view text, std::string_view indent);
  void SayWide(std::string_view text);
  void DrawAlone(const Stretch& stretch);
  void DrawBlock();
  void DrawSlice(const Stretch& stretch);
  void DrawLeaving(const Stretch& stretch);
  void DrawArrow(std::size_t from, std::size_t to, std::string_view words,
                 bool is_done);
  std::string Mark() const;

  const Course& course_;
  const std::optional<Violation>& violation_;
  std::size_t columns_;
  std::size_t lane_ = 0;
  std::vector<char> states_;  // Of the lanes: what they show.
  std::string number_;        // For the next row.
  bool was_alone_ = false;
  std::string text_;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TOOLS_CLI_LANES_TEXT_LANES_H_
