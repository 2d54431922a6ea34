// The command line: what may stand on it, and what it says.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <unfriend/http/url.hpp>
#include <unfriend/messages/delete_type.hpp>

#include "support/credentials_source.hpp"
#include "support/printable.hpp"

namespace example {

enum class task : std::uint8_t { delete_friends, make_user_sig, inspect_user_sig, show_help, show_version };

/// What was asked for. The views look into the arguments of `main`.
struct command_line {
    task what = task::delete_friends;
    std::vector<std::string_view> operands; ///< FROM, then TO...
    std::vector<std::string_view> files;    ///< with further TO
    unfriend::delete_type type = unfriend::delete_type::unspecified;
    std::string_view bulk_file; ///< with FROM and TO
    std::optional<unfriend::endpoint> where;
    std::string_view backup_host;
    std::uint32_t rate = 200; ///< calls a second
    std::optional<std::uint32_t> concurrency;
    std::string_view ca_file;
    std::optional<std::chrono::milliseconds> timeout;
    unsigned retries = 2;
    bool json = false;
    bool loopback = false;
    std::optional<std::int64_t> expire; ///< seconds
    std::string_view user_sig;          ///< to inspect
    std::optional<std::int64_t> at;     ///< Unix seconds
};

namespace detail {

/// Every `apply` returns what is wrong; empty when nothing is.
struct option {
    std::string_view name;
    std::string_view value; ///< what the help calls it; empty: the option takes none
    std::string_view help;
    std::string_view (*apply)(command_line& line, std::string_view value);
};

inline std::string_view choose(command_line& line, task what) {
    if (line.what != task::delete_friends && line.what != what)
        return "--user-sig and --inspect-user-sig exclude each other";
    line.what = what;
    return {};
}

inline std::string_view choose(command_line& line, unfriend::delete_type type) {
    if (line.type != unfriend::delete_type::unspecified && line.type != type)
        return "--both and --single exclude each other";
    line.type = type;
    return {};
}

inline std::string_view choose(command_line& line, unfriend::endpoint where) {
    if (line.where) return "one --region or --endpoint is enough";
    line.where = where;
    return {};
}

inline std::string_view choose_region(command_line& line, std::string_view name) {
    const std::optional<unfriend::region> region = unfriend::parse_region(name);
    if (!region) return "--region takes one of the names that --help lists";
    return choose(line, unfriend::endpoint(*region));
}

/// The host of `https://HOST[:PORT]`; not valid for anything else.
inline unfriend::host_name read_host(std::string_view url) noexcept {
    constexpr std::string_view scheme = "https://";
    if (url.substr(0, scheme.size()) != scheme) return {};
    url.remove_prefix(scheme.size());
    if (!url.empty() && url.back() == '/') url.remove_suffix(1);
    return url;
}

inline std::string_view choose_endpoint(command_line& line, std::string_view url) {
    const unfriend::host_name host = read_host(url);
    if (!host.valid()) return "--endpoint takes https://HOST or https://HOST:PORT, and nothing but HTTPS";
    return choose(line, unfriend::endpoint(host));
}

inline std::string_view choose_backup(command_line& line, std::string_view url) {
    line.backup_host = read_host(url).text();
    if (!line.backup_host.empty()) return {};
    return "--backup-endpoint takes https://HOST or https://HOST:PORT, and nothing but HTTPS";
}

/// Reads seconds, with a fraction if need be, of which milliseconds count.
inline std::string_view read_timeout(command_line& line, std::string_view text) {
    constexpr std::string_view wrong = "--timeout takes seconds, 0.001 to 999999999";
    const std::size_t point = text.find('.');
    std::string fraction(point == std::string_view::npos ? std::string_view("0") : text.substr(point + 1));
    std::uint32_t seconds = 0;
    if (fraction.empty() || fraction.find_first_not_of("0123456789") != std::string::npos) return wrong;
    if (!parse_number(text.substr(0, point), seconds) || seconds > 999999999) return wrong;
    fraction.resize(3, '0');
    std::uint32_t milliseconds = 0;
    parse_number(fraction, milliseconds);
    line.timeout = std::chrono::seconds(seconds) + std::chrono::milliseconds(milliseconds);
    return line.timeout->count() > 0 ? std::string_view() : wrong;
}

inline constexpr option options[] = {
    {"--both", "", "two-way: each leaves the other's list",
     [](command_line& line, std::string_view) { return choose(line, unfriend::delete_type::both); }},
    {"--single", "", "one-way: each TO leaves FROM's list",
     [](command_line& line, std::string_view) { return choose(line, unfriend::delete_type::single); }},
    {"--to-file", "FILE", "further TO from FILE, one a line; - is standard input",
     [](command_line& line, std::string_view value) {
         line.files.push_back(value);
         return std::string_view();
     }},
    {"--region", "NAME", "the data centre that the app lives in", choose_region},
    {"--endpoint", "https://HOST[:PORT]", "any other host", choose_endpoint},
    {"--backup-endpoint", "https://HOST[:PORT]", "where to go when that one cannot be reached", choose_backup},
    {"--bulk", "FILE", "delete the pairs FROM<TAB>TO of FILE, one a line; - is standard input",
     [](command_line& line, std::string_view value) {
         line.bulk_file = value;
         return value.empty() ? std::string_view("--bulk takes the name of a file") : std::string_view();
     }},
    {"--rate", "N", "calls a second, at most (default: 200)",
     [](command_line& line, std::string_view value) {
         const bool is_valid = parse_number(value, line.rate) && line.rate > 0 && line.rate <= 100'000;
         return is_valid ? std::string_view() : std::string_view("--rate takes a number of 1 to 100000");
     }},
    {"--concurrency", "N", "calls in flight at a time (default: 1, and 4 with --bulk)",
     [](command_line& line, std::string_view value) {
         const bool is_valid = parse_number(value, line.concurrency.emplace()) && *line.concurrency > 0;
         const bool is_sane = is_valid && *line.concurrency <= 64;
         return is_sane ? std::string_view() : std::string_view("--concurrency takes a number of 1 to 64");
     }},
    {"--cacert", "FILE", "trust the authorities in this PEM file alone",
     [](command_line& line, std::string_view value) {
         line.ca_file = value;
         return value.empty() ? std::string_view("--cacert takes the name of a file") : std::string_view();
     }},
    {"--timeout", "SECONDS", "for the whole command; a fraction is allowed", read_timeout},
    {"--retries", "N", "attempts after the first, for what may succeed later (default: 2)",
     [](command_line& line, std::string_view value) {
         const bool is_valid = parse_number(value, line.retries) && line.retries <= 1000;
         return is_valid ? std::string_view() : std::string_view("--retries takes a number of 0 to 1000");
     }},
    {"--json", "", "print a JSON object a line",
     [](command_line& line, std::string_view) {
         line.json = true;
         return std::string_view();
     }},
    {"--loopback", "", "call a stand-in inside this program: no network, no configuration",
     [](command_line& line, std::string_view) {
         line.loopback = true;
         return std::string_view();
     }},
    {"--user-sig", "", "print a UserSig and delete nothing",
     [](command_line& line, std::string_view) { return choose(line, task::make_user_sig); }},
    {"--expire", "SECONDS", "how long that UserSig is valid (default: 86400)",
     [](command_line& line, std::string_view value) {
         const bool is_valid = parse_number(value, line.expire.emplace()) && *line.expire > 0;
         return is_valid ? std::string_view() : std::string_view("--expire takes a number of seconds, at least 1");
     }},
    {"--inspect-user-sig", "SIG", "verify a UserSig and print what it says",
     [](command_line& line, std::string_view value) {
         line.user_sig = value;
         return choose(line, task::inspect_user_sig);
     }},
    {"--at", "UNIX", "verify it as of that time, in Unix seconds (default: now)",
     [](command_line& line, std::string_view value) {
         const bool is_valid = parse_number(value, line.at.emplace()) && *line.at >= 0;
         return is_valid ? std::string_view() : std::string_view("--at takes a Unix time in seconds");
     }},
    {"--help", "", "print this",
     [](command_line& line, std::string_view) {
         line.what = task::show_help;
         return std::string_view();
     }},
    {"--version", "", "print the version",
     [](command_line& line, std::string_view) {
         line.what = task::show_version;
         return std::string_view();
     }},
};

inline const option* find_option(std::string_view name) noexcept {
    for (const option& each : options) {
        if (each.name == name) return &each;
    }
    return nullptr;
}

/// What is wrong with the whole of it.
inline std::string_view contradiction(const command_line& line) noexcept {
    if (line.expire && line.what != task::make_user_sig) return "--expire goes with --user-sig";
    if (line.at && line.what != task::inspect_user_sig) return "--at goes with --inspect-user-sig";
    if (line.what != task::delete_friends) {
        const bool is_alone = line.operands.empty() && line.files.empty() && line.bulk_file.empty();
        return is_alone ? std::string_view() : "a UserSig needs no accounts: leave them out";
    }
    if (!line.bulk_file.empty()) {
        if (!line.operands.empty() || !line.files.empty()) return "--bulk brings all accounts: leave FROM and TO out";
    } else {
        if (line.operands.empty()) return "FROM is missing";
        if (line.operands.size() == 1 && line.files.empty())
            return "name the accounts to delete: TO... or --to-file FILE";
    }
    if (!line.where && !line.loopback)
        return "say where the app lives: --region NAME or --endpoint https://HOST[:PORT]";
    return {};
}

} // namespace detail

/// Reads the arguments into `line` and returns what is wrong with them; empty when nothing is. An option's value may
/// follow it or stand behind a `=`; `--` ends the options.
inline std::string parse(int count, const char* const* arguments, command_line& line) {
    bool options_ended = false;
    for (int i = 1; i < count; ++i) {
        const std::string_view argument = arguments[i];
        if (options_ended || argument.size() < 2 || argument.front() != '-') {
            line.operands.push_back(argument);
            continue;
        }
        if (argument == "--") {
            options_ended = true;
            continue;
        }
        const std::size_t equals = argument.find('=');
        const std::string_view name = argument.substr(0, equals);
        const detail::option* option = detail::find_option(name);
        if (option == nullptr) return "unknown option " + printable(name);
        const bool has_value = equals != std::string_view::npos;
        std::string_view value;
        if (option->value.empty()) {
            if (has_value) return std::string(name) + " takes no value";
        } else if (has_value) {
            value = argument.substr(equals + 1);
        } else if (++i < count) {
            value = arguments[i];
        } else {
            return std::string(name) + " takes a value";
        }
        if (const std::string_view wrong = option->apply(line, value); !wrong.empty()) return std::string(wrong);
        if (line.what == task::show_help || line.what == task::show_version) return {};
    }
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
        std::string left = "  " + std::string(option.name);
        if (!option.value.empty()) left.append(" ").append(option.value);
        left.resize(std::max<std::size_t>(left.size() + 2, 38), ' ');
        text.append(left).append(option.help).append("\n");
    }
    text += "\nregions:";
    for (const unfriend::region_entry& entry : unfriend::regions) text.append(" ").append(entry.name);
    return text +
           "\n\nThe credentials come from the environment: UNFRIEND_SDK_APP_ID, UNFRIEND_IDENTIFIER (the app's admin)\n"
           "and UNFRIEND_SECRET_KEY.\n\nSIGINT ends the command in good order: what is in flight is finished, and "
           "the rest is told as failed.\n\nexit status: 0 all deleted; 1 some account is not deleted; 2 bad usage or "
           "input, and nothing was sent;\n3 interrupted, or the service was not reached, or its answer not readable; 4 "
           "the service refused the call.\n";
}

} // namespace example
