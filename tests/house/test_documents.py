"""The fenced blocks of the documents, compiled and run; their links; and the table of errors.

A ```cpp block with a `main` is compiled and linked as it stands. Any other says on the line before what it is:

    <!-- snippet: file -->      declarations: compiled as a file of its own
    <!-- snippet: body -->      statements: compiled in place of the line `// snippet` of snippets/body.cpp, after their
                                own #includes; so with any other file of snippets/
"""

from __future__ import annotations

import re
import unittest
from pathlib import Path
from typing import List

from documents import DOCUMENTS, Block, blocks
from toolchain import ROOT, ScratchTest, compile_and_link, packages, run

FRAMES = Path(__file__).resolve().parent / "snippets"
INCLUDES = ["-I", str(ROOT / "include"), "-I", str(ROOT / "single_include"), "-I", str(ROOT / "examples")]
INCLUDE = re.compile(r"^#include .*\n", re.MULTILINE)
PLACE = re.compile(r"^[ ]*// snippet\n", re.MULTILINE)


def of_language(language: str) -> List[Block]:
    return [block for document in DOCUMENTS for block in blocks(document)
            if block.language == language]


class Snippets(ScratchTest):
    def compile(self, block: Block) -> None:
        text = block.text
        whole = re.search(r"\bint main\(", text) is not None
        self.assertEqual(block.frame is None, whole, "a block is a whole program or says what it is part of")
        if block.frame not in (None, "file"):
            frame = (FRAMES / f"{block.frame}.cpp").read_text(encoding="utf-8")
            before, after = PLACE.split(frame)
            text = "".join(INCLUDE.findall(text)) + before + INCLUDE.sub("", text) + after
        unit = self.scratch / "snippet.cpp"
        unit.write_text(text, encoding="utf-8")
        # What a snippet declares, the program that it is part of uses.
        flags = packages("libcrypto", "zlib", "libcurl") if whole else ["-c", "-Wno-unused"]
        compile_and_link([unit], self.scratch / "snippet", *INCLUDES, *flags)

    def test_every_cpp_block_of_the_documents_compiles(self) -> None:
        snippets = of_language("cpp")
        self.assertGreater(len(snippets), 0)
        for block in snippets:
            with self.subTest(block.where):
                self.compile(block)

    def test_every_frame_has_a_block(self) -> None:
        named = {block.frame for block in of_language("cpp")} - {None, "file"}
        self.assertEqual({path.stem for path in FRAMES.glob("*.cpp")}, named)


class Commands(ScratchTest):
    def test_every_sh_block_is_well_formed(self) -> None:
        commands = of_language("sh")
        self.assertGreater(len(commands), 0)
        for block in commands:
            with self.subTest(block.where):
                script = self.scratch / "commands.sh"
                script.write_text(block.text, encoding="utf-8")
                run(["sh", "-n", script])

    def test_every_script_that_a_document_runs_exists(self) -> None:
        scripts = [name for block in of_language("sh")
                   for name in re.findall(r"(?:sh|bash|python3) ([\w./-]+)", block.text)]
        self.assertGreater(len(scripts), 0)
        self.assertEqual([name for name in scripts if not (ROOT / name).is_file()], [])


class ErrorTable(unittest.TestCase):
    def test_it_has_every_errc_with_its_number_and_sentence(self) -> None:
        described = [
            (name, "" if kind == "none" else kind.replace("_", " "), "".join(re.findall(r'"([^"]*)"', sentence)))
            for name, kind, sentence in re.findall(
                r'\{errc::(\w+),\s*detail_kind::(\w+),\s*((?:"[^"]*"\s*)+)(?:sv)?\}',
                (ROOT / "include/unfriend/core/errc.hpp").read_text(encoding="utf-8"))
        ]
        self.assertGreater(len(described), 0)
        page = (ROOT / "docs/errors.md").read_text(encoding="utf-8")
        (table,) = re.findall(r"<!-- table: errc -->\n(.*?)<!-- end of table -->", page, re.DOTALL)
        listed = [tuple(cell.strip(" `") for cell in line.strip("|").split("|")) for line in table.splitlines()[2:]]
        self.assertEqual(listed, described)


class Links(unittest.TestCase):
    def test_every_link_to_a_file_of_the_project_has_its_file(self) -> None:
        found = 0
        for document in DOCUMENTS:
            page = ROOT / document
            for target in re.findall(r"\]\(([\w./-]+)\)", page.read_text(encoding="utf-8")):
                found += 1
                with self.subTest(document):
                    self.assertTrue((page.parent / target).exists(), target)
        self.assertGreater(found, 0)


class Length(unittest.TestCase):
    def test_the_readme_stays_short(self) -> None:
        self.assertLess(len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()), 220)


class BuildFiles(unittest.TestCase):
    """What a document says to write into a build file is what the consumers' tests build with."""

    def test_every_meson_or_cmake_block_stands_in_a_consumer(self) -> None:
        tried = {"meson": "meson.build", "cmake": "CMakeLists.txt"}
        for language, name in tried.items():
            texts = [re.sub(r"\n\n+", "\n", path.read_text(encoding="utf-8"))
                     for path in sorted((ROOT / "tests/consumer").glob(f"*/{name}"))]
            for block in of_language(language):
                with self.subTest(block.where):
                    written = re.sub(r"\n\n+", "\n", block.text)
                    self.assertTrue(any(written in text for text in texts), f"{block.where}: no consumer has it")


if __name__ == "__main__":
    unittest.main()
