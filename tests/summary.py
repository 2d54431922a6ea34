"""Counts the single tests in Meson's logs: doctest's cases, unittest's tests, and each fuzz target as one.

summary.py closing-lines BUILD    prints what each test program said last
summary.py total BUILD...         prints why tests were skipped and, last, `N passed, N failed`; exits with 1 unless some
                                  passed and none failed

A program that ends badly without saying that a test failed counts as one failed test; so does one that ran no test,
and a build that has no log.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any, Dict, List, NamedTuple

_DOCTEST = re.compile(r"^\[doctest\] test cases: +\d+ \| +(\d+) passed \| +(\d+) failed.*$", re.MULTILINE)
_DOCTEST_CLOSING = re.compile(r"^\[doctest\] (?:test cases|assertions|Status):?.*$", re.MULTILINE)
_UNITTEST = re.compile(r"^Ran (\d+) tests? in .*\n+(\w.*)$", re.MULTILINE)
_FUZZER = re.compile(r"^stat::number_of_executed_units: +[1-9]\d*$", re.MULTILINE)
_SKIPPED = re.compile(r"\.\.\. skipped ['\"](.*)['\"]$", re.MULTILINE)
_UNITTEST_CLOSING = re.compile(r"^(?:Ran \d+ tests? in .*|OK.*|FAILED.*)$", re.MULTILINE)


class Count(NamedTuple):
    passed: int
    failed: int
    skipped: int


def runs(build: str) -> List[Dict[str, Any]]:
    """What Meson logged of each test program."""
    log = Path(build) / "meson-logs" / "testlog.json"
    if not log.exists():
        return []
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]


def output(run: Dict[str, Any]) -> str:
    return re.sub(r"\x1b\[[\d;]*m", "", run.get("stdout", "") + "\n" + run.get("stderr", ""))


def count(run: Dict[str, Any]) -> Count:
    text = output(run)
    passed = failed = skipped = 0
    for match in _DOCTEST.finditer(text):
        passed += int(match[1])
        failed += int(match[2])
    for match in _UNITTEST.finditer(text):
        outcome = {word: int(number) for word, number in re.findall(r"(\w[\w ]*)=(\d+)", match[2])}
        left_out = outcome.get("skipped", 0)
        bad = sum(outcome.values()) - left_out - outcome.get("expected failures", 0)
        skipped += left_out
        # A test may fail in several of its parts.
        passed += max(0, int(match[1]) - left_out - bad)
        failed += bad
    if run["result"] == "OK":
        passed += len(_FUZZER.findall(text))
    if failed == 0 and (run["result"] != "OK" or passed == 0):
        failed = 1
    return Count(passed, failed, skipped)


def print_closing_lines(build: str) -> None:
    for run in runs(build):
        print(f"\n{run['name']}:")
        text = output(run)
        for line in _DOCTEST_CLOSING.findall(text) + _UNITTEST_CLOSING.findall(text) + _FUZZER.findall(text):
            print(line)


def print_skipped(builds: List[str]) -> None:
    reasons = Counter(reason for build in builds for run in runs(build) for reason in _SKIPPED.findall(output(run)))
    for reason, times in reasons.items():
        print(f"{times} skipped: {reason}")


def print_total(builds: List[str]) -> int:
    passed = failed = skipped = 0
    for build in builds:
        counts = [count(run) for run in runs(build)] or [Count(0, 1, 0)]
        print(f"{build}: {sum(each.passed for each in counts)} passed, {sum(each.failed for each in counts)} failed, "
              f"{sum(each.skipped for each in counts)} skipped")
        passed += sum(each.passed for each in counts)
        failed += sum(each.failed for each in counts)
    print_skipped(builds)
    print(f"{passed} passed, {failed} failed")
    return 0 if passed > 0 and failed == 0 else 1


def main(arguments: List[str]) -> int:
    if len(arguments) == 2 and arguments[0] == "closing-lines":
        print_closing_lines(arguments[1])
        return 0
    if len(arguments) > 1 and arguments[0] == "total":
        return print_total(arguments[1:])
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
