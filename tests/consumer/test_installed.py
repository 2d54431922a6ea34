"""Programs that find the library by pkg-config or CMake, which Meson or CMake installed."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
import unittest
from pathlib import Path
from typing import Dict, List, Sequence

from cmake_project import CMakeProject
from toolchain import CXX, ROOT, ScratchTest, compile_and_link, run

HERE = Path(__file__).resolve().parent
WITHOUT_OPENSSL = ["-DCMAKE_DISABLE_FIND_PACKAGE_OpenSSL=ON", "-DCMAKE_DISABLE_FIND_PACKAGE_ZLIB=ON"]


def install_by_meson(build: Path, prefix: Path, user_sig: bool) -> None:
    run(["meson", "setup", "--wrap-mode=nodownload", f"--prefix={prefix}",
         f"-Duser_sig={'enabled' if user_sig else 'disabled'}", build, ROOT], environment={"CXX": " ".join(CXX)})
    run(["meson", "install", "-C", build])


def install_by_cmake(build: Path, prefix: Path, user_sig: bool) -> None:
    run(["cmake", "-G", "Ninja", "-S", ROOT, "-B", build, f"-DCMAKE_INSTALL_PREFIX={prefix}",
         f"-DUNFRIEND_USER_SIG={'ON' if user_sig else 'OFF'}", f"-DCMAKE_CXX_COMPILER={CXX[-1]}"])
    run(["cmake", "--install", build])


def content(folder: Path) -> Dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class Installed(ScratchTest):
    """The library is installed once."""

    user_sig = True

    @classmethod
    def setUpClass(cls) -> None:
        folder = tempfile.TemporaryDirectory(dir=os.environ["UNFRIEND_SCRATCH"])
        cls.addClassCleanup(folder.cleanup)
        cls.prefix = Path(folder.name) / "prefix"
        cls.build = Path(folder.name) / "build"
        install_by_meson(cls.build, cls.prefix, cls.user_sig)

    def pkg_config(self, *arguments: str) -> List[str]:
        path = {"PKG_CONFIG_PATH": str(self.prefix / "share" / "pkgconfig")}
        return run(["pkg-config", *arguments], environment=path).split()

    def build_by_pkg_config(self, source: str, package: str) -> List[str]:
        """Builds and runs the program; returns the flags."""
        flags = self.pkg_config("--cflags", "--libs", package)
        program = self.scratch / "program"
        compile_and_link([HERE / source], program, *flags)
        run([program])
        return flags

    def build_by_cmake(self, name: str, prefix: Path, *programs: str, options: Sequence[str] = ()) -> CMakeProject:
        project = CMakeProject(name, self.scratch)
        project.configure(f"-DCMAKE_PREFIX_PATH={prefix}", *options)
        project.build_and_run(*programs)
        return project

    def test_cmake_installs_the_same(self) -> None:
        install_by_cmake(self.scratch / "build", self.scratch / "prefix", self.user_sig)
        self.assertEqual(content(self.scratch / "prefix"), content(self.prefix))


class WithUserSig(Installed):
    def test_nothing_is_compiled_unless_asked_for(self) -> None:
        targets = json.loads(run(["meson", "introspect", "--targets", self.build]))
        self.assertEqual([each["name"] for each in targets], ["docs"])
        self.assertEqual([each["name"] for each in targets if each["build_by_default"]], [])

    def test_every_header_is_installed_and_the_single_one_beside_them(self) -> None:
        headers = sorted(path.relative_to(ROOT / "include") for path in (ROOT / "include").rglob("*.hpp"))
        installed = sorted(path.relative_to(self.prefix / "include") for path in self.prefix.rglob("*.hpp"))
        self.assertEqual(installed, sorted([*headers, Path("unfriend.hpp")]))

    def test_a_program_finds_headers_and_libraries_by_pkg_config(self) -> None:
        self.assertIn("-lcrypto", self.build_by_pkg_config("program.cpp", "unfriend"))

    def test_a_program_finds_the_codec_by_pkg_config(self) -> None:
        flags = self.build_by_pkg_config("codec.cpp", "unfriend-codec")
        self.assertFalse({"-lcrypto", "-lssl", "-lz"} & set(flags), flags)

    def test_pkg_config_knows_the_version(self) -> None:
        (version,) = re.findall(r"version: '([\d.]+)'", (ROOT / "meson.build").read_text())
        for package in ("unfriend", "unfriend-codec"):
            self.assertEqual(self.pkg_config("--modversion", package), [version])

    def test_a_program_finds_the_library_as_a_cmake_package_and_another_the_codec(self) -> None:
        project = self.build_by_cmake("cmake_find_package", self.prefix, "program", "codec")
        self.assertRegex(project.link_of("program"), r"libcrypto.*libz\b")
        self.assertNotRegex(project.link_of("codec"), r"libcrypto|libz\b")

    def test_the_codec_is_found_as_a_component_where_openssl_is_missing(self) -> None:
        self.build_by_cmake("cmake_find_codec", self.prefix, "codec", options=WITHOUT_OPENSSL)

    def test_the_cmake_package_says_what_is_missing(self) -> None:
        with self.assertRaisesRegex(AssertionError, "unfriend::unfriend needs OpenSSL and zlib"):
            self.build_by_cmake("cmake_find_package", self.prefix, options=WITHOUT_OPENSSL)

    def test_the_packages_work_where_the_tree_was_moved_to(self) -> None:
        moved = self.scratch / "moved"
        shutil.copytree(self.prefix, moved)
        project = self.build_by_cmake("cmake_find_package", moved, "program", "codec")
        self.assertNotIn(str(self.prefix), project.commands("program.cpp"))
        self.assertNotIn(str(self.prefix), "".join(map(str, content(moved / "share").values())))


class WithoutUserSig(Installed):
    user_sig = False

    def test_pkg_config_asks_for_neither_openssl_nor_zlib(self) -> None:
        flags = self.build_by_pkg_config("program.cpp", "unfriend")
        self.assertFalse({"-lcrypto", "-lssl", "-lz"} & set(flags), flags)

    def test_the_cmake_package_asks_for_neither_openssl_nor_zlib(self) -> None:
        project = self.build_by_cmake("cmake_find_package", self.prefix, "program", "codec", options=WITHOUT_OPENSSL)
        self.assertNotRegex(project.link_of("program"), r"libcrypto|libz\b")


del Installed  # it has no tests of its own


if __name__ == "__main__":
    unittest.main()
