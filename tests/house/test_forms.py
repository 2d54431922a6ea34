"""The library as one header and as many: never both in one file, and the example transports find either."""

from __future__ import annotations

import subprocess
import unittest
from typing import List

from toolchain import CXX, CXXFLAGS, ROOT, ScratchTest, run

LIBRARY = ROOT / "include" / "unfriend"
TRANSPORTS = ROOT / "examples" / "transports"
MANY = ["-I", ROOT / "include"]
ONE = ["-I", ROOT / "single_include"]
SENTENCE = "use one form"


class Both(ScratchTest):
    def refusals(self, *headers: str) -> List[str]:
        unit = self.scratch / "unit.cpp"
        unit.write_text("".join(f"#include {header}\n" for header in headers))
        done = subprocess.run([str(part) for part in [*CXX, *CXXFLAGS, "-fsyntax-only", *ONE, *MANY, unit]], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        self.assertNotEqual(done.returncode, 0)
        return [line for line in done.stdout.splitlines() if "error:" in line]

    def test_the_single_header_comes_second(self) -> None:
        for first in ("<unfriend/unfriend.hpp>", "<unfriend/messages/service_code.hpp>", "<unfriend/core/errc.hpp>"):
            with self.subTest(first):
                (refusal,) = self.refusals(first, '"unfriend.hpp"')
                self.assertIn(SENTENCE, refusal)

    def test_the_single_header_comes_first(self) -> None:
        for second in ("<unfriend/unfriend.hpp>", "<unfriend/messages/service_code.hpp>", "<unfriend/http/transport.hpp>"):
            with self.subTest(second):
                refusal, end = self.refusals('"unfriend.hpp"', second)  # the second one only ends the compilation
                self.assertIn("#error", refusal)
                self.assertIn(SENTENCE, refusal)
                self.assertIn(SENTENCE, end)

    def test_each_header_begins_with_the_one_that_refuses(self) -> None:
        for header in LIBRARY.rglob("*.hpp"):
            if header != LIBRARY / "core" / "config.hpp":
                self.assertIn('#include "unfriend/', header.read_text(encoding="utf-8"), header)


class Transports(ScratchTest):
    def test_each_that_can_be_copied_finds_either_form(self) -> None:
        for name in ("curl_transport.hpp", "curl_multi_transport.hpp", "http_text.hpp"):
            for form in (ONE, MANY):
                for ahead in ("", '#include "unfriend.hpp"\n' if form is ONE else ""):
                    with self.subTest(name, form=form[1], ahead=ahead):
                        unit = self.scratch / "unit.cpp"
                        unit.write_text(f'{ahead}#include "{name}"\n')
                        run([*CXX, *CXXFLAGS, "-fsyntax-only", *form, "-I", TRANSPORTS, unit])

    def test_each_that_can_be_copied_says_so(self) -> None:
        for name in ("curl_transport.hpp", "curl_multi_transport.hpp", "asio_transport.hpp"):
            opening = (TRANSPORTS / name).read_text(encoding="utf-8").partition("#pragma once")[0]
            self.assertIn("to be copied", opening, name)


if __name__ == "__main__":
    unittest.main()
