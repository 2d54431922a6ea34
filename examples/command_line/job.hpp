// Runs a bulk job to its end, as the command line wants it: reported as it goes, and interruptible.
#pragma once

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include <unfriend/clients/bulk.hpp>
#include <unfriend/core/clock.hpp>

#include "deletion_outcome.hpp"
#include "exit_code.hpp"
#include "interruption.hpp"
#include "report.hpp"

namespace example {

/// How a job ended, and what there is to say of it.
struct job_end {
    exit_code status = exit_code::done;
    std::string message;
};

/// When a job whose calls fail goes on: never, since all its calls are for one From_Account; or while the library does.
enum class persistence { stop_at_once, go_on };

/// `wait(nanoseconds)` waits for so long at most, and does what the transport needs to go on. `print(item, outcome)`
/// adds lines to `results`. Results that cannot be written end the job: what cannot be reported had better not be done.
template <class Job, class Wait, class Print>
job_end run_job(Job& job, persistence how, report& results, Wait wait, Print print) {
    job_end end;
    bool is_output_lost = false;
    const auto note = [&](const unfriend::call_result& response) {
        const exit_code status = status_of(response);
        const bool is_failure =
            status >= exit_code::transport || (status == exit_code::bad_input && how != persistence::go_on);
        if (!is_failure || end.status != exit_code::done || is_unsent(response)) return;
        end = {status, complaint(response)};
        if (how == persistence::stop_at_once) job.stop();
    };
    while (!job.is_done()) {
        if (is_interrupted()) job.stop();
        const std::chrono::nanoseconds rest =
            job.poll(unfriend::default_clock{}(), [&](const unfriend::bulk_item& item) {
                print(item, outcome_of(item));
                if (&item.account != item.call->items.end() - 1) return;
                is_output_lost = !results.flush();
                if (is_output_lost) job.stop();
                note(item.call);
            });
        constexpr std::chrono::nanoseconds attentive = std::chrono::milliseconds(100);
        if (rest > std::chrono::nanoseconds::zero()) wait(std::min(rest, attentive));
    }
    if (is_interrupted()) return {exit_code::transport, "interrupted"};
    if (is_output_lost) return {exit_code::account_failed, {}};
    if (end.status == exit_code::done && job.stopped()) return {exit_code::transport, job.stopped().message()};
    const bool is_cut_short = static_cast<bool>(job.stopped()) || how == persistence::stop_at_once;
    if (end.status != exit_code::done && is_cut_short) return end;
    return {results.all_done() ? exit_code::done : exit_code::account_failed, {}};
}

} // namespace example
