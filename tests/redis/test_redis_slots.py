"""Slots of a quota that Redis keeps: each given out once, at even distances, whichever process asks.

Redis has its own clock, which runs. A minute between slots leaves no room for it to matter: 60 seconds is what one
call a second takes up with 59 seconds of jitter.
"""

from __future__ import annotations

import unittest

from redis_support import KEY, PacedProcess, RedisTest

MINUTE = 60_000_000  # microseconds
IN_THE_FUTURE = "shared: the schedule lay in the future and began anew: was Redis's clock set back?"


class Slots(RedisTest):
    def setUp(self) -> None:
        super().setUp()
        self.redis.start()

    def slow_process(self, **options: object) -> PacedProcess:
        options.setdefault("processes", 3)
        return self.process(1, jitter=59_000, **options)

    def taken(self, process: PacedProcess, now: int = 0) -> int:
        """Sends a call on a schedule that is busy, and returns how much of it the call took up."""
        before = self.redis.free
        self.assertIsNotNone(process.send(now))
        return self.redis.free - before  # type: ignore[operator]

    def test_processes_take_turns_at_exactly_the_interval(self) -> None:
        processes = [self.slow_process(), self.slow_process(), self.slow_process()]
        self.assertEqual(processes[0].send(), 0)
        for turn in range(1, 10):
            before = self.redis.free
            # Of the time until the slot some has passed, so the wait is a little shorter.
            wait = processes[turn % 3].send()
            self.assertGreater(wait, (turn - 1) * MINUTE)
            self.assertLessEqual(wait, turn * MINUTE)
            self.assertEqual(self.redis.free, before + MINUTE)
        self.assertEqual([process.changes for process in processes], [[], [], []])

    def test_threads_of_one_process_take_turns_too(self) -> None:
        process = self.process(1000)
        before = self.redis.now
        process.send_from_threads(8, 25)
        self.assertGreaterEqual(self.redis.now, before + 199 * 1000)
        self.assertEqual(process.changes, [])

    def test_calls_of_a_process_that_wait_hold_one_slot_together(self) -> None:
        process = self.slow_process()
        process.send()
        before = self.redis.free
        for _ in range(100):
            self.assertGreater(process.ask(), 0)
        self.assertEqual(self.redis.free, before + MINUTE)
        # And the next call uses it.
        self.assertLessEqual(process.send(), MINUTE)
        self.assertEqual(self.redis.free, before + MINUTE)

    def test_a_slot_that_nobody_came_back_for_is_not_used_later(self) -> None:
        process = self.slow_process()
        process.send()
        process.ask()
        before = self.redis.free
        self.assertGreater(process.ask(300_000), 0)
        self.assertEqual(self.redis.free, before + MINUTE)

    def test_the_quota_and_the_jitter_make_the_interval(self) -> None:
        process = self.process(3, jitter=59_000)
        process.send()
        self.assertEqual(self.taken(process), MINUTE // 3)

    def test_a_process_that_comes_late_enough_need_not_wait_and_nothing_is_saved_up(self) -> None:
        process = self.slow_process()
        before = self.redis.now
        self.redis("SET", KEY, before - 60 * MINUTE)
        self.assertEqual(process.send(), 0)
        self.assertGreaterEqual(self.redis.free, before + MINUTE)
        self.assertGreater(process.send(), 0)

    def test_a_slot_beyond_the_time_that_a_call_can_wait_is_not_taken(self) -> None:
        process = self.slow_process()
        self.assertEqual(process.send(max_wait=0), 0)
        before = self.redis.free
        self.assertIsNone(process.send(max_wait=1000))
        self.assertEqual(self.redis.free, before)
        self.assertIsNotNone(process.send(max_wait=60_000))
        self.assertEqual(self.redis.free, before + MINUTE)

    def test_the_key_expires_when_the_schedule_is_free_and_not_before(self) -> None:
        process = self.slow_process()
        process.send()
        process.send()
        free = self.redis.free
        before, left, after = self.redis.now, self.redis("PTTL", KEY), self.redis.now
        self.assertGreaterEqual(left * 1000 + after, free)  # type: ignore[operator]
        self.assertLess(left * 1000 + before, free + MINUTE)  # type: ignore[operator]

    def test_each_key_is_a_quota_of_its_own(self) -> None:
        self.assertEqual(self.slow_process().send(), 0)
        self.assertEqual(self.slow_process(key="another.app").send(), 0)

    def test_a_process_whose_calls_are_refused_slows_itself_and_not_the_others(self) -> None:
        refused, other = self.slow_process(), self.slow_process()
        self.assertEqual(refused.send(), 0)
        refused.on_throttled(1)
        self.assertGreaterEqual(refused.send(), MINUTE * 5 // 4)
        self.assertEqual(self.taken(other), MINUTE)

    def test_a_process_takes_no_slot_so_far_ahead_that_it_would_hold_up_the_others(self) -> None:
        refused = self.slow_process()
        refused.send()
        for second in range(1, 11):
            refused.on_throttled(1000 * second)
        before = self.redis.free
        self.assertGreater(refused.ask(11_000), 0)
        self.assertEqual(self.redis.free, before)

    def test_a_schedule_in_the_future_is_noticed_and_begins_anew_for_all(self) -> None:
        first, second = self.slow_process(), self.slow_process()
        self.redis("SET", KEY, self.redis.now + 24 * 60 * MINUTE)
        # A second and the jitter, in which what others have sent leaves the service's window.
        self.assertEqual(first.send(), MINUTE)
        self.assertEqual(first.changes, [IN_THE_FUTURE])
        wait = second.send()
        self.assertGreater(wait, MINUTE)
        self.assertLessEqual(wait, 2 * MINUTE)
        self.assertEqual(second.changes, [])

    def test_a_redis_that_takes_over_with_a_slower_clock_is_noticed_too(self) -> None:
        process = self.process(10, processes=5)
        self.assertEqual(process.send(), 0)
        self.redis.stop()
        self.redis.start()
        self.redis("SET", KEY, self.redis.now + 60 * MINUTE)
        self.assertEqual(process.send(500), 1_000_000)
        self.assertEqual(process.send(2000), 1_000_000)
        self.assertEqual(process.changes, ["alone: Redis was started anew", "shared: Redis answers again",
                                           IN_THE_FUTURE])

    def test_a_schedule_that_many_processes_fill_is_none_of_the_future(self) -> None:
        processes = [self.slow_process(processes=2) for _ in range(8)]
        for process in processes:
            process.send()
        self.assertEqual([process.changes for process in processes], [[]] * 8)

    def test_a_redis_that_forgot_the_script_is_given_it_again(self) -> None:
        process = self.slow_process()
        process.send()
        self.redis("SCRIPT", "FLUSH")
        self.assertEqual(self.taken(process), MINUTE)
        self.assertEqual(self.taken(process), MINUTE)
        self.assertEqual(process.changes, [])

    def test_redis_may_be_at_a_port(self) -> None:
        listening = self.new_redis()
        port = listening.start_with_port()
        process = self.slow_process(redis=listening, where=str(port))
        self.assertEqual(process.send(), 0)
        listening.stop()
        process.send()
        self.assertRegex(process.changes[0], "^alone: ")

    def test_a_redis_with_a_password_is_given_it(self) -> None:
        guarded = self.new_redis(password="open sesame")
        guarded.start()
        admitted = self.slow_process(redis=guarded, password="open sesame")
        self.assertEqual(admitted.send(), 0)
        self.assertEqual(admitted.changes, [])
        refused = self.slow_process(redis=guarded, password="sesame")
        refused.send()
        self.assertRegex(refused.changes[0], "^alone: (WRONGPASS|ERR)")

    def test_a_redis_with_an_access_control_list_is_given_the_user(self) -> None:
        rules = "on >sesame ~the.quota +eval +evalsha +script|load +info +get +set +time"
        guarded = self.new_redis(password="another", user=f"pacer {rules}")
        guarded.start()
        admitted = self.slow_process(redis=guarded, password="sesame", username="pacer")
        self.assertEqual(admitted.send(), 0)
        self.assertEqual(admitted.changes, [])
        refused = self.slow_process(redis=guarded, password="sesame", username="nobody")
        refused.send()
        self.assertRegex(refused.changes[0], "^alone: WRONGPASS")


if __name__ == "__main__":
    unittest.main()
