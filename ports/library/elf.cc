#include "ports/library/elf.h"

#include <elf.h>
#include <link.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <expected>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "models/script/text.h"

namespace lockstep::suite {
namespace {

using Header = ElfW(Ehdr);
using Section = ElfW(Shdr);
using Symbol = ElfW(Sym);
using Bytes = std::vector<char>;

constexpr unsigned char kClass = sizeof(void*) == 8 ? ELFCLASS64 : ELFCLASS32;
constexpr unsigned char kData =
    std::endian::native == std::endian::little ? ELFDATA2LSB : ELFDATA2MSB;

struct Machine {
  unsigned number;
  std::string_view name;
};
constexpr std::array kMachines = {
    Machine{EM_X86_64, "x86-64"},   Machine{EM_386, "32-bit x86"},
    Machine{EM_AARCH64, "AArch64"}, Machine{EM_ARM, "32-bit Arm"},
    Machine{EM_RISCV, "RISC-V"},    Machine{EM_S390, "s390x"},
    Machine{EM_PPC64, "POWER"},
};

#if defined(__x86_64__)
constexpr unsigned kThisMachine = EM_X86_64;
#elif defined(__i386__)
constexpr unsigned kThisMachine = EM_386;
#elif defined(__aarch64__)
constexpr unsigned kThisMachine = EM_AARCH64;
#elif defined(__riscv)
constexpr unsigned kThisMachine = EM_RISCV;
#elif defined(__s390x__)
constexpr unsigned kThisMachine = EM_S390;
#else
#error "Name this machine as elf.h does."
#endif

std::string NameOf(unsigned machine) {
  const auto* const found =
      std::ranges::find(kMachines, machine, &Machine::number);
  return found == kMachines.end() ? Text("machine number ", machine)
                                  : std::string(found->name);
}

// `count` of them at this offset of a file that may be cut off or made to
// mislead; none if they do not all lie in it.
template <typename T>
std::span<const T> At(const Bytes& bytes, std::uint64_t offset,
                      std::uint64_t count) {
  if (offset > bytes.size() || offset % alignof(T) != 0 ||
      count > (bytes.size() - offset) / sizeof(T)) {
    return {};
  }
  return {reinterpret_cast<const T*>(bytes.data() + offset),
          static_cast<std::size_t>(count)};
}

// "" if it is a shared library for this machine.
std::string FaultOf(const Bytes& bytes) {
  const auto header = At<Header>(bytes, 0, 1);
  if (header.empty() || std::memcmp(header[0].e_ident, ELFMAG, SELFMAG) != 0) {
    return "is not a shared library: it is not an ELF file";
  }
  const Header& elf = header[0];
  const bool is_like_this =
      elf.e_ident[EI_CLASS] == kClass && elf.e_ident[EI_DATA] == kData;
  // Where the class differs, the machine is still in the same place.
  if (!is_like_this || elf.e_machine != kThisMachine) {
    const bool is_swapped = elf.e_ident[EI_DATA] != kData;
    return Text(
        "is for ",
        NameOf(is_swapped ? std::byteswap(elf.e_machine) : elf.e_machine),
        ", and this program is for ", NameOf(kThisMachine),
        ": compile it for the machine that runs it");
  }
  if (elf.e_type != ET_DYN) {
    return "is not a shared library; link it with -shared, and compile it with "
           "-fPIC";
  }
  return "";
}

std::string_view StringAt(std::span<const char> strings, std::size_t offset) {
  if (offset >= strings.size()) return "";
  const auto rest = strings.subspan(offset);
  const auto end = std::ranges::find(rest, '\0');
  return {rest.data(), static_cast<std::size_t>(end - rest.begin())};
}

void AddSymbols(const Bytes& bytes, const Section& table,
                std::span<const char> strings, LibrarySymbols& found) {
  for (const Symbol& symbol :
       At<Symbol>(bytes, table.sh_offset, table.sh_size / sizeof(Symbol))) {
    const std::string_view name = StringAt(strings, symbol.st_name);
    if (name.empty()) continue;
    // Names of versions.
    if (symbol.st_shndx == SHN_ABS) continue;
    const bool is_needed = symbol.st_shndx == SHN_UNDEF;
    (is_needed ? found.undefined : found.exported).emplace_back(name);
  }
}

void AddLibraries(const Bytes& bytes, const Section& table,
                  std::span<const char> strings, LibrarySymbols& found) {
  using Entry = ElfW(Dyn);
  for (const Entry& entry :
       At<Entry>(bytes, table.sh_offset, table.sh_size / sizeof(Entry))) {
    if (entry.d_tag != DT_NEEDED) continue;
    const auto name = static_cast<std::size_t>(entry.d_un.d_val);
    found.libraries.emplace_back(StringAt(strings, name));
  }
}

void MakeSet(std::vector<std::string>& names) {
  std::ranges::sort(names);
  const auto rest = std::ranges::unique(names);
  names.erase(rest.begin(), rest.end());
}

}  // namespace

bool LibrarySymbols::Exports(std::string_view name) const {
  return std::ranges::binary_search(exported, name);
}

bool LibrarySymbols::Needs(std::string_view name) const {
  return std::ranges::binary_search(undefined, name);
}

std::expected<LibrarySymbols, std::string> ReadSymbols(
    const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    return std::unexpected("is a folder");
  }
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file || file.tellg() < 0) {
    return std::unexpected(std::string(std::strerror(errno)));
  }
  Bytes bytes(static_cast<std::size_t>(file.tellg()));
  if (!file.seekg(0).read(bytes.data(), std::ssize(bytes))) {
    return std::unexpected("cannot be read");
  }
  if (const std::string fault = FaultOf(bytes); !fault.empty()) {
    return std::unexpected(fault);
  }
  const Header& elf = At<Header>(bytes, 0, 1)[0];
  // It is at the end of a file, and to load one that is cut off is to crash.
  const auto sections = At<Section>(bytes, elf.e_shoff, elf.e_shnum);
  if (sections.empty()) {
    return std::unexpected("is cut off, or has no table of sections");
  }
  LibrarySymbols found;
  for (const Section& section : sections) {
    if (section.sh_link >= sections.size()) continue;
    const Section& table = sections[section.sh_link];
    const auto strings = At<char>(bytes, table.sh_offset, table.sh_size);
    if (section.sh_type == SHT_DYNSYM) {
      AddSymbols(bytes, section, strings, found);
    }
    if (section.sh_type == SHT_DYNAMIC) {
      AddLibraries(bytes, section, strings, found);
    }
  }
  MakeSet(found.exported);
  MakeSet(found.undefined);
  return found;
}

}  // namespace lockstep::suite
