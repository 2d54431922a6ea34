"""The HMAC-SHA256 and SHA-256 of other libraries than OpenSSL (examples/crypto/)."""

from __future__ import annotations

import subprocess
import unittest
from pathlib import Path

from toolchain import CXX, ROOT, ScratchTest, compile_and_link, packages, run

PROGRAM = Path(__file__).resolve().parent / "other_crypto.cpp"
# The libraries' own headers have C-style casts in macros.
WARNINGS = ["-std=c++17", "-Wall", "-Wextra", "-Werror"]


def has_header(name: str) -> bool:
    done = subprocess.run([*CXX, "-E", "-xc++", "-"], input=f"#include <{name}>\n", text=True, check=False,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return done.returncode == 0


class OtherCrypto(ScratchTest):
    def build_and_run(self, library: str, link: str) -> None:
        program = self.scratch / library
        compile_and_link([PROGRAM], program, f'-DHEADER="crypto/{library}.hpp"', f"-DHMAC_SHA256={library}_hmac_sha256",
                         f"-DSHA256={library}_sha256", "-I", str(ROOT / "include"), "-I", str(ROOT / "examples"), f"-l{link}",
                         *packages("libcrypto", "zlib"), warnings=WARNINGS)
        run([program])

    @unittest.skipUnless(has_header("mbedtls/md.h"), "needs mbedTLS (libmbedtls-dev)")
    def test_mbedtls_signs_and_authenticates(self) -> None:
        self.build_and_run("mbedtls", "mbedcrypto")

    @unittest.skipUnless(has_header("wolfssl/wolfcrypt/hmac.h"), "needs wolfSSL (libwolfssl-dev)")
    def test_wolfssl_signs_and_authenticates(self) -> None:
        self.build_and_run("wolfssl", "wolfssl")


if __name__ == "__main__":
    unittest.main()
