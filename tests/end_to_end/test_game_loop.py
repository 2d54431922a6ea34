"""The program that makes its calls out of a game's loop, without exceptions and RTTI."""

from __future__ import annotations

import re
import unittest

import one_call_each
from one_call_each import BAD_INPUT, DELETED


class GameLoop(one_call_each.OneCallEach):
    variable = "UNFRIEND_GAME_LOOP"

    def test_the_loop_goes_on_while_a_call_is_in_flight(self) -> None:
        """A second has 200 ticks; a loop that waits for its call has a handful, however fast the machine."""
        self.befriend("fault.slow.1000.f", "bob")
        done = self.delete("fault.slow.1000.f", "bob")
        self.assertEqual(done.status, DELETED)
        ticks = re.fullmatch(r"(\d+) ticks, \d+ bytes", done.last)
        assert ticks, done.last
        self.assertGreater(int(ticks.group(1)), 20)

    def test_its_memory_is_that_of_the_calls_in_flight(self) -> None:
        friends = [f"friend{number}" for number in range(100)]
        self.befriend("quinn", *friends)
        some, all_of_them = (self.delete("quinn", *friends[begin:end]) for begin, end in ((0, 32), (32, 100)))
        self.assertEqual((some.status, all_of_them.status), (DELETED, DELETED))
        self.assertLess(int(all_of_them.last.split()[2]), 1_500_000)

    def test_a_host_that_is_not_known_is_bad_input(self) -> None:
        self.assertEqual(self.delete("alice", "bob", where="localhost:no-port").status, BAD_INPUT)


if __name__ == "__main__":
    unittest.main()
