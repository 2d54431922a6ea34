"""Programs that include the library after headers whose macros take the place of ordinary names."""

from __future__ import annotations

import itertools
import shutil
import unittest
from pathlib import Path
from typing import List

from toolchain import CXX, ROOT, ScratchTest, compile_and_link, packages, run

MINGW = "x86_64-w64-mingw32-g++-posix"
HERE = Path(__file__).resolve().parent
PROGRAM = HERE / "after_macros.cpp"
# The macros of macros.hpp are no more standard than the originals.
WARNINGS = ["-std=c++17", "-Wall", "-Wextra", "-Werror"]


def has_header(name: str) -> bool:
    try:
        run(["sh", "-c", f"echo '#include <{name}>' | {' '.join(CXX)} -E -x c++ -"])
    except AssertionError:
        return False
    return True


class Macros(ScratchTest):
    def build_and_run(self, platform: str) -> None:
        libraries = packages("libcrypto", "zlib")
        forms = {"<unfriend/unfriend.hpp>": ROOT / "include", '"unfriend.hpp"': ROOT / "single_include"}
        for (header, folder), order in itertools.product(forms.items(), ([], ["-DDEPENDENCIES_FIRST"])):
            with self.subTest(header=header, order=order):
                flags = [f"-DPLATFORM={platform}", f"-DUNFRIEND={header}", *order, "-I", str(folder), *libraries]
                compile_and_link([PROGRAM], self.scratch / "program", *flags, warnings=WARNINGS)
                run([self.scratch / "program"])

    def check_syntax(self, *flags: str) -> None:
        form: List[str] = ['-DUNFRIEND=<unfriend/unfriend.hpp>', "-I", str(ROOT / "include"), "-DDEPENDENCIES_FIRST"]
        run([*CXX, "-fsyntax-only", '-DPLATFORM="macros.hpp"', *form, *flags, PROGRAM])

    def test_the_library_works_after_the_macros_of_windows_x11_unreal_apple_and_qt(self) -> None:
        self.build_and_run('"macros.hpp"')

    def test_so_do_its_coroutines(self) -> None:
        self.check_syntax("-std=c++20")

    def test_so_it_does_without_user_sig(self) -> None:
        self.check_syntax("-std=c++17", "-DUNFRIEND_WITH_USER_SIG=0")

    @unittest.skipUnless(shutil.which(MINGW), "needs MinGW-w64")
    def test_it_compiles_after_windows_h(self) -> None:
        # This machine's headers of OpenSSL and zlib are not for Windows; those of RapidJSON are for any.
        rapidjson = Path(run([*CXX, "-E", "-include", "rapidjson/rapidjson.h", "-x", "c++", "/dev/null"])
                         .partition('rapidjson.h"')[0].rpartition('"')[2])
        (self.scratch / "rapidjson").symlink_to(rapidjson.resolve())
        # GCC's own standard headers do not bear `min` and `max`, so these come after them.
        for platform in (["-DPLATFORM=<windows.h>"], ['-DPLATFORM="windows_macros.hpp"', "-DDEPENDENCIES_FIRST"]):
            with self.subTest(platform=platform):
                run([MINGW, *WARNINGS, "-fsyntax-only", *platform, "-DUNFRIEND=<unfriend/unfriend.hpp>",
                     "-DUNFRIEND_WITH_USER_SIG=0", "-I", ROOT / "include", "-isystem", self.scratch, PROGRAM])

    @unittest.skipUnless(has_header("X11/Xlib.h"), "needs Xlib")
    def test_it_works_after_xlib(self) -> None:
        self.build_and_run("<X11/Xlib.h>")


if __name__ == "__main__":
    unittest.main()
