"""Programs that drop in single_include/unfriend.hpp."""

from __future__ import annotations

import shutil
import unittest
from pathlib import Path
from typing import Sequence

from toolchain import CXX, ROOT, ScratchTest, compile_and_link, packages, run

HERE = Path(__file__).resolve().parent
DROPPED_IN = ["-I", str(ROOT / "single_include")]
WITHOUT_USER_SIG = "-DUNFRIEND_WITH_USER_SIG=0"
UNITS = [HERE / "first_unit.cpp", HERE / "second_unit.cpp"]
# Everything but what is about older standards or layout.
CLANG_WARNINGS = ["-std=c++17", "-Werror", "-Weverything", "-Wno-c++98-compat", "-Wno-c++98-compat-pedantic",
                  "-Wno-padded"]


class SingleHeader(ScratchTest):
    def build_and_run(self, *flags: str, units: Sequence[Path] = UNITS, **options: Sequence[str]) -> None:
        program = self.scratch / "program"
        compile_and_link(units, program, *flags, **options)
        run([program])

    def test_two_translation_units_of_one_program_may_both_include_it(self) -> None:
        self.build_and_run(*DROPPED_IN, *packages("libcrypto", "zlib"))

    def test_without_user_sig_it_needs_neither_openssl_nor_zlib(self) -> None:
        self.build_and_run(*DROPPED_IN, WITHOUT_USER_SIG)
        seen = run([*CXX, "-std=c++17", "-M", *DROPPED_IN, WITHOUT_USER_SIG, UNITS[0]])
        self.assertNotRegex(seen, r"openssl/|zlib\.h")

    def test_it_works_without_exceptions_and_rtti(self) -> None:
        self.build_and_run(*DROPPED_IN, "-fno-exceptions", "-fno-rtti", *packages("libcrypto", "zlib"))

    def test_so_do_the_headers_that_it_was_made_from(self) -> None:
        self.build_and_run("-I", str(ROOT / "include"), "-fno-exceptions", "-fno-rtti", *packages("libcrypto", "zlib"),
                           units=[HERE / "program.cpp"])

    @unittest.skipUnless(shutil.which("clang++"), "needs clang++")
    def test_clang_has_nothing_to_say_of_it(self) -> None:
        self.build_and_run(*DROPPED_IN, *packages("libcrypto", "zlib"), compiler=["clang++"], warnings=CLANG_WARNINGS)


if __name__ == "__main__":
    unittest.main()
