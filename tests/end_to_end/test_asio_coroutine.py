"""The program whose calls are coroutines on Asio."""

from __future__ import annotations

import unittest

import one_call_each


class AsioCoroutine(one_call_each.OneCallEachWithBackup):
    variable = "UNFRIEND_ASIO_COROUTINE"


if __name__ == "__main__":
    unittest.main()
