// The errors of this library, each with a sentence that says what to do.
//
//   log(unfriend::describe(unfriend::errc::no_accounts)); // "To_Account is empty: name at least one account"
//
// The codes of the *service* are not among them: see messages/service_code.hpp.
#pragma once

#include <string_view>

#include "unfriend/core/config.hpp"

namespace unfriend { inline namespace v0_2 {

/// What went wrong, in this program or between it and the service. `describe` gives the sentence of each value.
enum class errc : int {
    // The request. Nothing was sent.
    invalid_from_account = 1, ///< detail: 0
    invalid_to_account,       ///< detail: index of the account, from 0
    no_accounts,              ///< detail: 0
    too_many_accounts,        ///< detail: the most in one call
    buffer_too_small,         ///< detail: bytes needed
    // Credentials and address. Nothing was sent.
    invalid_sdk_app_id,    ///< detail: 0
    invalid_identifier,    ///< detail: 0
    invalid_secret_key,    ///< detail: 0
    invalid_expire,        ///< detail: 0
    user_buf_too_large,    ///< detail: bytes allowed
    invalid_user_sig_text, ///< detail: 0
    invalid_host,          ///< detail: 0
    invalid_path,          ///< detail: 0
    // The response.
    empty_body,           ///< detail: 0
    html_body,            ///< detail: byte offset
    truncated_json,       ///< detail: byte offset, which is the size of the body
    malformed_json,       ///< detail: byte offset
    not_an_object,        ///< detail: byte offset
    trailing_bytes,       ///< detail: byte offset
    wrong_type,           ///< detail: byte offset
    integer_out_of_range, ///< detail: byte offset
    invalid_utf8,         ///< detail: byte offset
    nesting_too_deep,     ///< detail: byte offset
    too_many_items,       ///< detail: how many items the body has
    repeated_items,       ///< detail: byte offset
    body_too_large,       ///< detail: bytes allowed
    // UserSig.
    user_sig_malformed,         ///< detail: 0
    user_sig_mismatch,          ///< detail: 0
    user_sig_identity_mismatch, ///< detail: 0
    user_sig_expired,           ///< detail: 0
    user_sig_not_yet_valid,     ///< detail: 0
    hmac_failed,                ///< detail: 0
    compression_failed,         ///< detail: 0
    // The transport.
    transport_failed, ///< detail: 0
    http_status,      ///< detail: the HTTP status
    // A call as a whole.
    deadline_exceeded,   ///< detail: 0
    cancelled,           ///< detail: 0
    too_many_calls,      ///< detail: the most in flight
    workspace_too_small, ///< detail: how many accounts the workspace must be made for
    // The post of a webhook.
    missing_member,             ///< detail: byte offset
    webhook_other_command,      ///< detail: 0
    webhook_query_too_large,    ///< detail: bytes allowed
    webhook_query_malformed,    ///< detail: byte offset
    webhook_parameter_missing,  ///< detail: the `webhook_parameter`
    webhook_parameter_repeated, ///< detail: the `webhook_parameter`
    webhook_parameter_invalid,  ///< detail: the `webhook_parameter`
    webhook_app_mismatch,       ///< detail: 0
    webhook_token_invalid,      ///< detail: 0
    webhook_sign_mismatch,      ///< detail: 0
    webhook_time_mismatch,      ///< detail: 0
    webhook_replayed,           ///< detail: 0
    webhook_guard_full,         ///< detail: how many posts the guard remembers
    sha256_failed,              ///< detail: 0
    // This machine.
    out_of_memory, ///< detail: bytes needed
};

/// What the number of an error means.
enum class detail_kind : unsigned char {
    none,
    byte_offset,
    bytes_needed,
    bytes_allowed,
    index,
    count,
    http_status,
    parameter,
};

namespace detail {

struct errc_entry {
    errc code;
    detail_kind kind;
    std::string_view sentence;
};

using std::literals::string_view_literals::operator""sv; // a length that the compiler need not compute

inline constexpr errc_entry errc_table[] = {
    {errc::invalid_from_account, detail_kind::none,
     "From_Account is not a UserID: it takes 1 to 32 bytes of printable ASCII"sv},
    {errc::invalid_to_account, detail_kind::index,
     "an entry of To_Account is not a UserID: it takes 1 to 32 bytes of printable ASCII"sv},
    {errc::no_accounts, detail_kind::none, "To_Account is empty: name at least one account"sv},
    {errc::too_many_accounts, detail_kind::count,
     "To_Account holds more accounts than one call may carry: split it into several calls"sv},
    {errc::buffer_too_small, detail_kind::bytes_needed,
     "the buffer is too small: pass one of at least the size needed"sv},
    {errc::invalid_sdk_app_id, detail_kind::none, "the SDKAppID is zero: copy it from the console"sv},
    {errc::invalid_identifier, detail_kind::none,
     "the identifier is not a UserID: it takes 1 to 32 bytes of printable ASCII"sv},
    {errc::invalid_secret_key, detail_kind::none,
     "the secret key is empty, too long or not printable ASCII: copy it from the console"sv},
    {errc::invalid_expire, detail_kind::none, "the lifetime of a UserSig must be at least one second"sv},
    {errc::user_buf_too_large, detail_kind::bytes_allowed, "the userbuf is too large for a UserSig"sv},
    {errc::invalid_user_sig_text, detail_kind::none, "the UserSig is empty or has a character that no UserSig has"sv},
    {errc::invalid_host, detail_kind::none, "the host is not HOST or HOST:PORT"sv},
    {errc::invalid_path, detail_kind::none,
     "the path does not begin with a slash or has a character that a URL must encode"sv},
    {errc::empty_body, detail_kind::none, "the body is empty: a JSON object was expected"sv},
    {errc::html_body, detail_kind::byte_offset,
     "the body is a markup page and not JSON: a proxy or gateway answered instead of the service"sv},
    {errc::truncated_json, detail_kind::byte_offset, "the body ends before its JSON ends: it was cut short"sv},
    {errc::malformed_json, detail_kind::byte_offset, "the body is not JSON"sv},
    {errc::not_an_object, detail_kind::byte_offset, "the body is JSON, but not an object"sv},
    {errc::trailing_bytes, detail_kind::byte_offset, "bytes follow the JSON object"sv},
    {errc::wrong_type, detail_kind::byte_offset, "a member of the body does not have the documented type"sv},
    {errc::integer_out_of_range, detail_kind::byte_offset, "a number in the body is out of range"sv},
    {errc::invalid_utf8, detail_kind::byte_offset, "a string in the body is not valid UTF-8"sv},
    {errc::nesting_too_deep, detail_kind::byte_offset, "the body is nested deeper than the limit"sv},
    {errc::too_many_items, detail_kind::count,
     "the body has more items than the storage holds: the first ones were kept"sv},
    {errc::repeated_items, detail_kind::byte_offset,
     "the body has its list of items twice, and the callback has received the first already"sv},
    {errc::body_too_large, detail_kind::bytes_allowed, "the response is larger than the receive buffer"sv},
    {errc::user_sig_malformed, detail_kind::none, "the UserSig cannot be parsed: it was cut short or altered"sv},
    {errc::user_sig_mismatch, detail_kind::none,
     "the UserSig's signature does not match: it was made with another key or altered"sv},
    {errc::user_sig_identity_mismatch, detail_kind::none, "the UserSig belongs to another SDKAppID or identifier"sv},
    {errc::user_sig_expired, detail_kind::none, "the UserSig has expired: generate a new one"sv},
    {errc::user_sig_not_yet_valid, detail_kind::none,
     "the UserSig was made in the future: check the clocks of both machines"sv},
    {errc::hmac_failed, detail_kind::none, "HMAC-SHA256 could not be computed"sv},
    {errc::compression_failed, detail_kind::none, "the UserSig's document could not be compressed"sv},
    {errc::transport_failed, detail_kind::none, "the transport failed and gave no reason"sv},
    {errc::http_status, detail_kind::http_status,
     "the HTTP status is not 200: something on the way to the service answered instead of it"sv},
    {errc::deadline_exceeded, detail_kind::none, "there was not enough time left for the call"sv},
    {errc::cancelled, detail_kind::none, "the call was cancelled"sv},
    {errc::too_many_calls, detail_kind::count,
     "the client has no free place for another call: wait until one is over"sv},
    {errc::workspace_too_small, detail_kind::count,
     "the request has more accounts than the call's workspace is made for: give it a workspace<N> of at least as many"sv},
    {errc::missing_member, detail_kind::byte_offset, "a required member of the body is missing or empty"sv},
    {errc::webhook_other_command, detail_kind::none,
     "CallbackCommand names another event: the post is for another handler"sv},
    {errc::webhook_query_too_large, detail_kind::bytes_allowed,
     "the query is larger than any that the service sends"sv},
    {errc::webhook_query_malformed, detail_kind::byte_offset,
     "a percent sign in the query is not followed by two hexadecimal digits"sv},
    {errc::webhook_parameter_missing, detail_kind::parameter, "a parameter of the query is missing"sv},
    {errc::webhook_parameter_repeated, detail_kind::parameter, "a parameter of the query is repeated"sv},
    {errc::webhook_parameter_invalid, detail_kind::parameter,
     "a parameter of the query does not have the documented form"sv},
    {errc::webhook_app_mismatch, detail_kind::none, "SdkAppid does not match: the post is for another app"sv},
    {errc::webhook_token_invalid, detail_kind::none,
     "the token is empty, longer than 128 characters or not printable ASCII: copy it from the console"sv},
    {errc::webhook_sign_mismatch, detail_kind::none, "Sign does not match: the post was made with another token"sv},
    {errc::webhook_time_mismatch, detail_kind::none,
     "RequestTime is too far from this machine's clock: the post is a replay, or the clock is wrong"sv},
    {errc::webhook_replayed, detail_kind::none, "the same post was accepted before: it is a replay"sv},
    {errc::webhook_guard_full, detail_kind::count, "the replay guard is full: give it a larger capacity"sv},
    {errc::sha256_failed, detail_kind::none, "SHA-256 could not be computed"sv},
    {errc::out_of_memory, detail_kind::bytes_needed, "memory for the buffers of the call could not be allocated"sv},
};

constexpr bool errc_table_is_ordered() noexcept {
    int expected = 1;
    for (const errc_entry& entry : errc_table) {
        if (static_cast<int>(entry.code) != expected++) return false;
    }
    return expected == static_cast<int>(errc::out_of_memory) + 1;
}
static_assert(errc_table_is_ordered(), "errc_table lists every errc once, in order");

constexpr errc_entry find_errc(int code) noexcept {
    constexpr auto size = static_cast<int>(sizeof errc_table / sizeof errc_table[0]);
    if (code < 1 || code > size) return {errc{}, detail_kind::none, "an error unknown to unfriend"};
    return errc_table[code - 1];
}

constexpr std::string_view label(detail_kind kind) noexcept {
    switch (kind) {
    case detail_kind::byte_offset: return "at byte ";
    case detail_kind::bytes_needed: return "bytes needed: ";
    case detail_kind::bytes_allowed: return "bytes allowed: ";
    case detail_kind::index: return "index ";
    case detail_kind::count: return "count ";
    case detail_kind::http_status: return "status ";
    case detail_kind::parameter: return "parameter ";
    case detail_kind::none: break;
    }
    return {};
}

} // namespace detail

/// The sentence of an error: what happened and what to do. Valid as long as the program runs; allocates nothing.
constexpr std::string_view describe(errc code) noexcept { return detail::find_errc(static_cast<int>(code)).sentence; }

/// What `error::detail()` means for this code.
constexpr detail_kind detail_of(errc code) noexcept { return detail::find_errc(static_cast<int>(code)).kind; }

}} // namespace unfriend::v0_2
