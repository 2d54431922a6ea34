"""The example in the opening comment of each public header, compiled.

A block of code in the opening comment is indented by three spaces. examples.cpp has a place for it, `// example: HEADER`,
in a program that declares what the example takes from elsewhere; examples_cpp20.cpp has the places of those that need
C++20. A header with several blocks has several places, in the same order.

`…` stands for code that is left out. A line with the comment `// does not compile` does not.
"""

from __future__ import annotations

import re
import unittest
from pathlib import Path
from typing import Dict, Iterator, List, NamedTuple

from toolchain import CXX, CXXFLAGS, ROOT, ScratchTest, run

HERE = Path(__file__).resolve().parent
LIBRARY = ROOT / "include" / "unfriend"
PROGRAMS = {"examples.cpp": "-std=c++17", "examples_cpp20.cpp": "-std=c++20"}
PLACE = re.compile(r"^[ ]*// example: (\S+)\n", re.MULTILINE)
WRONG = "// does not compile"


class Example(NamedTuple):
    line: int  # of the header, from 1
    lines: List[str]


def is_code(line: str) -> bool:
    return re.search(r"[;{}]$", line.split(" // ")[0].rstrip()) is not None


def examples(header: Path) -> Iterator[Example]:
    block = Example(0, [])
    for number, line in enumerate(header.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("//   "):
            block = block if block.lines else Example(number, [])
            block.lines.append(line[len("//   "):])
            continue
        if any(map(is_code, block.lines)):
            yield block
        block = Example(0, [])
        if not line.startswith("//"):
            return


def compilable(line: str) -> str:
    return re.sub(r"\) …", ") {}", line).replace("…", "")


def headers() -> Dict[str, List[Example]]:
    """By header, such as `core/error.hpp`. A layer's umbrella lists its headers and has no example."""
    layers = {f"{path.name}.hpp" for path in LIBRARY.iterdir() if path.is_dir()}
    found = {}
    for path in sorted(LIBRARY.rglob("*.hpp")):
        name = str(path.relative_to(LIBRARY))
        if "/detail/" not in name and name not in layers:
            found[name] = list(examples(path))
    return {name: blocks for name, blocks in found.items() if blocks}


class Examples(ScratchTest):
    @classmethod
    def setUpClass(cls) -> None:
        cls.headers = headers()
        cls.programs = {name: (HERE / name).read_text(encoding="utf-8") for name in PROGRAMS}

    def compile(self, program: str, wrong_line: int = 0) -> None:
        """With each example in its place. Lines that do not compile are left out, but for one."""
        remaining = {name: list(blocks) for name, blocks in self.headers.items()}

        def text_of(name: str) -> str:
            block = remaining[name].pop(0)
            lines = [f'#line {block.line} "{LIBRARY / name}"']
            for number, line in enumerate(block.lines, block.line):
                left_out = WRONG in line and number != wrong_line
                lines.append("" if left_out else compilable(line))
            return "\n".join(lines) + "\n"

        parts = PLACE.split(self.programs[program])
        parts[1::2] = map(text_of, parts[1::2])
        unit = self.scratch / program
        unit.write_text("".join(parts), encoding="utf-8")
        # What an example declares, the rest of its program uses.
        run([*CXX, *CXXFLAGS, PROGRAMS[program], "-Wno-unused", "-Wno-shadow", "-fsyntax-only", "-I", ROOT / "include",
             unit])

    def test_each_example_has_a_place(self) -> None:
        self.assertGreater(len(self.headers), 0)
        places = [name for text in self.programs.values() for name in PLACE.findall(text)]
        expected = [name for name, blocks in self.headers.items() for _ in blocks]
        self.assertEqual(sorted(places), sorted(expected))

    def test_each_public_header_that_a_program_includes_by_itself_has_an_example(self) -> None:
        public = {str(path.relative_to(LIBRARY)) for path in LIBRARY.glob("*/*.hpp")}
        self.assertEqual(public - set(self.headers), {"core/config.hpp"})

    def test_they_compile(self) -> None:
        for program in PROGRAMS:
            with self.subTest(program):
                self.compile(program)

    def test_what_they_say_does_not_compile_does_not(self) -> None:
        wrong = [(name, block.line + index) for name, blocks in self.headers.items() for block in blocks
                 for index, line in enumerate(block.lines) if WRONG in line]
        self.assertGreater(len(wrong), 0)
        for name, line in wrong:
            with self.subTest(f"{name}:{line}"):
                with self.assertRaisesRegex(AssertionError, rf"{re.escape(name)}:{line}:"):
                    self.compile("examples.cpp", line)


if __name__ == "__main__":
    unittest.main()
