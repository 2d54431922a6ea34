// Checks that a post is for this app, signed with its token and recent.
//
//   const unfriend::webhook::credentials app{1400000000, unfriend::secret(token)};
//   auto post = unfriend::webhook::authenticate(query, app, now); // result<authentication>
//   if (!post) return refuse(post.error().message());
//
// Implements "Webhook Overview" and "After a Friend Is Deleted". SHA-256 is a template parameter. The default depends
// on OpenSSL; openssl_sha256.hpp shows the form of a replacement.
//
// `Sign` covers the token and `RequestTime`, and neither the other parameters nor the body. Who has seen one post can
// send another within the window: accept posts over HTTPS only, and use a replay_guard.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "unfriend/core/detail/ascii.hpp"
#include "unfriend/core/limits.hpp"
#include "unfriend/core/result.hpp"
#include "unfriend/crypto/detail/constant_time.hpp"
#include "unfriend/crypto/detail/wipe.hpp"
#include "unfriend/crypto/openssl_sha256.hpp"
#include "unfriend/crypto/secret.hpp"
#include "unfriend/webhook/detail/command.hpp"
#include "unfriend/webhook/detail/parameters.hpp"
#include "unfriend/webhook/detail/query.hpp"
#include "unfriend/webhook/platform.hpp"

namespace unfriend { inline namespace v0_2 { namespace webhook {

/// The most bytes of a token.
inline constexpr std::size_t max_token_size = 128;

/// States that the app has no token. It has a type of its own so that a token that was forgotten is an error.
struct no_token_t {};
/// The value of that type, for the constructor of `credentials`.
inline constexpr no_token_t no_token{};

/// The app's SDKAppID and the tokens of its webhooks, 1 to 128 bytes of printable ASCII each. If one of them is not
/// valid, `authenticate` reports it. Holds the tokens, which are wiped on destruction; cannot be copied. Allocates
/// nothing. Safe to share between threads as long as none changes it.
class credentials {
public:
    /// Every post must be signed with `token`.
    credentials(std::uint32_t sdk_app_id, secret token) noexcept
        : sdk_app_id_(sdk_app_id), tokens_{std::move(token), {}}, size_(1) {}
    /// Every post must be signed with one of two tokens, while the console changes from one to the other.
    credentials(std::uint32_t sdk_app_id, secret token, secret other_token) noexcept
        : sdk_app_id_(sdk_app_id), tokens_{std::move(token), std::move(other_token)}, size_(2) {}
    /// Posts are not signed: anyone can send one.
    credentials(std::uint32_t sdk_app_id, no_token_t) noexcept : sdk_app_id_(sdk_app_id) {}

    /// The app.
    std::uint32_t sdk_app_id() const noexcept { return sdk_app_id_; }
    /// The number of tokens: 0 to 2.
    std::size_t size() const noexcept { return size_; }
    /// A token; `index` is less than `size()`. Valid as long as this object is.
    const secret& token(std::size_t index) const noexcept { return tokens_[index]; }

private:
    std::uint32_t sdk_app_id_;
    secret tokens_[2];
    std::size_t size_ = 0;
};

/// Whether a post was authenticated.
enum class trust : std::uint8_t {
    not_checked,   ///< the app has no token: anyone can have sent it
    authenticated, ///< it was signed with a token of the app, and is recent
};

class authentication;

/// Checks the query of a post, the text behind the question mark of its URL, percent-encoded as it was received.
/// Parameters may come in any order; unknown ones are ignored. `now`: Unix seconds. `window`: how many seconds
/// `RequestTime` may differ from `now`. `Sign` is compared in constant time.
///
/// Errors of the credentials: `invalid_sdk_app_id`, `webhook_token_invalid`. Errors of the query:
/// `webhook_query_too_large` (detail: bytes allowed), `webhook_query_malformed` (detail: byte offset);
/// `webhook_parameter_repeated`, `webhook_parameter_missing` and `webhook_parameter_invalid` (detail: the parameter);
/// `webhook_app_mismatch`; with a token also `webhook_sign_mismatch`, `webhook_time_mismatch` and `sha256_failed`.
/// `webhook_other_command` comes last: the post is authentic, but of another event, for another handler.
/// An error has no value of the query in it. Linear in `query`; allocates nothing, except what `Sha256` does.
template <class Sha256 = openssl_sha256, class Limits = default_limits>
result<authentication> authenticate(std::string_view query, const credentials& app, std::int64_t now,
                                    std::int64_t window = 60);

/// The parameters of a post that `authenticate` accepted. Holds their texts; views of them are valid as long as this
/// object is.
class authentication {
public:
    /// Whether the post was authenticated. Only for an app without a token it was not.
    webhook::trust trust() const noexcept { return sign_.view().empty() ? trust::not_checked : trust::authenticated; }
    /// Whether `trust()` is `trust::authenticated`.
    bool is_authenticated() const noexcept { return trust() == trust::authenticated; }

