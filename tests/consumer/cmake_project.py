"""A CMake project of tests/consumer/, copied, built and run as its owner would."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import List

from toolchain import CXX, run

HERE = Path(__file__).resolve().parent
SOURCES = (*HERE.glob("*.cpp"), *HERE.glob("*.hpp"))


class CMakeProject:
    """The copy of the project `name` in a folder of its own."""

    def __init__(self, name: str, folder: Path) -> None:
        self.source = folder / name
        self.build = folder / (name + "-build")
        shutil.copytree(HERE / name, self.source)
        for source in SOURCES:
            shutil.copy(source, self.source)

    def configure(self, *options: str) -> str:
        return run(["cmake", "-G", "Ninja", "-S", self.source, "-B", self.build,
                    f"-DCMAKE_CXX_COMPILER={CXX[-1]}", "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON", *options])

    def build_and_run(self, *programs: str) -> None:
        run(["cmake", "--build", self.build])
        for program in programs:
            run([self.build / program])

    def targets(self) -> List[str]:
        """What a build makes, by the names of the programs and libraries."""
        listed = run(["ninja", "-C", self.build, "-t", "targets", "all"])
        links = [line.split(":")[0] for line in listed.splitlines() if "_LINKER__" in line]
        return sorted(Path(link).name for link in links)

    def commands(self, source: str) -> str:
        """What compiles the source file."""
        entries = json.loads((self.build / "compile_commands.json").read_text())
        return "\n".join(entry["command"] for entry in entries if Path(entry["file"]).name == source)

    def link_of(self, program: str) -> str:
        """What the program is linked from."""
        return run(["ninja", "-C", self.build, "-t", "commands", "-s", program])
