"""The site of the documents builds without a warning, and its links lead somewhere."""

from __future__ import annotations

import re
import shutil
import sys
import unittest
from pathlib import Path
from urllib.parse import unquote

from toolchain import ROOT, ScratchTest, run

SYSTEM_PYTHON = {"PYTHONPATH": ""}  # mkdocs has its own path


@unittest.skipUnless(shutil.which("mkdocs") and shutil.which("doxygen"), "needs mkdocs-material and doxygen")
class Site(ScratchTest):
    def test_it_builds_and_no_link_is_dead(self) -> None:
        run([sys.executable, "-B", ROOT / "docs/site/build.py", self.scratch], environment=SYSTEM_PYTHON)
        site = self.scratch / "site"
        pages = [page for page in site.rglob("*.html") if "reference" not in page.parts]
        self.assertGreater(len(pages), 20)
        self.assertTrue((site / "reference" / "index.html").is_file())
        dead = [(str(page.relative_to(site)), target) for page in pages
                for target in re.findall(r'(?:href|src)="([^"#?]+)', page.read_text(encoding="utf-8"))
                if ":" not in target and page.name != "404.html" and not (page.parent / unquote(target)).resolve().exists()]
        self.assertEqual(dead, [])


if __name__ == "__main__":
    unittest.main()
