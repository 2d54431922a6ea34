// A model of the service and of what can go wrong on the way to it, for scripts of random failures.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "unfriend/core/error.hpp"
#include "unfriend/core/random.hpp"
#include "unfriend/core/result.hpp"
#include "unfriend/core/text.hpp"
#include "unfriend/http/transport.hpp"
#include "unfriend/messages/service_code.hpp"

#include "check.hpp"

/// The chance of a script: the same for the same seed, on every machine. A fuzzer gives its own `choices`, two bytes
/// each; what they do not cover is left to the seed.
class script_chance {
public:
    explicit script_chance(std::uint64_t seed, std::string_view choices = {}) : numbers_(seed), choices_(choices) {}

    /// 0 to `bound` - 1.
    std::size_t below(std::size_t bound) { return next() % bound; }
    bool percent(unsigned chance) { return below(100) < chance; }
    template <class T, std::size_t Size>
    const T& one_of(const T (&choices)[Size]) {
        return choices[below(Size)];
    }
    /// `longest` at most.
    std::chrono::nanoseconds up_to(std::chrono::nanoseconds longest) {
        if (longest <= std::chrono::nanoseconds::zero()) return {};
        const auto share = static_cast<std::int64_t>(next());
        return std::chrono::nanoseconds((longest.count() >> 16) * (share >> 16) + (longest.count() & 0xFFFF));
    }

private:
    std::uint32_t next() {
        if (choices_.size() < 2) return numbers_();
        const auto byte = [this](std::size_t i) -> std::uint32_t { return static_cast<unsigned char>(choices_[i]); };
        const std::uint32_t choice = byte(0) | byte(1) << 8U;
        choices_.remove_prefix(2);
        return choice << 16U | choice;
    }

    unfriend::random_sequence numbers_;
    std::string_view choices_;
};

/// Whether a fault leaves room for another attempt.
enum class another { never, at_other_host, yes };

/// What can befall an attempt in the service's place, and what the rules of a call make of it.
struct fault {
    std::error_code failure; ///< of the transport; or an answer:
    int status;
    std::string_view body;
    bool may_reach_service; ///< which then may act, before its answer is lost
    bool is_unreachable;    ///< speaks against the host
    another retry;
};

inline const std::vector<fault>& faults() {
    static const std::string too_large(4096, ' ');
    const auto of = [](std::errc code) { return std::make_error_code(code); };
    static const std::vector<fault> all{
        {of(std::errc::not_connected), 0, {}, false, true, another::yes},
        {of(std::errc::connection_refused), 0, {}, false, true, another::yes},
        {of(std::errc::host_unreachable), 0, {}, false, true, another::yes},
        {of(std::errc::permission_denied), 0, {}, false, true, another::at_other_host},
        {of(std::errc::connection_reset), 0, {}, true, true, another::yes},
        {of(std::errc::timed_out), 0, {}, true, true, another::yes},
        {of(std::errc::io_error), 0, {}, true, true, another::yes},
        {of(std::errc::operation_canceled), 0, {}, true, false, another::never},
        {unfriend::errc::transport_failed, 0, {}, true, true, another::yes},
        {{}, 0, {}, true, true, another::yes},
        {{}, 502, "<html>Bad Gateway</html>", true, false, another::yes},
        {{}, 503, {}, true, false, another::yes},
        {{}, 429, {}, false, false, another::yes},
        {{}, 425, {}, false, false, another::yes},
        {{}, 408, {}, true, false, another::yes},
        {{}, 404, "<html>Not Found</html>", false, false, another::never},
        {{}, 301, {}, false, false, another::never},
        {{}, 200, "<html>a portal</html>", true, false, another::yes},
        {{}, 200, {}, true, false, another::yes},
        {{}, 200, R"({"ResultItem":[{"To_Account":")", true, false, another::yes},
        {{}, 200, "{}", true, false, another::yes},
        {{}, 200, R"({"ActionStatus":"FAIL","ErrorCode":0})", true, false, another::yes},
        {{}, 200, too_large, true, false, another::never},
    };
    return all;
}

/// A code of the catalogue other than success, or one that is in none.
inline std::int32_t random_code(script_chance& chance) {
    constexpr std::int32_t undocumented[] = {-1, 1, 39999, 69999};
    constexpr std::size_t documented = sizeof unfriend::service_codes / sizeof unfriend::service_codes[0];
    if (chance.percent(5)) return chance.one_of(undocumented);
    return unfriend::service_codes[1 + chance.below(documented - 1)].code;
}

