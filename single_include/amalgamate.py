#!/usr/bin/env python3
"""Writes single_include/unfriend.hpp: include/unfriend/unfriend.hpp with every part of it in place of its #include.

With --check nothing is written, and the exit status is 1 when the file is not what would be written.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import Dict, Iterator, List, Optional, Set, Tuple, Union

ROOT = Path(__file__).resolve().parent.parent
UMBRELLA = "unfriend/unfriend.hpp"
TARGET = ROOT / "single_include" / "unfriend.hpp"

DIRECTIVE = re.compile(r"\s*#\s*(\w+)\s*(.*)")
INCLUDE = re.compile(r'[<"]([^">]+)[">]')
OPENS = ("if", "ifdef", "ifndef")

# What refuses the single header where headers of include/ come second, and where they come first.
BOTH_FORMS = re.compile(r"// Every header of the library begins[^\n]*\n#ifdef UNFRIEND_SINGLE_HEADER\n.*?\n#endif\n", re.DOTALL)
GUARDED = """\
#ifdef UNFRIEND_VERSION_MAJOR
#error "unfriend: this file includes headers of include/unfriend/ and the single header: use one form"
#else
#define UNFRIEND_SINGLE_HEADER

{body}

#endif
"""

# The preprocessor conditions around a line, outermost first. What stands under a prefix of them is seen
# wherever the line is.
Conditions = Tuple[str, ...]

# Lines, and lists of lines that are still growing.
Lines = List[Union[str, "Lines"]]

BANNER = """\
unfriend {version}: deletes friends on Tencent Cloud Chat. All of the library in one header.

Needs RapidJSON, OpenSSL and zlib. Define UNFRIEND_WITH_USER_SIG as 0 before including it, and it makes
no UserSigs and needs neither OpenSSL nor zlib.

Generated from include/unfriend/ by single_include/amalgamate.py: do not edit.

{licence}"""


class Amalgamation:
    """What has been included so far, and under which conditions."""

    def __init__(self, include_root: Path) -> None:
        self._include_root = include_root
        self._included: Dict[str, List[Conditions]] = {}
        self._conditions: List[str] = []
        self._ahead_of_conditions: Lines = []
        self._always: Set[str] = set()
        self._find_always(UMBRELLA)

    def part(self, name: str) -> Lines:
        """The lines of a file with the parts that it includes, as far as they were not there before.

        Parts stand ahead of the file, so that its opening comment stays with its code. Those that the
        umbrella includes, or that are included under a condition, stand in place of their #include.
        """
        text = self._text(name)
        lines: Lines = []
        if name != UMBRELLA:
            for part in _unconditional_parts(text):
                lines += self._include("", part, name)
            lines += ["", f"// ==== {name} " + "=" * (90 - len(name)), ""]
        for line in text:
            included = _included_by(line)
            if included is not None:
                lines += self._include(line, included, name)
                continue
            word, rest = _directive(line)
            if word in OPENS:
                if not self._conditions:
                    self._ahead_of_conditions = []
                    lines.append(self._ahead_of_conditions)
                self._conditions.append(f"{word} {rest}")
            elif word in ("elif", "else"):
                self._conditions[-1] += f" {word} {rest}"
            elif word == "endif":
                self._conditions.pop()
            lines.append(line)
        return lines

    def _text(self, name: str) -> List[str]:
        text = (self._include_root / name).read_text(encoding="utf-8")
        opening, guard, rest = text.partition("#pragma once\n")
        if not guard:
            sys.exit(f"amalgamate.py: {name}: no #pragma once")
        # The banner speaks for the umbrella.
        return (rest if name == UMBRELLA else opening + rest).splitlines()

    def _find_always(self, name: str) -> None:
        """Notes the parts that a program has whatever its conditions."""
        for part in _unconditional_parts(self._text(name)):
            if part not in self._always:
                self._always.add(part)
                self._find_always(part)

    def _include(self, line: str, name: str, includer: str) -> Lines:
        here = tuple(self._conditions)
        earlier = self._included.setdefault(name, [])
        if any(here[: len(conditions)] == conditions for conditions in earlier):
            return []
        if not _is_part(name):
            earlier.append(here)
            return [line]
        if here and name in self._always:
            self._include_ahead(name, includer)
            return []
        if earlier:
            # A second copy would be a second definition where both conditions hold.
            sys.exit(f"amalgamate.py: {includer} needs {name}, which stands under {earlier[0]} already")
        earlier.append(here)
        return self.part(name)

    def _include_ahead(self, name: str, includer: str) -> None:
        """Includes a part that is reached under a condition, but needed without, ahead of the condition."""
        conditions, ahead = self._conditions, self._ahead_of_conditions
        self._conditions = []
        ahead += self._include("", name, includer)
        self._conditions, self._ahead_of_conditions = conditions, ahead


def _directive(line: str) -> Tuple[str, str]:
    match = DIRECTIVE.fullmatch(line)
    return (match.group(1), match.group(2)) if match else ("", "")


def _included_by(line: str) -> Optional[str]:
    word, rest = _directive(line)
    if word != "include":
        return None
    match = INCLUDE.match(rest)
    if rest.startswith("UNFRIEND_ONE_FORM"):
        return None
    if match is None:
        sys.exit(f"amalgamate.py: cannot read {line.strip()}")
    return match.group(1)


def _is_part(name: str) -> bool:
    return name.startswith("unfriend/")


def _unconditional_parts(text: List[str]) -> Iterator[str]:
    depth = 0
    for line in text:
        word, _ = _directive(line)
        depth += (word in OPENS) - (word == "endif")
        included = _included_by(line)
        if depth == 0 and included is not None and _is_part(included):
            yield included


def _flat(lines: Lines) -> Iterator[str]:
    for line in lines:
        if isinstance(line, str):
            yield line
        else:
            yield from _flat(line)


def version() -> str:
    config = (ROOT / "include/unfriend/core/config.hpp").read_text(encoding="utf-8")
    return ".".join(re.findall(r"#define UNFRIEND_VERSION_\w+ (\d+)", config))


def single_header() -> str:
    lines = Amalgamation(ROOT / "include").part(UMBRELLA)
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8").strip()
    banner = BANNER.format(version=version(), licence=licence)
    opening = "".join(f"// {line}".rstrip() + "\n" for line in banner.splitlines())
    body = "\n".join(_flat(lines)).strip()
    body = re.sub(r"#if[^\n]*\n\s*#endif\n?", "", body)  # all that stood there, stands elsewhere
    body, checks = BOTH_FORMS.subn("", body)
    if checks != 1:
        sys.exit("amalgamate.py: core/config.hpp does not refuse the single header")
    body = re.sub(r"\n{3,}", "\n\n", body).strip()
    return opening + "#pragma once\n\n" + GUARDED.format(body=body)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the file is stale")
    check = parser.parse_args().check
    fresh = single_header().encode("utf-8")
    if TARGET.exists() and TARGET.read_bytes() == fresh:
        return 0
    name = TARGET.relative_to(ROOT)
    if check:
        print(f"{name} is stale: run single_include/amalgamate.py", file=sys.stderr)
        return 1
    TARGET.write_bytes(fresh)
    print(f"{name}: written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
