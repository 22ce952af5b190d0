// lockstep export: a trace as a C program that needs nothing of ours.

#include <CLI/App.hpp>
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "models/script/op.h"
#include "models/script/text.h"
#include "models/script/trace.h"
#include "tools/cli/commands.h"
#include "tools/cli/console.h"
#include "tools/cli/files.h"

namespace lockstep::suite {
namespace {

constexpr std::string_view kBeginning =
    R"(/* How to reproduce a fault of an allocator. Fill in the functions under "THE
 * ALLOCATOR", compile this file with yours, and run it: it prints each step, and
 * exits with 1 if a block overlaps another, is not aligned as asked, or was changed
 * while it was live. */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

)";

constexpr std::string_view kAllocator = R"(
/* THE ALLOCATOR. Each returns 0 if all went well. These stand for malloc; an
 * allocator that is given memory takes it in give_memory. */
static int give_memory(void* start, size_t bytes, int is_first) {
  (void)start, (void)bytes, (void)is_first;
  return 0;
}
static int allocate(size_t bytes, size_t align, void** block) {
  *block = align > 16 ? aligned_alloc(align, (bytes + align - 1) & ~(align - 1))
                      : malloc(bytes);
  return *block == NULL;
}
static int release(void* block, size_t bytes, size_t align) {
  (void)bytes, (void)align;
  free(block);
  return 0;
}

static int reallocate(void* block, size_t bytes, size_t align, size_t new_bytes,
                      size_t new_align, void** out) {
  (void)bytes, (void)align, (void)new_align;
  *out = realloc(block, new_bytes);
  return *out == NULL;
}
static int resize(void* block, size_t bytes, size_t align, size_t new_bytes) {
  (void)block, (void)bytes, (void)align, (void)new_bytes;
  return 1; /* malloc has no such function. */
}
static int allocate_zeroed(size_t count, size_t bytes, size_t align,
                           void** block) {
  (void)align;
  *block = calloc(count, bytes);
  return *block == NULL;
}

static struct { unsigned char* start; size_t bytes, align; int is_live; }
    blocks[BLOCKS];

static void fail(int step, const char* what, int block) {
  printf("step %d: %s: block %d\n", step, what, block);
  exit(1);
}

static void check(int step) {
  for (int i = 0; i < BLOCKS; ++i)
    for (size_t j = 0; blocks[i].is_live && j < blocks[i].bytes; ++j)
      if (blocks[i].start[j] != (unsigned char)(i * 37 + 11))
        fail(step, "a live block was changed", i);
}

static void do_give(int step, size_t offset, size_t bytes, int is_first) {
  printf("%d: memory of %zu bytes at offset %zu: %d\n", step, bytes, offset,
         give_memory(arena + offset, bytes, is_first));
}

/* The client of block b has it here now, and writes to it. */
static void have(int step, int b, void* block, size_t bytes, size_t align) {
  if ((uintptr_t)block % align != 0) fail(step, "not aligned", b);
  for (int i = 0; i < BLOCKS; ++i)
    if (blocks[i].is_live && i != b && /* A block of 0 bytes has an address. */
        blocks[i].start < (unsigned char*)block + bytes + !bytes &&
        (unsigned char*)block <
            blocks[i].start + blocks[i].bytes + !blocks[i].bytes)
      fail(step, "it overlaps another block", b);
  blocks[b].start = block;
  blocks[b].bytes = bytes;
  blocks[b].align = align;
  blocks[b].is_live = 1;
  memset(block, (unsigned char)(b * 37 + 11), bytes);
  check(step);
}

static int tell(int step, int b, size_t bytes, size_t align, int error) {
  printf("%d: block %d of %zu bytes, aligned to %zu: %s\n", step, b, bytes,
         align, error ? "refused" : "served");
  return error;
}

static void do_allocate(int step, int b, size_t bytes, size_t align) {
  void* block = NULL;
  if (blocks[b].is_live) return;
  if (tell(step, b, bytes, align, allocate(bytes, align, &block))) return;
  have(step, b, block, bytes, align);
}

static void do_zeroed(int step, int b, size_t count, size_t bytes,
                      size_t align) {
  void* block = NULL;
  if (blocks[b].is_live) return;
  if (tell(step, b, count * bytes, align,
           allocate_zeroed(count, bytes, align, &block)))
    return;
  if (bytes && count > SIZE_MAX / bytes) fail(step, "the product wraps", b);
  for (size_t j = 0; j < count * bytes; ++j)
    if (((unsigned char*)block)[j]) fail(step, "it is not all zero", b);
  have(step, b, block, count * bytes, align);
}

/* An align of 0: the one it has. */
static void do_resize(int step, int b, size_t bytes, size_t align, int moves) {
  size_t old = blocks[b].bytes, kept = bytes < old ? bytes : old;
  void* block = blocks[b].start;
  if (!blocks[b].is_live) return;
  check(step);
  if (align == 0) align = blocks[b].align;
  int error = moves ? reallocate(block, old, blocks[b].align, bytes, align,
                                 &block)
                    : resize(block, old, blocks[b].align, bytes);
  if (tell(step, b, bytes, align, error)) {
    check(step);
    return;
  }
  blocks[b].is_live = 0;
  for (size_t j = 0; j < kept; ++j)
    if (((unsigned char*)block)[j] != (unsigned char)(b * 37 + 11))
      fail(step, "it lost what it held", b);
  have(step, b, block, bytes, align);
}

static void do_free(int step, int b) {
  check(step);
  if (!blocks[b].is_live) return;
  blocks[b].is_live = 0;
  printf("%d: free of block %d: %d\n", step, b,
         release(blocks[b].start, blocks[b].bytes, blocks[b].align));
  check(step);
}

int main(void) {
  (void)do_give, (void)do_zeroed, (void)do_resize; /* Not all are needed. */
  setvbuf(stdout, NULL, _IONBF, 0);
)";

constexpr std::string_view kEnd =
    R"(  for (int b = 0; b < BLOCKS; ++b) do_free(0, b);
  puts("all steps done, and nothing seen");
  return 0;
}
)";

