"""Bodies made to be slow to read take few instructions a byte, however large they are.

Instructions are counted, not time. The yardstick is RapidJSON's SAX reader alone, in place and with its check of UTF-8,
with a handler as one would write it.
"""

from __future__ import annotations

import os
import pathlib
import re
import subprocess
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor
from typing import Dict, List, NamedTuple

import evolve
import instructions

RECIPES = pathlib.Path(__file__).with_name("hostile.txt")
READERS = ["response", "event"]

AT_MOST = 1.5  # times the instructions of RapidJSON alone
FOUND_AT_MOST = 2.5  # the same of the bodies that evolve.py has found
AT_MOST_A_BYTE = 100  # where RapidJSON alone stops early
GROWTH_AT_MOST = 1.1  # of the instructions a byte, from the small size to the large one
SMALL, LARGE = 64 * 1024, 1024 * 1024
# Those that are read at the large size too: what was learned is large, or nothing that was learned fits.
GROWING = ["huge gap learned behind the text", "huge gap, then items that match nothing",
           "huge gap learned before the text", "huge gap learned between items", "almost a huge pattern",
           "long texts, almost alike", "a new shape each", "nested unknown values"]


class Count(NamedTuple):
    instructions: int
    size: int
    read_to_the_end: bool

    @property
    def a_byte(self) -> float:
        return self.instructions / self.size


def program() -> str:
    return os.environ["UNFRIEND_COUNTED_HOSTILE"]


def names() -> List[str]:
    listed = subprocess.run([program(), "--list", RECIPES], capture_output=True, text=True, check=True)
    return listed.stdout.splitlines()


def count(number: int, size: int, reader: str) -> Count:
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", "--collect-atstart=no",
               "--toggle-collect=counted_*", program(), RECIPES, str(number), str(size), reader]
    environment = dict(os.environ, GLIBC_TUNABLES=instructions.PLAIN_PROCESSOR)
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    collected = re.search(r"Collected : (\d+)", run.stderr)
    if run.returncode != 0 or collected is None or int(collected[1]) == 0:
        raise RuntimeError(f"{number}: nothing could be counted\n{run.stderr}")
    body_size, read_to_the_end = run.stdout.split()
    return Count(int(collected[1]), int(body_size), read_to_the_end == "1")


def count_all(size: int) -> List[Dict[str, Count]]:
    """Each recipe with each reader, in one process: to start valgrind takes longer than to count."""
    with tempfile.TemporaryDirectory() as folder:
        counts = pathlib.Path(folder) / "counts"
        command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={counts}", "--collect-atstart=no",
                   "--toggle-collect=counted_*", *(f"--dump-after=counted_{reader}" for reader in evolve.READERS),
                   program(), RECIPES, str(size)]
        environment = dict(os.environ, GLIBC_TUNABLES=instructions.PLAIN_PROCESSOR)
        run = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        all_counts = []
        for number, line in enumerate(run.stdout.splitlines(), 1):
            body_size, read_to_the_end = line.split()
            taken = evolve.count_of(pathlib.Path(f"{counts}.{number}"))
            all_counts.append(Count(taken, int(body_size), read_to_the_end == "1"))
    step = len(evolve.READERS)
    return [dict(zip(evolve.READERS, all_counts[first:first + step])) for first in range(0, len(all_counts), step)]


def complaints(number: int, name: str, counted: Dict[str, Count]) -> List[str]:
    alone = counted["sax"]
    found = []
    for reader in READERS:
        ours = counted[reader]
        ratio = ours.instructions / alone.instructions
        at_most = FOUND_AT_MOST if name.startswith("found ") else AT_MOST
        bad = ratio > at_most if alone.read_to_the_end else ours.a_byte > AT_MOST_A_BYTE
        print(f"{name:45} {reader:9}{ours.a_byte:8.2f} a byte, {ratio:.2f} times RapidJSON alone", flush=True)
        if bad:
            found.append(f"{name}, {reader}: {ours.a_byte:.2f} a byte, {ratio:.2f} times RapidJSON alone")
        if name in GROWING and count(number, LARGE, reader).a_byte > ours.a_byte * GROWTH_AT_MOST:
            found.append(f"{name}, {reader}: more a byte in a larger body")
    return found


@unittest.skipUnless(instructions.can_count(), "valgrind is not installed")
class Hostile(unittest.TestCase):
    def test_no_body_is_much_slower_than_with_rapidjson_alone(self) -> None:
        listed = names()
        self.assertEqual([name for name in GROWING if name not in listed], [])
        counted = count_all(SMALL)
        self.assertEqual(len(counted), len(listed))
        with ThreadPoolExecutor(min(2, os.cpu_count() or 1)) as pool:
            found = sum(pool.map(complaints, range(len(listed)), listed, counted), [])
        self.assertEqual(found, [])


if __name__ == "__main__":
    unittest.main()
