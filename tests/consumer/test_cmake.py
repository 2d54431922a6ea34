"""CMake projects that take the library's sources: by add_subdirectory, and by FetchContent."""

from __future__ import annotations

import re
import tarfile
import unittest

from cmake_project import CMakeProject
from library_tree import copy_library
from toolchain import ScratchTest, run


class AddSubdirectory(ScratchTest):
    def setUp(self) -> None:
        super().setUp()
        self.project = CMakeProject("cmake_add_subdirectory", self.scratch)
        copy_library(self.project.source / "third_party" / "unfriend")

    def test_a_program_links_the_library_and_another_the_codec(self) -> None:
        self.project.configure()
        self.project.build_and_run("program", "codec")
        self.assertRegex(self.project.link_of("program"), r"libcrypto.*libz\b")
        self.assertNotRegex(self.project.link_of("codec"), r"libcrypto|libz\b")

    def test_a_program_may_link_both_targets_and_has_user_sigs(self) -> None:
        self.project.configure()
        self.project.build_and_run("both")

    def test_nothing_of_the_library_is_built_tested_or_installed(self) -> None:
        self.project.configure("-DBUILD_TESTING=ON")
        self.assertEqual(self.project.targets(), ["both", "codec", "libmessages.a", "program"])
        run(["cmake", "--install", self.project.build, "--prefix", self.scratch / "prefix"])
        self.assertEqual(list(self.scratch.glob("prefix/**/*")), [])

    def test_the_headers_are_the_systems_so_that_warnings_in_them_stay_away(self) -> None:
        self.project.configure()
        self.assertRegex(self.project.commands("program.cpp"), r"-isystem \S*third_party/unfriend/include")

    def test_without_user_sig_neither_openssl_nor_zlib_is_linked(self) -> None:
        self.project.configure("-DUNFRIEND_USER_SIG=OFF")
        run(["cmake", "--build", self.project.build, "--target", "program", "codec"])
        for program in ("program", "codec"):
            self.assertNotRegex(self.project.link_of(program), r"libcrypto|libz\b")
            run([self.project.build / program])

    def test_where_openssl_is_missing_the_library_is_said_not_to_be_there(self) -> None:
        with self.assertRaisesRegex(AssertionError, "unfriend::unfriend is not defined"):
            self.project.configure("-DCMAKE_DISABLE_FIND_PACKAGE_OpenSSL=ON")

    def test_where_openssl_is_missing_the_codec_is_there(self) -> None:
        project = CMakeProject("cmake_add_codec", self.scratch)
        copy_library(project.source / "third_party" / "unfriend")
        project.configure("-DCMAKE_DISABLE_FIND_PACKAGE_OpenSSL=ON", "-DCMAKE_DISABLE_FIND_PACKAGE_ZLIB=ON")
        project.build_and_run("codec")

    def test_the_unit_tests_are_built_when_asked_for(self) -> None:
        library = self.project.source / "third_party" / "unfriend"
        build = self.scratch / "tests-build"
        run(["cmake", "-G", "Ninja", "-S", library, "-B", build, "-DUNFRIEND_BUILD_TESTS=ON"])
        run(["cmake", "--build", build, "--target", "test_random"])
        run(["ctest", "--test-dir", build, "--output-on-failure", "-R", "^test_random$"])
        sources = {path.stem for path in (library / "tests" / "unit").glob("*/test_*.cpp")}
        listed = run(["ctest", "--test-dir", build, "-N"])
        self.assertEqual(set(re.findall(r"Test +#\d+: (\w+)", listed)), sources)


class FetchContent(ScratchTest):
    def setUp(self) -> None:
        super().setUp()
        copy_library(self.scratch / "unfriend-release")
        self.archive = self.scratch / "unfriend.tar.gz"
        with tarfile.open(self.archive, "w:gz") as archive:
            archive.add(self.scratch / "unfriend-release", "unfriend-release")

    def test_a_program_takes_the_library_out_of_an_archive(self) -> None:
        project = CMakeProject("cmake_fetch_content", self.scratch)
        project.configure(f"-DUNFRIEND_ARCHIVE={self.archive}")
        project.build_and_run("program", "codec")
        self.assertRegex(project.link_of("program"), r"libcrypto.*libz\b")
        self.assertNotRegex(project.link_of("codec"), r"libcrypto|libz\b")
        self.assertEqual(project.targets(), ["codec", "program"])


if __name__ == "__main__":
    unittest.main()
