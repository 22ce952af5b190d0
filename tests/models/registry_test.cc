#include "ports/registry.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "lockstep/port.h"
#include "models/spec/spec.h"

namespace lockstep::suite {
namespace {

TEST(Registry, HasOurAllocators) {
  for (const std::string_view name :
       {"buddy", "buddy_6", "buddy_byte", "heap", "slab", "slab_byte"}) {
    const lockstep_port* const port = FindPort(name);
    ASSERT_NE(port, nullptr) << name;
    EXPECT_EQ(port->name, name);
  }
}

TEST(Registry, DoesNotKnowOthers) {
  EXPECT_EQ(FindPort(""), nullptr);
  EXPECT_EQ(FindPort("buddies"), nullptr);
}

TEST(Registry, ListsByName) {
  const auto ports = AllPorts();
  EXPECT_TRUE(std::ranges::is_sorted(ports, {}, [](const auto* port) {
    return std::string_view(port->name);
  }));
}

TEST(RegisteredPorts, FillInWhatIsRequired) {
  for (const lockstep_port* port : AllPorts()) {
    SCOPED_TRACE(port->name);
    EXPECT_EQ(FaultOf(*port), "");
    EXPECT_EQ(port->version, LOCKSTEP_PORT_VERSION);
    EXPECT_TRUE(port->create && port->destroy && port->allocate &&
                port->deallocate);
    EXPECT_EQ(std::string_view(port->name)
                  .find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_"),
              std::string_view::npos);
    EXPECT_EQ(FaultOfPlacement(*port), "");
  }
}

TEST(Registry, SaysWhatATableLacks) {
  const lockstep_port sound = *AllPorts().front();
  lockstep_port port = sound;
  port.version = 0;
  EXPECT_NE(FaultOf(port).find("version"), std::string::npos);
  port = sound;
  port.name = "My-Fit";
  EXPECT_NE(FaultOf(port).find("name"), std::string::npos);
  port = sound;
  port.deallocate = nullptr;
  EXPECT_NE(FaultOf(port).find("deallocate"), std::string::npos);
  port = sound;
  port.init = nullptr;
  EXPECT_NE(FaultOf(port).find("init"), std::string::npos);
  port = sound;
  port.unit_bytes = 24;
  EXPECT_NE(FaultOf(port).find("unit_bytes"), std::string::npos);
  port = sound;
  port.init = nullptr;
  port.attach = [](void* /*state*/, std::uint32_t /*handle*/,
                   const lockstep_provider* /*provider*/) {
    return lockstep_status{LOCKSTEP_OK};
  };
  port.detach = [](void* /*state*/, std::uint32_t /*handle*/) {
    return lockstep_status{LOCKSTEP_OK};
  };
  for (const std::uint32_t handles : {0u, 65u}) {
    port.handle_count = handles;
    EXPECT_NE(FaultOf(port).find("handle_count"), std::string::npos);
  }
  port.handle_count = 64;
  EXPECT_EQ(FaultOf(port).find("handle_count"), std::string::npos);
  port = sound;
  port.capabilities |= LOCKSTEP_OWN_MEMORY;
  EXPECT_NE(FaultOf(port).find("OWN_MEMORY"), std::string::npos);
}

TEST(Registry, SaysWhichPromiseAboutThreadsIsMissing) {
  const lockstep_port sound = *AllPorts().front();
  lockstep_port port = sound;
  port.capabilities |= LOCKSTEP_THREAD_SAFE | LOCKSTEP_SURVIVES_FORK;
  EXPECT_EQ(FaultOf(port), "");
  port.capabilities &= ~LOCKSTEP_THREAD_SAFE;
  EXPECT_EQ(FaultOf(port),
            "LOCKSTEP_SURVIVES_FORK is about LOCKSTEP_THREAD_SAFE, which it "
            "does not promise");
  port = sound;
  port.capabilities |= LOCKSTEP_THREADS_APART | LOCKSTEP_FREES_ELSEWHERE;
  EXPECT_EQ(FaultOf(port), "");
  port.capabilities &= ~LOCKSTEP_THREADS_APART;
  EXPECT_EQ(FaultOf(port),
            "LOCKSTEP_FREES_ELSEWHERE is about LOCKSTEP_THREADS_APART, which "
            "it does not promise");
}

TEST(Registry, WantsToKnowTheHandleOfEachThread) {
  lockstep_port port = *FindPort("slab_cache");
  port.capabilities |= LOCKSTEP_THREAD_SAFE;
  EXPECT_NE(FaultOf(port).find("use_handle"), std::string::npos);
  port.use_handle = [](void* /*state*/, std::uint32_t /*handle*/) {};
  EXPECT_EQ(FaultOf(port), "");
}

// Of a table of that version, in memory that ends with it.
std::vector<std::byte> OlderTable(std::uint32_t version, std::size_t bytes) {
  lockstep_port port = *FindPort("heap");
  port.version = version;
  std::vector<std::byte> older(bytes);
  std::memcpy(older.data(), &port, bytes);
  return older;
}

TEST(OlderTables, AreTakenAsTheyAre) {
  const lockstep_port& heap = *FindPort("heap");
  for (const auto& [version, bytes] :
       {std::pair<std::uint32_t, std::size_t>{1, LOCKSTEP_PORT_BYTES_OF_1},
        {2, LOCKSTEP_PORT_BYTES_OF_2}}) {
    SCOPED_TRACE(version);
    const auto older = OlderTable(version, bytes);
    const lockstep_port* const wide =
        Current(reinterpret_cast<const lockstep_port*>(older.data()));
    EXPECT_EQ(wide->version, LOCKSTEP_PORT_VERSION);
    EXPECT_EQ(wide->trim, heap.trim);
    EXPECT_EQ(wide->resize, version == 1 ? nullptr : heap.resize);
    EXPECT_EQ(wide->use_handle, nullptr);
  }
}

TEST(OlderTables, HaveNothingOfTheVersionsAfterThem) {
  EXPECT_LT(LOCKSTEP_PORT_BYTES_OF_1, LOCKSTEP_PORT_BYTES_OF_2);
  EXPECT_LT(LOCKSTEP_PORT_BYTES_OF_2, sizeof(lockstep_port));
}

TEST(RegistryTest, AVersionThatIsNotKnownIsAFault) {
  for (const std::uint32_t version :
       {std::uint32_t{0}, std::uint32_t{LOCKSTEP_PORT_VERSION} + 1}) {
    lockstep_port port = *FindPort("heap");
    port.version = version;
    EXPECT_NE(
        FaultOf(*Current(&port)).find("version is " + std::to_string(version)),
        std::string::npos);
  }
}

}  // namespace
}  // namespace lockstep::suite
