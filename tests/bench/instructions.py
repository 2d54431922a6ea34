"""Counts the instructions of decoding and encoding 1000 accounts, and fails when they have become more.

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
WORKS = ["decode/compact", "decode/pretty", "decode/mixed", "decode/reordered", "encode"]
TOLERANCE = 1.05
GENEROUS = 2.0
SKIPPED = 77  # as Meson has it

# The C library chooses its memcpy and memcmp by the processor: all shall count the same.
PLAIN_PROCESSOR = "glibc.cpu.hwcaps=-AVX2,-AVX2_Usable,-AVX512F,-AVX512VL,-AVX_Fast_Unaligned_Load,-ERMS,-FSRM"


def count(program, work):
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", "--collect-atstart=no",
               "--toggle-collect=counted_*", program, work]
    environment = dict(os.environ, GLIBC_TUNABLES=PLAIN_PROCESSOR)
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    collected = re.search(r"Collected : (\d+)", run.stderr)
    if run.returncode != 0 or collected is None or int(collected[1]) == 0:
        sys.exit(f"{work}: nothing could be counted\n{run.stderr}")
    return int(collected[1])


def compiler_of(program):
    built_by = subprocess.run([program, "--compiler"], capture_output=True, text=True, check=True).stdout.strip()
    return f"{platform.machine()} {built_by}"


def compare(figures, committed, compiler):
    """Prints the figures beside their bounds; answers whether all hold."""
    same = committed.get(compiler)
    if same is None:
        print(f"{compiler}: no figures of it are committed, only those of {', '.join(committed)}: "
              f"anything up to {GENEROUS:g} times theirs will do")
    held = True
    for work, figure in figures.items():
        due = same[work] if same else max(other[work] for other in committed.values())
        bound = due * (TOLERANCE if same else GENEROUS)
        change = 100 * (figure / due - 1)
        print(f"{work:20}{figure:12,} instructions; committed {due:12,} ({change:+.1f} %)"
              + ("" if figure <= bound else "   TOO MANY"))
        held = held and figure <= bound
        if same and figure * TOLERANCE < due:
            print(f"{'':20}fewer than committed: keep it so with --update")
    return held


def main(arguments):
    if not arguments or arguments[1:] not in ([], ["--update"]):
        sys.exit(__doc__)
    if shutil.which("valgrind") is None:
        print("valgrind is not installed")
        return SKIPPED
    program = arguments[0]
    compiler = compiler_of(program)
    figures = {work: count(program, work) for work in WORKS}
    committed = json.loads(COMMITTED.read_text()) if COMMITTED.exists() else {}
    if arguments[1:]:
        committed[compiler] = figures
        COMMITTED.write_text(json.dumps(committed, indent=4, sort_keys=True) + "\n")
    return 0 if compare(figures, committed, compiler) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
