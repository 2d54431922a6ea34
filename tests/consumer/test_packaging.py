"""The files by which vcpkg, Conan and Bazel build the library, as far as they can be held without those."""

from __future__ import annotations

import ast
import json
import re
import unittest
from typing import Dict, List

from cmake_project import CMakeProject
from toolchain import CXX, ROOT, ScratchTest, run

PACKAGING = ROOT / "packaging"
PORT = PACKAGING / "vcpkg" / "unfriend"


def library_options() -> List[str]:
    """The variables by which CMake configures the library."""
    files = (ROOT / "CMakeLists.txt", PACKAGING / "CMakeLists.txt")
    text = "\n".join(file.read_text(encoding="utf-8") for file in files)
    return re.findall(r"option\((\w+)", text) + re.findall(r"set\((\w+) .* CACHE ", text)


class Honesty(unittest.TestCase):
    def test_each_says_at_its_head_that_the_tests_do_not_run_it(self) -> None:
        for path in (PACKAGING / "conan/conanfile.py", PORT / "portfile.cmake", PORT / "vcpkg.json",
                     PACKAGING / "bazel/MODULE.bazel"):
            with self.subTest(path.name):
                head = path.read_text(encoding="utf-8").lstrip("{\n ").splitlines()[0]
                self.assertRegex(head, r"[Nn]ot run (by the tests|this recipe)")


class Vcpkg(ScratchTest):
    def setUp(self) -> None:
        super().setUp()
        self.manifest = json.loads((PORT / "vcpkg.json").read_text(encoding="utf-8"))
        self.portfile = (PORT / "portfile.cmake").read_text(encoding="utf-8")

    def test_cmake_can_parse_the_port(self) -> None:
        script = self.scratch / "parsed.cmake"
        script.write_text(f"if(FALSE)\n{self.portfile}\nendif()\n", encoding="utf-8")
        run(["cmake", "-P", script])

    def test_the_port_builds_the_tree_that_it_stands_in(self) -> None:
        (up,) = re.findall(r'"\$\{CURRENT_PORT_DIR\}/([./]+)"', self.portfile)
        self.assertEqual((PORT / up).resolve(), ROOT)
        for named in re.findall(r'"\$\{SOURCE_PATH\}/([^"]+)"', self.portfile):
            self.assertTrue((ROOT / named).is_file(), named)
        for named in re.findall(r'"\$\{CMAKE_CURRENT_LIST_DIR\}/([^"]+)"', self.portfile):
            self.assertTrue((PORT / named).is_file(), named)

    def test_it_sets_options_that_the_library_has_and_features_that_the_manifest_has(self) -> None:
        used = set(re.findall(r"\bUNFRIEND_\w+", self.portfile))
        self.assertLessEqual(used, set(library_options()))
        (feature,) = re.findall(r"FEATURES\s+([\w-]+)\s+UNFRIEND_USER_SIG", self.portfile)
        self.assertEqual([feature], list(self.manifest["features"]))
        self.assertEqual([feature], self.manifest["default-features"])

    def test_what_it_installs_by_cmake_is_found_where_vcpkg_looks(self) -> None:
        build, prefix = self.scratch / "build", self.scratch / "prefix"
        run(["cmake", "-G", "Ninja", "-S", ROOT, "-B", build, f"-DCMAKE_INSTALL_PREFIX={prefix}",
             f"-DCMAKE_CXX_COMPILER={CXX[-1]}", "-DUNFRIEND_USER_SIG=ON", "-DUNFRIEND_INSTALL=ON",
             "-DUNFRIEND_CMAKE_DIR=share/unfriend"])
        run(["cmake", "--install", build])
        self.assertTrue((prefix / "share/unfriend/unfriendConfig.cmake").is_file())
        project = CMakeProject("cmake_find_package", self.scratch)
        project.configure(f"-DCMAKE_PREFIX_PATH={prefix}")
        project.build_and_run("program", "codec")


class Conan(ScratchTest):
    def test_the_recipes_are_python(self) -> None:
        for name in ("conanfile.py", "test_package/conanfile.py"):
            ast.parse((PACKAGING / "conan" / name).read_text(encoding="utf-8"), name)

    def test_the_recipe_exports_files_of_the_tree(self) -> None:
        recipe = (PACKAGING / "conan/conanfile.py").read_text(encoding="utf-8")
        exported = re.findall(r'copy\(self, "([^"]+)", src=root', recipe)
        self.assertEqual(sorted(exported), ["LICENSE", "include/*"])
        for pattern in exported:
            self.assertTrue(list(ROOT.glob(pattern)), pattern)

    def test_its_test_package_works_with_the_library_installed_by_cmake(self) -> None:
        prefix, build = self.scratch / "prefix", self.scratch / "build"
        run(["cmake", "-G", "Ninja", "-S", ROOT, "-B", self.scratch / "library", f"-DCMAKE_INSTALL_PREFIX={prefix}",
             f"-DCMAKE_CXX_COMPILER={CXX[-1]}"])
        run(["cmake", "--install", self.scratch / "library"])
        run(["cmake", "-G", "Ninja", "-S", PACKAGING / "conan/test_package", "-B", build,
             f"-DCMAKE_PREFIX_PATH={prefix}", f"-DCMAKE_CXX_COMPILER={CXX[-1]}"])
        run(["cmake", "--build", build])
        for program in ("whole", "codec"):
            run([build / program])


class Bazel(unittest.TestCase):
    """MODULE.bazel and BUILD.bazel are calls with names and literals: enough of Python to be read as it."""

    @staticmethod
    def calls(name: str) -> Dict[str, List[Dict[str, object]]]:
        tree = ast.parse((PACKAGING / "bazel" / name).read_text(encoding="utf-8"), name)
        found: Dict[str, List[Dict[str, object]]] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                arguments = {each.arg: ast.literal_eval(each.value) for each in node.keywords
                             if not isinstance(each.value, ast.Name)}
                arguments["positional"] = [ast.literal_eval(each) for each in node.args]
                found.setdefault(node.func.id, []).append(arguments)
        return found

    def test_its_header_lists_match_files_of_the_tree(self) -> None:
        (patterns,) = [call["positional"] for call in self.calls("BUILD.bazel")["glob"]]
        matched = {path for pattern in patterns[0] for path in ROOT.glob(pattern)}
        self.assertEqual(matched, set((ROOT / "include").rglob("*.hpp")))

    def test_its_targets_are_those_of_cmake(self) -> None:
        targets = {call["name"]: call for call in self.calls("BUILD.bazel")["cc_library"]}
        self.assertEqual(set(targets), {"codec", "unfriend"})
        self.assertEqual(targets["codec"]["defines"], ["UNFRIEND_WITH_USER_SIG=0"])
        self.assertNotIn("defines", targets["unfriend"])

    def test_the_module_depends_on_what_its_targets_do(self) -> None:
        module = {call["name"] for call in self.calls("MODULE.bazel")["bazel_dep"]}
        build = self.calls("BUILD.bazel")
        labels = [dep for call in build["cc_library"] for dep in call["deps"]]
        labels += [label for call in build["load"] for label in call["positional"] if label.startswith("@")]
        self.assertEqual(module, {re.match(r"@(\w+)", label)[1] for label in labels})


if __name__ == "__main__":
    unittest.main()
