"""The fenced blocks of the documents."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Iterator, NamedTuple, Optional

from toolchain import ROOT

_FENCE = re.compile(r"(?:<!-- snippet: (?P<frame>\S+) -->\n+)?^```(?P<language>\w+)\n(?P<text>.*?)^```$",
                    re.MULTILINE | re.DOTALL)


DOCUMENTS = ["README.md", "README.zh-CN.md", "CONTRIBUTING.md",
             *sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docs").rglob("*.md"))]


class Block(NamedTuple):
    where: str  # README.md:12
    language: str
    text: str
    frame: Optional[str]  # of `<!-- snippet: FRAME -->` on the line before


def blocks(document: str) -> Iterator[Block]:
    text = (ROOT / document).read_text(encoding="utf-8")
    for match in _FENCE.finditer(text):
        line = text.count("\n", 0, match.start("language")) + 1
        yield Block(f"{document}:{line}", match["language"], match["text"], match["frame"])
