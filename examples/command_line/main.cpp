// Deletes friends from the command line: `unfriend --help` says how.
//
// Whatever is to be deleted goes through `unfriend::bulk`, over libcurl's multi interface.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <poll.h>

#include <unfriend/unfriend.hpp>

#include "account_list.hpp"
#include "deletion_jobs.hpp"
#include "dry_run.hpp"
#include "exit_code.hpp"
#include "interruption.hpp"
#include "job.hpp"
#include "journal.hpp"
#include "line_reader.hpp"
#include "loopback_service.hpp"
#include "options.hpp"
#include "parse.hpp"
#include "report.hpp"
#include "support/credentials_source.hpp"
#include "support/printable.hpp"
#include "support/standard_streams.hpp"
#include "trace.hpp"
#include "transports/curl_multi_transport.hpp"
#include "user_sig_commands.hpp"
#include "versions.hpp"

namespace example { namespace {

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

/// Waits until `input` can be read, a signal comes or the time is up.
void wait_for_input(std::chrono::nanoseconds duration, int input) {
    pollfd ready{input, POLLIN, 0};
    ::poll(&ready, 1, static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(duration).count()));
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

/// What is to be deleted: a list, or a stream of pairs.
struct work {
    account_list list;
    line_reader pairs{};
    std::uint64_t size = 0; ///< of the stream, in bytes; 0 when nobody knows
    journal notes{};
    trace seen{};
};

template <class Transport, class Wait>
exit_code delete_friends(const command_line& line, work& what, unfriend::signer& signer, unfriend::endpoint where,
                         Transport& transport, Wait wait) {
    constexpr std::chrono::milliseconds jitter(100);
    unfriend::pacer pacer(line.rate, jitter);
    what.seen.begin(version(), where, line.rate);
    unfriend::channel channel{signer, where, pacer, policy_of(line), what.seen};
    report results(std::cout, line.json);
    const job_end end =
        line.bulk_file.empty()
            ? delete_named(line, what.list, what.seen, channel, transport, results, wait)
            : delete_pairs(line, what.pairs, what.size, what.notes, what.seen, channel, transport, results, wait);
    results.print_summary();
    return end.message.empty() ? end.status : fail(end.status, end.message);
}

/// Opens the stream of pairs and the journal; what is wrong with them, empty when nothing is.
std::string open_pairs(const command_line& line, work& what) {
    const std::string name(line.bulk_file);
    std::error_code failure;
    const bool is_directory = line.bulk_file != "-" && std::filesystem::is_directory(name, failure);
    if (is_directory || !what.pairs.open(name)) return "cannot read " + name;
    if (line.bulk_file != "-" && std::filesystem::is_regular_file(name, failure))
        what.size = std::filesystem::file_size(name, failure);
    if (line.journal_file.empty()) return {};
    if (line.dry_run != dry_run_form::none)
        return line.resume ? what.notes.read(std::string(line.journal_file)) : std::string();
    return what.notes.open(std::string(line.journal_file), line.resume);
}

unfriend::endpoint endpoint_of(const command_line& line) {
    if (!line.where) return unfriend::endpoint("loopback.invalid");
    const unfriend::host_name backup = line.backup_host.empty() ? line.where->backup_host() : line.backup_host;
    return {line.where->host(), backup};
}

/// Prints the requests of a run in which every account is deleted at once.
exit_code print_requests(const command_line& line, work& what, const credentials& who) {
    const request_setting setting{"unfriend/" + version(), std::string(line.ca_file), std::string(line.proxy)};
    dry_run_transport transport(line.dry_run, setting, std::cout);
    unfriend::fixed_credentials admin(who.sdk_app_id, who.identifier, dry_run_transport::user_sig);
    unfriend::unpaced at_once;
    unfriend::channel channel{admin, endpoint_of(line), at_once, policy_of(line)};
    report results(std::cout, std::cerr);
    const job_end end = line.bulk_file.empty()
                            ? delete_named(line, what.list, what.seen, channel, transport, results, wait_for_input)
                            : delete_pairs(line, what.pairs, what.size, what.notes, what.seen, channel, transport,
                                           results, wait_for_input);
    std::cerr << "unfriend: a dry run: " << transport.calls() << " call(s), " << results.done()
              << " account(s), nothing was sent\n";
    return end.message.empty() ? end.status : fail(end.status, end.message);
}

exit_code delete_friends(const command_line& line) {
    credentials who;
    std::vector<std::string> named;
    if (const std::string wrong = choose_credentials(line, who); !wrong.empty())
        return fail(exit_code::bad_input, wrong);
    const bool is_bulk = !line.bulk_file.empty();
    std::string wrong = is_bulk ? std::string() : collect_accounts(line, named);
    if (!wrong.empty()) return fail(exit_code::bad_input, wrong);
    work what{account_list(std::move(named))};
    wrong = is_bulk ? open_pairs(line, what) : find_local_fault(line, what.list);
    unfriend::signer signer(who.sdk_app_id, who.identifier, who.key);
    if (wrong.empty()) wrong = find_local_fault(signer);
    if (wrong.empty() && line.trace_file && !what.seen.open(std::string(*line.trace_file)))
        wrong = "cannot write " + std::string(*line.trace_file);
    if (!wrong.empty()) return fail(exit_code::bad_input, wrong);
    catch_interruption();
    if (line.dry_run != dry_run_form::none) return print_requests(line, what, who);
    if (line.loopback) {
        loopback_service service;
        return delete_friends(line, what, signer, endpoint_of(line), service, wait_for_input);
    }
    curl_options options;
    options.ca_file = line.ca_file;
    options.proxy = line.proxy;
    options.user_agent = "unfriend/" + version();
    if (!options.ca_file.empty() && !std::ifstream(options.ca_file)) {
        return fail(exit_code::bad_input, "cannot read " + options.ca_file);
    }
    const curl_library library;
    curl_multi_transport transport(library, options, options_of(line).concurrency);
    const auto run = [&](std::chrono::nanoseconds duration, int input) { transport.run(duration, input); };
    return delete_friends(line, what, signer, endpoint_of(line), transport, run);
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
    case task::show_version: std::cout << versions(); break;
    }
    return exit_code::done;
}

}} // namespace example

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
