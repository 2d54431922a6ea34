#!/usr/bin/env python3
"""The names of version 0.1.0 and what they became: rewrites sources that use the library to the names of today.

    python3 tests/house/renames.py FILE...

Tests written for the old names, rewritten by this map alone, pass on the headers of today. A rule is a pattern of one
name in the place where it stands; the order matters where one name took the place of another.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Dict, Iterable, List, Tuple

# Headers, relative to include/unfriend/. One that was split is given the part that includes the others.
HEADERS: Dict[str, str] = {}


def _moved(layer: str, headers: Iterable[str]) -> None:
    for header in headers:
        old, _, new = header.partition(">")
        HEADERS[f"{old}.hpp"] = f"{layer}/{new or old.rpartition('/')[2]}.hpp"


_moved("core", ["config", "error", "result", "text>char_span", "limits", "clock", "random"])
_moved("core/detail", ["detail/durations", "detail/fixed_writer", "detail/simd", "detail/user_id>ascii",
                       "detail/filtered"])
_moved("crypto", ["secret", "openssl_hmac", "openssl_sha256"])
_moved("crypto/detail", ["detail/constant_time"])
_moved("json/detail", ["detail/json_text>text", "detail/message_layout>layout", "detail/json_reader>sax_reader",
                       "detail/message_reader", "detail/predicting_reader>speculative_reader",
                       "detail/message_state>reader_state", "detail/item_window", "detail/json_writer>writer"])
_moved("http", ["endpoint>url", "transport", "completion"])
_moved("http/detail", ["detail/url_writer>percent_encoding"])
_moved("messages", ["delete_type", "friend_delete", "friend_delete_all", "items", "service_code"])
_moved("messages/detail", ["detail/request_writer", "detail/response_head", "detail/item_filler>item_storage"])
_moved("user_sig", ["user_sig>generator", "signer", "zlib_codec"])
_moved("user_sig/detail", ["detail/base64", "detail/published_text>seqlock_text", "detail/user_sig_text>document"])
_moved("call", ["operation", "channel", "credentials", "call_policy>policy", "pacer", "retry_budget", "failover",
                "workspace", "account_result", "call_result"])
_moved("call/detail", ["detail/account_table", "detail/command_entry", "detail/judgement>retry_decision"])
_moved("webhook", ["webhook_authentication>authentication", "webhook_platform>platform", "replay_guard"])
_moved("webhook/detail", ["detail/query", "detail/webhook_command>command", "detail/webhook_query>parameters"])
_moved("clients", ["client", "async_client", "pending_call", "coroutine_client", "bulk"])
_moved("clients/detail", ["detail/bulk_chunk"])

NAMES: List[Tuple[str, str]] = [
    # Outcomes
    (r"\b(?:unfriend::)?outcome became\b", "unfriend::outcome outcome"),
    (r"\bstd::string_view became\b", "std::string_view outcome"),
    (r"(\.|->)became\b", r"\1outcome"),
    # Names of enumerators
    (r"\bunfriend::name\(", "unfriend::to_string("),
    (r"\bname\((\w+(?:\.|->)outcome)\)", r"to_string(\1)"),
    # Why a call ended
    (r"\bcall_end::settled\b", "stop_reason::completed"),
    (r"\bcall_end::not_retried\b", "stop_reason::not_retryable"),
    (r"\bcall_end::attempts\b", "stop_reason::attempts_exhausted"),
    (r"\bcall_end::retry_budget\b", "stop_reason::budget_exhausted"),
    (r"\bcall_end::deadline\b", "stop_reason::deadline_exceeded"),
    (r"\bcall_end\b", "stop_reason"),
    (r"\b(response|item|refused)->end\b(?!\()", r"\1->stop_reason"),
    (r"(?<=\))->end\b(?!\()", "->stop_reason"),
    # Settings
    (r"\b(policy|policy_|slow|patient|policy\(\))\.deadline\b", r"\1.call_timeout"),
    (r"\boptions\.deadline\b", "options.job_timeout"),
    (r"\boptions\.patience\b", "options.max_consecutive_failures"),
    (r"\bdeadline_passed\b", "deadline_exceeded"),
    (r"\bfirst_backoff\b", "initial_backoff"),
    (r"\bshortest_attempt\b", "min_attempt_time"),
    (r"\bretry_reserve\b", "retry_budget_size"),
    # Time
    (r"(?<!chrono::)\bsystem_clock\b", "default_clock"),
    (r"\bunfriend::moment\b", "unfriend::timestamp"),
    (r"\bunfriend::timestamp now = \{\}", "unfriend::timestamp now = {{}, 0}"),
    (r"\bjob\.poll\(\{\},", "job.poll({{}, 0},"),
    (r"\b(now|clock\(\))\.elapsed\b", r"\1.monotonic"),
    # Service codes
    (r"\bretry_advice::later\b", "retry_advice::with_backoff"),
    (r"\bretry_advice::new_sig\b", "retry_advice::with_new_user_sig"),
    (r"\bcode_class::policy\b", "code_kind::security_policy"),
    (r"\bcode_class\b", "code_kind"),
    (r"\bclassify\(", "kind_of("),
    # Errors
    (r"\buser_sig_foreign\b", "user_sig_identity_mismatch"),
    (r"\bwebhook_foreign_app\b", "webhook_app_mismatch"),
    # Steps of a call
    (r"\busing unfriend::step;\n", "using unfriend::step;\nusing unfriend::step_kind;\n"),
    (r"\bstep::action\b", "step_kind"),
    (r"\bstep::(send|wait|done)\b", r"step_kind::\1"),
    (r"\.what\b(?= [!=]= (?:unfriend::)?step_kind)", ".kind"),
    (r"\bnext\.what;", "next.kind;"),
    # `start` sends nothing: the tests' `first_step` starts a call and resumes it
    (r"\b(service\.call|other|each\.machine)\.start\(", r"first_step(\1, "),
    (r"\bunfriend::step next = call\.start\(", "unfriend::step next = first_step(call, "),
    (r"\bREQUIRE\(call\.start\(", "REQUIRE(first_step(call, "),
    # The pacer
    (r"\bslow_down\(", "on_throttled("),
    (r"\bspeed_up\(", "on_success("),
    (r"(\.|->)distance\(\)", r"\1interval()"),
    # Credentials
    (r"\bvoid refuse\(std::string_view user_sig\)", "void invalidate(std::string_view user_sig)"),
    (r"\b(signer|shared)\.refuse\(", r"\1.invalidate("),
    (r"\.verify\(", ".validate("),
    # Internals that tests use
    (r"\bpublished_text\b", "seqlock_text"),
    (r"\bpredicting_reader\b", "speculative_reader"),
]


def rewritten(text: str) -> str:
    text = re.sub(r'(#include [<"])unfriend/((?:detail/)?\w+\.hpp)',
                  lambda match: f"{match[1]}unfriend/{HEADERS.get(match[2], match[2])}", text)
    for old, new in NAMES:
        text = re.sub(old, new, text)
    return text


def main() -> None:
    for name in sys.argv[1:]:
        path = Path(name)
        path.write_text(rewritten(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
