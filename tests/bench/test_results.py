"""The tables of docs/performance.md are those that run.sh has measured."""

from __future__ import annotations

import pathlib
import re
import unittest
from typing import List

BENCH = pathlib.Path(__file__).parent
DOCUMENT = BENCH.parent.parent / "docs" / "performance.md"


def rows(text: str) -> List[str]:
    return [line for line in text.splitlines() if re.match(r"\| .* \| at (?:least|most) ", line)]


class Results(unittest.TestCase):
    def test_each_row_of_the_document_is_measured_and_none_is_left_out(self) -> None:
        measured = [row for name in ("results.txt", "results-clang.txt")
                    for row in rows((BENCH / name).read_text(encoding="utf-8"))]
        self.assertGreater(len(measured), 0)
        self.assertEqual(rows(DOCUMENT.read_text(encoding="utf-8")), measured)


if __name__ == "__main__":
    unittest.main()
