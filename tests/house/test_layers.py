"""The table of layers in CONTRIBUTING.md and its drawing, held against every #include of the library."""

from __future__ import annotations

import re
import unittest
from fnmatch import fnmatch
from pathlib import Path
from typing import Dict, Iterator, List, NamedTuple, Set, Tuple

from toolchain import CXX, ROOT, run

INCLUDE = ROOT / "include"
LIBRARY = INCLUDE / "unfriend"
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
OVER_ALL = "unfriend"


class Layer(NamedTuple):
    name: str
    uses: List[str]  # the layers whose public headers it may include
    uses_detail_of: List[str]  # those of which it may include the detail/ too
    outside: List[str]  # patterns of the headers of others that it may include


def table() -> List[Layer]:
    """The rows, from the top layer down."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")]
            for line in CONTRIBUTING.splitlines() if line.startswith("|")]
    start = next(index for index, cells in enumerate(rows) if cells[0] == "layer")

    def names(cell: str) -> List[str]:
        return [name.strip() for name in cell.split(",") if name.strip()]

    return [Layer(name, names(uses), names(detail), re.findall(r"`([^`]+)`", outside))
            for name, uses, detail, outside in rows[start + 2:]]


def layer_of(header: str) -> str:
    """`core` of `core/error.hpp` and of `core.hpp`."""
    return header.split("/")[0].split(".")[0]


def is_internal(header: str) -> bool:
    return "/detail/" in header


def includes(header: str) -> Iterator[str]:
    text = (LIBRARY / header).read_text(encoding="utf-8")
    return iter(re.findall(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', text, re.MULTILINE))


def own_includes(header: str) -> Iterator[str]:
    """Those of the library itself, relative to its folder."""
    return (name[len("unfriend/"):] for name in includes(header) if name.startswith("unfriend/"))


def is_standard(name: str) -> bool:
    return re.fullmatch(r"[a-z_]+", name) is not None


class Layers(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.layers = table()
        cls.headers = sorted(str(path.relative_to(LIBRARY)) for path in LIBRARY.rglob("*.hpp"))
        cls.by_name: Dict[str, Layer] = {layer.name: layer for layer in cls.layers}
        cls.by_name[OVER_ALL] = Layer(OVER_ALL, [layer.name for layer in cls.layers], [], [])

    def test_the_rows_are_the_folders(self) -> None:
        folders = sorted(path.name for path in LIBRARY.iterdir() if path.is_dir())
        self.assertEqual(sorted(layer.name for layer in self.layers), folders)

    def test_a_layer_uses_only_layers_below_it(self) -> None:
        for index, layer in enumerate(self.layers):
            below = [other.name for other in self.layers[index + 1:]]
            for name in layer.uses:
                with self.subTest(layer.name):
                    self.assertIn(name, below)

    def test_a_header_includes_what_its_layer_may(self) -> None:
        wrong: List[Tuple[str, str]] = []
        for header in self.headers:
            layer = self.by_name[layer_of(header)]
            for name in includes(header):
                if name.startswith("unfriend/"):
                    part = name[len("unfriend/"):]
                    may = layer.uses_detail_of if is_internal(part) else layer.uses
                    allowed = layer_of(part) in [layer.name, *may]
                else:
                    allowed = is_standard(name) or any(fnmatch(name, pattern) for pattern in layer.outside)
                if not allowed:
                    wrong.append((header, name))
        self.assertEqual(wrong, [])

    def test_a_layer_is_allowed_no_more_than_it_uses(self) -> None:
        unused: List[Tuple[str, str]] = []
        for layer in self.layers:
            used = [name for header in self.headers if layer_of(header) == layer.name for name in includes(header)]
            own = [name[len("unfriend/"):] for name in used if name.startswith("unfriend/")]
            unused += [(layer.name, name) for name in layer.uses if name not in map(layer_of, own)]
            unused += [(layer.name, f"{name}/detail") for name in layer.uses_detail_of
                       if name not in map(layer_of, filter(is_internal, own))]
            unused += [(layer.name, pattern) for pattern in layer.outside
                       if not any(fnmatch(name, pattern) for name in used)]
        self.assertEqual(unused, [])

    def test_one_header_includes_rapidjson_for_all(self) -> None:
        """It keeps macros with the names of RapidJSON's members away."""
        self.assertEqual([header for header in self.headers if any(map(re.compile("rapidjson/").match, includes(header)))],
                         ["json/detail/rapidjson.hpp"])

    def test_core_stays_small(self) -> None:
        (most,) = re.findall(r"`core` has at most (\d+) lines", CONTRIBUTING)
        lines = sum(len((LIBRARY / header).read_text(encoding="utf-8").splitlines())
                    for header in self.headers if layer_of(header) == "core")
        self.assertLessEqual(lines, int(most))

    def test_a_layers_umbrella_lists_its_public_headers(self) -> None:
        umbrellas = {header for header in self.headers if "/" not in header and header != "unfriend.hpp"}
        public = {header for header in self.headers if "/" in header and not is_internal(header)}
        for layer in {layer_of(header) for header in public}:
            with self.subTest(layer):
                self.assertIn(f"{layer}.hpp", umbrellas)
                listed = [name for name in own_includes(f"{layer}.hpp") if layer_of(name) == layer]
                self.assertEqual(sorted(listed), sorted(name for name in public if layer_of(name) == layer))
        self.assertEqual({layer_of(header) for header in umbrellas}, {layer_of(header) for header in public})

    def test_an_umbrellas_comment_names_what_it_lists(self) -> None:
        for layer in self.layers:
            umbrella = LIBRARY / f"{layer.name}.hpp"
            if not umbrella.exists():
                continue
            with self.subTest(layer.name):
                comment = re.findall(r"(?m)^//   (\w+) ", umbrella.read_text(encoding="utf-8"))
                listed = [Path(name).stem for name in own_includes(umbrella.name) if layer_of(name) == layer.name]
                self.assertEqual(sorted(set(comment)), sorted(set(listed)))

    def test_the_umbrella_over_all_lists_every_layer_that_offers_something(self) -> None:
        offered = {layer_of(header) for header in self.headers if "/" in header and not is_internal(header)}
        self.assertEqual(sorted(own_includes("unfriend.hpp")), sorted(f"{layer}.hpp" for layer in offered))

    def test_no_header_includes_itself_by_way_of_others(self) -> None:
        finished: Set[str] = set()

        def visit(header: str, path: List[str]) -> None:
            self.assertNotIn(header, path)
            if header in finished:
                return
            for name in own_includes(header):
                visit(name, [*path, header])
            finished.add(header)

        for header in self.headers:
            visit(header, [])


