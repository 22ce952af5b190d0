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
CREATEstatic lockstep_status port_create(void* state) {
  (void)state;
  return LOCKSTEP_OK;
}

static void port_destroy(void* state) { (void)state; }

)";

constexpr std::string_view kInit =
    R"(static lockstep_status port_init(void* state, void* start, size_t bytes) {
  (void)state;
  INIT;
  return LOCKSTEP_OK;
}

)";

// Alignments that an allocator does not take as an argument are those of malloc.
constexpr std::string_view kCore =
    R"(static lockstep_status port_allocate(void* state, size_t bytes, size_t align,
                                void** block) {
  (void)state;
  (void)align;
  void* const found = (void*)ALLOCATE;
  if (!found) return LOCKSTEP_NO_MEMORY;
  *block = found;
  return LOCKSTEP_OK;
}

static lockstep_status port_deallocate(void* state, void* block, size_t bytes,
                                  size_t align) {
  (void)state;
  (void)bytes;
  (void)align;
  FREE;
  return LOCKSTEP_OK;
}

)";

constexpr std::string_view kReallocate =
    R"(static lockstep_status port_reallocate(void* state, void* block, size_t bytes,
                                  size_t align, size_t new_bytes,
                                  size_t new_align, void** out) {
  (void)state;
  (void)bytes;
  (void)align;
  (void)new_align;
  void* const found = (void*)REALLOCATE;
  if (!found) return LOCKSTEP_NO_MEMORY;
  *out = found;
  return LOCKSTEP_OK;
}

)";

constexpr std::string_view kCalloc =
    R"(static lockstep_status port_allocate_zeroed(void* state, size_t count,
                                       size_t bytes, size_t align,
                                       void** block) {
  (void)state;
  (void)align;
  void* const found = (void*)CALLOC;
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
  return roles.init_returns_self ? "*(port_self*)state" : "(port_self*)state";
}

// "f(self, a, b)", with as many of the arguments as it takes.
std::string Call(const Roles& roles, const Function& function,
                 const std::vector<std::string_view>& arguments) {
  const std::string_view self = SelfOf(roles);
  const std::size_t own = self.empty() ? 0 : 1;
  std::string text = Text(function.name, "(", self);
  for (std::size_t i = own; i < function.parameters.size(); ++i) {
    const std::string& type = function.parameters[i];
    // C++ converts no void* by itself.
    const bool is_cast = IsPointer(type) && type != "void *";
    text += Text(i == 0 ? "" : ", ", is_cast ? Text("(", type, ")") : "",
                 arguments[i - own]);
  }
  return text + ")";
}

// Whether init says that it takes no such region: false, or a null pointer.
bool MayRefuse(const Roles& roles) {
  return roles.init &&
         (roles.init_returns_self || roles.init->result == "bool" ||
          roles.init->result == "_Bool");
}

std::string InitOf(const Roles& roles) {
  if (!roles.init_returns_self) {
    const std::string call = Call(roles, *roles.init, {"start", "bytes"});
    return MayRefuse(roles) ? Text("if (!", call, ") return LOCKSTEP_NO_MEMORY")
                            : call;
  }
  return Text("*(port_self*)state = ", roles.init->name,
              "(start, bytes);\n  if (!*(port_self*)state) return "
              "LOCKSTEP_NO_MEMORY");
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
  add("capabilities", !roles.init
                          ? "LOCKSTEP_OWN_MEMORY | LOCKSTEP_ONE_INSTANCE"
                      : roles.self.empty() ? "LOCKSTEP_ONE_INSTANCE"
                                           : "0");
  add("state_bytes", roles.self.empty() ? "0" : "sizeof(port_self)");
  // As malloc's memory lies: few allocators expect less.
  if (roles.init) add("region_align_bytes", "16");
  if (!TakesAlign(roles)) add("max_request_align", "16");
  add("create", "port_create");
  add("destroy", "port_destroy");
  if (roles.init) add("init", "port_init");
  add("allocate", "port_allocate");
  add("deallocate", "port_deallocate");
  // Such as one that is too small for it.
  if (MayRefuse(roles)) add("min_region_bytes", "4096");
  if (roles.reallocate || roles.calloc) add("max_reallocate_align", "16");
  if (roles.reallocate) add("reallocate", "port_reallocate");
  if (roles.calloc) add("allocate_zeroed", "port_allocate_zeroed");
  return Text("LOCKSTEP_C_LINKAGE const lockstep_port ", name,
              "_port;\nconst lockstep_port ", name, "_port = {\n", fields,
              "};\nLOCKSTEP_EXPORT(", name, "_port)\n");
}

// The type of the state. It is written as in the parameters of init, and may mean
// something in its namespace only: some compilers add that to the name, and
// clang 16 and later do not.
std::string StateOf(const Roles& roles) {
  if (roles.self.empty()) return "";
  const std::string state = Text("typedef ", roles.self, " port_self;\n");
  const std::string& init = roles.init->name;
  const std::size_t end = init.rfind("::");
  if (end == std::string::npos) return state + '\n';
  const std::string scope = init.substr(0, end);
  return Text("namespace ", scope, " {\n", state, "}\nusing ", scope,
              "::port_self;\n\n");
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
  Replace(text, "STATE\n", StateOf(roles));
  Replace(text, "CREATE",
          roles.init ? ""
                     : "/* Each script expects a fresh allocator. If yours can "
                       "be reset, do it here. */\n");
  if (roles.init) Replace(text, "INIT;", InitOf(roles) + ";");
  Replace(text, "(void*)ALLOCATE",
          "(void*)" + Call(roles, roles.allocate, {"bytes", "align"}));
  Replace(text, "  FREE;",
          "  " + Call(roles, roles.free, {"block", "bytes", "align"}) + ";");
  if (roles.reallocate) {
    Replace(text, "(void*)REALLOCATE",
            "(void*)" + Call(roles, *roles.reallocate, {"block", "new_bytes"}));
  }
  if (roles.calloc) {
    Replace(text, "(void*)CALLOC",
            "(void*)" + Call(roles, *roles.calloc, {"count", "bytes"}));
  }
  Replace(text, "FILE", file);
  return text;
}

}  // namespace lockstep::suite
