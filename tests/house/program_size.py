"""How much larger a program becomes with the library: stripped, -Os, over an empty one that links the same libraries.

    python3 tests/house/program_size.py

The programs are in size/.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Dict, List

HERE = Path(__file__).resolve().parent
INCLUDE = HERE.parent.parent / "include"
FLAGS = ["-std=c++17", "-Os", "-DNDEBUG", "-s", "-ffunction-sections", "-fdata-sections", "-Wl,--gc-sections",
         "-I", str(INCLUDE)]
PROGRAMS = ("call", "codec")


def size(compiler: List[str], name: str, folder: Path) -> int:
    """Bytes of the program size/NAME.cpp in memory: code, constants and data."""
    program = folder / name
    subprocess.run([*compiler, *FLAGS, str(HERE / "size" / f"{name}.cpp"), "-o", str(program), "-lcrypto", "-lz"], check=True)
    text, data, bss = subprocess.run(["size", str(program)], capture_output=True, text=True,
                                     check=True).stdout.splitlines()[1].split()[:3]
    return int(text) + int(data) + int(bss)


def sizes(compiler: List[str], folder: Path) -> Dict[str, int]:
    """By how many bytes each program is larger than the empty one."""
    empty = size(compiler, "empty", folder)
    return {name: size(compiler, name, folder) - empty for name in PROGRAMS}


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        for name, more in sizes(os.environ.get("UNFRIEND_CXX", "g++").split(), Path(folder)).items():
            print(f"{name}: {more:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
