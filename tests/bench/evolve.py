"""Looks for bodies that take the library many instructions, of those that RapidJSON alone takes: by evolution, the same in
every run with the same seed.

    python3 evolve.py COUNTED_HOSTILE [GENERATIONS [SEED]]

Begins with the recipes of hostile.txt, changes them at random, and keeps the worst. Prints the ten worst in the format of
hostile.txt.
"""

from __future__ import annotations

import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
from typing import Dict, List, NamedTuple

import instructions

RECIPES = pathlib.Path(__file__).with_name("hostile.txt")
SIZE = 4096
KEPT = 24
CHILDREN = 24
WORST = 10
READERS = ["sax", "response", "event"]  # in the order of the program
PARTS = 3  # of a recipe: beginning, repeated piece, end
LONGEST_PART = 160

FRAGMENTS = [
    "{", "}", "[", "]", ",", ":", " ", "    ", "%0a", "%09", "&", "~", "@", "0", "-1", "1.5", "1e5", "12345678901", "null",
    "true", '""', '"a"', '"x":0', '"x":', '"x@":0', "{}", "[]", "[[]]", '{"x":{}}', ",{}", ",0", "%5cn", "%5cu00e9",
    "%5cud83d%5cude00", "%c3%a9", "%e5%a5%bd", "%7f", '"ResultItem":[', '"PairList":[', '"To_Account":"a"',
    '"From_Account":"a"', '"ResultCode":0', '"ResultInfo":""', '"ErrorCode":0', '"ErrorInfo":"', '"%5cu0045rrorCode":0',
    ',{"To_Account":"a"}', ',{"From_Account":"a","To_Account":"b"}', '"CallbackCommand":"Sns.CallbackFriendDelete"',
]


class Recipe(NamedTuple):
    before: str
    piece: str
    behind: str

    def line(self, name: str) -> str:
        return "\t".join([name, *self])


def read_recipes() -> List[Recipe]:
    lines = RECIPES.read_text(encoding="utf-8").splitlines()
    parts = [line.split("\t")[1:] + [""] * PARTS for line in lines if line and not line.startswith("#")]
    return [Recipe(*each[:PARTS]) for each in parts]


def tokens(text: str) -> List[str]:
    return re.findall(r"%[0-9a-f]{2}|.", text)


def mutate(parent: Recipe, other: Recipe, chance: random.Random) -> Recipe:
    parts = list(parent)
    for _ in range(chance.randint(1, 3)):
        index = chance.choice([0, 1, 1, 1, 2])
        part = tokens(parts[index])
        at = chance.randint(0, len(part))
        change = chance.randrange(5)
        if change == 0:
            part[at:at] = tokens(chance.choice(FRAGMENTS))
        elif change == 1:
            del part[at:at + chance.randint(1, 4)]
        elif change == 2:
            part[at:at + 1] = tokens(chance.choice(FRAGMENTS))
        elif change == 3:  # a part of it once more
            begin = chance.randint(0, len(part))
            part[at:at] = part[begin:begin + chance.randint(1, 24)]
        else:
            part = tokens(other[index])
        parts[index] = "".join(part[:LONGEST_PART])
    return Recipe(*parts)


def measure(program: str, recipes: List[Recipe]) -> List[float]:
    """Of each recipe, the instructions of the slower of our readers over those of RapidJSON alone."""
    with tempfile.TemporaryDirectory() as folder:
        listed = pathlib.Path(folder) / "recipes"
        listed.write_text("".join(recipe.line("-") + "\n" for recipe in recipes), encoding="utf-8")
        counts = pathlib.Path(folder) / "counts"
        command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={counts}", "--collect-atstart=no",
                   "--toggle-collect=counted_*", *(f"--dump-after=counted_{reader}" for reader in READERS), program,
                   listed, str(SIZE)]
        environment = dict(os.environ, GLIBC_TUNABLES=instructions.PLAIN_PROCESSOR)
        run = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        sizes = [int(line.split()[0]) for line in run.stdout.splitlines()]
        taken = [count_of(pathlib.Path(f"{counts}.{number}")) for number in range(1, len(sizes) + 1)]
    ratios = []
    for first in range(0, len(sizes), len(READERS)):
        alone, response, event = taken[first:first + len(READERS)]
        # A body that is small, or that RapidJSON hardly looked at, says nothing.
        tells = sizes[first] > SIZE / 2 and alone > 2 * sizes[first]
        ratios.append(max(response, event) / alone if tells else 0.0)
    return ratios


def count_of(dump: pathlib.Path) -> int:
    return int(re.search(r"^(?:summary|totals): (\d+)", dump.read_text(encoding="utf-8"), re.M)[1])


def evolve(program: str, generations: int, seed: int) -> Dict[Recipe, float]:
    chance = random.Random(seed)
    first = read_recipes()
    kept = dict(zip(first, measure(program, first)))
    for generation in range(generations):
        parents = list(kept)
        children = []
        while len(children) < CHILDREN:
            child = mutate(chance.choice(parents), chance.choice(parents), chance)
            if child not in kept and child not in children:
                children.append(child)
        kept.update(zip(children, measure(program, children)))
        kept = dict(sorted(kept.items(), key=lambda each: -each[1])[:KEPT])
        print(f"{generation}: {max(kept.values()):.3f}", file=sys.stderr)
    return kept


def main(arguments: List[str]) -> None:
    if not 1 <= len(arguments) <= 3:
        sys.exit(__doc__)
    generations, seed = (int(each) for each in (arguments[1:] + ["100", "1"][len(arguments) - 1:]))
    for number, (recipe, ratio) in enumerate(list(evolve(arguments[0], generations, seed).items())[:WORST], 1):
        print(recipe.line(f"found {number}, {ratio:.2f} times"))


if __name__ == "__main__":
    main(sys.argv[1:])
