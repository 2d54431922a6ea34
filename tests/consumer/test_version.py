"""The version is set in meson.build; every other file that names it follows."""

from __future__ import annotations

import re
import unittest

from toolchain import ROOT

(VERSION,) = re.findall(r"^  version: '([^']+)'", (ROOT / "meson.build").read_text(encoding="utf-8"), re.MULTILINE)
SERIES = VERSION.rsplit(".", 1)[0]

# The files, and where each names the version: the first that matches counts.
NAMED_AT = {
    "CHANGELOG.md": r"^## \[([\d.]+)\]",
    "packaging/conan/conanfile.py": r'^    version = "([^"]+)"',
    "packaging/vcpkg/unfriend/vcpkg.json": r'"version-semver": "([^"]+)"',
    "packaging/bazel/MODULE.bazel": r'^module\(.*\bversion = "([^"]+)"',
}
MACROS = ("include/unfriend/core/config.hpp", "single_include/unfriend.hpp")
PARENTS = sorted((ROOT / "tests" / "consumer").glob("*/CMakeLists.txt"))


class Version(unittest.TestCase):
    def test_it_is_a_semantic_version(self) -> None:
        self.assertRegex(VERSION, r"^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$")

    def test_each_file_that_names_it_names_this_one(self) -> None:
        for name, pattern in NAMED_AT.items():
            with self.subTest(name):
                found = re.search(pattern, (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)
                self.assertIsNotNone(found, name)
                self.assertEqual(found[1], VERSION)

    def test_the_headers_have_it_as_three_numbers(self) -> None:
        for name in MACROS:
            with self.subTest(name):
                numbers = re.findall(r"^#define UNFRIEND_VERSION_(\w+) (\d+)$", (ROOT / name).read_text(encoding="utf-8"),
                                     re.MULTILINE)
                self.assertEqual(numbers, list(zip(("MAJOR", "MINOR", "PATCH"), VERSION.split("."))))

    def test_the_consumers_ask_for_its_series(self) -> None:
        asked = [each for path in PARENTS
                 for each in re.findall(r"find_package\(unfriend ([\d.]+)", path.read_text(encoding="utf-8"))]
        self.assertGreater(len(asked), 0)
        self.assertEqual(set(asked), {SERIES})

    def test_no_other_file_of_the_packages_names_it(self) -> None:
        files = [path for folder in ("packaging", "subprojects") for path in (ROOT / folder).rglob("*")
                 if path.is_file() and "packagecache" not in path.parts]
        naming = {str(path.relative_to(ROOT)) for path in [*files, ROOT / "CMakeLists.txt", ROOT / "README.md"]
                  if re.search(rf"(?<![\d.]){re.escape(VERSION)}(?![\d.])", path.read_text(encoding="utf-8"))}
        self.assertEqual(naming, {name for name in NAMED_AT if name.startswith("packaging/")})


if __name__ == "__main__":
    unittest.main()
