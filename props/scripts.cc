#include "props/scripts.h"

#include <rapidcheck.h>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "models/judge/variants.h"
#include "models/script/swarm.h"

namespace lockstep::suite {
namespace {

Script Make(const lockstep_port& port, rc::Random random, int size) {
  const std::uint64_t bits = random.next();
  const std::uint64_t subset_bits = random.next();
  const Swarm swarm = random.next() % 2 == 0
                          ? Swarm::Whole(port, bits)
                          : Swarm::Part(port, bits, subset_bits);
  Script script{swarm.arena(), swarm.opening()};
  for (int i = 0; i < size; ++i) {
    const std::uint64_t choice = random.next();
    script.ops.push_back(swarm.Make({choice, random.next()}));
  }
  return script;
}

template <class Number>
rc::Seq<Op> WithSmaller(const Op& op, Number Op::* field) {
  return rc::seq::map(rc::shrink::towards(op.*field, Number{0}),
                      [op, field](Number less) {
                        Op smaller = op;
                        smaller.*field = less;
                        return smaller;
                      });
}

rc::Seq<Op> SmallerOps(const Op& op) {
  return rc::seq::concat(
      WithSmaller(op, &Op::bytes), WithSmaller(op, &Op::align_log2),
      WithSmaller(op, &Op::offset), WithSmaller(op, &Op::slot));
}

// From the end, without all ops, half of them, a quarter, ... one. RapidCheck's
// own removeChunks would begin a piece at each op, and try the square of it.
rc::Seq<Ops> WithoutAPiece(const Ops& ops) {
  std::vector<std::pair<std::size_t, std::size_t>> pieces;
  for (std::size_t piece = std::bit_ceil(ops.size()); piece > 0; piece /= 2) {
    for (std::size_t end = ops.size(); end > 0;) {
      const std::size_t start = end > piece ? end - piece : 0;
      pieces.emplace_back(start, end);
      end = start;
    }
  }
  return rc::seq::map(rc::seq::fromContainer(std::move(pieces)),
                      [ops](std::pair<std::size_t, std::size_t> piece) {
                        return Without(ops, piece.first, piece.second);
                      });
}

}  // namespace

rc::Seq<Script> Smaller(const Script& script) {
  const auto with_arena = [arena = script.arena](Ops ops) {
    return Script{arena, std::move(ops)};
  };
  return rc::seq::map(
      rc::seq::concat(WithoutAPiece(script.ops),
                      rc::shrink::eachElement(script.ops, SmallerOps)),
      with_arena);
}

rc::Gen<Script> ScriptsFor(const lockstep_port& port) {
  return [&port](const rc::Random& random, int size) {
    return rc::shrinkable::shrinkRecur(Make(port, random, size), &Smaller);
  };
}

}  // namespace lockstep::suite
