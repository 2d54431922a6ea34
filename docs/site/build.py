#!/usr/bin/env python3
"""Builds the site of the documents: the pages of docs/ by MkDocs, and the reference by Doxygen, whose warnings are errors.

    python3 docs/site/build.py FOLDER      # FOLDER/site/index.html, FOLDER/site/reference/index.html

A link of a page to a file outside docs/ becomes a page with that file. Needs mkdocs-material and doxygen.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Dict

ROOT = Path(__file__).resolve().parent.parent.parent
DOCS = ROOT / "docs"
SITE = DOCS / "site"
LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)((?:#[^)\s]*)?)\)")
# HTML shows the end of a line as a space, which Chinese has not between words.
BREAK_IN_CHINESE = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef])\n *(?=[\u3000-\u9fff\uff00-\uffef])")
LANGUAGES = {".hpp": "cpp", ".cpp": "cpp", ".py": "python", ".sh": "sh"}


class Pages:
    """The pages that MkDocs gets: those of docs/, and one for each file that these link to."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._listings: Dict[str, str] = {}

    def write(self) -> None:
        for page in [*DOCS.glob("*.md"), *(DOCS / "zh").glob("*.md")]:
            target = self._folder / page.relative_to(DOCS)
            target.parent.mkdir(parents=True, exist_ok=True)
            text = self._with_links(page, page.read_text(encoding="utf-8"))
            target.write_text(BREAK_IN_CHINESE.sub("", text), encoding="utf-8")
        for part in ("site.css", "site.js"):
            shutil.copy(SITE / part, self._folder)

    def _with_links(self, page: Path, text: str) -> str:
        up = "../" * (len(page.relative_to(DOCS).parts) - 1)

        def target(match: "re.Match[str]") -> str:
            linked = (page.parent / match[1]).resolve()
            is_page = linked.suffix == ".md" and DOCS in linked.parents
            if is_page or not linked.exists():  # the second: a lambda in a block of code
                return match[0]
            name = str(linked.relative_to(ROOT))
            if linked.suffix in (".svg", ".png"):
                (self._folder / "images").mkdir(exist_ok=True)
                shutil.copy(linked, self._folder / "images")
                return f"]({up}images/{linked.name})"
            return f"]({up}{self._listing(name, linked)}{match[2]})"

        return LINK.sub(target, text)

    def _listing(self, name: str, path: Path) -> str:
        if name not in self._listings:
            self._listings[name] = f"files/{name}.md"
            page = self._folder / self._listings[name]
            page.parent.mkdir(parents=True, exist_ok=True)
            language = LANGUAGES.get(path.suffix, "text")
            page.write_text(f"# {name}\n\n````{language}\n{path.read_text(encoding='utf-8')}````\n", encoding="utf-8")
        return self._listings[name]


def main() -> int:
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    missing = [tool for tool in ("mkdocs", "doxygen") if shutil.which(tool) is None]
    if missing:
        sys.exit(f"install mkdocs-material and doxygen: there is no {' and no '.join(missing)}")
    folder = Path(sys.argv[1]).resolve()
    pages, site = folder / "pages", folder / "site"
    for old in (pages, site):
        shutil.rmtree(old, ignore_errors=True)
    pages.mkdir(parents=True)
    Pages(pages).write()
    settings = (SITE / "mkdocs.yml").read_text(encoding="utf-8").replace("PAGES", str(pages)).replace("SITE", str(site))
    (folder / "mkdocs.yml").write_text(settings, encoding="utf-8")
    doxygen = (SITE / "Doxyfile").read_text(encoding="utf-8") + f"OUTPUT_DIRECTORY = {pages}\n"
    subprocess.run(["doxygen", "-"], input=doxygen, text=True, cwd=ROOT, check=True)
    subprocess.run(["mkdocs", "build", "--quiet", "-f", str(folder / "mkdocs.yml")], check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
