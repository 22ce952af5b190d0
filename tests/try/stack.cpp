// A class-less C++ allocator with a state of its own: blocks are never reused.
#include <cstddef>
#include <cstdint>

namespace mine {

struct Stack {
  std::uintptr_t next;
  std::uintptr_t end;
};

void Init(Stack* stack, void* start, std::size_t bytes) {
  stack->next = reinterpret_cast<std::uintptr_t>(start);
  stack->end = stack->next + bytes;
}

void* Allocate(Stack* stack, std::size_t bytes, std::size_t align) {
  const std::uintptr_t start = (stack->next + align - 1) & ~(align - 1);
  const std::size_t asked = bytes == 0 ? 1 : bytes;
  if (start < stack->next || start > stack->end || asked > stack->end - start) {
    return nullptr;
  }
  stack->next = start + asked;
  return reinterpret_cast<void*>(start);
}

void Free(Stack* /*stack*/, void* /*block*/) {}

}  // namespace mine
