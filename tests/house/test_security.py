"""Each promise of SECURITY.md names a test that exists."""

from __future__ import annotations

import re
import unittest
from typing import List

from toolchain import ROOT

PAGE = ROOT / "SECURITY.md"
TEST = re.compile(r'`(tests/[\w/.]+)`: "([^"]+)"')


def has_test(path: str, name: str) -> bool:
    file = ROOT / path
    if not file.is_file():
        return False
    text = file.read_text(encoding="utf-8")
    if path.endswith(".py"):
        return re.search(rf"^    def {re.escape(name)}\(", text, re.MULTILINE) is not None
    return f'TEST_CASE("{name}")' in re.sub(r"TEST_CASE\(\s+", "TEST_CASE(", text)


class Security(unittest.TestCase):
    def rows(self) -> List[str]:
        """The rows of the tables of promises."""
        promises = PAGE.read_text(encoding="utf-8").split("\n## Promises\n")[1].split("\n## ")[0]
        rows = [line for line in promises.splitlines() if line.startswith("|")]
        return [row for row in rows if row not in ("| promise | test |", "|---|---|")]

    def test_every_promise_names_a_test(self) -> None:
        self.assertGreater(len(self.rows()), 20)
        self.assertEqual([row for row in self.rows() if len(TEST.findall(row)) != 1], [])

    def test_every_test_that_is_named_exists(self) -> None:
        named = TEST.findall(PAGE.read_text(encoding="utf-8"))
        self.assertEqual([(path, name) for path, name in named if not has_test(path, name)], [])


if __name__ == "__main__":
    unittest.main()
