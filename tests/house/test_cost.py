"""What a program pays for the library: the time to include it, and the size of what comes of it."""

from __future__ import annotations

import platform
import re
import subprocess
import unittest
from pathlib import Path
from typing import Set

import include_cost
import program_size
from toolchain import CXX, ROOT, ScratchTest

INCLUDE = ROOT / "include"

# Instructions of GCC 12, as multiples of those for <string>, <string_view> and <vector>.
# The goals are 3.2, 1.7 and 1.6.
MOST_COST = {"unfriend/unfriend.hpp": 3.5, "unfriend/messages.hpp": 1.75, "unfriend/http.hpp": 1.8}

# Bytes above an empty program, of GCC 12 on x86-64.
# The goals are 48 and 20 KB.
MOST_SIZE = {"call": 82 * 1024, "codec": 38 * 1024}

# <functional>, <memory>, <algorithm>, <mutex>, <thread>, <iterator>, <tuple> and <charconv> cost a tenth of this library
# each, or more. What they are for, headers of the library have: callback, owned, bounds, lock, sleep, name_order.
STANDARD = {
    "array", "atomic", "chrono", "coroutine", "cstddef", "cstdint", "cstring", "ctime", "exception", "limits", "new",
    "optional", "shared_mutex", "string", "string_view", "system_error", "type_traits", "utility", "vector",
    "thread",  # where there is no POSIX
}


def is_gcc_12() -> bool:
    version = subprocess.run([*CXX, "-dumpversion"], capture_output=True, text=True, check=False).stdout
    return version.split(".")[0].strip() == "12" and platform.machine() == "x86_64" and include_cost.can_count(CXX)


class Include(unittest.TestCase):
    def test_no_expensive_header_is_included(self) -> None:
        found: Set[str] = set()
        for header in INCLUDE.rglob("*.hpp"):
            found |= set(re.findall(r"(?m)^\s*#\s*include <([a-z_]+)>", header.read_text(encoding="utf-8")))
        self.assertEqual(found - STANDARD, set())

    @unittest.skipUnless(is_gcc_12(), "counts the instructions of GCC 12 on x86-64, with valgrind")
    def test_it_costs_no_more_than_it_may(self) -> None:
        costs = include_cost.costs(CXX, *MOST_COST)
        print("\n" + "\n".join(f"{name}: {cost:.3f}" for name, cost in costs.items()))
        self.assertEqual(set(costs), set(MOST_COST))
        self.assertEqual({name: cost for name, cost in costs.items() if cost > MOST_COST[name]}, {})


class Size(ScratchTest):
    @unittest.skipUnless(is_gcc_12(), "sizes of GCC 12 on x86-64")
    def test_a_program_grows_by_no_more_than_it_may(self) -> None:
        sizes = program_size.sizes(CXX, self.scratch)
        print("\n" + "\n".join(f"{name}: {size:,} bytes" for name, size in sizes.items()))
        self.assertEqual({name: size for name, size in sizes.items() if size > MOST_SIZE[name]}, {})


if __name__ == "__main__":
    unittest.main()
