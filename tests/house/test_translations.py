"""What there is in Chinese too has the same sections and the same code as the English."""

from __future__ import annotations

import re
import unittest
from pathlib import Path
from typing import List

from documents import blocks
from toolchain import ROOT

PAIRS = {"README.zh-CN.md": "README.md",
         **{str(page.relative_to(ROOT)): f"docs/{page.name}" for page in sorted((ROOT / "docs" / "zh").glob("*.md"))}}


def text_of(document: str) -> str:
    """Without the blocks of code."""
    return re.sub(r"^```.*?^```$", "", (ROOT / document).read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


def levels(document: str) -> List[int]:
    return [len(marks) for marks in re.findall(r"(?m)^(#+) ", text_of(document))]


def tables(document: str) -> List[List[str]]:
    """The names in the first column of each table's rows."""
    found: List[List[str]] = [[]]
    for line in text_of(document).splitlines():
        if not line.startswith("|"):
            found.append([])
        elif name := re.match(r"\| (`[^`]+`) ", line):
            found[-1].append(name[1])
    return [names for names in found if names]


class Translations(unittest.TestCase):
    def test_the_pages_that_a_newcomer_reads_are_there(self) -> None:
        self.assertEqual({Path(name).name for name in PAIRS},
                         {"README.zh-CN.md", "first-call.md", "transport.md", "bulk.md", "webhook.md", "errors.md"})

    def test_they_have_the_same_code(self) -> None:
        for chinese, english in PAIRS.items():
            with self.subTest(chinese):
                self.assertEqual([(block.language, block.frame, block.text) for block in blocks(chinese)],
                                 [(block.language, block.frame, block.text) for block in blocks(english)])

    def test_they_have_the_same_sections_and_tables(self) -> None:
        for chinese, english in PAIRS.items():
            with self.subTest(chinese):
                self.assertEqual(levels(chinese), levels(english))
                self.assertEqual(tables(chinese), tables(english))


class FirstCall(unittest.TestCase):
    def test_its_code_is_that_of_the_readme(self) -> None:
        of_readme = [block.text for block in blocks("README.md")]
        self.assertEqual([block.where for block in blocks("docs/first-call.md") if block.text not in of_readme], [])


if __name__ == "__main__":
    unittest.main()
