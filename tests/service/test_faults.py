"""How faults are written, in the names of accounts and elsewhere."""

from __future__ import annotations

import os
import re
import unittest

import faults
from faults import Fault, Faults, Unreadable

_README = os.path.join(os.path.dirname(os.path.abspath(__file__)), "README.md")


class FaultNames(unittest.TestCase):
    def test_a_call_fault_is_read_from_its_name(self) -> None:
        table = {
            "fault.http.502.a": Fault("http", 502, None),
            "fault.http.429*3.a": Fault("http", 429, 3),
            "fault.drop.a": Fault("drop", 0, None),
            "fault.drop_after*1.a.b": Fault("drop_after", 0, 1),
            "fault.slow.250.a": Fault("slow", 250, None),
            "fault.huge.a": Fault("huge", 16, None),
            "fault.huge.2*9.a": Fault("huge", 2, 9),
            "fault.code.70001*1.x": Fault("code", 70001, 1),
            "fault.drop.502": Fault("drop", 0, None),
            "fault.code_after.60013*1.x": Fault("code_after", 60013, 1),
            "fault.retry_429_date.60*10.long": Fault("retry_429_date", 60, 10),
            "fault.stall.7": Fault("stall", 0, None),
            "faulty": None,
            "alice": None,
        }
        for name, expected in table.items():
            with self.subTest(name):
                self.assertEqual(faults.parse_call(name), expected)

    def test_an_item_fault_is_read_from_its_name(self) -> None:
        table = {"item.30006.a": Fault("item", 30006, None), "item.31707*2.a": Fault("item", 31707, 2), "items": None,
                 "item_after.30007*1.a": Fault("item_after", 30007, 1), "item_afterwards": None}
        for name, expected in table.items():
            with self.subTest(name):
                self.assertEqual(faults.parse_item(name), expected)

    def test_a_name_that_begins_like_a_fault_and_is_none_is_an_error(self) -> None:
        for name in ("fault.", "fault.drop", "fault.drop.", "fault.Drop.a", "fault.http.a", "fault.http.200.a",
                     "fault.http.204.a", "fault.http.600.a", "fault.drop.5.a", "fault.drop*0.a", "fault.drop*.a",
                     "fault.gone.a", "fault.code.0.a", "fault.code.2147483648.a", "fault.huge.257.a", "fault.slow.a",
                     "fault.item.30006.a", "fault.http_after.204.a", "fault.stall_after.1.a",
                     "fault.retry_429.86401.a"):
            with self.subTest(name), self.assertRaises(Unreadable):
                faults.parse_call(name)
        for name in ("item.", "item.30006", "item.0.a", "item.x.a", "item.1*0.a", "item.2147483648.a",
                     "item_after.a"):
            with self.subTest(name), self.assertRaises(Unreadable):
                faults.parse_item(name)

    def test_a_fault_with_times_happens_so_often_and_no_more(self) -> None:
        counting = Faults()
        self.assertEqual([counting.of_call("fault.drop*2.a") is not None for _ in range(4)], [True, True, False, False])
        self.assertIsNotNone(counting.of_call("fault.drop*2.b"))
        self.assertEqual([counting.of_call("fault.drop.a") is not None for _ in range(3)], [True] * 3)

    def test_an_item_fault_counts_apart_for_each_from_account(self) -> None:
        counting = Faults()
        happened = [counting.of_item(of, "item.30006*1.x") is not None for of in ("a", "a", "b", "b")]
        self.assertEqual(happened, [True, False, True, False])



class FaultTexts(unittest.TestCase):
    """As rules for the weather and throttles have them."""

    def test_a_fault_is_a_kind_and_what_that_kind_takes(self) -> None:
        for text, fault in (("drop", Fault("drop", 0)), ("code.31707", Fault("code", 31707)),
                            ("huge", Fault("huge", 16)), ("item.30006", Fault("item", 30006)),
                            ("item_after.30006", Fault("item_after", 30006))):
            self.assertEqual(faults.parse(text), fault)

    def test_anything_else_is_an_error(self) -> None:
        for text in ("", "drop.1", "code", "code.0", "code.", "gone", "drop*2", "fault.drop.x", "item", "item.0",
                     "http.200"):
            with self.subTest(text), self.assertRaises(Unreadable):
                faults.parse(text)

    def test_each_says_whether_what_fails_is_done_all_the_same(self) -> None:
        acting = {text for text in ("code.1", "code_after.1", "code_half.1", "http.500", "http_after.500", "drop",
                                    "drop_after", "reset", "reset_after", "stall", "stall_after", "late.1", "close",
                                    "item.1", "item_after.1", "retry_429.1") if faults.parse(text).acts}
        self.assertEqual(acting, {"code_after.1", "code_half.1", "http_after.500", "drop_after", "reset_after",
                                  "stall_after", "late.1", "close", "item_after.1"})

    def test_the_readme_lists_every_kind_with_its_meaning(self) -> None:
        with open(_README, encoding="utf-8") as file:
            table = file.read().partition("| fault | what happens |")[2].partition("\n\n")[0]
        rows = re.findall(r"^\| `(\w+)[.`][^|]*\| (.*) \|$", table, re.MULTILINE)
        kinds = {**faults.KINDS, **faults.ITEM_KINDS}
        self.assertEqual(dict(rows), {name: kind.meaning for name, kind in kinds.items()})


if __name__ == "__main__":
    unittest.main()
