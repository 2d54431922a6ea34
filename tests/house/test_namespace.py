"""What the headers put into a program: macros that begin with UNFRIEND_, and one namespace, whose content is in an inline
namespace with the name of the version. So several versions can be parts of one program.
"""

from __future__ import annotations

import re
import unittest
from typing import Dict, Iterator, List, Set

from toolchain import CXX, ROOT, ScratchTest, run

INCLUDE = ROOT / "include"
HEADERS = sorted(INCLUDE.rglob("*.hpp"))
CONFIG = (INCLUDE / "unfriend/core/config.hpp").read_text(encoding="utf-8")
MAJOR, MINOR, _ = re.findall(r"(?m)^#define UNFRIEND_VERSION_\w+ (\d+)$", CONFIG)
# Before 1.0, each minor version may change what is there.
VERSION = f"v{MAJOR}_{MINOR}" if MAJOR == "0" else f"v{MAJOR}"
OPENING = f"namespace unfriend {{ inline namespace {VERSION} {{"
# Templates of others, specialised for types of the library, cannot be in its namespace.
SPECIALISATION = re.compile(r"template <> [^{}]*\bunfriend::[^{}]*\{\};?")

LITERAL = re.compile(r'R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|\b\d[\w\']*|\'(?:\\.|[^\'\\])+\'', re.DOTALL)
LINE_MARKER = re.compile(r'# \d+ "([^"]*)"')


def own_code(preprocessed: str) -> str:
    """The lines that come from the library, without directives and literals."""
    lines: List[str] = []
    file = ""
    for line in preprocessed.splitlines():
        marker = LINE_MARKER.match(line)
        if marker:
            file = marker[1]
        elif file.startswith(str(INCLUDE)) and not line.lstrip().startswith("#"):
            lines.append(line)
    return LITERAL.sub("0", "\n".join(lines))


def without_bodies(code: str) -> str:
    """What stands outside of all braces, with those that are empty now."""
    kept: List[str] = []
    depth = 0
    for piece in re.split(r"([{}])", code):
        depth -= piece == "}"
        if depth == 0:
            kept.append(piece)
        depth += piece == "{"
    return re.sub(r"\s+", " ", "".join(kept)).strip()


def names_in(*codes: str) -> Set[str]:
    """What the pieces of code declare outside of all braces, specialisations left out."""
    declared = (SPECIALISATION.sub("", without_bodies(code)) for code in codes)
    return {name.strip() for code in declared for name in code.split("{}") if name.strip()}


def inside(code: str, opening: str) -> Iterator[str]:
    """What stands in the braces that each `opening` opens."""
    for start in re.finditer(re.escape(opening), code):
        depth, at = 1, start.end()
        while depth:
            depth += {"{": 1, "}": -1}.get(code[at], 0)
            at += 1
        yield code[start.end():at - 1]


class Namespace(ScratchTest):
    def preprocessed(self, standard: str) -> str:
        unit = self.scratch / "unit.cpp"
        unit.write_text("#include <unfriend/unfriend.hpp>\n", encoding="utf-8")
        return run([*CXX, standard, "-E", "-I", INCLUDE, unit])

    def test_each_header_opens_that_of_the_version(self) -> None:
        for header in HEADERS:
            with self.subTest(str(header.relative_to(INCLUDE))):
                opened = re.findall(r"(?m)^(?:inline )?namespace .*\{$", header.read_text(encoding="utf-8"))
                self.assertEqual([line for line in opened if not line.startswith(OPENING) and
                                  line != "namespace detail {"], [])

    def test_nothing_is_declared_outside_of_it(self) -> None:
        for standard in ("-std=c++17", "-std=c++20"):
            with self.subTest(standard):
                code = own_code(self.preprocessed(standard))
                self.assertIn("class", code)
                self.assertEqual(names_in(code), {"namespace unfriend", "namespace rapidjson"})
                self.assertEqual(names_in(*inside(code, "namespace unfriend {")), {f"inline namespace {VERSION}"})
                self.assertEqual(names_in(*inside(code, "namespace rapidjson {")), set())


class Macros(ScratchTest):
    def macros(self, *lines: str) -> Dict[str, str]:
        unit = self.scratch / "unit.cpp"
        unit.write_text("\n".join(lines) + "\n", encoding="utf-8")
        printed = run([*CXX, "-std=c++20", "-dM", "-E", "-I", INCLUDE, unit])
        return dict(re.findall(r"(?m)^#define (\w+)(.*)$", printed))

    def test_no_other_macro_comes_or_goes(self) -> None:
        outside = sorted({name for header in HEADERS for name in
                          re.findall(r"(?m)^\s*#\s*include <([^>]+)>", header.read_text(encoding="utf-8"))})
        before = [f"#if __has_include(<{name}>)\n#include <{name}>\n#endif" for name in outside]
        before += ["#define Bool int"]  # as Xlib.h does; RapidJSON is kept from it
        without = self.macros(*before)
        with_library = self.macros(*before, "#include <unfriend/unfriend.hpp>")
        self.assertIn("UNFRIEND_VERSION_MAJOR", with_library)
        self.assertEqual({name for name in with_library if name not in without and not name.startswith("UNFRIEND_")}, set())
        self.assertEqual({name for name, value in without.items() if with_library.get(name) != value}, set())


if __name__ == "__main__":
    unittest.main()
