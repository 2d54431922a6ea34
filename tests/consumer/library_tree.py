"""What a project has that took the library into its own tree: no history, and nothing that was built."""

from __future__ import annotations

import shutil
from pathlib import Path

from toolchain import ROOT

FOLDERS = ("examples", "include", "packaging", "single_include", "subprojects", "tests")
FILES = ("CMakeLists.txt", "meson.build", "meson_options.txt")
BUILT = shutil.ignore_patterns("__pycache__", "packagecache")


def copy_library(destination: Path) -> None:
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, destination / folder, ignore=BUILT)
    for file in FILES:
        shutil.copy(ROOT / file, destination)