    /// `RequestTime`, Unix seconds; 0 if the post was not authenticated.
    std::int64_t request_time() const noexcept { return request_time_; }
    /// The last Unix second at which the post is accepted; 0 if it was not authenticated.
    std::int64_t valid_until() const noexcept { return valid_until_; }
    /// `Sign`; empty if the post was not authenticated.
    std::string_view sign() const noexcept { return sign_.view(); }

    /// `ClientIP`, or empty if the query has none. `Sign` does not cover it.
    std::string_view client_ip() const noexcept { return client_ip_.view(); }
    /// `OptPlatform`. `Sign` does not cover it.
    webhook::opt_platform opt_platform() const noexcept {
        return {parse_platform(opt_platform_.view()), opt_platform_.view()};
    }

private:
    friend class unfriend::result<authentication>; // makes one that stands beside an error
    template <class Sha256, class Limits>
    friend result<authentication> authenticate(std::string_view, const credentials&, std::int64_t, std::int64_t);

    authentication() noexcept = default;

    template <class Sha256>
    error check_sign(const detail::webhook_query& query, const credentials& app, std::int64_t now, std::int64_t window);
    error read_origin(const detail::webhook_query& query) noexcept;

    std::int64_t request_time_ = 0;
    std::int64_t valid_until_ = 0;
    detail::decoded_text<64> sign_;
    detail::decoded_text<64> client_ip_;
    detail::decoded_text<64> opt_platform_;
};

}}} // namespace unfriend::v0_2::webhook

namespace unfriend { inline namespace v0_2 { namespace detail {

inline error check_credentials(const webhook::credentials& app) noexcept {
    if (app.sdk_app_id() == 0) return errc::invalid_sdk_app_id;
    for (std::size_t i = 0; i < app.size(); ++i) {
        const secret& token = app.token(i);
        if (!token.valid() || token.reveal().size() > webhook::max_token_size) return errc::webhook_token_invalid;
    }
    return {};
}

inline error check_app(const webhook_query& query, std::uint32_t sdk_app_id) noexcept {
    decoded_text<10> text;
    std::uint32_t number = 0;
    if (!query.has(webhook_parameter::sdk_app_id)) return missing(webhook_parameter::sdk_app_id);
    if (!text.assign(query.value(webhook_parameter::sdk_app_id)) || !read_decimal(text.view(), number)) {
        return invalid(webhook_parameter::sdk_app_id);
    }
    return number == sdk_app_id ? error() : error(errc::webhook_app_mismatch);
}

inline error check_command(const webhook_query& query) noexcept {
    if (!query.has(webhook_parameter::callback_command)) return missing(webhook_parameter::callback_command);
    const bool is_this = decodes_to(query.value(webhook_parameter::callback_command), friend_delete_callback);
    return is_this ? error() : error(errc::webhook_other_command);
}

/// The lower-case hexadecimal SHA-256 of a token followed by a `RequestTime`.
template <class Sha256>
bool compute_sign(const secret& token, std::string_view request_time, char (&sign)[64]) {
    Sha256 hash;
    wiped_array<unsigned char, 32> digest;
    if (!hash.update(token.reveal()) || !hash.update(request_time) || !hash.finish(digest.bytes)) return false;
    char* out = sign;
    for (const unsigned char byte : digest.bytes) {
        *out++ = "0123456789abcdef"[byte >> 4U];
        *out++ = "0123456789abcdef"[byte & 15U];
    }
    return true;
}

/// Seconds between two times, without overflow.
constexpr std::uint64_t seconds_between(std::int64_t left, std::int64_t right) noexcept {
    const auto a = static_cast<std::uint64_t>(left);
    const auto b = static_cast<std::uint64_t>(right);
    return left > right ? a - b : b - a;
}

}}} // namespace unfriend::v0_2::detail

