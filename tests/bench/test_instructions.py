"""Decoding, encoding and calls take no more instructions than were committed, within 5 %."""

from __future__ import annotations

import os
import unittest

import instructions

COMMITTED = {"x gcc 12 -O3": {"encode": 1000}, "x clang 14 -O3": {"encode": 1500}}


class Bound(unittest.TestCase):
    def too_many(self, compiler: str, figure: int) -> bool:
        return instructions.compare({"encode": figure}, COMMITTED, compiler)[1] == ["encode"]

    def test_the_same_compiler_may_take_five_percent_more_and_not_six(self) -> None:
        self.assertFalse(self.too_many("x gcc 12 -O3", 1050))
        self.assertTrue(self.too_many("x gcc 12 -O3", 1060))

    def test_fewer_are_welcome(self) -> None:
        self.assertFalse(self.too_many("x gcc 12 -O3", 10))

    def test_another_compiler_may_take_twice_the_largest_figure(self) -> None:
        self.assertFalse(self.too_many("x gcc 13 -O2", 3000))
        self.assertTrue(self.too_many("x gcc 13 -O2", 3001))


@unittest.skipUnless(instructions.can_count(), "valgrind is not installed")
class Counted(unittest.TestCase):
    def test_no_work_takes_more_than_committed(self) -> None:
        program = os.environ["UNFRIEND_COUNTED_WORK"]
        figures = instructions.count(program)
        lines, too_many = instructions.compare(figures, instructions.read_committed(), instructions.compiler_of(program))
        print("\n" + "\n".join(lines))
        self.assertEqual(too_many, [])


if __name__ == "__main__":
    unittest.main()
