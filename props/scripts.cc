#include "props/scripts.h"

#include <rapidcheck.h>

#include <cstdint>
#include <utility>
#include <vector>

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

}  // namespace

rc::Seq<Script> Smaller(const Script& script) {
  const auto with_arena = [arena = script.arena](std::vector<Op> ops) {
    return Script{arena, std::move(ops)};
  };
  return rc::seq::map(
      rc::seq::concat(rc::shrink::removeChunks(script.ops),
                      rc::shrink::eachElement(script.ops, SmallerOps)),
      with_arena);
}

rc::Gen<Script> ScriptsFor(const lockstep_port& port) {
  return [&port](const rc::Random& random, int size) {
    return rc::shrinkable::shrinkRecur(Make(port, random, size), &Smaller);
  };
}

}  // namespace lockstep::suite
