// Reads the arguments of the command, with getopt_long.
#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <getopt.h>

#include "options.hpp"
#include "support/printable.hpp"

namespace example {
namespace detail {

/// What is wrong with the whole of it.
inline std::string_view contradiction(const command_line& line) noexcept {
    if (line.expire && line.what != task::make_user_sig) return "--expire goes with --user-sig";
    if (line.at && line.what != task::inspect_user_sig) return "--at goes with --inspect-user-sig";
    if (line.dry_run != dry_run_form::none) {
        if (line.what != task::delete_friends) return "a UserSig is not sent: leave --dry-run out";
        if (line.json) return "--json prints results, and a dry run has none";
        if (line.trace_file) return "nothing happens to the calls of a dry run: leave --trace out";
    }
    if (line.what != task::delete_friends) {
        const bool is_alone = line.operands.empty() && line.files.empty() && line.bulk_file.empty();
        return is_alone ? std::string_view() : "a UserSig needs no accounts: leave them out";
    }
    if (!line.bulk_file.empty()) {
        if (!line.operands.empty() || !line.files.empty()) return "--bulk brings all accounts: leave FROM and TO out";
    } else {
        if (!line.journal_file.empty()) return "--journal goes with --bulk";
        if (line.limit) return "--limit goes with --bulk";
        if (line.max_failures) return "--max-failures goes with --bulk";
        if (line.operands.empty()) return "FROM is missing";
        if (line.operands.size() == 1 && line.files.empty())
            return "name the accounts to delete: TO... or --to-file FILE";
    }
    if (line.resume && line.journal_file.empty()) return "--resume goes with --journal";
    if (!line.where && !line.loopback)
        return "say where the app lives: --region NAME or --endpoint https://HOST[:PORT]";
    return {};
}

inline std::vector<::option> long_options() {
    std::vector<::option> all;
    for (const option& each : options) {
        const int value = each.is_value_optional ? optional_argument : required_argument;
        all.push_back({each.name, each.value == nullptr ? no_argument : value, nullptr, 0});
    }
    all.push_back({nullptr, 0, nullptr, 0});
    return all;
}

} // namespace detail

/// Reads the arguments into `line` and returns what is wrong with them; empty when nothing is. An option's value may
/// follow it or stand behind a `=`; `--` ends the options. Names are not abbreviated: what an abbreviation means would
/// change with every new option.
inline std::string parse(int count, char** arguments, command_line& line) {
    const std::vector<::option> known = detail::long_options();
    opterr = 0;
    optind = 1;
    for (;;) {
        const std::string_view argument = optind < count ? arguments[optind] : std::string_view();
        const std::string name(argument.substr(0, argument.find('=')));
        int index = -1;
        // "-": operands come in their places, options behind them too. ":": a missing value is another error than a
        // wrong name.
        const int found = getopt_long(count, arguments, "-:", known.data(), &index);
        if (found == -1) break;
        if (found == 1) {
            line.operands.emplace_back(optarg);
            continue;
        }
        const bool is_known = std::any_of(std::begin(detail::options), std::end(detail::options),
                                          [&](const auto& each) { return name == "--" + std::string(each.name); });
        if (!is_known) return "unknown option " + printable(name);
        if (found == ':') return name + " takes a value";
        if (found == '?') return name + " takes no value";
        const std::string_view value = optarg == nullptr ? std::string_view() : optarg;
        const std::string_view wrong = detail::options[index].apply(line, value);
        if (!wrong.empty()) return std::string(wrong);
        if (line.what == task::show_help || line.what == task::show_version) return {};
    }
    line.operands.insert(line.operands.end(), arguments + optind, arguments + count);
    return std::string(detail::contradiction(line));
}

/// What `--help` prints.
inline std::string help() {
    std::string text = "usage: unfriend [options] FROM TO...\n"
                       "       unfriend [options] --bulk FILE\n"
                       "       unfriend --user-sig [--expire SECONDS]\n"
                       "       unfriend --inspect-user-sig SIG [--at UNIX]\n"
                       "Deletes the accounts TO from FROM's friends on Tencent Cloud Chat.\n\noptions:\n";
    for (const detail::option& option : detail::options) {
        std::string left = "  --" + std::string(option.name);
        if (option.is_value_optional) {
            left.append("[=").append(option.value).append("]");
        } else if (option.value != nullptr) {
            left.append(" ").append(option.value);
        }
        left.resize(std::max<std::size_t>(left.size() + 2, 38), ' ');
        text.append(left).append(option.help).append("\n");
    }
    text += "\nregions:";
    for (const unfriend::region_entry& entry : unfriend::regions) text.append(" ").append(entry.name);
    return text +
           "\n\nThe credentials come from the environment: UNFRIEND_SDK_APP_ID, UNFRIEND_IDENTIFIER (the app's admin)\n"
           "and UNFRIEND_SECRET_KEY.\n\nA dry run prints no UserSig. The commands of --dry-run=curl take it from the "
           "environment:\n    export USER_SIG=\"$(unfriend --user-sig)\"\nand the URL of a proxy that has a password "
           "from PROXY.\n\nSIGINT and SIGTERM end the command in good order: attempts under way are "
           "finished, and the rest is reported\nas failed. A second signal ends it at once.\n\nexit status: 0 all "
           "deleted; 1 some account is not deleted; 2 bad usage or input, and nothing was sent;\n3 interrupted, or the "
           "service was not reached, or its answer not readable; 4 the service refused the call.\n";
}

} // namespace example
