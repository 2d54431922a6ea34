// A transport that prints each request and sends nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>

#include <unfriend/http/transport.hpp>

#include "loopback_service.hpp"

namespace example {

enum class dry_run_form : std::uint8_t { none, text, curl };

/// What the requests of a run have in common.
struct request_setting {
    std::string user_agent;
    std::string ca_file; ///< empty: the system's authorities
    std::string proxy;   ///< empty: none
};

/// `text` as one word of a POSIX shell.
inline std::string shell_quoted(std::string_view text) {
    std::string word = "'";
    for (const char c : text) {
        if (c == '\'') {
            word += R"('\'')";
        } else {
            word += c;
        }
    }
    return word += '\'';
}

/// The UserSig of the request is not printed: as text, `[redacted]` stands in its place; in a command for a shell, the
/// variable USER_SIG. So is a proxy's password: the variable PROXY stands for the URL of a proxy that has one.
class dry_run_transport {
public:
    using reply = loopback_service::reply;

    /// Stands for the UserSig inside the URL.
    static constexpr std::string_view user_sig = "UserSig";

    dry_run_transport(dry_run_form form, const request_setting& setting, std::ostream& out)
        : form_(form), setting_(setting), out_(out) {}

    /// Answers that every account is deleted, so that what comes next is printed too.
    reply operator()(const unfriend::http_request& request) {
        if (form_ == dry_run_form::curl) {
            print_command(request);
        } else {
            print_text(request);
        }
        ++calls_;
        return {200, loopback_service().run(request.body)};
    }

    std::size_t calls() const noexcept { return calls_; }

private:
    /// The URL before the UserSig, and behind it.
    struct url_parts {
        explicit url_parts(std::string_view url) {
            constexpr std::string_view name = "&usersig=";
            const std::size_t begin = url.find(name) + name.size();
            before = url.substr(0, begin);
            after = url.substr(begin + user_sig.size());
        }
        std::string_view before;
        std::string_view after;
    };

    void print_text(const unfriend::http_request& request) {
        const url_parts url(request.url);
        out_ << request.method << ' ' << url.before << "[redacted]" << url.after << "\nHost: " << request.authority()
             << "\nUser-Agent: " << setting_.user_agent << "\nContent-Type: " << request.content_type
             << "\nContent-Length: " << request.body.size() << "\n\n"
             << request.body << "\n\n";
    }

    /// One line. What is secret comes to curl in its configuration, so that no list of processes shows it.
    void print_command(const unfriend::http_request& request) {
        const url_parts url(request.url);
        const bool has_password = setting_.proxy.find('@') != std::string::npos;
        out_ << R"(printf 'url = "%s"\n)" << (has_password ? R"(proxy = "%s"\n' )" : "' ") << shell_quoted(url.before)
             << R"("${USER_SIG:?}")" << shell_quoted(url.after) << (has_password ? R"( "${PROXY:?}")" : "")
             << " | curl --config - --globoff --proto =https --tlsv1.2 --request " << request.method << " --header "
             << shell_quoted(std::string("Content-Type: ").append(request.content_type))
             << " --header 'Expect:' --user-agent " << shell_quoted(setting_.user_agent);
        if (!setting_.ca_file.empty()) out_ << " --cacert " << shell_quoted(setting_.ca_file);
        if (setting_.proxy.empty()) {
            out_ << " --noproxy '*'";
        } else if (!has_password) {
            out_ << " --proxy " << shell_quoted(setting_.proxy);
        }
        out_ << " --data-raw " << shell_quoted(request.body) << '\n';
    }

    dry_run_form form_;
    request_setting setting_;
    std::ostream& out_;
    std::size_t calls_ = 0;
};

} // namespace example
