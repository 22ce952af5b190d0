#include "bench/door.h"

#include <algorithm>
#include <cstddef>
#include <cstdlib>

#include "bench/contestant.h"
#include "lockstep/port.h"

namespace lockstep::suite::bench {
namespace {

// Of those without an alignment of their own.
constexpr std::size_t kStateAlign = 64;

void* TakeFromMalloc(void* /*context*/, std::size_t bytes, std::size_t align) {
  return std::aligned_alloc(align, (bytes + align - 1) & ~(align - 1));
}

int GiveBackToMalloc(void* /*context*/, void* memory, std::size_t /*bytes*/,
                     std::size_t /*align*/) {
  std::free(memory);
  return 1;
}

constexpr lockstep_provider kMalloc = {
    .context = nullptr, .take = TakeFromMalloc, .give_back = GiveBackToMalloc};

bool IsWithin(std::size_t asked, std::size_t most) {
  return most == 0 || asked <= most;
}

}  // namespace

void Door::Free::operator()(void* state) const { std::free(state); }

Door::Door(const lockstep_port& port, Memory memory) : port_(port) {
  const std::size_t align = std::max(port.state_align, kStateAlign);
  const std::size_t bytes = std::max(port.state_bytes, std::size_t{1});
  state_.reset(TakeFromMalloc(nullptr, bytes, align));
  is_created_ = state_ != nullptr && port_.create(state_.get()) == LOCKSTEP_OK;
  is_open_ = is_created_ && Open(memory);
}

Door::~Door() {
  if (is_open_ && port_.detach != nullptr) (void)port_.detach(state_.get(), 0);
  if (is_created_) port_.destroy(state_.get());
}

bool Door::Open(Memory memory) {
  if (port_.attach != nullptr) {
    return port_.attach(state_.get(), 0, &kMalloc) == LOCKSTEP_OK;
  }
  return port_.init == nullptr ||
         port_.init(state_.get(), memory.data(), memory.size()) == LOCKSTEP_OK;
}

bool Door::MayAsk(std::size_t bytes, std::size_t align) const {
  return is_open_ && IsWithin(bytes, port_.max_request_bytes) &&
         IsWithin(align, port_.max_request_align);
}

}  // namespace lockstep::suite::bench
