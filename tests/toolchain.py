"""The compiler and the flags of the build that runs the tests, and a folder to work in."""

from __future__ import annotations

import os
import subprocess
import tempfile
import unittest
from pathlib import Path
from typing import List, Mapping, Optional, Sequence

ROOT = Path(__file__).resolve().parent.parent
CXX = os.environ["UNFRIEND_CXX"].split()
CXXFLAGS = os.environ["UNFRIEND_CXXFLAGS"].split()
PATIENCE = 300  # seconds, for a command that hangs


def run(command: Sequence[object], cwd: Optional[Path] = None, environment: Optional[Mapping[str, str]] = None,
        patience: int = PATIENCE) -> str:
    """Runs a command and returns what it printed; a failure shows that too."""
    done = subprocess.run([str(part) for part in command], cwd=cwd, env={**os.environ, **(environment or {})},
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          timeout=patience)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))}\nexit status {done.returncode}\n{done.stdout}")
    return done.stdout


def compile_and_link(sources: Sequence[Path], program: Path, *flags: str, compiler: Sequence[str] = CXX,
                     warnings: Sequence[str] = CXXFLAGS) -> None:
    """Libraries belong into `flags`: they follow the sources."""
    run([*compiler, *warnings, *sources, "-o", program, *flags])


def packages(*names: str) -> List[str]:
    """The flags that pkg-config gives for the packages."""
    return run(["pkg-config", "--cflags", "--libs", *names]).split()


class ScratchTest(unittest.TestCase):
    """A test case with a folder of its own, gone after it."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(dir=os.environ["UNFRIEND_SCRATCH"])
        self.addCleanup(folder.cleanup)
        self.scratch = Path(folder.name)
