#ifndef LOCKSTEP_ALLOCATOR_BYTES_BYTE_STATISTICS_H_
#define LOCKSTEP_ALLOCATOR_BYTES_BYTE_STATISTICS_H_

// What a byte allocator says of its memory, all of one moment.
//   Units   bytes.

#include <cstddef>

namespace lockstep {

struct ByteStatistics {
  std::size_t total_bytes;
  std::size_t used_bytes;
  std::size_t available_bytes;
};

}  // namespace lockstep

#endif  // LOCKSTEP_ALLOCATOR_BYTES_BYTE_STATISTICS_H_