// "" for a verb that such a program does without.
std::string LineOf(const Op& op, std::size_t step) {
  const std::uint64_t align = std::uint64_t{1} << op.align_log2;
  switch (op.verb) {
    case Verb::kInit:
    case Verb::kAdd:
      return Text("  do_give(", step, ", ", op.offset, "u, ", op.bytes, "u, ",
                  op.verb == Verb::kInit ? 1 : 0, ");\n");
    case Verb::kAllocate:
      return Text("  do_allocate(", step, ", ", op.slot, ", ", op.bytes, "u, ",
                  align, "u);\n");
    case Verb::kAllocateZeroed:
      return Text("  do_zeroed(", step, ", ", op.slot, ", ", op.offset, "u, ",
                  op.bytes, "u, ", align, "u);\n");
    case Verb::kReallocate:
      return Text("  do_resize(", step, ", ", op.slot, ", ", op.bytes, "u, ",
                  align, "u, 1);\n");
    case Verb::kResize:
      return Text("  do_resize(", step, ", ", op.slot, ", ", op.bytes,
                  "u, 0u, 0);\n");
    case Verb::kFree:
      return Text("  do_free(", step, ", ", op.slot, ");\n");
    default:
      return "";
  }
}

std::string ProgramOf(const Trace& trace, std::size_t& left_out) {
  std::uint32_t blocks = 1;
  std::string steps;
  for (std::size_t i = 0; i < trace.script.ops.size(); ++i) {
    const Op& op = trace.script.ops[i];
    const std::string line = LineOf(op, i + 1);
    if (line.empty()) ++left_out;
    steps +=
        line.empty() ? Text("  /* ", i + 1, ": ", FormatOp(op), " */\n") : line;
    if (NamesBlock(op.verb)) blocks = std::max(blocks, op.slot + 1);
  }
  const ArenaSpec& arena = trace.script.arena;
  return Text(kBeginning, "#define BLOCKS ", blocks, "\n", "static _Alignas(",
              std::max<std::uint64_t>(arena.align_bytes, 16),
              ") unsigned char arena[", std::max<std::uint64_t>(arena.bytes, 1),
              "];\n", kAllocator, steps, kEnd);
}

struct Export {
  std::string path;
  std::string output;

  ExitCode Run() const;
};

ExitCode Export::Run() const {
  const std::optional<Trace> trace = ReadTrace(path);
  if (!trace) return kBadInput;
  if (HasThreads(trace->script)) {
    Complain(Text(path,
                  ": it has threads, and a C program without our hooks would "
                  "run them in another schedule each time; run it with: ",
                  CommandForThreads(*trace, path, {})));
    return kBadInput;
  }
  std::size_t left_out = 0;
  const std::string program = ProgramOf(*trace, left_out);
  if (left_out != 0) {
    Complain(Text(left_out, " of ", trace->script.ops.size(),
                  " steps are comments: a plain C program has no word for "
                  "them"));
  }
  if (output.empty()) {
    std::cout << program;
    return kHeld;
  }
  return WriteFile(output, program) ? kHeld : kBadInput;
}

}  // namespace

void AddExportCommand(CLI::App& app, ExitCode& exit_code) {
  CLI::App* const command = app.add_subcommand(
      "export",
      "Write a trace as a C program that needs nothing of Lockstep, for the "
      "bug "
      "tracker of an allocator.\nExample: lockstep export crash-1.trace -o "
      "repro.c");
  const auto exported = std::make_shared<Export>();
  command->add_option("file", exported->path, "A trace; - reads standard input")
      ->required();
  command->add_option("-o,--output", exported->output,
                      "Write to this file, and not to standard output");
  command->callback([exported, &exit_code] { exit_code = exported->Run(); });
}

}  // namespace lockstep::suite
