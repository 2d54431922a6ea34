// The command line: what may stand on it, and what it says.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <unfriend/http/url.hpp>
#include <unfriend/messages/delete_type.hpp>

#include "dry_run.hpp"
#include "support/credentials_source.hpp"

namespace example {

enum class task : std::uint8_t { delete_friends, make_user_sig, inspect_user_sig, show_help, show_version };

/// What was asked for. The views look into the arguments of `main`.
struct command_line {
    task what = task::delete_friends;
    std::vector<std::string_view> operands; ///< FROM, then TO...
    std::vector<std::string_view> files;    ///< with further TO
    unfriend::delete_type type = unfriend::delete_type::unspecified;
    std::string_view bulk_file;    ///< with FROM and TO
    std::string_view journal_file; ///< of a bulk job
    bool resume = false;
    std::optional<std::uint64_t> limit;        ///< pairs to send at most
    std::optional<std::uint64_t> max_failures; ///< stop after this number of pairs that are not deleted
    bool ignore_not_friends = false;
    std::optional<unfriend::endpoint> where;
    std::string_view backup_host;
    std::string_view proxy;
    double rate = 200; ///< calls a second
    std::optional<std::uint32_t> concurrency;
    std::string_view ca_file;
    std::optional<std::chrono::milliseconds> timeout;
    unsigned retries = 2;
    bool json = false;
    bool loopback = false;
    dry_run_form dry_run = dry_run_form::none;
    std::optional<std::string_view> trace_file; ///< empty: standard error
    std::optional<std::int64_t> expire;         ///< seconds
    std::string_view user_sig;                  ///< to inspect
    std::optional<std::int64_t> at;             ///< Unix seconds
};

namespace detail {

/// Every `apply` returns what is wrong; empty when nothing is.
struct option {
    const char* name;  ///< without the two dashes
    const char* value; ///< what the help calls it; null: the option takes none
    const char* help;
    std::string_view (*apply)(command_line& line, std::string_view value);
    bool is_value_optional = false; ///< it stands behind a `=` then
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

inline std::string_view choose_proxy(command_line& line, std::string_view url) {
    line.proxy = url;
    for (const std::string_view scheme : {"http://", "https://", "socks5://", "socks5h://"}) {
        if (url.size() > scheme.size() && url.substr(0, scheme.size()) == scheme) return {};
    }
    return "--proxy takes http://HOST:PORT, or the same with https, socks5 or socks5h";
}

/// The digits before and behind the point of a decimal number; false when it is none.
inline bool split_decimal(std::string_view text, std::uint32_t& whole, std::string& fraction) {
    const std::size_t point = text.find('.');
    fraction = point == std::string_view::npos ? std::string_view("0") : text.substr(point + 1);
    const bool is_fraction = !fraction.empty() && fraction.find_first_not_of("0123456789") == std::string::npos;
    return is_fraction && parse_number(text.substr(0, point), whole);
}

/// Reads seconds, with a fraction if need be, of which milliseconds count.
inline std::string_view read_timeout(command_line& line, std::string_view text) {
    constexpr std::string_view wrong = "--timeout takes seconds, 0.001 to 999999999";
    std::uint32_t seconds = 0;
    std::string fraction;
    if (!split_decimal(text, seconds, fraction) || seconds > 999999999) return wrong;
    fraction.resize(3, '0');
    std::uint32_t milliseconds = 0;
    parse_number(fraction, milliseconds);
    line.timeout = std::chrono::seconds(seconds) + std::chrono::milliseconds(milliseconds);
    return line.timeout->count() > 0 ? std::string_view() : wrong;
}

inline std::string_view read_rate(command_line& line, std::string_view text) {
    constexpr std::string_view wrong = "--rate takes a number of calls a second, 0.01 to 100000";
    std::uint32_t whole = 0;
    std::string fraction;
    if (!split_decimal(text, whole, fraction) || whole > 100'000) return wrong;
    fraction.resize(6, '0');
    std::uint32_t millionths = 0;
    parse_number(fraction, millionths);
    line.rate = whole + millionths / 1e6;
    return line.rate >= 0.01 && line.rate <= 100'000 ? std::string_view() : wrong;
}

inline std::string_view choose_dry_run(command_line& line, std::string_view form) {
    line.dry_run = form == "curl" ? dry_run_form::curl : dry_run_form::text;
    return form.empty() || form == "curl" ? std::string_view() : "--dry-run takes no value, or =curl";
}

inline std::string_view flag(bool& value) {
    value = true;
    return {};
}

inline std::string_view file(std::string_view& name, std::string_view value, std::string_view wrong) {
    name = value;
    return value.empty() ? wrong : std::string_view();
}

template <class Number>
std::string_view number(std::string_view text, Number& value, Number least, Number most, std::string_view wrong) {
    return parse_number(text, value) && value >= least && value <= most ? std::string_view() : wrong;
}

inline constexpr option options[] = {
    {"both", nullptr, "two-way: each leaves the other's list",
     [](command_line& line, std::string_view) { return choose(line, unfriend::delete_type::both); }},
    {"single", nullptr, "one-way: each TO leaves FROM's list",
     [](command_line& line, std::string_view) { return choose(line, unfriend::delete_type::single); }},
    {"to-file", "FILE", "further TO from FILE, one a line; - is standard input",
     [](command_line& line, std::string_view value) {
         line.files.push_back(value);
         return std::string_view();
     }},
    {"region", "NAME", "the data centre that the app lives in", choose_region},
    {"endpoint", "https://HOST[:PORT]", "any other host", choose_endpoint},
    {"backup-endpoint", "https://HOST[:PORT]", "where to go when that one cannot be reached", choose_backup},
    {"proxy", "URL", "go through this proxy; none is taken from the environment", choose_proxy},
    {"bulk", "FILE", "delete the pairs FROM<TAB>TO of FILE, one a line; - is standard input",
     [](command_line& line, std::string_view value) {
         return file(line.bulk_file, value, "--bulk takes the name of a file");
     }},
    {"journal", "FILE", "append to FILE what is about to be sent, and each result",
     [](command_line& line, std::string_view value) {
         return file(line.journal_file, value, "--journal takes the name of a file");
     }},
    {"resume", nullptr, "read the journal first, and send only what it does not settle",
     [](command_line& line, std::string_view) { return flag(line.resume); }},
    {"limit", "N", "with --bulk: send this number of pairs at most, and leave the rest of the input alone",
     [](command_line& line, std::string_view value) {
         return number<std::uint64_t>(value, line.limit.emplace(), 1, UINT64_MAX, "--limit takes a number, at least 1");
     }},
    {"max-failures", "N", "with --bulk: stop after this number of pairs that are not deleted",
     [](command_line& line, std::string_view value) {
         return number<std::uint64_t>(value, line.max_failures.emplace(), 1, UINT64_MAX,
                                      "--max-failures takes a number, at least 1");
     }},
    {"ignore-not-friends", nullptr, "exit status 0 also when some were no friends in the first place",
     [](command_line& line, std::string_view) { return flag(line.ignore_not_friends); }},
    {"rate", "N", "calls a second, at most; a fraction is allowed (default: 200)", read_rate},
    {"concurrency", "N", "calls in flight at a time (default: 1, and 4 with --bulk)",
     [](command_line& line, std::string_view value) {
         return number<std::uint32_t>(value, line.concurrency.emplace(), 1, 64,
                                      "--concurrency takes a number of 1 to 64");
     }},
    {"cacert", "FILE", "trust the authorities in this PEM file alone",
     [](command_line& line, std::string_view value) {
         return file(line.ca_file, value, "--cacert takes the name of a file");
     }},
    {"timeout", "SECONDS", "for the whole command; a fraction is allowed", read_timeout},
    {"retries", "N", "attempts after the first, for what may succeed later (default: 2)",
     [](command_line& line, std::string_view value) {
         return number<unsigned>(value, line.retries, 0, 1000, "--retries takes a number of 0 to 1000");
     }},
    {"json", nullptr, "print a JSON object a line",
     [](command_line& line, std::string_view) { return flag(line.json); }},
    {"loopback", nullptr, "call a stand-in inside this program: no network, no configuration",
     [](command_line& line, std::string_view) { return flag(line.loopback); }},
    {"trace", nullptr, "print what happens to the calls on standard error, a JSON object an event",
     [](command_line& line, std::string_view) {
         if (!line.trace_file) line.trace_file.emplace();
         return std::string_view();
     }},
    {"trace-file", "FILE", "the same into FILE, which is overwritten",
     [](command_line& line, std::string_view value) {
         return file(line.trace_file.emplace(), value, "--trace-file takes the name of a file");
     }},
    {"dry-run", "curl", "print what would be sent, call by call, and send nothing; =curl: as commands for a shell",
     choose_dry_run, true},
    {"user-sig", nullptr, "print a UserSig and delete nothing",
     [](command_line& line, std::string_view) { return choose(line, task::make_user_sig); }},
    {"expire", "SECONDS", "how long that UserSig is valid (default: 86400)",
     [](command_line& line, std::string_view value) {
         return number<std::int64_t>(value, line.expire.emplace(), 1, INT64_MAX,
                                     "--expire takes a number of seconds, at least 1");
     }},
    {"inspect-user-sig", "SIG", "verify a UserSig and print what it says",
     [](command_line& line, std::string_view value) {
         line.user_sig = value;
         return choose(line, task::inspect_user_sig);
     }},
    {"at", "UNIX", "verify it as of that time, in Unix seconds (default: now)",
     [](command_line& line, std::string_view value) {
         return number<std::int64_t>(value, line.at.emplace(), 0, INT64_MAX, "--at takes a Unix time in seconds");
     }},
    {"help", nullptr, "print this",
     [](command_line& line, std::string_view) {
         line.what = task::show_help;
         return std::string_view();
     }},
    {"version", nullptr, "print the version, and those of the libraries in use",
     [](command_line& line, std::string_view) {
         line.what = task::show_version;
         return std::string_view();
     }},
};

} // namespace detail
} // namespace example
