"""What it costs to include the library, beside others: how much the compiler does for a file that includes a header and
nothing else, as a multiple of what it does for <string>, <string_view> and <vector>.

    python3 tests/house/include_cost.py

Two measures: the instructions of the compiler, which are the same on a busy machine, counted by valgrind; and its user
time, the least of several runs. GCC, -fsyntax-only -std=c++17. Headers that the machine does not have are left out.
"""

from __future__ import annotations

import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Dict, List, Tuple

INCLUDE = Path(__file__).resolve().parent.parent.parent / "include"
BASE = ("string", "string_view", "vector")
OURS = ("unfriend/unfriend.hpp", "unfriend/http.hpp", "unfriend/messages.hpp", "unfriend/user_sig.hpp",
        "unfriend/call.hpp", "unfriend/webhook.hpp", "unfriend/clients.hpp")
PEERS = ("nlohmann/json.hpp", "toml++/toml.h", "jwt-cpp/jwt.h", "asio.hpp")
RUNS = 7


def can_count(compiler: List[str]) -> bool:
    """Whether there are valgrind and GCC."""
    macros = subprocess.run([*compiler, "-dM", "-E", "-xc++", "/dev/null"], capture_output=True, text=True, check=False).stdout
    return shutil.which("valgrind") is not None and "__clang__" not in macros and "__GNUC__" in macros


def source(headers: Tuple[str, ...], folder: str) -> Path:
    path = Path(folder) / (re.sub(r"\W", "_", "".join(headers)) + ".cpp")
    path.write_text("".join(f"#include <{name}>\n" for name in headers), encoding="utf-8")
    return path


def compiler_proper(compiler: List[str], path: Path) -> List[str]:
    """The command that the driver runs: cc1plus and its arguments."""
    shown = subprocess.run([*compiler, "-std=c++17", "-fsyntax-only", "-I", str(INCLUDE), "-###", str(path)],
                           capture_output=True, text=True, check=True).stderr
    (line,) = [line for line in shown.splitlines() if "/cc1plus " in line]
    return [part.strip('"') for part in line.split()]


def instructions(compiler: List[str], *headers: str) -> int:
    """0: there is no such header."""
    with tempfile.TemporaryDirectory() as folder:
        command = compiler_proper(compiler, source(headers, folder))
        done = subprocess.run(["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null",
                               *command], capture_output=True, text=True, check=False, cwd=folder,
                              env={**os.environ, "LC_ALL": "C"})
    counted = re.search(r"I\s+refs:\s+([\d,]+)", done.stderr)
    return int(counted[1].replace(",", "")) if done.returncode == 0 and counted else 0


def user_time(compiler: List[str], *headers: str) -> float:
    """Seconds."""
    times = []
    with tempfile.TemporaryDirectory() as folder:
        command = compiler_proper(compiler, source(headers, folder))
        for _ in range(RUNS):
            before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
            subprocess.run(command, capture_output=True, check=True, cwd=folder)
            times.append(resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before)
    return min(times)


def costs(compiler: List[str], *headers: str) -> Dict[str, float]:
    """Of each header, in instructions, as a multiple of BASE."""
    with ThreadPoolExecutor(min(2, os.cpu_count() or 1)) as pool:
        base, *counts = pool.map(lambda names: instructions(compiler, *names), [BASE, *((name,) for name in headers)])
    return {name: count / base for name, count in zip(headers, counts) if count}


def main() -> int:
    compiler = os.environ.get("UNFRIEND_CXX", "g++").split()
    if not can_count(compiler):
        sys.exit("needs GCC and valgrind")
    print("| header | instructions | user time |\n|---|---|---|")
    base_time = user_time(compiler, *BASE)
    for name, cost in costs(compiler, *OURS, *PEERS).items():
        print(f"| `{name}` | {cost:.2f} | {user_time(compiler, name) / base_time:.1f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
