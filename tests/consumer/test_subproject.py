"""A Meson project that takes the library as a subproject."""

from __future__ import annotations

import json
import shutil
import unittest
from pathlib import Path
from typing import Any, List

from library_tree import copy_library
from toolchain import CXX, ScratchTest, run

HERE = Path(__file__).resolve().parent


class Subproject(ScratchTest):
    def setUp(self) -> None:
        super().setUp()
        self.build = self.scratch / "build"
        self.parent = self.scratch / "parent"
        shutil.copytree(HERE / "meson_parent", self.parent)
        shutil.copy(HERE / "program.cpp", self.parent / "server.cpp")
        shutil.copy(HERE / "round_trip.hpp", self.parent)
        copy_library(self.parent / "subprojects" / "unfriend")

    def configure(self, *options: str) -> None:
        run(["meson", "setup", "--wrap-mode=nodownload", "--force-fallback-for=unfriend", *options, self.build,
             self.parent], environment={"CXX": " ".join(CXX)})

    def introspect(self, what: str) -> Any:
        return json.loads(run(["meson", "introspect", what, self.build]))

    def found(self, *names: str) -> List[str]:
        """Those of the dependencies that the build found."""
        return [each["name"] for each in self.introspect("--dependencies") if each["name"] in names]

    def test_a_program_gets_the_library_by_dependency_and_fallback(self) -> None:
        self.configure()
        run(["meson", "compile", "-C", self.build])
        run([self.build / "server"])

    def test_nothing_of_the_subproject_is_built_tested_or_installed(self) -> None:
        self.configure("-Dauto_features=enabled")
        self.assertEqual([target["name"] for target in self.introspect("--targets")], ["server"])
        self.assertEqual(self.introspect("--tests"), [])
        self.assertEqual(self.introspect("--installed"), {})

    def test_without_user_sig_neither_openssl_nor_zlib_is_asked_for(self) -> None:
        self.configure("-Dunfriend:user_sig=disabled")
        self.assertEqual(self.found("libcrypto", "openssl", "zlib"), [])
        run(["meson", "compile", "-C", self.build])
        run([self.build / "server"])

    def test_a_program_that_takes_the_codec_is_built_without_openssl_and_zlib(self) -> None:
        shutil.copy(HERE / "codec.cpp", self.parent)
        shutil.copy(HERE / "meson_codec_parent" / "meson.build", self.parent)
        self.configure()
        run(["meson", "compile", "-C", self.build])
        run([self.build / "codec"])
        self.assertNotRegex(run(["ninja", "-C", self.build, "-t", "commands", "codec"]), r"libcrypto|libz\b|-lz\b")


if __name__ == "__main__":
    unittest.main()
