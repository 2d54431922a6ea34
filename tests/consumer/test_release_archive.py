"""The release archive that `meson dist` makes of the last commit builds and passes on its own.

`meson dist -C build` without an option does more: it builds all of the archive and runs every test in it.
"""

from __future__ import annotations

import re
import tarfile
import unittest
from pathlib import Path

from toolchain import CXX, ROOT, ScratchTest, run

FEW_TESTS = {"error": "core", "differential": "json"}  # enough to see that the archive has what its tests need


@unittest.skipUnless((ROOT / ".git").exists(), "made of a git repository")
class ReleaseArchive(ScratchTest):
    def configure(self, source: Path, build: Path, *options: str) -> None:
        run(["meson", "setup", "--wrap-mode=nodownload", *options, build, source],
            environment={"CXX": " ".join(CXX)})

    def unpack(self) -> Path:
        """Makes the archive and unpacks it."""
        build = self.scratch / "build"
        self.configure(ROOT, build)
        run(["meson", "dist", "-C", build, "--no-tests", "--formats=gztar", "--allow-dirty"])
        (path,) = (build / "meson-dist").glob("*.tar.gz")
        with tarfile.open(path) as archive:
            archive.extractall(self.scratch)
        return self.scratch / path.name[:-len(".tar.gz")]

    def test_it_builds_passes_and_installs_on_its_own(self) -> None:
        source = self.unpack()
        (version,) = re.findall(r"^  version: '([^']+)'", (source / "meson.build").read_text(), re.MULTILINE)
        self.assertEqual(source.name, f"unfriend-{version}")
        build = self.scratch / "from-archive"
        self.configure(source, build, "-Dtests=enabled", f"--prefix={self.scratch / 'prefix'}")
        run(["meson", "compile", "-C", build, *(f"test_{program}" for program in FEW_TESTS.values())])
        run(["meson", "test", "-C", build, "--no-rebuild", *FEW_TESTS])
        run(["meson", "install", "-C", build, "--no-rebuild"])
        self.assertTrue((self.scratch / "prefix/include/unfriend/unfriend.hpp").is_file())

    def test_it_has_every_file_of_the_commit(self) -> None:
        source = self.unpack()
        packed = {str(path.relative_to(source)) for path in source.rglob("*") if path.is_file()}
        self.assertEqual(packed, set(run(["git", "-C", ROOT, "ls-tree", "-r", "--name-only", "HEAD"]).split()))


if __name__ == "__main__":
    unittest.main()
