#include "tools/cli/try/roles.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/script/text.h"

namespace lockstep::suite {
namespace {

using Words = std::vector<std::string_view>;

std::string Lower(std::string_view name) {
  std::string lower(name);
  std::ranges::transform(lower, lower.begin(), [](unsigned char letter) {
    return static_cast<char>(std::tolower(letter));
  });
  return lower;
}

bool HasAny(const std::string& name, const Words& words) {
  return std::ranges::any_of(words, [&](std::string_view word) {
    return name.find(word) != name.npos;
  });
}

// p: a pointer, s: a size, ?: something else.
std::string ShapeOf(const Function& function) {
  std::string shape;
  for (const std::string& type : function.parameters) {
    shape += IsPointer(type) ? 'p' : IsSize(type) ? 's' : '?';
  }
  return shape;
}

bool IsOneOf(const Function& function, const Words& shapes) {
  return std::ranges::find(shapes, ShapeOf(function)) != shapes.end();
}

// What one role asks of a function.
struct Sought {
  Words words;   // One of them is in its name,
  Words others;  // none of these,
  Words shapes;  // and it is called like this.
  bool returns_pointer = false;
};

const Sought& InitSought() {
  static const Sought sought{{"init", "create", "setup", "start"},
                             {"deinit", "uninit"},
                             {"ps", "pps"}};
  return sought;
}
const Sought& AllocateSought() {
  static const Sought sought{{"alloc", "acquire", "get", "new"},
                             {"realloc", "calloc", "dealloc", "free", "init"},
                             {"s", "ss", "ps", "pss"},
                             true};
  return sought;
}
const Sought& FreeSought() {
  static const Sought sought{{"free", "dealloc", "release", "put", "delete"},
                             {"realloc"},
                             {"p", "ps", "pss", "pp", "pps", "ppss"}};
  return sought;
}
const Sought& ReallocateSought() {
  static const Sought sought{{"realloc"}, {}, {"ps", "pps"}, true};
  return sought;
}
const Sought& CallocSought() {
  static const Sought sought{{"calloc"}, {}, {"ss", "pss"}, true};
  return sought;
}

bool Fits(const Function& function, const Sought& sought) {
  return IsOneOf(function, sought.shapes) &&
         (!sought.returns_pointer || IsPointer(function.result));
}

// How many of its pointers are not void*: a function for clients has few.
std::size_t OwnTypesIn(const Function& function) {
  return static_cast<std::size_t>(
      std::ranges::count_if(function.parameters, [](const std::string& type) {
        return IsPointer(type) && type.find("void") == std::string::npos;
      }));
}

bool IsNamedFor(const Function& function, const Sought& sought) {
  const std::string name = Lower(function.name);
  return HasAny(name, sought.words) && !HasAny(name, sought.others);
}

std::expected<std::optional<Function>, std::string> FindNamed(
    const std::vector<Function>& functions, const std::string& name,
    const Sought& sought) {
  const auto found = std::ranges::find(functions, name, &Function::name);
  if (found == functions.end()) {
    return std::unexpected(Text("it defines no function ", name));
  }
  if (Fits(*found, sought)) return *found;
  return std::unexpected(
      Text(found->Text(),
           " cannot be called for this; write the adapter by "
           "hand: lockstep new c NAME"));
}

// The one that is named, or the one whose name says it: of several the first
// that takes the fewest types of the file's own.
std::expected<std::optional<Function>, std::string> Find(
    const std::vector<Function>& functions, const std::string& named,
    const Sought& sought) {
  if (!named.empty()) return FindNamed(functions, named, sought);
  std::optional<Function> best;
  for (const Function& function : functions) {
    if (!IsNamedFor(function, sought) || !Fits(function, sought)) continue;
    if (!best || OwnTypesIn(function) < OwnTypesIn(*best)) best = function;
  }
  return best;
}

std::string Missing(std::string_view what, std::string_view option,
                    const std::vector<Function>& functions) {
  std::string text = Text("found no function that ", what, "; name it with ",
                          option, ". It defines:");
  for (const Function& function : functions) {
    text += Text("\n  ", function.result, " ", function.Text());
  }
  return functions.empty()
             ? text + " no function (methods of classes are not looked at)"
             : text;
}

std::string Pointee(std::string type) {
  const std::size_t star = type.rfind('*');
  type.erase(star);
  while (type.ends_with(' ')) type.pop_back();
  return type;
}

// "" if all of them have a state, or none has.
std::string FaultOf(const Roles& roles) {
  const bool has_self = !roles.self.empty();
  if (!has_self && ShapeOf(roles.allocate).starts_with('p')) {
    return Text(roles.allocate.Text(),
                " needs a state, and there is no function that makes one of "
                "(start, bytes) or (state, start, bytes); name it with --init");
  }
  if (ShapeOf(roles.free).starts_with("pp") != has_self) {
    return Text(roles.allocate.Text(), " and ", roles.free.Text(),
                " do not go together; name others with --allocate and --free");
  }
  if (roles.init_returns_self && !IsPointer(roles.init->result)) {
    return Text(roles.init->Text(), " returns no state, and ",
                roles.allocate.Text(), " needs one");
  }
  return "";
}

// A state of its own is the first parameter of all of them.
void FindSelf(Roles& roles) {
  if (!roles.init) return;
  const std::string shape = ShapeOf(roles.allocate);
  if (!shape.starts_with('p')) return;
  const std::string& first = roles.allocate.parameters.front();
  roles.init_returns_self = ShapeOf(*roles.init) == "ps";
  roles.self = roles.init_returns_self ? first : Pointee(first);
}

}  // namespace

bool Roles::Have(const Function& function) const {
  const auto is_it = [&](const std::optional<Function>& role) {
    return role && role->name == function.name;
  };
  return is_it(allocate) || is_it(free) || is_it(init) || is_it(reallocate) ||
         is_it(calloc);
}

std::string Roles::Text() const {
  std::string text = init ? init->Text() + ", " : "";
  text += allocate.Text() + ", " + free.Text();
  if (reallocate) text += ", " + reallocate->Text();
  if (calloc) text += ", " + calloc->Text();
  return text;
}

std::expected<Roles, std::string> FindRoles(
    const std::vector<Function>& functions, const RoleNames& names) {
  const auto init = Find(functions, names.init, InitSought());
  const auto allocate = Find(functions, names.allocate, AllocateSought());
  const auto free = Find(functions, names.free, FreeSought());
  const auto reallocate = Find(functions, names.reallocate, ReallocateSought());
  const auto calloc = Find(functions, names.calloc, CallocSought());
  for (const auto* found : {&init, &allocate, &free, &reallocate, &calloc}) {
    if (!*found) return std::unexpected(found->error());
  }
  if (!*allocate) {
    return std::unexpected(Missing("allocates", "--allocate", functions));
  }
  if (!*free) return std::unexpected(Missing("frees", "--free", functions));
  Roles roles{**allocate, **free, *init, *reallocate, *calloc, "", false};
  FindSelf(roles);
  if (const std::string fault = FaultOf(roles); !fault.empty()) {
    return std::unexpected(fault);
  }
  return roles;
}

}  // namespace lockstep::suite