class Drawing(unittest.TestCase):
    def test_its_arrows_are_those_of_the_table_that_do_not_follow_from_others(self) -> None:
        uses = {layer.name: set(layer.uses) for layer in table()}

        def reach(name: str) -> Set[str]:
            return uses[name].union(*(reach(below) for below in uses[name]))

        essential = {(name, below) for name, all_below in uses.items() for below in all_below
                     if not any(below in reach(other) for other in all_below - {below})}
        (drawing,) = re.findall(r"```mermaid\n(.*?)```", CONTRIBUTING, re.DOTALL)
        self.assertEqual(sorted(re.findall(r"(\w+) --> (\w+)", drawing)), sorted(essential))


class WhatAProgramSees(unittest.TestCase):
    """What one header drags in, asked of the compiler."""

    def seen(self, header: str) -> str:
        return run([*CXX, "-std=c++17", "-M", "-I", INCLUDE, LIBRARY / header])

    def test_the_messages_come_without_openssl_and_zlib(self) -> None:
        seen = self.seen("messages.hpp")
        self.assertRegex(seen, r"rapidjson/")
        self.assertNotRegex(seen, r"openssl/|zlib\.h")

    def test_http_comes_without_any_dependency(self) -> None:
        seen = self.seen("http.hpp")
        self.assertRegex(seen, r"unfriend/http/endpoint\.hpp")
        self.assertNotRegex(seen, r"rapidjson/|openssl/|zlib\.h")


if __name__ == "__main__":
    unittest.main()
