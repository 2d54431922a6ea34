"""Two versions of the single header in one program, in a translation unit each."""

from __future__ import annotations

import re
import unittest
from pathlib import Path
from typing import Set

from toolchain import CXX, CXXFLAGS, ROOT, ScratchTest, packages, run

HERE = Path(__file__).resolve().parent
SINGLE_HEADER = (ROOT / "single_include" / "unfriend.hpp").read_text(encoding="utf-8")

# What the later version changes: a text, a variable, and the size of a type. In one namespace, the program would have
# one of each.
CHANGES = {
    r"inline namespace v\w+ \{": "inline namespace v0_999 {",
    r"(#define UNFRIEND_VERSION_MINOR) \d+": r"\1 999",
    r'"To_Account is empty': '"To_Account has nothing',
    r"(max_retry_after =) [^;]+": r"\1 std::chrono::hours(1)",
    r"(struct call_policy \{)": r"\1\n    char added[8]{};",
}


def later_version() -> str:
    text = SINGLE_HEADER
    for pattern, replacement in CHANGES.items():
        text, count = re.subn(pattern, replacement, text)
        if count == 0:
            raise AssertionError(f"the header has no {pattern}")
    return text


class TwoVersions(ScratchTest):
    def compile(self, unit: str, header: str) -> Path:
        folder = self.scratch / unit
        folder.mkdir()
        (folder / "unfriend.hpp").write_text(header, encoding="utf-8")
        compiled = folder / "unit.o"
        run([*CXX, *CXXFLAGS, "-c", HERE / "version_unit.cpp", f"-DUNIT={unit}", "-I", folder, "-o", compiled])
        return compiled

    def library_symbols(self, compiled: Path) -> Set[str]:
        names = [line.split(" ", 2)[2] for line in run(["nm", "-C", "--defined-only", compiled]).splitlines()]
        return {name for name in names if "unfriend::" in name}

    def test_each_unit_has_its_own(self) -> None:
        units = [self.compile("first", SINGLE_HEADER), self.compile("second", later_version())]
        symbols = [self.library_symbols(unit) for unit in units]
        self.assertGreater(len(symbols[0]), 100)
        self.assertEqual(symbols[0] & symbols[1], set())
        program = self.scratch / "program"
        run([*CXX, *CXXFLAGS, HERE / "two_versions.cpp", *units, "-o", program, *packages("libcrypto", "zlib")])
        run([program])


if __name__ == "__main__":
    unittest.main()
