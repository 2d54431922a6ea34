// Deletes friends from the command line: `unfriend --help` says how.
//
// Whatever is to be deleted goes through `unfriend::bulk`: a blocking transport where one call at a time is enough, and
// libcurl's multi interface where many are to be in flight.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <unfriend/unfriend.hpp>

#include "account_list.hpp"
#include "deletion_outcome.hpp"
#include "exit_code.hpp"
#include "interruption.hpp"
#include "job.hpp"
#include "loopback_service.hpp"
#include "options.hpp"
#include "pair_lines.hpp"
#include "progress_line.hpp"
#include "report.hpp"
#include "support/credentials_source.hpp"
#include "support/printable.hpp"
#include "support/standard_streams.hpp"
#include "transports/curl_multi_transport.hpp"
#include "transports/curl_transport.hpp"
#include "user_sig_commands.hpp"

namespace example {
namespace {

exit_code fail(exit_code code, std::string_view why) {
    std::cerr << "unfriend: " << printable(why) << '\n';
    return code;
}

exit_code finish_output(exit_code code) {
    if (std::cout.flush()) return code;
    return fail(code == exit_code::done ? exit_code::account_failed : code, "the results could not be written");
}

std::int64_t unix_time() { return static_cast<std::int64_t>(std::time(nullptr)); }

std::string choose_credentials(const command_line& line, credentials& who) {
    if (!line.loopback) return read_credentials(who);
    who = loopback_service::demo_credentials();
    return {};
}

/// The accounts that were named on the command line, then those in the files.
std::string collect_accounts(const command_line& line, std::vector<std::string>& named) {
    named.assign(line.operands.begin() + 1, line.operands.end());
    for (const std::string_view file : line.files) {
        if (!read_accounts(file, std::cin, named)) return "cannot read " + std::string(file);
    }
    return {};
}

/// What a call would be refused for without being sent; empty when nothing is.
std::string find_local_fault(const command_line& line, const account_list& list) {
    unfriend::friend_delete_request<std::vector<std::string_view>> request{line.operands.front(), {}, line.type};
    for (std::size_t first = 0; first == 0 || first < list.accounts().size();) {
        const auto at = list.accounts().begin() + static_cast<std::ptrdiff_t>(first);
        const std::size_t left = list.accounts().size() - first;
        const std::size_t size = std::min(left, unfriend::default_limits::max_accounts);
        request.to_account.assign(at, at + static_cast<std::ptrdiff_t>(size));
        const auto encoded = unfriend::encoded_size(request);
        if (encoded.error() == unfriend::errc::invalid_to_account) {
            return "\"" + std::string(request.to_account[encoded.error().detail()]) +
                   "\": " + std::string(encoded.error().what());
        }
        if (!encoded) return encoded.error().message();
        first += size;
    }
    return {};
}

std::string find_local_fault(unfriend::signer& signer) {
    char buffer[unfriend::max_user_sig_size];
    const auto user_sig = signer.user_sig(unix_time(), buffer);
    return user_sig ? std::string() : user_sig.error().message();
}

unfriend::call_policy policy_of(const command_line& line) {
    unfriend::call_policy policy;
    policy.call_timeout = std::chrono::milliseconds::max(); // that of the whole job counts
    policy.attempt_timeout = std::chrono::seconds(30);
    policy.min_attempt_time = std::chrono::milliseconds(1);
    policy.max_attempts = line.retries + 1;
    policy.retry_budget_size = std::max(policy.retry_budget_size, line.retries);
    return policy;
}

unfriend::bulk_options options_of(const command_line& line) {
    unfriend::bulk_options options;
    options.delete_type = line.type;
    options.concurrency = line.concurrency.value_or(line.bulk_file.empty() ? 1 : 4);
    options.job_timeout = line.timeout.value_or(std::chrono::milliseconds::max());
    options.forgive_throttling = !line.bulk_file.empty();
    return options;
}

constexpr auto sleep = [](std::chrono::nanoseconds duration) { std::this_thread::sleep_for(duration); };

/// All accounts of one FROM. What was named twice is deleted once and printed twice.
template <class Channel, class Transport, class Wait>
job_end delete_named(const command_line& line, const account_list& list, Channel& channel, Transport& transport,
                     report& results, Wait wait) {
    std::vector<std::pair<std::string_view, std::string_view>> pairs;
    for (const std::string_view to : list.accounts()) pairs.emplace_back(line.operands.front(), to);
    std::vector<deletion_outcome> told;
    std::size_t printed = 0;
    const auto print = [&](const unfriend::bulk_item& item, deletion_outcome outcome) {
        told.push_back(std::move(outcome));
        for (; printed < list.named().size() && list.named()[printed] <= item.index; ++printed) {
            const std::size_t account = list.named()[printed];
            results.print(std::nullopt, list.accounts()[account], told[account]);
        }
    };
    unfriend::bulk job{channel, transport, pairs.cbegin(), pairs.cend(), options_of(line)};
    return run_job(job, persistence::stop_at_once, results, wait, print);
}

/// The pairs of a stream, of `size` bytes unless that is 0.
template <class Channel, class Transport, class Wait>
job_end delete_pairs(const command_line& line, std::istream& in, std::uint64_t size, Channel& channel,
                     Transport& transport, report& results, Wait wait) {
    pair_lines lines(in);
    progress_line progress;
    unfriend::bulk job{channel, transport, lines.begin(), lines.end(), options_of(line)};
    const auto show = [&] {
        const double read = size == 0 ? 0 : static_cast<double>(lines.bytes()) / static_cast<double>(size);
        const double told =
            static_cast<double>(job.totals().all()) / static_cast<double>(std::max<std::uint64_t>(lines.count(), 1));
        progress.update(job.totals(), read * told);
    };
    const auto print = [&](const unfriend::bulk_item& item, const deletion_outcome& outcome) {
        progress.clear();
        results.print(item.from_account, item.account.to_account, outcome);
        show();
    };
    const auto wait_and_show = [&](std::chrono::nanoseconds duration) {
        show();
        wait(duration);
    };
    const job_end end = run_job(job, persistence::go_on, results, wait_and_show, print);
    const bool is_broken = in.bad() || (&in == &std::cin && std::ferror(stdin) != 0);
    if (!is_broken || is_interrupted()) return end;
    return {exit_code::account_failed, "the pairs could not be read to their end"};
}

/// What is to be deleted: a list, or a stream of pairs.
struct work {
    account_list list;
    std::ifstream file;
    std::istream* pairs = nullptr;
    std::uint64_t size = 0;
};

template <class Transport, class Wait>
exit_code delete_friends(const command_line& line, work& what, unfriend::signer& signer, unfriend::endpoint where,
                         Transport& transport, Wait wait) {
    constexpr std::chrono::milliseconds jitter(100);
    unfriend::pacer pacer(line.rate, jitter);
    unfriend::channel channel{signer, where, pacer, policy_of(line)};
    report results(std::cout, line.json);
    const job_end end = what.pairs != nullptr
                            ? delete_pairs(line, *what.pairs, what.size, channel, transport, results, wait)
                            : delete_named(line, what.list, channel, transport, results, wait);
    results.print_summary();
    return end.message.empty() ? end.status : fail(end.status, end.message);
}

/// Opens the stream of pairs; what is wrong with it, empty when nothing is.
std::string open_pairs(const command_line& line, work& what) {
    what.pairs = &std::cin;
    if (line.bulk_file == "-") return {};
    const std::filesystem::path path{std::string(line.bulk_file)};
    std::error_code failure;
    if (!std::filesystem::is_directory(path, failure)) what.file.open(path, std::ios::binary);
    if (!what.file.is_open()) return "cannot read " + std::string(line.bulk_file);
    what.pairs = &what.file;
    if (std::filesystem::is_regular_file(path, failure)) what.size = std::filesystem::file_size(path, failure);
    return {};
}

exit_code delete_friends(const command_line& line) {
    credentials who;
    std::vector<std::string> named;
    if (const std::string wrong = choose_credentials(line, who); !wrong.empty())
        return fail(exit_code::bad_input, wrong);
    const bool is_bulk = !line.bulk_file.empty();
    std::string wrong = is_bulk ? std::string() : collect_accounts(line, named);
    if (!wrong.empty()) return fail(exit_code::bad_input, wrong);
    work what{account_list(std::move(named)), {}, nullptr, 0};
    wrong = is_bulk ? open_pairs(line, what) : find_local_fault(line, what.list);
    unfriend::signer signer(who.sdk_app_id, who.identifier, who.key);
    if (wrong.empty()) wrong = find_local_fault(signer);
    if (!wrong.empty()) return fail(exit_code::bad_input, wrong);
    catch_interruption();
    if (line.loopback) {
        loopback_service service;
        return delete_friends(line, what, signer, unfriend::endpoint("loopback.invalid"), service, sleep);
    }
    curl_options options;
    options.ca_file = line.ca_file;
    if (!options.ca_file.empty() && !std::ifstream(options.ca_file)) {
        return fail(exit_code::bad_input, "cannot read " + options.ca_file);
    }
    const unfriend::host_name backup = line.backup_host.empty() ? line.where->backup_host() : line.backup_host;
    const unfriend::endpoint where(line.where->host(), backup);
    const curl_library library;
    const std::size_t concurrency = options_of(line).concurrency;
    if (concurrency == 1) {
        curl_transport transport(library, options);
        return delete_friends(line, what, signer, where, transport, sleep);
    }
    curl_multi_transport transport(library, options, concurrency);
    const auto run = [&](std::chrono::nanoseconds duration) { transport.run(duration); };
    return delete_friends(line, what, signer, where, transport, run);
}

exit_code make_user_sig(const command_line& line) {
    credentials who;
    if (const std::string wrong = choose_credentials(line, who); !wrong.empty())
        return fail(exit_code::bad_input, wrong);
    const unfriend::error failure = print_user_sig(who, unix_time(), line.expire.value_or(86400), std::cout);
    return failure ? fail(exit_code::bad_input, failure.message()) : exit_code::done;
}

exit_code inspect_user_sig(const command_line& line) {
    std::optional<credentials> who(std::in_place);
    const std::string why_nobody = choose_credentials(line, *who);
    if (!why_nobody.empty()) who.reset();
    const bool is_valid = inspect_user_sig(line.user_sig, who, why_nobody, line.at.value_or(unix_time()), std::cout);
    return is_valid ? exit_code::done : exit_code::account_failed;
}

exit_code run(const command_line& line) {
    switch (line.what) {
    case task::delete_friends: return delete_friends(line);
    case task::make_user_sig: return make_user_sig(line);
    case task::inspect_user_sig: return inspect_user_sig(line);
    case task::show_help: std::cout << help(); break;
    case task::show_version:
        std::cout << "unfriend " << UNFRIEND_VERSION_MAJOR << '.' << UNFRIEND_VERSION_MINOR << '.'
                  << UNFRIEND_VERSION_PATCH << '\n';
        break;
    }
    return exit_code::done;
}

} // namespace
} // namespace example

int main(int argc, char** argv) {
    example::secure_standard_streams();
    example::command_line line;
    example::exit_code code = example::exit_code::bad_input;
    if (const std::string wrong = example::parse(argc, argv, line); wrong.empty()) {
        code = example::finish_output(example::run(line));
    } else {
        example::fail(code, wrong + "; see --help");
    }
    return static_cast<int>(code);
}
