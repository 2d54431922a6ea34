// The two jobs of the command: the accounts of one FROM, and the pairs of a stream.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <unfriend/clients/bulk.hpp>

#include "account_list.hpp"
#include "deletion_outcome.hpp"
#include "job.hpp"
#include "journal.hpp"
#include "line_reader.hpp"
#include "options.hpp"
#include "pair_lines.hpp"
#include "progress_line.hpp"
#include "report.hpp"
#include "support/utf8.hpp"
#include "trace.hpp"

namespace example {

inline unfriend::bulk_options options_of(const command_line& line) {
    unfriend::bulk_options options;
    options.delete_type = line.type;
    options.concurrency = line.concurrency.value_or(line.bulk_file.empty() ? 1 : 4);
    options.job_timeout = line.timeout.value_or(std::chrono::milliseconds::max());
    options.forgive_throttling = !line.bulk_file.empty();
    return options;
}

/// All accounts of one FROM. What was named twice is deleted once and printed twice.
template <class Channel, class Transport, class Wait>
job_end delete_named(const command_line& line, const account_list& list, const trace& seen, Channel& channel,
                     Transport& transport, report& results, Wait wait) {
    std::vector<std::pair<std::string_view, std::string_view>> pairs;
    for (const std::string_view to : list.accounts()) pairs.emplace_back(line.operands.front(), to);
    std::vector<deletion_outcome> found;
    std::size_t printed = 0;
    const auto settle = [&](const unfriend::bulk_item& item, deletion_outcome outcome) {
        found.push_back(std::move(outcome));
        for (; printed < list.named().size() && list.named()[printed] <= item.index; ++printed) {
            const std::size_t account = list.named()[printed];
            results.print(std::nullopt, list.accounts()[account], found[account]);
        }
    };
    unfriend::bulk job{channel, std::ref(transport), pairs, options_of(line)};
    job_rules rules;
    rules.how = persistence::stop_at_once;
    rules.ignores_not_friends = line.ignore_not_friends;
    journal none;
    whole_input input;
    return run_job(job, rules, none, seen, results, input, settle, wait);
}

/// The lines of a stream, their results, and how far the job has come.
class pair_input {
public:
    /// `size`: bytes of the input; 0 when nobody knows.
    pair_input(line_reader& in, pair_lines& lines, report& results, std::uint64_t size, bool shows_progress)
        : in_(in), lines_(lines), results_(results), size_(size), progress_(shows_progress) {}

    void begin_poll() noexcept { lines_.begin_poll(); }
    int descriptor() const noexcept { return lines_.is_waiting() ? in_.descriptor() : -1; }

    void report() {
        lines_.report([&](const account_pair& pair, const deletion_outcome& outcome) {
            progress_.clear();
            results_.print(cut(pair.from_account), cut(pair.to_account), outcome);
        });
        const double read = size_ == 0 ? 0 : static_cast<double>(in_.bytes()) / static_cast<double>(size_);
        const auto lines = static_cast<double>(std::max<std::uint64_t>(lines_.count(), 1));
        progress_.update(results_, read * static_cast<double>(results_.all()) / lines);
    }

    void close() noexcept { in_.close(); }

    /// The job is over: what it did not take is reported as not sent.
    void drain() {
        while (lines_.state() == unfriend::source_state::pair) {
            lines_.pop();
            lines_.settle({unfriend::outcome::failed, std::nullopt, "it was not sent"});
            report();
        }
    }

private:
    /// To the length of a UserID: what is longer is none.
    static std::string_view cut(std::string_view text) noexcept { return cut_utf8(text, 32); }

    line_reader& in_;
    pair_lines& lines_;
    example::report& results_;
    std::uint64_t size_;
    progress_line progress_;
};

/// The pairs of a stream, of `size` bytes unless that is 0.
template <class Channel, class Transport, class Wait>
job_end delete_pairs(const command_line& line, line_reader& in, std::uint64_t size, journal& notes, const trace& seen,
                     Channel& channel, Transport& transport, report& results, Wait wait) {
    pair_lines lines(in, notes, line.limit.value_or(std::numeric_limits<std::uint64_t>::max()));
    pair_input input(in, lines, results, size, !seen.is_on_standard_error());
    unfriend::bulk job{channel, std::ref(transport), lines, options_of(line)};
    job_rules rules;
    rules.max_failures = line.max_failures.value_or(rules.max_failures);
    rules.ignores_not_friends = line.ignore_not_friends;
    const auto settle = [&](const unfriend::bulk_item&, deletion_outcome outcome) { lines.settle(std::move(outcome)); };
    job_end end = run_job(job, rules, notes, seen, results, input, settle, wait);
    if (!in.is_broken() || is_interrupted()) return end;
    return {exit_code::account_failed, "the pairs could not be read to their end"};
}

} // namespace example
