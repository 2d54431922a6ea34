#!/usr/bin/env python3
"""Makes the picture of observe.md: a real run of the command against the stand-in service, its trace, and its drawing.

    python3 docs/observe.py build/examples/unfriend docs/observe.svg

The run takes two minutes. The service lets through 8 calls in any second, and 4 for a while; its primary host is away for
20 seconds. Needs matplotlib.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "service"))

from options import Options  # noqa: E402
from service import Service  # noqa: E402

PAIRS = 700


def run(command: str, trace: Path) -> None:
    options = Options(one_way_delay=0.02, jitter=0.03)
    with Service(quota=8, hosts=2, everyone_is_friends=True, options=options) as service:
        service.quota.throttle(4, "code.60011", begin=12, seconds=8)
        primary, backup = service.hosts
        changes = [threading.Timer(30, primary.become, ["refusing"]), threading.Timer(50, primary.become, ["up"])]
        for change in changes:
            change.start()
        arguments = [command, "--endpoint", primary.endpoint, "--backup-endpoint", backup.endpoint, "--cacert",
                     service.cacert, "--rate", "10", "--retries", "10", "--trace-file", str(trace), "--bulk", "-"]
        pairs = "".join(f"user{number}\tfriend\n" for number in range(PAIRS)).encode()
        try:
            subprocess.run(arguments, input=pairs, stdout=subprocess.DEVNULL, check=True,
                           env={**os.environ, **service.environment})
        finally:
            for change in changes:
                change.cancel()


def main() -> int:
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        trace = Path(folder, "trace.jsonl")
        run(sys.argv[1], trace)
        subprocess.run([sys.executable, str(ROOT / "examples" / "command_line" / "plot_trace.py"), str(trace), sys.argv[2]],
                       check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
