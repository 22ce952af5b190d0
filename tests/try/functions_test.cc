#include "tools/cli/try/functions.h"

#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "tools/cli/try/adapter.h"
#include "tools/cli/try/roles.h"

namespace lockstep::suite {
namespace {

std::vector<std::string> TextsOf(const std::vector<Function>& functions) {
  std::vector<std::string> texts;
  for (const Function& function : functions) {
    texts.push_back(function.result + " " + function.Text());
  }
  return texts;
}

// As clang 19 prints it, shortened: a function of a header, one that is only
// declared, and one in a namespace.
constexpr const char* kTree =
    R"(TranslationUnitDecl 0x1 <<invalid sloc>> <invalid sloc>
|-FunctionDecl 0x2 </usr/include/stdlib.h:1:1, line:2:1> line:1:6 in_header 'void (void)'
| `-CompoundStmt 0x3 <line:1:8, line:2:1>
|-FunctionDecl 0x4 <mine.c:3:1, col:20> col:6 used declared 'void (int)'
|-FunctionDecl 0x5 <line:5:1, line:7:1> line:5:7 used my_malloc 'void *(size_t)'
| |-ParmVarDecl 0x6 <col:17, col:24> col:24 used n 'size_t':'unsigned long'
| `-CompoundStmt 0x7 <col:27, line:7:1>
|   `-CallExpr 0x8 </usr/include/macro.h:9:1, col:3> 'int'
|-NamespaceDecl 0x9 <mine.c:9:1, line:12:1> line:9:11 mine
| `-FunctionDecl 0xa <line:10:1, line:11:1> line:10:6 Free 'void (void *, unsigned long) noexcept'
|   `-CompoundStmt 0xb <col:3, line:11:1>
`-FunctionDecl 0xc <line:14:1, col:30> col:6 last 'void (void)'
  `-CompoundStmt 0xd <col:12, col:30>
)";

TEST(SyntaxTree, HasWhatTheFileDefines) {
  EXPECT_EQ(TextsOf(ReadSyntaxTree(kTree, "./mine.c")),
            (std::vector<std::string>{"void * my_malloc(size_t)",
                                      "void mine::Free(void *, unsigned long)",
                                      "void last()"}));
}

TEST(Prototypes, HaveWhatTheFileDefines) {
  constexpr const char* kText =
      "/* /usr/include/stdlib.h:5:NC */ extern void free (void *);\n"
      "/* mine.c:8:NF */ extern void my_init (void *mem, size_t bytes); "
      "/* (mem, bytes) void *mem; size_t bytes; */\n"
      "/* mine.c:18:NF */ extern void *my_malloc (size_t n); "
      "/* (n) size_t n; */\n"
      "/* mine.c:20:NC */ extern void declared (void); /* () */\n";
  EXPECT_EQ(TextsOf(ReadPrototypes(kText, "mine.c")),
            (std::vector<std::string>{"void my_init(void *, size_t)",
                                      "void * my_malloc(size_t)"}));
}

Function Make(const char* name, const char* result,
              std::vector<std::string> parameters) {
  return {name, result, std::move(parameters)};
}

TEST(Roles, AreToldByNameAndSignature) {
  const auto roles =
      FindRoles({Make("my_log", "void", {"const char *"}),
                 Make("my_calloc", "void *", {"size_t", "size_t"}),
                 Make("my_free_bytes", "size_t", {}),
                 Make("my_realloc", "void *", {"void *", "size_t"}),
                 Make("my_malloc", "void *", {"size_t"}),
                 Make("my_free", "void", {"void *"}),
                 Make("my_init", "void", {"void *", "size_t"})},
                {});
  ASSERT_TRUE(roles) << roles.error();
  EXPECT_EQ(roles->Text(),
            "my_init(void *, size_t), my_malloc(size_t), my_free(void *), "
            "my_realloc(void *, size_t), my_calloc(size_t, size_t)");
  EXPECT_EQ(roles->self, "");
}

TEST(Roles, KnowAStateThatInitFillsInOrReturns) {
  const std::vector<Function> filled = {
      Make("init", "void", {"Heap *", "void *", "size_t"}),
      Make("alloc", "void *", {"Heap *", "size_t", "size_t"}),
      Make("dealloc", "void", {"Heap *", "void *"})};
  EXPECT_EQ(FindRoles(filled, {})->self, "Heap");
  const std::vector<Function> returned = {
      Make("create", "tlsf_t *", {"void *", "size_t"}),
      Make("tlsf_malloc", "void *", {"tlsf_t *", "size_t"}),
      Make("tlsf_free", "void", {"tlsf_t *", "void *"})};
  const auto roles = FindRoles(returned, {});
  EXPECT_EQ(roles->self, "tlsf_t *");
  EXPECT_TRUE(roles->init_returns_self);
}

TEST(Roles, SayWhatIsMissing) {
  const std::vector<Function> functions = {Make("grab", "void *", {"size_t"}),
                                           Make("drop", "void", {"void *"})};
  EXPECT_NE(
      FindRoles(functions, {})
          .error()
          .find("found no function that allocates; name it with --allocate. It "
                "defines:\n  void * grab(size_t)"),
      std::string::npos);
  RoleNames names;
  names.allocate = "grab";
  names.free = "drop";
  EXPECT_TRUE(FindRoles(functions, names));
  names.free = "dorp";
  EXPECT_EQ(FindRoles(functions, names).error(), "it defines no function dorp");
  EXPECT_FALSE(FindRoles({Make("pool_alloc", "void *", {"pool *", "size_t"}),
                          Make("pool_free", "void", {"pool *", "void *"})},
                         {}));
}

// clang 16 and later say "Stack *" of a parameter that is a mine::Stack*.
TEST(Adapter, NamesTheStateAsItsFunctionsDo) {
  Roles roles;
  roles.allocate = {"mine::Allocate", "void *", {"Stack *", "size_t"}};
  roles.free = {"mine::Free", "void", {"Stack *", "void *"}};
  roles.init = {"mine::Init", "void", {"Stack *", "void *", "size_t"}};
  roles.self = "Stack";
  EXPECT_TRUE(MakeAdapter("stack.cpp", "stack", roles)
                  .contains("namespace mine {\ntypedef Stack port_self;\n}\n"
                            "using mine::port_self;\n"));
  roles.init->name = "stack_init";
  EXPECT_TRUE(MakeAdapter("stack.c", "stack", roles)
                  .contains("\n\ntypedef Stack port_self;\n\n"));
}

}  // namespace
}  // namespace lockstep::suite
