// operator new and delete over the malloc of the library that it is in, as an
// allocator in C++ defines them. PLANTED: aligned blocks are not.

#include <cstddef>
#include <new>

extern "C" {
void* my_memalign(std::size_t align, std::size_t bytes);
void my_free(void* pointer);
}

void* operator new(std::size_t bytes) {
  void* const found = my_memalign(16, bytes);
  if (found == nullptr) throw std::bad_alloc();
  return found;
}

void* operator new(std::size_t bytes, std::align_val_t align) {
#ifdef FORGETS_ALIGN
  (void)align;
  return operator new(bytes);
#else
  void* const found = my_memalign(static_cast<std::size_t>(align), bytes);
  if (found == nullptr) throw std::bad_alloc();
  return found;
#endif
}

void operator delete(void* pointer) noexcept { my_free(pointer); }
void operator delete(void* pointer, std::size_t /*bytes*/) noexcept {
  my_free(pointer);
}
void operator delete(void* pointer, std::align_val_t /*align*/) noexcept {
  my_free(pointer);
}
void operator delete(void* pointer, std::size_t /*bytes*/,
                     std::align_val_t /*align*/) noexcept {
  my_free(pointer);
}
