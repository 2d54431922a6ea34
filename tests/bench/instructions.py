"""Counts the instructions of decoding and encoding 1000 accounts and of whole calls, and compares them with those
committed.

    python3 instructions.py COUNTED_WORK            compares with instructions.json
    python3 instructions.py COUNTED_WORK --update   writes them there

Unlike times, instructions are the same on a busy machine. What was committed is held to within 5 % by the same
compiler of the same major version with the same optimisation; by any other, within twice the largest figure there is.
"""

import json
import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys

COMMITTED = pathlib.Path(__file__).with_name("instructions.json")
WORKS = ["decode/compact", "decode/pretty", "decode/mixed5", "decode/mixed30", "decode/reordered", "encode", "call/1",
         "call/3", "call/1000"]
TOLERANCE = 1.05
GENEROUS = 2.0

# The C library chooses its memcpy and memcmp by the processor: all shall count the same.
PLAIN_PROCESSOR = "glibc.cpu.hwcaps=-AVX2,-AVX2_Usable,-AVX512F,-AVX512VL,-AVX_Fast_Unaligned_Load,-ERMS,-FSRM"


def can_count():
    return shutil.which("valgrind") is not None


def count(program):
    """The instructions of each work."""
    return {work: count_one(program, work) for work in WORKS}


def count_one(program, work):
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", "--collect-atstart=no",
               "--toggle-collect=counted_*", program, work]
    environment = dict(os.environ, GLIBC_TUNABLES=PLAIN_PROCESSOR)
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    collected = re.search(r"Collected : (\d+)", run.stderr)
    if run.returncode != 0 or collected is None or int(collected[1]) == 0:
        raise RuntimeError(f"{work}: nothing could be counted\n{run.stderr}")
    return int(collected[1])


def compiler_of(program):
    built_by = subprocess.run([program, "--compiler"], capture_output=True, text=True, check=True).stdout.strip()
    return f"{platform.machine()} {built_by}"


def read_committed():
    return json.loads(COMMITTED.read_text()) if COMMITTED.exists() else {}


def due(committed, compiler, work):
    """What is committed of a work, for a compiler, and how many instructions it may take."""
    same = committed.get(compiler)
    if same is not None:
        return same[work], same[work] * TOLERANCE
    largest = max(other[work] for other in committed.values())
    return largest, largest * GENEROUS


def compare(figures, committed, compiler):
    """A line for each work, and the works that take too many."""
    lines = []
    too_many = []
    if compiler not in committed:
        lines.append(f"{compiler}: no figures of it are committed, only those of {', '.join(committed)}: "
                     f"anything up to {GENEROUS:g} times theirs will do")
    for work, figure in figures.items():
        expected, bound = due(committed, compiler, work)
        line = f"{work:20}{figure:12,} instructions; committed {expected:12,} ({100 * (figure / expected - 1):+.1f} %)"
        if figure > bound:
            too_many.append(work)
            line += "   TOO MANY"
        elif compiler in committed and figure * TOLERANCE < expected:
            line += "   fewer: keep it so with --update"
        lines.append(line)
    return lines, too_many


def main(arguments):
    if not arguments or arguments[1:] not in ([], ["--update"]):
        sys.exit(__doc__)
    if not can_count():
        sys.exit("valgrind is not installed")
    compiler = compiler_of(arguments[0])
    figures = count(arguments[0])
    committed = read_committed()
    if arguments[1:]:
        committed[compiler] = figures
        COMMITTED.write_text(json.dumps(committed, indent=4, sort_keys=True) + "\n")
    lines, too_many = compare(figures, committed, compiler)
    print("\n".join(lines))
    return 1 if too_many else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
