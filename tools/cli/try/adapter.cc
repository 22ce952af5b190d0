#include "tools/cli/try/adapter.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "models/script/text.h"
#include "tools/cli/try/roles.h"

namespace lockstep::suite {
namespace {

constexpr std::string_view kHead =
    R"(/* A port for Lockstep, around the functions of FILE.
 * `lockstep try` wrote it and will not overwrite it: change what it got wrong.
 * lockstep/port.h says what each function and promise means. */

#include "FILE"

#include "lockstep/port.h"

STATE
static lockstep_status create(void* state) {
  (void)state;
  return LOCKSTEP_OK;
}

static void destroy(void* state) { (void)state; }

)";

constexpr std::string_view kInit =
    R"(static lockstep_status init(void* state, void* start, size_t bytes) {
  (void)state;
  INIT;
  return LOCKSTEP_OK;
}

)";

// Alignments that an allocator does not take as an argument are those of malloc.
constexpr std::string_view kCore =
    R"(static lockstep_status allocate(void* state, size_t bytes, size_t align,
                                void** block) {
  (void)state;
  (void)align;
  void* const found = ALLOCATE;
  if (!found) return LOCKSTEP_NO_MEMORY;
  *block = found;
  return LOCKSTEP_OK;
}

static lockstep_status deallocate(void* state, void* block, size_t bytes,
                                  size_t align) {
  (void)state;
  (void)bytes;
  (void)align;
  FREE;
  return LOCKSTEP_OK;
}

)";

constexpr std::string_view kReallocate =
    R"(static lockstep_status reallocate(void* state, void* block, size_t bytes,
                                  size_t align, size_t new_bytes,
                                  size_t new_align, void** out) {
  (void)state;
  (void)bytes;
  (void)align;
  (void)new_align;
  void* const found = REALLOCATE;
  if (!found) return LOCKSTEP_NO_MEMORY;
  *out = found;
  return LOCKSTEP_OK;
}

)";

constexpr std::string_view kCalloc =
    R"(static lockstep_status allocate_zeroed(void* state, size_t count,
                                       size_t bytes, size_t align,
                                       void** block) {
  (void)state;
  (void)align;
  void* const found = CALLOC;
  if (!found) return LOCKSTEP_NO_MEMORY;
  *block = found;
  return LOCKSTEP_OK;
}

)";

void Replace(std::string& text, std::string_view what, std::string_view with) {
  for (std::size_t at = text.find(what); at != text.npos;
       at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
}

std::string_view SelfOf(const Roles& roles) {
  if (roles.self.empty()) return "";
  return roles.init_returns_self ? "*(self*)state" : "(self*)state";
}

// "f(self, a, b)", with as many of the arguments as it takes.
std::string Call(const Roles& roles, const Function& function,
                 const std::vector<std::string_view>& arguments) {
  const std::string_view self = SelfOf(roles);
  std::size_t left = function.parameters.size();
  std::string text = function.name + "(";
  if (!self.empty()) {
    text += self;
    --left;
  }
  for (std::size_t i = 0; i < left && i < arguments.size(); ++i) {
    if (!text.ends_with('(')) text += ", ";
    text += arguments[i];
  }
  return text + ")";
}

std::string InitOf(const Roles& roles) {
  if (!roles.init_returns_self) {
    return Call(roles, *roles.init, {"start", "bytes"});
  }
  return Text("*(self*)state = ", roles.init->name, "(start, bytes)");
}

bool TakesAlign(const Roles& roles) {
  const std::size_t own = roles.self.empty() ? 1 : 2;
  return roles.allocate.parameters.size() > own;
}

// In the order of port.h, as C++ wants it.
std::string TableOf(std::string_view name, const Roles& roles) {
  std::string fields;
  const auto add = [&](std::string_view field, std::string_view value) {
    fields += Text("    .", field, " = ", value, ",\n");
  };
  add("version", "LOCKSTEP_PORT_VERSION");
  add("name", Text('"', name, '"'));
  add("summary", "\"made by lockstep try\"");
  std::string promises = roles.init ? "" : "LOCKSTEP_OWN_MEMORY";
  // Its state is in globals, or it may be: a promise that holds for all.
  if (roles.init) promises = "LOCKSTEP_ONE_INSTANCE";
  add("capabilities", promises);
  add("state_bytes", roles.self.empty() ? "0" : "sizeof(self)");
  if (!TakesAlign(roles)) add("max_request_align", "16");
  add("create", "create");
  add("destroy", "destroy");
  if (roles.init) add("init", "init");
  add("allocate", "allocate");
  add("deallocate", "deallocate");
  if (roles.reallocate || roles.calloc) add("max_reallocate_align", "16");
  if (roles.reallocate) add("reallocate", "reallocate");
  if (roles.calloc) add("allocate_zeroed", "allocate_zeroed");
  return Text("LOCKSTEP_C_LINKAGE const lockstep_port ", name,
              "_port;\nconst lockstep_port ", name, "_port = {\n", fields,
              "};\nLOCKSTEP_EXPORT(", name, "_port)\n");
}

}  // namespace

std::string MakeAdapter(std::string_view file, std::string_view name,
                        const Roles& roles) {
  std::string text(kHead);
  if (roles.init) text += kInit;
  text += kCore;
  if (roles.reallocate) text += kReallocate;
  if (roles.calloc) text += kCalloc;
  text += TableOf(name, roles);
  Replace(text, "STATE\n",
          roles.self.empty() ? "" : Text("typedef ", roles.self, " self;\n\n"));
  if (roles.init) Replace(text, "INIT;", InitOf(roles) + ";");
  Replace(text, "= ALLOCATE",
          "= " + Call(roles, roles.allocate, {"bytes", "align"}));
  Replace(text, "  FREE;",
          "  " + Call(roles, roles.free, {"block", "bytes", "align"}) + ";");
  if (roles.reallocate) {
    Replace(text, "= REALLOCATE",
            "= " + Call(roles, *roles.reallocate, {"block", "new_bytes"}));
  }
  if (roles.calloc) {
    Replace(text, "= CALLOC",
            "= " + Call(roles, *roles.calloc, {"count", "bytes"}));
  }
  Replace(text, "FILE", file);
  return text;
}

}  // namespace lockstep::suite
