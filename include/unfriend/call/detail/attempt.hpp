// One attempt of a call: the request encoded, signed and addressed, and the answer to it.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>

#include "unfriend/call/circuit.hpp"
#include "unfriend/call/detail/account_table.hpp"
#include "unfriend/call/detail/command_entry.hpp"
#include "unfriend/call/detail/host_selector.hpp"
#include "unfriend/call/detail/retry_decision.hpp"
#include "unfriend/call/workspace.hpp"
#include "unfriend/core/clock.hpp"
#include "unfriend/core/detail/bounds.hpp"
#include "unfriend/core/error.hpp"
#include "unfriend/core/result.hpp"
#include "unfriend/http/endpoint.hpp"
#include "unfriend/http/retry_after.hpp"
#include "unfriend/http/transport.hpp"
#include "unfriend/http/url.hpp"
#include "unfriend/messages/friend_delete.hpp"
#include "unfriend/messages/items.hpp"
#include "unfriend/messages/service_code.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

using decoded_answer = friend_delete_response<item_span<result_item>>;

template <class Channel>
class attempt {
    using limits = typename Channel::limits;

public:
    explicit attempt(const call_memory& memory) noexcept : memory_(memory), answer_(memory.answer) {}

    /// A call begins: both hosts are trusted, and the UserSig may be renewed.
    void begin_call() noexcept {
        hosts_.begin();
        is_renewed_ = false;
    }

    /// Encodes, signs and addresses the request for the pending accounts. `time`: what is left of the call's.
    error prepare(Channel& channel, const command_entry& command, const account_table& accounts, timestamp now,
                  std::chrono::milliseconds timeout, std::chrono::nanoseconds time) {
        auto& credentials = channel.credentials();
        const result<std::string_view> body = command.encode(accounts, memory_.request);
        if (!body) return body.error();
        const result<std::string_view> user_sig = credentials.user_sig(now.unix_seconds, memory_.user_sig);
        if (!user_sig) return user_sig.error();
        user_sig_ = *user_sig;
        if (timeout.count() != 0) time = timeout;
        host_ = hosts_.choose(channel.endpoint(), channel.circuits(), channel.policy(), now.monotonic, time);
        const url_query query{credentials.sdk_app_id(), credentials.identifier(), user_sig_, channel.random()};
        const result<std::string_view> url = encode_url<limits>(host_, command.path, query, memory_.url);
        if (!url) return url.error();
        request_ = {};
        request_.url = *url;
        request_.body = *body;
        request_.timeout = timeout;
        answer_.clear();
        return {};
    }

    const http_request& request() const noexcept { return request_; }
    host_name host() const noexcept { return host_; }
    bool is_at_backup() const noexcept { return hosts_.is_at_backup(); }
    bool is_probe() const noexcept { return hosts_.is_probe(); }
    http_response& answer() noexcept { return answer_; }
    /// Room for the items of the answer.
    item_span<result_item> items() const noexcept { return {memory_.items, memory_.max_accounts}; }

    /// Decodes the answer into `response`, in place. `failure` is what the transport reported.
    ///
    /// Errors: the transport's; `body_too_large`; `http_status`; those of `decode` except `too_many_items`, since
    /// items beyond those asked for are of no use; `missing_member` when the body does not say whether the call
    /// succeeded, or contradicts itself.
    error read_answer(error failure, decoded_answer& response) const {
        if (!failure && answer_.overflowed()) failure = {errc::body_too_large, answer_.capacity()};
        const bool is_large_page = failure == errc::body_too_large && answer_.status != 0; // a proxy's error page
        if ((!failure || is_large_page) && answer_.status != 200)
            failure = {errc::http_status, static_cast<std::size_t>(larger(answer_.status, 0))};
        if (failure) return failure;
        failure = decode<limits>(answer_.body(), response);
        if (failure && failure != errc::too_many_items) return failure;
        const bool contradicts_itself =
            response.error_code == 0 && !is_success(response.action_status, response.error_code);
        if (!response.error_code || contradicts_itself) return {errc::missing_member, answer_.body().size()};
        return {};
    }

    /// How long the answer asks to wait; zero: not at all.
    std::chrono::nanoseconds retry_after(timestamp now) const noexcept {
        const auto wait = parse_retry_after(answer_.retry_after(), now.unix_seconds);
        return wait ? std::chrono::nanoseconds(*wait) : std::chrono::nanoseconds::zero();
    }

    /// What the end of this attempt says of its host. Returns what it made of the host's circuit, if it changed it.
    std::optional<circuit_state> judge_host(Channel& channel, timestamp now, host_state state) noexcept {
        switch (state) {
        case host_state::reached: return hosts_.on_answer(channel.circuits());
        case host_state::unreachable: return hosts_.on_failure(channel.circuits(), channel.policy(), now.monotonic);
        case host_state::unknown: break;
        }
        return hosts_.on_nothing(channel.circuits(), now.monotonic);
    }
    /// The host of this attempt is not the one that it claims to be. False when no other is left.
    bool distrust_host() noexcept { return hosts_.distrust(); }

    /// The service refused the UserSig as expired. False when the credentials have no other, or when this call
    /// has renewed it before.
    bool renew_user_sig(Channel& channel) {
        if (is_renewed_) return false;
        is_renewed_ = true;
        return channel.credentials().invalidate(user_sig_);
    }

private:
    call_memory memory_;
    http_response answer_;
    host_selector hosts_;
    bool is_renewed_ = false; // in this call
    host_name host_;
    http_request request_;
    std::string_view user_sig_;
};

}}} // namespace unfriend::v0_2::detail
