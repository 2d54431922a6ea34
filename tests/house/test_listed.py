"""A test that no build file lists never runs."""

from __future__ import annotations

import re
import unittest
from pathlib import Path
from typing import Iterator, Tuple

from toolchain import ROOT

TESTS = ROOT / "tests"


def listed(folder: Path) -> Iterator[Tuple[str, str]]:
    """What stands in quotes in a folder's build file, each with the key of the list that it stands in, or none."""
    text = re.sub(r"(?m)^\s*#.*$", "", (folder / "meson.build").read_text(encoding="utf-8"))
    for key, names in re.findall(r"'(\w+)': \[(.*?)\]", text, re.DOTALL):
        yield from ((key, name) for name in re.findall(r"'([^'\n]+)'", names))
    yield from (("", name) for name in re.findall(r"'([^'\n]+)'", text))


class Listed(unittest.TestCase):
    def test_every_test_file_stands_in_the_build_file_beside_it(self) -> None:
        files = sorted(TESTS.glob("*/test_*.py"))
        self.assertGreater(len(files), 0)
        self.assertEqual([str(file.relative_to(ROOT)) for file in files
                          if ("", file.stem[len("test_"):]) not in listed(file.parent)], [])

    def test_every_unit_test_stands_in_the_list_of_its_layer(self) -> None:
        files = sorted(TESTS.rglob("test_*.cpp"))
        self.assertGreater(len(files), 0)
        self.assertEqual({(file.parent.parent, file.parent.name, file.stem[len("test_"):]) for file in files},
                         {(TESTS / "unit", layer, name) for layer, name in listed(TESTS / "unit") if layer})


if __name__ == "__main__":
    unittest.main()
