"""The README's whole program: built with the line that the README gives, run against the stand-in service over HTTPS.

Only what a reader would change is changed: the host, and the authority that the stand-in's certificate is from.
"""

from __future__ import annotations

import re
import shlex
import sys
import unittest
from pathlib import Path

from documents import blocks
from toolchain import CXX, ROOT, ScratchTest, run

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "service"))

from service import Service  # noqa: E402


class FirstCall(ScratchTest):
    def test_it_builds_and_prints_what_the_readme_says(self) -> None:
        of_readme = list(blocks("README.md"))
        (program,) = [block.text for block in of_readme if block.language == "cpp" and "int main(" in block.text]
        (build,) = [block.text for block in of_readme if block.language == "sh" and "first_call" in block.text]
        (output,) = [block.text for block in of_readme if block.language == "text"]
        compile_line = shlex.split(build.split("&&")[0])
        self.assertEqual(compile_line[0], "c++")
        with Service() as service:
            host = service.endpoint.split("//")[-1]
            for friend in ("bob", "carol", "dave"):
                service.graph.befriend("alice", [friend])
            changed = program.replace("unfriend::region::singapore", f'"{host}"')
            changed = re.sub(r"(?m)^( *)(curl_easy_setopt\(curl, CURLOPT_URL,.*)$",
                             rf'\1\2\n\1curl_easy_setopt(curl, CURLOPT_CAINFO, "{service.cacert}");', changed)
            self.assertEqual(changed.count(host), 1)
            self.assertEqual(changed.count(service.cacert), 1)
            (self.scratch / "first_call.cpp").write_text(changed, encoding="utf-8")
            run([*CXX, *(f"-I{ROOT / part[2:]}" if part.startswith("-I") else part for part in compile_line[1:])],
                cwd=self.scratch)
            printed = run([self.scratch / "first_call"],
                          environment={"UNFRIEND_SECRET_KEY": service.environment["UNFRIEND_SECRET_KEY"]})
        self.assertEqual(printed, output)


if __name__ == "__main__":
    unittest.main()
