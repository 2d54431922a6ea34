"""A Meson project on a machine without the library's dependencies: Meson builds them from the archives that
subprojects/*.wrap name, here out of a local package cache and without a network.

The archives of this cache are not those of the wraps, byte for byte, but the same files packed anew: so their hashes are
entered into a copy of the wraps, for the versions of Meson that check them in the cache too. RapidJSON is packed from the headers on this machine. UNFRIEND_PACKAGE_CACHE names a
folder with archives of all three, by the names in the wraps; without it, what needs zlib's and OpenSSL's is skipped.
"""

from __future__ import annotations

import configparser
import hashlib
import os
import re
import shutil
import tarfile
import unittest
from pathlib import Path

from library_tree import copy_library
from toolchain import CXX, ROOT, ScratchTest, run

HERE = Path(__file__).resolve().parent
WRAPS = sorted((ROOT / "subprojects").glob("*.wrap"))
PATIENCE_WITH_OPENSSL = 3000  # seconds: all of libcrypto is compiled
CACHE = os.environ.get("UNFRIEND_PACKAGE_CACHE", "")


def read_wrap(path: Path) -> configparser.ConfigParser:
    wrap = configparser.ConfigParser(interpolation=None)
    wrap.read(path, encoding="utf-8")
    return wrap


def rapidjson_headers() -> Path:
    """Where the compiler finds RapidJSON."""
    seen = run(["sh", "-c", f"echo '#include <rapidjson/reader.h>' | {' '.join(CXX)} -std=c++17 -M -x c++ -"])
    return Path(re.search(r"(\S+)/reader\.h", seen)[1])


class Wraps(unittest.TestCase):
    def test_each_names_one_version_throughout(self) -> None:
        self.assertEqual([path.stem for path in WRAPS], ["openssl", "rapidjson", "zlib"])
        for path in WRAPS:
            with self.subTest(path.name):
                file = read_wrap(path)["wrap-file"]
                build_file = ROOT / "subprojects" / "packagefiles" / file["patch_directory"] / "meson.build"
                (version,) = re.findall(r"^project\(.*\bversion: '([\d.]+)'", build_file.read_text(), re.MULTILINE)
                self.assertEqual(file["directory"], f"{path.stem}-{version}")
                self.assertEqual(file["source_filename"], f"{path.stem}-{version}.tar.gz")
                self.assertIn(version, file["source_url"])
                self.assertRegex(file["source_hash"], r"^[0-9a-f]{64}$")

    def test_together_they_provide_what_the_library_asks_for(self) -> None:
        provided = {read_wrap(path)["provide"]["dependency_names"] for path in WRAPS}
        library = (ROOT / "meson.build").read_text().split("# Examples and tests.")[0]
        self.assertEqual(provided, {name.lower() for name in re.findall(r" dependency\('([^']+)'", library)})


class FromCache(ScratchTest):
    def setUp(self) -> None:
        super().setUp()
        self.parent = self.scratch / "parent"
        self.build = self.scratch / "build"
        self.cache = self.parent / "subprojects" / "packagecache"
        self.library = self.parent / "subprojects" / "unfriend"
        copy_library(self.library)
        self.cache.mkdir()
        shutil.copytree(HERE / "meson_parent", self.parent, dirs_exist_ok=True)
        shutil.copy(HERE / "program.cpp", self.parent / "server.cpp")
        shutil.copy(HERE / "round_trip.hpp", self.parent)

    def enter_hash(self, name: str) -> None:
        """Lets the copy of the wrap accept the archive that lies in the cache."""
        path = self.library / "subprojects" / f"{name}.wrap"
        archive = (self.cache / read_wrap(path)["wrap-file"]["source_filename"]).read_bytes()
        path.write_text(re.sub(r"(?m)^source_hash = .*$", f"source_hash = {hashlib.sha256(archive).hexdigest()}",
                               path.read_text()))

    def pack_rapidjson(self) -> None:
        with tarfile.open(self.cache / "rapidjson-1.1.0.tar.gz", "w:gz") as archive:
            archive.add(rapidjson_headers(), "rapidjson-1.1.0/include/rapidjson")
        self.enter_hash("rapidjson")

    def configure(self, *options: str) -> None:
        run(["meson", "setup", "--wrap-mode=nodownload", *options, self.build, self.parent],
            environment={"CXX": " ".join(CXX)})

    def build_and_run(self) -> None:
        run(["meson", "compile", "-C", self.build], patience=PATIENCE_WITH_OPENSSL)
        run([self.build / "server"])

    def test_rapidjson_comes_from_its_archive(self) -> None:
        self.pack_rapidjson()
        self.configure("--force-fallback-for=unfriend,rapidjson", "-Dunfriend:user_sig=disabled")
        self.build_and_run()
        used = run(["ninja", "-C", self.build, "-t", "deps"])
        self.assertIn("subprojects/rapidjson-1.1.0/include/rapidjson/reader.h", used)
        self.assertNotRegex(used, r" /\S*/rapidjson/reader\.h")

    @unittest.skipUnless(CACHE, "needs UNFRIEND_PACKAGE_CACHE, a folder with the archives")
    def test_all_three_come_from_their_archives(self) -> None:
        shutil.copytree(CACHE, self.cache, dirs_exist_ok=True)
        for path in WRAPS:
            self.enter_hash(path.stem)
        self.configure("--force-fallback-for=unfriend,rapidjson,libcrypto,zlib", "-Dunfriend:user_sig=enabled")
        self.build_and_run()
        used = run(["ninja", "-C", self.build, "-t", "deps"])
        for header in ("rapidjson/reader.h", "openssl/evp.h", "openssl/configuration.h", "zlib.h"):
            with self.subTest(header):
                self.assertRegex(used, rf" (\.\./\S*)?subprojects/\S*/{header}")
                self.assertNotRegex(used, rf" /usr/\S*/{header}")


if __name__ == "__main__":
    unittest.main()
