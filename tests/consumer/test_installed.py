"""Programs that find the installed library by pkg-config or CMake."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import unittest
from pathlib import Path
from typing import List

from toolchain import CXX, ROOT, ScratchTest, compile_and_link, run

HERE = Path(__file__).resolve().parent


def configure(build: Path, prefix: Path, *options: str) -> None:
    run(["meson", "setup", "--wrap-mode=nodownload", "-Dtests=disabled", "-Dexamples=disabled", f"--prefix={prefix}",
         *options, build, ROOT], environment={"CXX": " ".join(CXX)})


class Installed(ScratchTest):
    """The library is configured once and installed by each test where it wants it."""

    options: List[str] = ["-Duser_sig=enabled"]

    @classmethod
    def setUpClass(cls) -> None:
        folder = tempfile.TemporaryDirectory(dir=os.environ["UNFRIEND_SCRATCH"])
        cls.addClassCleanup(folder.cleanup)
        cls.build = Path(folder.name) / "build"
        cls.prefix = Path(folder.name) / "prefix"
        configure(cls.build, cls.prefix, *cls.options)
        run(["meson", "install", "-C", cls.build])

    def pkg_config(self, *arguments: str) -> List[str]:
        path = {"PKG_CONFIG_PATH": str(self.prefix / "share" / "pkgconfig")}
        return run(["pkg-config", *arguments, "unfriend"], environment=path).split()

    def build_by_cmake(self, prefix: Path) -> str:
        """Builds and runs the CMake project; returns the commands that it built with."""
        shutil.copytree(HERE / "cmake_parent", self.scratch / "parent")
        for source in ("program.cpp", "round_trip.hpp"):
            shutil.copy(HERE / source, self.scratch / "parent")
        build = self.scratch / "build"
        run(["cmake", "-G", "Ninja", "-S", self.scratch / "parent", "-B", build, f"-DCMAKE_PREFIX_PATH={prefix}",
             f"-DCMAKE_CXX_COMPILER={CXX[-1]}", "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON"])
        run(["cmake", "--build", build])
        run([build / "program"])
        return (build / "compile_commands.json").read_text() + (build / "build.ninja").read_text()


class WithUserSig(Installed):
    def test_every_header_is_installed_and_the_single_one_beside_them(self) -> None:
        headers = sorted(path.relative_to(ROOT / "include") for path in (ROOT / "include").rglob("*.hpp"))
        installed = sorted(path.relative_to(self.prefix / "include") for path in self.prefix.rglob("*.hpp"))
        self.assertEqual(installed, sorted([*headers, Path("unfriend.hpp")]))

    def test_a_program_finds_headers_and_libraries_by_pkg_config(self) -> None:
        program = self.scratch / "program"
        compile_and_link([HERE / "program.cpp"], program, *self.pkg_config("--cflags", "--libs"))
        run([program])

    def test_pkg_config_knows_the_version(self) -> None:
        (version,) = re.findall(r"version: '([\d.]+)'", (ROOT / "meson.build").read_text())
        self.assertEqual(self.pkg_config("--modversion"), [version])

    def test_a_program_finds_the_library_as_a_cmake_package(self) -> None:
        self.build_by_cmake(self.prefix)

    def test_the_cmake_package_works_where_the_tree_was_moved_to(self) -> None:
        moved = self.scratch / "moved"
        shutil.copytree(self.prefix, moved)
        self.assertNotIn(str(self.prefix), self.build_by_cmake(moved))


class WithoutUserSig(Installed):
    options = ["-Duser_sig=disabled"]

    def test_pkg_config_asks_for_neither_openssl_nor_zlib(self) -> None:
        flags = self.pkg_config("--cflags", "--libs")
        self.assertFalse({"-lcrypto", "-lssl", "-lz"} & set(flags), flags)
        program = self.scratch / "program"
        compile_and_link([HERE / "program.cpp"], program, *flags)
        run([program])

    def test_the_cmake_package_asks_for_neither_openssl_nor_zlib(self) -> None:
        commands = self.build_by_cmake(self.prefix)
        self.assertNotRegex(commands, r"libcrypto|libz\b|-lz\b")


del Installed  # it has no tests of its own


if __name__ == "__main__":
    unittest.main()
