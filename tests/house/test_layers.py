"""The table of layers in CONTRIBUTING.md, held against every #include of the library."""

from __future__ import annotations

import re
import unittest
from collections import defaultdict
from fnmatch import fnmatch
from pathlib import Path
from typing import Dict, Iterator, List, NamedTuple, Set, Tuple

from toolchain import CXX, ROOT, run

INCLUDE = ROOT / "include"
LIBRARY = INCLUDE / "unfriend"


class Layer(NamedTuple):
    name: str
    headers: List[str]
    below: List[str]  # the names of the layers that it may include
    outside: List[str]  # patterns of the headers of others that it may include


def table() -> List[Layer]:
    """The rows, from the top layer down."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.strip("|").split("|")]
            for line in text.splitlines() if line.startswith("|")]
    start = next(index for index, cells in enumerate(rows) if cells[0] == "layer")
    layers = []
    for name, headers, below, outside in rows[start + 2:]:
        layers.append(Layer(name, re.findall(r"`([^`]+)`", headers),
                            [word.strip() for word in below.split(",") if word.strip()],
                            re.findall(r"`([^`]+)`", outside)))
    return layers


NO_LAYER = Layer("no layer", [], [], [])


def includes(header: str) -> Iterator[str]:
    text = (LIBRARY / header).read_text(encoding="utf-8")
    return iter(re.findall(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', text, re.MULTILINE))


def is_standard(name: str) -> bool:
    return re.fullmatch(r"[a-z_]+", name) is not None


class Layers(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.layers = table()
        cls.headers = sorted(str(path.relative_to(LIBRARY)) for path in LIBRARY.rglob("*.hpp"))
        cls.layer_of: Dict[str, Layer] = defaultdict(lambda: NO_LAYER)
        cls.layer_of.update({header: layer for layer in cls.layers for header in layer.headers})

    def test_every_header_has_one_layer(self) -> None:
        listed = sorted(header for layer in self.layers for header in layer.headers)
        self.assertGreater(len(listed), 0)
        self.assertEqual(listed, self.headers)

    def test_a_layer_includes_only_layers_below_it(self) -> None:
        for index, layer in enumerate(self.layers):
            below = [other.name for other in self.layers[index + 1:]]
            for name in layer.below:
                with self.subTest(layer.name):
                    self.assertIn(name, below)

    def test_a_header_includes_what_its_layer_may(self) -> None:
        wrong: List[Tuple[str, str]] = []
        for header in self.headers:
            layer = self.layer_of[header]
            for name in includes(header):
                if name.startswith("unfriend/"):
                    allowed = self.layer_of[name[len("unfriend/"):]].name in [layer.name, *layer.below]
                else:
                    allowed = is_standard(name) or any(fnmatch(name, pattern) for pattern in layer.outside)
                if not allowed:
                    wrong.append((header, name))
        self.assertEqual(wrong, [])

    def test_a_layer_is_allowed_no_more_than_it_uses(self) -> None:
        unused: List[Tuple[str, str]] = []
        for layer in self.layers:
            used = [name for header in layer.headers for name in includes(header)]
            used_layers = {self.layer_of[name[len("unfriend/"):]].name for name in used if name.startswith("unfriend/")}
            unused += [(layer.name, name) for name in layer.below if name not in used_layers]
            unused += [(layer.name, pattern) for pattern in layer.outside
                       if not any(fnmatch(name, pattern) for name in used)]
        self.assertEqual(unused, [])

    def test_the_umbrella_brings_every_header(self) -> None:
        brought, pending = set(), ["unfriend.hpp"]
        while pending:
            header = pending.pop()
            brought.add(header)
            pending += [name[len("unfriend/"):] for name in includes(header)
                        if name.startswith("unfriend/") and name[len("unfriend/"):] not in brought]
        self.assertEqual(sorted(brought), self.headers)

    def test_no_header_includes_itself_by_way_of_others(self) -> None:
        finished: Set[str] = set()

        def visit(header: str, path: List[str]) -> None:
            self.assertNotIn(header, path)
            if header in finished:
                return
            for name in includes(header):
                if name.startswith("unfriend/"):
                    visit(name[len("unfriend/"):], [*path, header])
            finished.add(header)

        for header in self.headers:
            visit(header, [])


class WhatAProgramSees(unittest.TestCase):
    """What one header drags in, asked of the compiler."""

    def seen(self, header: str) -> str:
        return run([*CXX, "-std=c++17", "-M", "-I", INCLUDE, LIBRARY / header])

    def test_the_messages_come_without_openssl_and_zlib(self) -> None:
        for header in ("friend_delete.hpp", "friend_delete_all.hpp"):
            seen = self.seen(header)
            self.assertRegex(seen, r"rapidjson/")
            self.assertNotRegex(seen, r"openssl/|zlib\.h")

    def test_endpoint_comes_without_any_dependency(self) -> None:
        seen = self.seen("endpoint.hpp")
        self.assertRegex(seen, r"unfriend/endpoint\.hpp")
        self.assertNotRegex(seen, r"rapidjson/|openssl/|zlib\.h")


if __name__ == "__main__":
    unittest.main()
