// Runs a bulk job to its end: reported as it goes, and interruptible.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include <unfriend/clients/bulk.hpp>
#include <unfriend/core/clock.hpp>

#include "deletion_outcome.hpp"
#include "exit_code.hpp"
#include "interruption.hpp"
#include "journal.hpp"
#include "report.hpp"
#include "trace.hpp"

namespace example {

/// How a job ended, and what there is to say of it.
struct job_end {
    exit_code status = exit_code::done;
    std::string message;
};

/// When a job whose calls fail goes on: never, since all its calls are for one From_Account; or while the library does.
enum class persistence { stop_at_once, go_on };

struct job_rules {
    persistence how = persistence::go_on;
    std::uint64_t max_failures = std::numeric_limits<std::uint64_t>::max();
    bool ignores_not_friends = false;
};

/// Says how a job ended from the calls that it made.
class job_verdict {
public:
    explicit job_verdict(const job_rules& rules) noexcept : rules_(rules) {}

    /// Whether the job may go on after this pair and its call.
    bool take(const unfriend::bulk_item& item) {
        const bool is_fine = rules_.ignores_not_friends ? item.account.is_gone() : item.account.ok();
        if (!is_fine && !is_unsent(item.call)) ++failures_;
        const exit_code status = status_of(item.call);
        const bool is_failure = status >= exit_code::transport ||
                                (status == exit_code::bad_input && rules_.how == persistence::stop_at_once);
        if (is_failure && end_.status == exit_code::done && !is_unsent(item.call))
            end_ = {status, complaint(item.call)};
        return failures_ < rules_.max_failures && (rules_.how == persistence::go_on || end_.status == exit_code::done);
    }

    template <class Job>
    job_end of(const Job& job, const report& results) const {
        using unfriend::job_stop_reason;
        const bool has_failed = end_.status != exit_code::done;
        const bool is_all_done = rules_.ignores_not_friends ? results.all_gone() : results.all_done();
        const job_end by_account{is_all_done ? exit_code::done : exit_code::account_failed, {}};
        switch (job.stop_reason()) {
        case job_stop_reason::completed: break;
        case job_stop_reason::deadline_exceeded:
        case job_stop_reason::unanswered:
            return has_failed ? end_ : job_end{exit_code::transport, job.stopped().message()};
        case job_stop_reason::stalled: return {exit_code::refused, std::string(to_string(job.stop_reason()))};
        case job_stop_reason::security_policy:
        case job_stop_reason::refused:
            return has_failed ? end_ : job_end{exit_code::refused, std::string(to_string(job.stop_reason()))};
        case job_stop_reason::not_journalled:
            return {exit_code::account_failed, std::string(to_string(job.stop_reason()))};
        case job_stop_reason::cancelled:
            if (failures_ >= rules_.max_failures)
                return {exit_code::account_failed, "stopped after " + std::to_string(failures_) + " failures"};
            return has_failed ? end_ : by_account;
        }
        return has_failed && rules_.how == persistence::stop_at_once ? end_ : by_account;
    }

private:
    job_rules rules_;
    job_end end_;
    std::uint64_t failures_ = 0;
};

/// Nothing to report besides what the job reports, and no input to wait for.
struct whole_input {
    static void begin_poll() noexcept {}
    static int descriptor() noexcept { return -1; }
    static void report() noexcept {}
    static void close() noexcept {}
    static void drain() noexcept {}
};

/// `settle(item, outcome)` takes the result of a pair. `input` reports lines to `results`, and says what to wait for.
/// `wait(nanoseconds, descriptor)` waits for so long at most, ends when the descriptor can be read, unless it is -1,
/// and does what the transport needs to go on. Results that cannot be written end the job, since what cannot be
/// reported had better not be done. So does a trace.
template <class Job, class Input, class Settle, class Wait>
job_end run_job(Job& job, const job_rules& rules, journal& notes, const trace& seen, report& results, Input& input,
                Settle settle, Wait wait) {
    job_verdict verdict(rules);
    bool is_output_lost = false;
    const auto flush = [&] {
        input.report();
        if (is_output_lost || results.flush()) return;
        is_output_lost = true;
        job.stop();
    };
    while (!job.is_done()) {
        const unfriend::timestamp now = unfriend::default_clock{}();
        if (is_interrupted() || seen.is_broken()) job.stop();
        if (is_interrupted_twice()) {
            job.cancel(now);
            input.close();
        }
        input.begin_poll();
        const std::chrono::nanoseconds idle_time = job.poll(
            now,
            [&](const unfriend::bulk_item& item) {
                if (!verdict.take(item)) job.stop();
                settle(item, outcome_of(item));
                if (&item.account == item.call.items.end() - 1) flush();
            },
            notes);
        flush();
        constexpr std::chrono::nanoseconds attentive = std::chrono::milliseconds(100);
        if (idle_time > std::chrono::nanoseconds::zero() && !job.is_done())
            wait(std::min(idle_time, attentive), input.descriptor());
    }
    input.drain();
    flush();
    if (is_interrupted()) return {exit_code::transport, "interrupted"};
    if (is_output_lost) return {exit_code::account_failed, {}};
    if (seen.is_broken()) return {exit_code::account_failed, "the trace cannot be written"};
    if (notes.is_broken()) return {exit_code::account_failed, "the journal cannot be written"};
    return verdict.of(job, results);
}

} // namespace example
