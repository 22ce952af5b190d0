#ifndef LOCKSTEP_TOOLS_CLI_TRY_ROLES_H_
#define LOCKSTEP_TOOLS_CLI_TRY_ROLES_H_

// Which of the functions of a file are those of an allocator, told by their
// names and signatures.

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "tools/cli/try/functions.h"

namespace lockstep::suite {

// As the user may name them: "" is found out.
struct RoleNames {
  std::string init;
  std::string allocate;
  std::string free;
  std::string reallocate;
  std::string calloc;

  bool IsGiven() const {
    return !(init + allocate + free + reallocate + calloc).empty();
  }
};

// [self, ] means that the first parameter may be a pointer to the allocator's
// own state, which init makes or returns; then all of them have it.
struct Roles {
  Function allocate;  // void* f([self, ] bytes[, align])
  Function free;      // f([self, ] pointer[, bytes[, align]])
  // f([self, ] start, bytes). None: it has memory of its own, as malloc has.
  std::optional<Function> init;
  std::optional<Function> reallocate;  // void* f([self, ] pointer, bytes)
  std::optional<Function> calloc;      // void* f([self, ] count, bytes)

  // The type of *self where init fills it in; of self where init returns it;
  // "": its state is in globals.
  std::string self;
  bool init_returns_self = false;

  // Whether it is one of them.
  bool Have(const Function& function) const;
  std::string Text() const;  // "my_init(void*, size_t), my_malloc(size_t), ..."
};

//   Errors  a text that names the missing role and lists all functions.
std::expected<Roles, std::string> FindRoles(
    const std::vector<Function>& functions, const RoleNames& names);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TOOLS_CLI_TRY_ROLES_H_
