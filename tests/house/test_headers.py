"""Each header alone, and the one made of all."""

from __future__ import annotations

import os
import re
import sys
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import List, Optional

from toolchain import CXX, CXXFLAGS, ROOT, ScratchTest, run

HEADERS = sorted((ROOT / "include").rglob("*.hpp"))
MAX_LINES = 350
MAX_CLASS_LINES = 200
CLASS = re.compile(r"( *)(?:class|struct)\b(?: \[\[\w+\]\])? (\w+)\b[^;]*\{")


class Headers(ScratchTest):
    def complaint(self, header: Path) -> Optional[str]:
        unit = self.scratch / (str(header.relative_to(ROOT / "include")).replace("/", ".") + ".cpp")
        # Twice, so that it shows that the header guards itself.
        unit.write_text(f'#include "{header}"\n#include "{header}"\n')
        try:
            run([*CXX, *CXXFLAGS, "-fsyntax-only", "-I", ROOT / "include", unit])
        except AssertionError as failure:
            return str(failure)
        return None

    def test_each_compiles_on_its_own_without_a_warning(self) -> None:
        self.assertGreater(len(HEADERS), 0)
        with ThreadPoolExecutor(min(2, os.cpu_count() or 1)) as pool:
            complaints = [complaint for complaint in pool.map(self.complaint, HEADERS) if complaint is not None]
        self.assertEqual(complaints, [], "\n".join(complaints))

    def test_none_is_longer_than_one_concept(self) -> None:
        lengths = {str(header.relative_to(ROOT)): len(header.read_text(encoding="utf-8").splitlines())
                   for header in HEADERS}
        self.assertEqual({name: length for name, length in lengths.items() if length > MAX_LINES}, {})

    def test_no_class_is_longer_than_a_reader_can_hold(self) -> None:
        lengths = {}
        for header in HEADERS:
            lines = header.read_text(encoding="utf-8").splitlines()
            for begin, line in enumerate(lines):
                opened = CLASS.fullmatch(line)
                if opened is not None:
                    end = lines.index(f"{opened.group(1)}}};", begin)
                    lengths[f"{header.relative_to(ROOT)}: {opened.group(2)}"] = end - begin + 1
        self.assertIn("include/unfriend/call/operation.hpp: operation", lengths)
        self.assertEqual({name: length for name, length in lengths.items() if length > MAX_CLASS_LINES}, {})


class SingleHeader(unittest.TestCase):
    def test_it_is_what_the_headers_make(self) -> None:
        run([sys.executable, "-B", ROOT / "single_include" / "amalgamate.py", "--check"])


class Version(unittest.TestCase):
    def test_the_header_the_build_and_the_changelog_name_the_same(self) -> None:
        def named(file: str, pattern: str) -> List[str]:
            return re.findall(pattern, (ROOT / file).read_text(encoding="utf-8"))

        (version,) = named("meson.build", r"version: '(\d+\.\d+\.\d+)'")
        self.assertEqual(".".join(named("include/unfriend/core/config.hpp", r"#define UNFRIEND_VERSION_\w+ (\d+)")), version)
        self.assertEqual(named("CHANGELOG.md", r"(?m)^## \[(\d+\.\d+\.\d+)\]")[0], version)


if __name__ == "__main__":
    unittest.main()
