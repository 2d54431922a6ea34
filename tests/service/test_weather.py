"""Which calls a rule meets, and at which of them it fires."""

from __future__ import annotations

import unittest
from typing import Any, List, Optional

import weather
from command import Command
from faults import Fault
from messages import Request
from weather import Weather


class Clock:
    def __init__(self) -> None:
        self.time = 100.0

    def __call__(self) -> float:
        return self.time


class Rules(unittest.TestCase):
    def setUp(self) -> None:
        self.clock = Clock()
        self.weather = Weather(self.clock)

    def _meet(self, of: str = "alice", *to: str, host: int = 0, position: int = 1) -> Optional[Fault]:
        accounts = list(to) or ["bob"]
        return self.weather.meet(Request(host=host, position=position), Command(of, accounts, False)).call

    def _fired(self, calls: int) -> List[int]:
        """Which of the next calls fail, counted from 1."""
        return [number for number in range(1, calls + 1) if self._meet() is not None]

    def test_without_rules_nothing_fails(self) -> None:
        self.assertEqual(self._fired(3), [])

    def test_a_rule_without_conditions_strikes_every_call(self) -> None:
        rule = self.weather.add("code.30006")
        self.assertEqual(self._meet(), Fault("code", 30006))
        self.assertEqual(self._fired(2), [1, 2])
        self.assertEqual((rule.met, rule.fired), (3, 3))

    def test_the_first_calls_can_be_spared_and_only_some_of_the_next_struck(self) -> None:
        for numbers, struck in (
                ({"after": 3}, [4, 5, 6, 7, 8, 9]), ({"times": 2}, [1, 2]), ({"after": 3, "times": 2}, [4, 5]),
                ({"one_in": 3}, [3, 6, 9]), ({"one_in": 3, "times": 1, "after": 1}, [4]), ({"times": 0}, [])):
            with self.subTest(**numbers):
                self.weather.clear()
                self.weather.add("drop", **numbers)
                self.assertEqual(self._fired(9), struck)

    def test_a_rule_may_be_for_one_from_account(self) -> None:
        self.weather.add("drop", of="alice", times=1)
        self.assertEqual([self._meet(of) is not None for of in ("ann", "alice", "alice")], [False, True, False])

    def test_a_rule_may_be_for_calls_that_name_an_account(self) -> None:
        self.weather.add("drop", to="bob")
        self.assertIsNone(self._meet("alice", "carol"))
        self.assertIsNotNone(self._meet("alice", "carol", "bob"))

    def test_a_rule_may_be_for_one_host(self) -> None:
        self.weather.add("stall", host=1)
        self.assertEqual([self._meet(host=host) is not None for host in (0, 1)], [False, True])

    def test_a_rule_may_be_for_connections_that_were_used_before(self) -> None:
        self.weather.add("drop", kept=2)
        self.assertEqual([self._meet(position=position) is not None for position in (1, 2, 3, 4)],
                         [False, False, True, True])

    def test_a_rule_may_hold_for_a_time(self) -> None:
        self.weather.add("drop", begin=5, seconds=10)
        struck = []
        for time in (100, 104.9, 105, 114.9, 115):
            self.clock.time = time
            struck.append(self._meet() is not None)
        self.assertEqual(struck, [False, False, True, True, False])

    def test_the_rule_added_first_decides_and_the_others_count_all_the_same(self) -> None:
        self.weather.add("drop", times=1)
        self.weather.add("code.30006", after=1, times=1)
        self.assertEqual([self._meet(), self._meet(), self._meet()], [Fault("drop", 0), Fault("code", 30006), None])

    def test_a_rule_for_items_strikes_all_of_them_or_the_one_named(self) -> None:
        def struck(of: str) -> Any:
            return self.weather.meet(Request(), Command(of, ["bob", "carol", "bob"], False)).items

        self.weather.add("item.31707", of="all")
        self.weather.add("item_after.30006", to="bob", of="one")
        self.assertEqual(struck("all"), {index: Fault("item", 31707) for index in range(3)})
        self.assertEqual(struck("one"), {0: Fault("item_after", 30006), 2: Fault("item_after", 30006)})
        self.assertEqual(struck("none"), {})

    def test_of_two_rules_for_an_item_the_first_decides(self) -> None:
        self.weather.add("item.1", to="bob")
        self.weather.add("item.2")
        self.assertEqual(self.weather.meet(Request(), Command("alice", ["bob", "carol"], False)).items,
                         {0: Fault("item", 1), 1: Fault("item", 2)})

    def test_a_rule_for_items_does_not_meet_friend_delete_all(self) -> None:
        rule = self.weather.add("item.31707")
        self.assertEqual(self.weather.meet(Request(), Command("alice", None, False)), (None, {}))
        self.assertEqual(rule.met, 0)

    def test_a_rule_that_makes_no_sense_is_refused(self) -> None:
        for fault, conditions in (
                ("gone", {}), ("drop", {"from": "alice"}), ("drop", {"of": 1}), ("drop", {"times": -1}),
                ("drop", {"one_in": 0}), ("drop", {"after": "1"}), ("drop", {"kept": True}), ("drop", {"begin": -1}),
                ("drop", {"seconds": "1"})):
            with self.subTest(fault, **conditions), self.assertRaises(ValueError):
                self.weather.add(fault, **conditions)  # type: ignore[arg-type]
        self.assertEqual(self._fired(1), [])

    def test_a_rule_can_be_written_as_one_text(self) -> None:
        self.assertEqual(weather.parse("code.31707"), ("code.31707", {}))
        self.assertEqual(weather.parse("drop,of=alice,after=2,begin=0.5"),
                         ("drop", {"of": "alice", "after": 2, "begin": 0.5}))
        for text in ("drop,after=x", "drop,seconds=", "drop,after"):
            with self.subTest(text), self.assertRaises(ValueError):
                weather.parse(text)


if __name__ == "__main__":
    unittest.main()
