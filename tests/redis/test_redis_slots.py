"""Slots of a quota that Redis keeps: each given out once, at even distances, whoever asks.

Redis has its own clock, which runs. A minute between slots leaves no room for it to matter: 60 seconds is what one
call a second takes up with 59 seconds of jitter.
"""

from __future__ import annotations

import unittest

from redis_support import KEY, PacedProcess, RedisTest

MINUTE = 60_000_000  # microseconds


class Slots(RedisTest):
    def setUp(self) -> None:
        super().setUp()
        self.redis.start()

    def slow_process(self, **options: object) -> PacedProcess:
        return self.process(1, processes=3, jitter=59_000, **options)

    def taken(self, process: PacedProcess, now: int = 0) -> int:
        """Takes a slot of a schedule that is busy, and says how much of it the slot took up."""
        before = self.redis.free
        self.assertIsNotNone(process.reserve(now))
        return self.redis.free - before  # type: ignore[operator]

    def test_processes_take_turns_at_exactly_the_distance(self) -> None:
        processes = [self.slow_process(), self.slow_process(), self.slow_process()]
        self.assertEqual(processes[0].reserve(), 0)
        for turn in range(1, 10):
            before = self.redis.free
            # Of the time until the slot some has passed, so the wait is a little less than so many distances.
            wait = processes[turn % 3].reserve()
            self.assertGreater(wait, (turn - 1) * MINUTE)
            self.assertLessEqual(wait, turn * MINUTE)
            self.assertEqual(self.redis.free, before + MINUTE)
        self.assertEqual([process.changes for process in processes], [[], [], []])

    def test_threads_of_one_process_take_turns_too(self) -> None:
        process = self.slow_process()
        process.reserve()
        before = self.redis.free
        longest = process.take_from_threads(8, 25)
        self.assertEqual(self.redis.free, before + 200 * MINUTE)
        self.assertGreater(longest, 199 * MINUTE)
        self.assertLessEqual(longest, 200 * MINUTE)

    def test_the_quota_and_the_jitter_make_the_distance(self) -> None:
        process = self.process(3, jitter=59_000)
        process.reserve()
        self.assertEqual(self.taken(process), MINUTE // 3)

    def test_a_process_that_comes_late_enough_need_not_wait_and_nothing_is_saved_up(self) -> None:
        process = self.slow_process()
        before = self.redis.now
        self.redis("SET", KEY, before - 60 * MINUTE)
        self.assertEqual(process.reserve(), 0)
        self.assertGreaterEqual(self.redis.free, before + MINUTE)
        self.assertGreater(process.reserve(), 0)

    def test_a_slot_beyond_the_callers_patience_is_not_taken(self) -> None:
        process = self.slow_process()
        self.assertEqual(process.reserve(patience=0), 0)
        before = self.redis.free
        self.assertIsNone(process.reserve(patience=1000))
        self.assertEqual(self.redis.free, before)
        self.assertIsNotNone(process.reserve(patience=60_000))
        self.assertEqual(self.redis.free, before + MINUTE)

    def test_the_key_expires_when_the_schedule_is_free_and_not_before(self) -> None:
        process = self.slow_process()
        process.reserve()
        process.reserve()
        free = self.redis.free
        before, left, after = self.redis.now, self.redis("PTTL", KEY), self.redis.now
        self.assertGreaterEqual(left * 1000 + after, free)  # type: ignore[operator]
        self.assertLess(left * 1000 + before, free + MINUTE)  # type: ignore[operator]

    def test_each_key_is_a_quota_of_its_own(self) -> None:
        self.assertEqual(self.slow_process().reserve(), 0)
        self.assertEqual(self.slow_process(key="another.app").reserve(), 0)

    def test_a_refusal_makes_everyone_rest_for_a_second(self) -> None:
        refused, other = self.slow_process(), self.slow_process()
        refused.slow_down(5000, 1)
        self.assertEqual(refused.reserve(5400), 600_000)
        self.assertGreater(other.reserve(), MINUTE)

    def test_a_refused_process_takes_up_more_of_the_schedule_until_its_calls_are_taken_again(self) -> None:
        refused, other = self.slow_process(), self.slow_process()
        other.reserve()
        refused.slow_down(0, 1)
        self.assertEqual(self.taken(refused), 2 * MINUTE)
        self.assertEqual(self.taken(other), MINUTE)
        refused.slow_down(999, 1)  # within a second: it is the same news
        self.assertEqual(self.taken(refused, 999), 2 * MINUTE)
        refused.slow_down(1000, 2)
        self.assertEqual(self.taken(refused, 1000), 8 * MINUTE)
        refused.slow_down(2000, 6)
        self.assertEqual(self.taken(refused, 2000), 64 * MINUTE)
        refused.speed_up(2999, 1)  # sent before the refusal
        self.assertEqual(self.taken(refused, 2999), 64 * MINUTE)
        refused.speed_up(3000, 1)
        self.assertEqual(self.taken(refused, 3000), 60 * MINUTE)
        refused.speed_up(4000, 64)
        self.assertEqual(self.taken(refused, 8000), MINUTE)

    def test_a_redis_that_forgot_the_script_is_told_it_again(self) -> None:
        process = self.slow_process()
        process.reserve()
        self.redis("SCRIPT", "FLUSH")
        self.assertEqual(self.taken(process), MINUTE)
        self.assertEqual(self.taken(process), MINUTE)
        self.assertEqual(process.changes, [])

    def test_redis_may_be_at_a_port(self) -> None:
        listening = self.new_redis()
        port = listening.start_with_port()
        process = self.slow_process(redis=listening, where=str(port))
        self.assertEqual(process.reserve(), 0)
        listening.stop()
        process.reserve()
        self.assertRegex(process.changes[0], "^alone: ")

    def test_a_redis_with_a_password_is_given_it(self) -> None:
        guarded = self.new_redis(password="open sesame")
        guarded.start()
        admitted = self.slow_process(redis=guarded, password="open sesame")
        self.assertEqual(admitted.reserve(), 0)
        self.assertEqual(admitted.changes, [])
        refused = self.slow_process(redis=guarded, password="sesame")
        refused.reserve()
        self.assertRegex(refused.changes[0], "^alone: (WRONGPASS|ERR)")


if __name__ == "__main__":
    unittest.main()
