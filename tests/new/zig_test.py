"""lockstep new zig: its table is that of lockstep/port.h, as a text: the same fields,
of the same types, in the same order, and the same constants. It is compiled where there
is a Zig.

Arguments: the command line, and lockstep/port.h.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import program

STRUCTS = {"lockstep_statistics": "Statistics", "lockstep_provider": "Provider",
           "lockstep_port": "Port"}
# The names of types in C, and what stands for them in Zig. What may be null has a
# question mark before it, which is taken off.
TYPES = {
    "uint32_t": "u32", "uint64_t": "u64", "size_t": "usize", "int": "c_int",
    "void": "void", "lockstep_status": "Status",
    "lockstep_capabilities": "Capabilities", "const char*": "[*:0]const u8",
    "void*": "*anyopaque", "const void*": "*const anyopaque",
    "void**": "*?*anyopaque", "void* const*": "[*]const ?*anyopaque",
    "size_t*": "*usize", "lockstep_statistics*": "*Statistics",
    "const lockstep_provider*": "*const Provider",
}


def one_line(text):
    return " ".join(text.split())


def of_c(declaration):
    """The name and the type, as Zig would have it, of a field or parameter."""
    name, kind = re.fullmatch(r"(.*?) ?(\w+)", declaration).group(2, 1)
    return name, TYPES[kind]


def fields_in_c(header, struct):
    body = re.search(r"typedef struct %s \{(.*?)\} %s;" % (struct, struct),
                     header, re.DOTALL).group(1)
    body = re.sub(r"/\*.*?\*/", "", body, flags=re.DOTALL)
    fields = []
    for declaration in filter(None, map(one_line, body.split(";"))):
        function = re.fullmatch(r"(.*?) ?\(\*(\w+)\)\((.*)\)", declaration)
        if function is None:
            fields.append(of_c(declaration))
            continue
        result, name, parameters = function.groups()
        fields.append((name, [of_c(parameter)[1] for parameter in
                              parameters.split(", ")] + [TYPES[result]]))
    return fields


def of_zig(kind):
    return kind.removeprefix("?")


def fields_in_zig(table, struct):
    body = re.search(r"pub const %s = extern struct \{\n(.*?)\n\};" % struct,
                     table, re.DOTALL).group(1)
    fields = []
    for line in body.split("\n"):
        name, kind = re.fullmatch(r"    (\w+): (.*?)(?: = \w+)?,", line).groups()
        function = re.fullmatch(r"\*const fn \((.*)\) callconv\(\.C\) (.*)",
                                of_zig(kind))
        if function is None:
            fields.append((name, of_zig(kind)))
            continue
        parameters, result = function.groups()
        fields.append((name, [of_zig(parameter.split(": ")[1]) for parameter in
                              parameters.split(", ")] + [of_zig(result)]))
    return fields


def constants_in_c(header):
    header = header.replace("\\\n", " ")
    found = dict(re.findall(r"LOCKSTEP_(\w+) = (\d+)", header))
    for name, bit in re.findall(
            r"#define LOCKSTEP_(\w+) \(UINT64_C\(1\) << (\d+)\)", header):
        found[name] = "1 << " + bit
    for name, detects in re.findall(
            r"#define LOCKSTEP_(\w+) +LOCKSTEP_DIES_OF\(LOCKSTEP_(\w+)\)",
            header):
        found[name] = detects + " << 24"
    return found


def constants_in_zig(table):
    return dict(re.findall(r"pub const ([A-Z_]+)(?:: \w+)? = (.*);", table))


def alike(text):
    """What an array that is written to looks like in C: void** blocks."""
    return "*?*anyopaque" if text == "[*]?*anyopaque" else text


def drift(header, table):
    """What the two do not agree on."""
    found = []
    for in_c, in_zig in STRUCTS.items():
        c, zig = fields_in_c(header, in_c), [
            (name, [alike(part) for part in kind] if isinstance(kind, list)
             else kind) for name, kind in fields_in_zig(table, in_zig)]
        found += [pair for pair in zip(c, zig) if pair[0] != pair[1]]
        if len(c) != len(zig):
            found.append((in_c, len(c), len(zig)))
    c, zig = constants_in_c(header), constants_in_zig(table)
    return found + sorted(c.items() ^ zig.items())


class Zig(program.Case):

    def setUp(self):
        folder = tempfile.mkdtemp(dir=os.environ["TEST_TMPDIR"])
        came = subprocess.run([self.path, "new", "zig", "mine"], cwd=folder,
                              capture_output=True, text=True, check=True)
        self.said = came.stdout
        self.mine = os.path.join(folder, "mine")
        with open(PORT_H, encoding="utf-8") as file:
            self.header = file.read()
        self.table = self.read("lockstep.zig")

    def read(self, name):
        with open(os.path.join(self.mine, name), encoding="utf-8") as file:
            return file.read()

    def test_the_table_is_that_of_the_header(self):
        self.assertEqual(drift(self.header, self.table), [])
        self.assertGreater(len(fields_in_c(self.header, "lockstep_port")), 40)
        self.assertGreater(len(constants_in_c(self.header)), 40)

    def test_a_header_that_has_changed_is_noticed(self):
        for before, after in (
                ("  uint32_t steps_factor;\n",
                 "  uint32_t steps_factor;\n  size_t another;\n"),
                ("  size_t take_multiple;\n  size_t reserve_bytes;\n",
                 "  size_t reserve_bytes;\n  size_t take_multiple;\n"),
                ("int death_exit_code;", "uint32_t death_exit_code;"),
                ("(*trim)(void* state);", "(*trim)(void* state, size_t bytes);"),
                ("LOCKSTEP_RESTORES (UINT64_C(1) << 2)",
                 "LOCKSTEP_RESTORES (UINT64_C(1) << 3)"),
                ("  size_t used; ", "  int used; ")):
            with self.subTest(after):
                self.assertEqual(self.header.count(before), 1)
                self.assertNotEqual(
                    drift(self.header.replace(before, after), self.table), [])

    def test_the_port_fills_in_what_is_there(self):
        port = self.read("mine_port.zig")
        names = {name for name, _ in fields_in_c(self.header, "lockstep_port")}
        filled = re.findall(r"^    \.(\w+) = ", port, re.MULTILINE)
        self.assertGreater(len(filled), 8)
        self.assertEqual(set(filled) - names, set())
        self.assertIn("export const lockstep_exported_mine_port: ", port)

    def test_it_says_what_it_was_tried_with(self):
        self.assertIn("Zig 0.11", self.said)
        self.assertIn("Zig 0.11", self.read("README.md"))

    @unittest.skipUnless(shutil.which("zig"), "there is no Zig here")
    def test_it_compiles(self):
        subprocess.run(["zig", "build-lib", "-dynamic", "-lc", "-femit-bin=mine.so",
                        "mine_port.zig"], cwd=self.mine, check=True)


if __name__ == "__main__":
    PORT_H = os.path.abspath(sys.argv.pop())
    program.main()