namespace unfriend { inline namespace v0_2 { namespace webhook {

template <class Sha256>
error authentication::check_sign(const detail::webhook_query& query, const credentials& app, std::int64_t now,
                                 std::int64_t window) {
    for (const webhook_parameter needed : {webhook_parameter::request_time, webhook_parameter::sign}) {
        if (!query.has(needed)) return detail::missing(needed);
    }
    detail::decoded_text<19> time;
    if (!time.assign(query.value(webhook_parameter::request_time)) ||
        !detail::read_decimal(time.view(), request_time_) || request_time_ < 0) {
        return detail::invalid(webhook_parameter::request_time);
    }
    detail::decoded_text<64> sign;
    sign.assign(query.value(webhook_parameter::sign)); // one that is too long becomes empty, which matches nothing
    bool matches = false;
    for (std::size_t i = 0; i < app.size(); ++i) {
        detail::wiped_array<char, 64> expected;
        if (!detail::compute_sign<Sha256>(app.token(i), time.view(), expected.bytes)) return errc::sha256_failed;
        const bool equal = detail::equal_in_constant_time({expected.bytes, sizeof expected.bytes}, sign.view());
        matches = matches || equal;
    }
    if (!matches) return errc::webhook_sign_mismatch;
    if (window < 0 || detail::seconds_between(now, request_time_) > static_cast<std::uint64_t>(window)) {
        return errc::webhook_time_mismatch;
    }
    valid_until_ = window > INT64_MAX - request_time_ ? INT64_MAX : request_time_ + window;
    sign_ = sign;
    return {};
}

inline error authentication::read_origin(const detail::webhook_query& query) noexcept {
    if (!client_ip_.assign(query.value(webhook_parameter::client_ip)) ||
        !detail::is_printable_ascii(client_ip_.view())) {
        return detail::invalid(webhook_parameter::client_ip);
    }
    if (!opt_platform_.assign(query.value(webhook_parameter::opt_platform)) ||
        !detail::is_printable_ascii(opt_platform_.view())) {
        return detail::invalid(webhook_parameter::opt_platform);
    }
    return {};
}

template <class Sha256, class Limits>
result<authentication> authenticate(std::string_view query, const credentials& app, std::int64_t now,
                                    std::int64_t window) {
    if (const error failure = detail::check_credentials(app)) return failure;
    detail::webhook_query parameters;
    if (const error failure = parameters.read(query, Limits::max_query_size)) return failure;
    if (const error failure = detail::check_app(parameters, app.sdk_app_id())) return failure;
    authentication post;
    if (app.size() != 0) {
        if (const error failure = post.check_sign<Sha256>(parameters, app, now, window)) return failure;
    }
    if (const error failure = post.read_origin(parameters)) return failure;
    if (const error failure = detail::check_command(parameters)) return failure;
    return post;
}

}}} // namespace unfriend::v0_2::webhook
