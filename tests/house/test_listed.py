"""A test that no build file lists never runs."""

from __future__ import annotations

import re
import unittest

from toolchain import ROOT

TESTS = ROOT / "tests"


class Listed(unittest.TestCase):
    def test_every_test_file_stands_in_the_build_file_beside_it(self) -> None:
        files = sorted([*TESTS.glob("*/test_*.cpp"), *TESTS.glob("*/test_*.py")])
        self.assertGreater(len(files), 0)
        left_out = []
        for file in files:
            build_file = (file.parent / "meson.build").read_text(encoding="utf-8")
            listed = re.findall(r"'([^'\n]+)'", re.sub(r"(?m)^\s*#.*$", "", build_file))
            if file.name not in listed and file.stem[len("test_"):] not in listed:
                left_out.append(str(file.relative_to(ROOT)))
        self.assertEqual(left_out, [])


if __name__ == "__main__":
    unittest.main()
