#ifndef LOCKSTEP_TESTS_SLAB_CACHE_YARD_H_
#define LOCKSTEP_TESTS_SLAB_CACHE_YARD_H_

// A provider that counts, lends slabs from a row of numbered places between
// pages that fault, refuses and lies when it is told to, and keeps what it was
// given back readable.
//   Requires   one thread. The Yard outlives every slab.

#include <sys/mman.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "allocator/base/address.h"
#include "allocator/base/layout.h"
#include "allocator/base/platform.h"
#include "allocator/objects/slab_provider.h"

namespace lockstep {

class Yard {
 public:
  // The n-th call from now on fails; 0: none does.
  struct Faults {
    std::size_t refuse = 0;
    std::size_t misalign = 0;
    std::size_t not_take_back = 0;
  };

  Yard(std::size_t slab_bytes, std::size_t places);
  ~Yard();
  Yard(const Yard&) = delete;
  Yard& operator=(const Yard&) = delete;

  // The lowest free place.
  void* Allocate(Layout layout);
  bool Free(void* slab, Layout layout);

  // Every call since the last Journal: "+0" lent place 0, "-0" took it back,
  // "!" refused, "~1" lent place 1 misaligned, "?0" did not take back place 0.
  std::string Journal() { return std::exchange(journal_, std::string()); }
  // What was given back that was not lent so: it never should.
  const std::string& mistakes() const { return mistakes_; }
  std::size_t lent() const {
    return static_cast<std::size_t>(std::ranges::count(lent_, kYes));
  }
  Faults& faults() { return faults_; }
  // Called before a place is lent: what another thread does meanwhile.
  std::function<void()>& meanwhile() { return meanwhile_; }
  // The same, before a place is taken back.
  std::function<void()>& on_return() { return on_return_; }

  Address start() const { return start_; }
  std::size_t bytes() const { return lent_.size() * slab_bytes_; }
  void* place(std::size_t i) const {
    return PointerTo(start_ + i * slab_bytes_);
  }
  bool is_lent(std::size_t i) const { return lent_[i] == kYes; }

  // The memory and the books; which bytes are poisoned, too.
  struct Picture {
    std::vector<unsigned char> bytes;
    std::vector<char> lent;
    std::vector<char> poisoned;  // One an eight bytes.
    bool operator==(const Picture&) const = default;
  };
  Picture Take() const;
  void Restore(const Picture& picture);

 private:
  static constexpr std::size_t kPageBytes = 4096;
  static constexpr std::size_t kGranule = 8;  // Of AddressSanitizer.
  enum : char { kNo, kYes };

  static bool IsNow(std::size_t& countdown) {
    return countdown != 0 && --countdown == 0;
  }
  void Note(char what, std::size_t place) {
    if (!journal_.empty()) journal_ += ' ';
    journal_ += what;
    if (what != '!') journal_ += std::to_string(place);
  }
  void Repoison(const std::vector<char>& poisoned) const;

  std::size_t slab_bytes_;
  std::vector<char> lent_;
  std::size_t mapped_bytes_;
  void* mapped_;
  Address start_;
  Faults faults_;
  std::function<void()> meanwhile_ = [] {};
  std::function<void()> on_return_ = [] {};
  std::string journal_;
  std::string mistakes_;
};

struct YardProvider {
  Yard* yard;

  void* Allocate(Layout layout) const { return yard->Allocate(layout); }
  bool Free(void* slab, Layout layout) const {
    return yard->Free(slab, layout);
  }
};

inline Yard::Yard(std::size_t slab_bytes, std::size_t places)
    : slab_bytes_(slab_bytes),
      lent_(places, kNo),
      mapped_bytes_(AlignUp(bytes(), kPageBytes) + slab_bytes + 2 * kPageBytes),
      mapped_(mmap(nullptr, mapped_bytes_, PROT_NONE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)),
      start_(AlignUp(AddressOf(mapped_) + kPageBytes,
                     std::max(slab_bytes, kPageBytes))) {
  if (mapped_ == MAP_FAILED) std::abort();
  const std::size_t usable = AlignUp(bytes(), kPageBytes);
  if (mprotect(place(0), usable, PROT_READ | PROT_WRITE) != 0) std::abort();
  std::memset(place(0), 0xA5, usable);
}

// Slabs that were never given back are poisoned; the next mapping must not be.
inline Yard::~Yard() {
  Unpoison(place(0), bytes());
  munmap(mapped_, mapped_bytes_);
}

inline void* Yard::Allocate(Layout layout) {
  meanwhile_();
  const auto free = std::ranges::find(lent_, kNo);
  const auto i = static_cast<std::size_t>(free - lent_.begin());
  const bool fits =
      layout.size_bytes() == slab_bytes_ && layout.align_bytes() == slab_bytes_;
  if (!fits) mistakes_ += "asked for another layout; ";
  if (IsNow(faults_.refuse) || free == lent_.end() || !fits) {
    Note('!', 0);
    return nullptr;
  }
  *free = kYes;
  const bool misaligns = IsNow(faults_.misalign);
  Note(misaligns ? '~' : '+', i);
  return static_cast<char*>(place(i)) + (misaligns ? slab_bytes_ / 2 : 0);
}

inline bool Yard::Free(void* slab, Layout layout) {
  on_return_();
  const std::size_t offset = AddressOf(slab) - start_;
  const std::size_t i = offset / slab_bytes_;
  const bool was_lent =
      i < lent_.size() && lent_[i] == kYes &&
      (offset % slab_bytes_ == 0 || offset % slab_bytes_ == slab_bytes_ / 2) &&
      layout.size_bytes() == slab_bytes_ && layout.align_bytes() == slab_bytes_;
  if (!was_lent) {
    mistakes_ += "given back, but not lent: " + std::to_string(offset) + "; ";
    return false;
  }
  lent_[i] = kNo;
  const bool fails = IsNow(faults_.not_take_back);
  Note(fails ? '?' : '-', i);
  return !fails;
}

inline Yard::Picture Yard::Take() const {
  Picture picture{{}, lent_, {}};
  picture.poisoned.reserve(bytes() / kGranule);
  for (std::size_t at = 0; at < bytes(); at += kGranule) {
    picture.poisoned.push_back(IsPoisoned(PointerTo(start_ + at)) ? kYes : kNo);
  }
  Unpoison(place(0), bytes());
  const auto* const first = static_cast<const unsigned char*>(place(0));
  picture.bytes.assign(first, first + bytes());
  Repoison(picture.poisoned);
  return picture;
}

inline void Yard::Restore(const Picture& picture) {
  lent_ = picture.lent;
  journal_.clear();
  Unpoison(place(0), bytes());
  std::memcpy(place(0), picture.bytes.data(), bytes());
  Repoison(picture.poisoned);
}

inline void Yard::Repoison(const std::vector<char>& poisoned) const {
  for (std::size_t i = 0; i < poisoned.size(); ++i) {
    if (poisoned[i] == kYes) {
      Poison(PointerTo(start_ + i * kGranule), kGranule);
    }
  }
}

}  // namespace lockstep

#endif  // LOCKSTEP_TESTS_SLAB_CACHE_YARD_H_