/// What a request says, read from its bytes.
struct request_seen {
    explicit request_seen(const unfriend::http_request& request)
        : host(between(request.url, "https://", "/")), user_sig(between(request.url, "&usersig=", "&")),
          random(between(request.url, "&random=", "&")),
          from_account(between(request.body, R"("From_Account":")", "\"")) {
        std::string_view rest = between(request.body, R"("To_Account":[)", "]");
        while (rest.size() > 1) {
            const std::string_view account = between(rest, "\"", "\"");
            to_account.push_back(account);
            rest.remove_prefix(static_cast<std::size_t>(account.data() - rest.data()) + account.size() + 1);
        }
    }

    std::string_view host;
    std::string_view user_sig;
    std::string_view random;
    std::string_view from_account;
    std::vector<std::string_view> to_account{};

private:
    static std::string_view between(std::string_view text, std::string_view before, std::string_view behind) {
        const std::size_t begin = text.find(before);
        if (begin == std::string_view::npos) return {};
        text.remove_prefix(begin + before.size());
        return text.substr(0, text.find(behind));
    }
};

/// The calls of the last second, each second being one from any moment on.
class sliding_quota {
public:
    explicit sliding_quota(std::size_t calls_a_second) : most_(calls_a_second) {}

    /// Whether a call that arrives at `now` is within the quota.
    bool take(std::chrono::nanoseconds now) {
        while (!arrivals_.empty() && now - arrivals_.front() >= std::chrono::seconds(1)) arrivals_.pop_front();
        if (arrivals_.size() >= most_) return false;
        arrivals_.push_back(now);
        return true;
    }

private:
    std::size_t most_;
    std::deque<std::chrono::nanoseconds> arrivals_{};
};

/// Credentials whose UserSigs are numbered: "sig1", "sig2".
class numbered_credentials {
public:
    std::uint32_t sdk_app_id() const { return 1400000000; }
    std::string_view identifier() const { return "administrator"; }
    unfriend::result<std::string_view> user_sig(std::int64_t, unfriend::char_span buffer) {
        return std::string_view(buffer.data(), text().copy(buffer.data(), buffer.size()));
    }
    bool invalidate(std::string_view user_sig) {
        if (user_sig == text()) ++number_;
        return true;
    }

private:
    std::string text() const { return "sig" + std::to_string(number_); }

    int number_ = 1;
};

/// Who is whose friend, and who removed whom.
class friend_graph {
public:
    /// Everybody is everybody's friend until removed by call `remover`; false when it was already.
    bool remove(std::string_view from_account, std::string_view to_account, std::size_t remover) {
        return removers_.emplace(std::pair(std::string(from_account), std::string(to_account)), remover).second;
    }
    bool is_gone(std::string_view from_account, std::string_view to_account) const {
        return removers_.count({std::string(from_account), std::string(to_account)}) != 0;
    }
    bool is_removed_by(std::size_t remover, std::string_view from_account, std::string_view to_account) const {
        const auto found = removers_.find({std::string(from_account), std::string(to_account)});
        return found != removers_.end() && found->second == remover;
    }

private:
    std::map<std::pair<std::string, std::string>, std::size_t> removers_{};
};

/// What the service's answer says of an account; no code when it does not mention it, or without one.
struct item_told {
    std::string to_account;
    std::optional<std::int32_t> code;
    bool is_mentioned;
};

inline std::string refusal(std::int32_t code) {
    return R"({"ActionStatus":"FAIL","ErrorCode":)" + std::to_string(code) + R"(,"ErrorInfo":"refused"})";
}

inline void append_item(std::string& body, const item_told& item) {
    if (body.back() == '}') body += ',';
    body.append(R"({"To_Account":")").append(item.to_account).append("\"");
    if (item.code) body.append(R"(,"ResultCode":)").append(std::to_string(*item.code));
    body.append(R"(,"ResultInfo":""})");
}

inline std::string answer_of(const std::vector<item_told>& items) {
    std::string body = R"({"ResultItem":[)";
    for (const item_told& item : items) {
        if (item.is_mentioned) append_item(body, item);
    }
    return body + R"(],"ActionStatus":"OK","ErrorCode":0})";
}
