"""Mistakes of use: each is refused with a message that names it, or works.

misuse/refused/*.cpp must not compile, and the output of GCC, and of Clang where it is installed, must have the text of
the first line, `// refused: TEXT`.
misuse/warned/*.cpp must not compile with Clang's warnings about lifetimes as errors, which it gives to what the library
marks with UNFRIEND_LIFETIMEBOUND; its output must have the text of the first line, `// warned: TEXT`.
misuse/works/*.cpp must compile, and run under AddressSanitizer.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import unittest
from pathlib import Path

from toolchain import CXX, ROOT, ScratchTest, compile_and_link, packages, run

MISUSE = Path(__file__).resolve().parent / "misuse"
INCLUDE = ["-I", str(ROOT / "include")]
COMPILERS = [CXX, *([["clang++"]] if shutil.which("clang++") else [])]


class Refused(unittest.TestCase):
    def test_the_message_names_the_mistake(self) -> None:
        sources = sorted((MISUSE / "refused").glob("*.cpp"))
        self.assertGreater(len(sources), 0)
        for source in sources:
            with self.subTest(source.name):
                first = source.read_text(encoding="utf-8").splitlines()[0]
                (message,) = re.findall(r"^// refused: (.+)$", first)
                for compiler in COMPILERS:
                    done = subprocess.run([*compiler, "-std=c++17", "-fsyntax-only", *INCLUDE, str(source)], text=True,
                                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
                    self.assertNotEqual(done.returncode, 0, f"it compiles: {compiler}")
                    self.assertIn(message, done.stdout)


@unittest.skipUnless(shutil.which("clang++"), "clang++ is not installed")
class Warned(unittest.TestCase):
    def test_the_warning_names_what_dies(self) -> None:
        sources = sorted((MISUSE / "warned").glob("*.cpp"))
        self.assertGreater(len(sources), 0)
        for source in sources:
            with self.subTest(source.name):
                first = source.read_text(encoding="utf-8").splitlines()[0]
                (message,) = re.findall(r"^// warned: (.+)$", first)
                done = subprocess.run(["clang++", "-std=c++17", "-fsyntax-only", "-Wall", "-Werror=dangling",
                                       "-Werror=return-stack-address", *INCLUDE, str(source)], text=True,
                                      stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
                self.assertNotEqual(done.returncode, 0, "it compiles without a warning")
                self.assertIn(message, done.stdout)
                self.assertEqual(done.stdout.count("error:"), 1, done.stdout)


class Works(ScratchTest):
    def test_it_compiles_and_runs_under_address_sanitizer(self) -> None:
        sources = sorted((MISUSE / "works").glob("*.cpp"))
        self.assertGreater(len(sources), 0)
        for source in sources:
            with self.subTest(source.name):
                program = self.scratch / source.stem
                standard = re.findall(r"(?m)^// standard: (\S+)$", source.read_text(encoding="utf-8"))
                compile_and_link([source], program, *INCLUDE, "-fsanitize=address,undefined", *packages("libcrypto", "zlib"),
                                 *[f"-std={name}" for name in standard])
                run([program])


if __name__ == "__main__":
    unittest.main()
