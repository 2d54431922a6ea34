// Deletes friends from the command line: `unfriend --help` says how.
//
// What a program of one's own needs of this is in `delete_friends` below: a signer, a transport, a client.

#include <cstddef>
#include <cstdint>
#include <ctime>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <unfriend/unfriend.hpp>

#include "account_list.hpp"
#include "command_line.hpp"
#include "credentials_source.hpp"
#include "curl_transport.hpp"
#include "deadline.hpp"
#include "deletion.hpp"
#include "exit_code.hpp"
#include "loopback_service.hpp"
#include "printable.hpp"
#include "report.hpp"
#include "standard_streams.hpp"
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
std::string find_local_fault(const deletion& plan, account_list& list, unfriend::signer& signer) {
    batch accounts = next_batch(list.accounts(), 0);
    for (std::size_t first = 0;; accounts = next_batch(list.accounts(), first)) {
        const auto size =
            unfriend::encoded_size(unfriend::friend_delete_request{plan.from_account, accounts, plan.type});
        if (size.error() == unfriend::errc::invalid_to_account) {
            return "\"" + std::string(accounts[size.error().detail()]->user_id) +
                   "\": " + std::string(size.error().what());
        }
        if (!size) return size.error().message();
        first += accounts.size();
        if (first == list.accounts().size()) break;
    }
    char buffer[unfriend::max_user_sig_size];
    const auto user_sig = signer.user_sig(unix_time(), buffer);
    return user_sig ? std::string() : user_sig.error().message();
}

template <class Transport>
exit_code delete_friends(const deletion& plan, account_list& list, report& results, unfriend::signer& signer,
                         unfriend::endpoint where, Transport& transport) {
    unfriend::client client{signer, where, timed_transport<Transport>(transport, plan.until)};
    for (std::size_t first = 0; first < list.accounts().size();) {
        batch accounts = next_batch(list.accounts(), first);
        first += accounts.size();
        const call_end end = delete_batch(client, plan, list, std::move(accounts));
        if (!end.is_answered()) {
            results.finish();
            return fail(end.status(), end.message());
        }
        if (!results.advance(first)) break; // what cannot be reported had better not be done
    }
    results.finish();
    return results.all_done() ? exit_code::done : exit_code::account_failed;
}

exit_code delete_friends(const command_line& line) {
    const deadline until(line.timeout);
    credentials who;
    std::vector<std::string> named;
    if (const std::string wrong = choose_credentials(line, who); !wrong.empty())
        return fail(exit_code::bad_input, wrong);
    if (const std::string wrong = collect_accounts(line, named); !wrong.empty())
        return fail(exit_code::bad_input, wrong);
    account_list list(std::move(named));
    const deletion plan{line.operands.front(), line.type, line.retries, until};
    unfriend::signer signer(who.sdk_app_id, who.identifier, who.key);
    if (const std::string wrong = find_local_fault(plan, list, signer); !wrong.empty())
        return fail(exit_code::bad_input, wrong);
    report results(std::cout, line.json, list);
    if (line.loopback) {
        loopback_service service;
        for (const account& each : list.accounts()) service.befriend(plan.from_account, each.user_id);
        return delete_friends(plan, list, results, signer, unfriend::endpoint("loopback.invalid"), service);
    }
    curl_options options;
    options.ca_file = line.ca_file;
    if (!options.ca_file.empty() && !std::ifstream(options.ca_file)) {
        return fail(exit_code::bad_input, "cannot read " + options.ca_file);
    }
    const curl_library library;
    curl_transport transport(library, options);
    return delete_friends(plan, list, results, signer, *line.where, transport);
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
