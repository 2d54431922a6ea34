"""A Meson project that takes the library as a subproject."""

from __future__ import annotations

import json
import shutil
import unittest
from pathlib import Path
from typing import Any

from toolchain import CXX, ROOT, ScratchTest, run

HERE = Path(__file__).resolve().parent


class Subproject(ScratchTest):
    def setUp(self) -> None:
        super().setUp()
        self.build = self.scratch / "build"
        self.parent = self.scratch / "parent"
        shutil.copytree(HERE / "meson_parent", self.parent)
        shutil.copy(HERE / "program.cpp", self.parent / "server.cpp")
        shutil.copy(HERE / "round_trip.hpp", self.parent)
        subproject = self.parent / "subprojects" / "unfriend"
        for folder in ("examples", "include", "packaging", "single_include", "tests"):
            shutil.copytree(ROOT / folder, subproject / folder)
        for file in ("meson.build", "meson_options.txt"):
            shutil.copy(ROOT / file, subproject)

    def configure(self, *options: str) -> None:
        run(["meson", "setup", "--wrap-mode=nodownload", "--force-fallback-for=unfriend", *options, self.build,
             self.parent], environment={"CXX": " ".join(CXX)})

    def introspect(self, what: str) -> Any:
        return json.loads(run(["meson", "introspect", what, self.build]))

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
        self.assertEqual([found["name"] for found in self.introspect("--dependencies")
                          if found["name"] in ("libcrypto", "openssl", "zlib")], [])
        run(["meson", "compile", "-C", self.build])
        run([self.build / "server"])


if __name__ == "__main__":
    unittest.main()
