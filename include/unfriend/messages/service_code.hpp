// The service's own codes, `ErrorCode` of a call and `ResultCode` of an account: what each means, what kind of trouble
// it is, whether another attempt can help, and whether the service may have acted. All of it `constexpr`; allocates
// nothing.
//
//   for (const auto& item : response.failures())
//       log(item.to_account, item.result_code, unfriend::describe(item.result_code));
//
// Implements the code tables of "Error Codes" and "Deleting Friends".
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "unfriend/core/config.hpp"

namespace unfriend { inline namespace v0_2 {

/// The kind of a service code.
enum class code_kind : std::uint8_t {
    success,         ///< done
    request,         ///< the request is wrong; the same one fails again
    credentials,     ///< SDKAppID, identifier, key or UserSig is wrong or stale
    permission,      ///< the app, admin or address may not do this
    not_found,       ///< an account does not exist
    already_gone,    ///< there is nothing left to delete
    throttled,       ///< too many requests: slow down and try again
    transient,       ///< a temporary fault of the service: try again later
    security_policy, ///< a security policy filtered it: slow down, do not hammer
    quota,           ///< the plan does not cover it, or a quota is used up
    app_defined,     ///< the app's own before-event webhook refused it
    unknown,         ///< a code outside every documented range
};

/// Whether a retry can succeed.
enum class retry_advice : std::uint8_t {
    never,             ///< no, unless something is changed first
    with_backoff,      ///< yes, after a wait that grows with each attempt
    with_new_user_sig, ///< yes, once, with a new UserSig
};

/// An entry of the catalogue.
struct service_code {
    std::int32_t code;        ///< as the service sends it
    code_kind kind;           ///< its kind
    retry_advice retry;       ///< whether a retry can help
    std::string_view meaning; ///< a sentence; static text
    /// The service lost track of the call, so the deletion may have been done all the same. The other codes refuse a
    /// call before it acts.
    bool may_have_applied = false;
};

namespace detail {

using std::literals::string_view_literals::operator""sv; // a length that the compiler need not compute

inline constexpr service_code service_code_table[] = {
    {0, code_kind::success, retry_advice::never, "done"sv},
    {30001, code_kind::request, retry_advice::never,
     "incorrect request parameter: fix the request; of an account also: it is not a friend"sv},
    {30002, code_kind::credentials, retry_advice::never,
     "the SDKAppID does not match, or the account is illegal: fix the configuration"sv},
    {30003, code_kind::not_found, retry_advice::never, "the requested account does not exist"sv},
    {30004, code_kind::permission, retry_advice::never, "needs the permission of an app admin"sv},
    {30006, code_kind::transient, retry_advice::with_backoff, "internal server error: try again"sv, true},
    {30007, code_kind::transient, retry_advice::with_backoff, "network timeout: try again later"sv, true},
    {30008, code_kind::transient, retry_advice::with_backoff,
     "write conflict from concurrent writes: try again, and batch instead of parallel calls"sv},
    {31704, code_kind::already_gone, retry_advice::never, "the account is not a friend: nothing left to delete"sv},
    {31707, code_kind::security_policy, retry_advice::never,
     "filtered by the security policy, deleting too often: slow down"sv},
    {60002, code_kind::request, retry_advice::never, "HTTP parse error: check the URL"sv},
    {60003, code_kind::request, retry_advice::never, "the request's JSON cannot be parsed"sv},
    {60004, code_kind::credentials, retry_advice::with_backoff,
     "the check of account or signature failed: try again later, and check both"sv},
    {60005, code_kind::credentials, retry_advice::with_backoff,
     "the check of account or signature failed: try again later, and check both"sv},
    {60006, code_kind::credentials, retry_advice::never, "the SDKAppID is invalid"sv},
    {60007, code_kind::throttled, retry_advice::with_backoff, "REST calls come too often: slow down"sv},
    {60008, code_kind::transient, retry_advice::with_backoff, "the service timed out or the HTTP request was bad"sv,
     true},
    {60009, code_kind::request, retry_advice::never, "wrong resource: check the URL"sv},
    {60010, code_kind::permission, retry_advice::never, "needs the permission of an app admin"sv},
    {60011, code_kind::throttled, retry_advice::with_backoff, "the SDKAppID's requests come too often: slow down"sv},
    {60012, code_kind::request, retry_advice::never, "the SDKAppID is missing from the URL"sv},
    {60013, code_kind::transient, retry_advice::with_backoff, "the service could not parse its own answer"sv, true},
    {60014, code_kind::transient, retry_advice::with_backoff, "the exchange of the account timed out"sv, true},
    {60015, code_kind::request, retry_advice::never, "an account in the body is not a string"sv},
    {60016, code_kind::permission, retry_advice::never, "the SDKAppID is disabled"sv},
    {60017, code_kind::permission, retry_advice::never, "the request is disabled"sv},
    {60018, code_kind::throttled, retry_advice::with_backoff, "too many requests: try again later"sv},
    {60019, code_kind::throttled, retry_advice::with_backoff, "too many requests: try again later"sv},
    {60020, code_kind::quota, retry_advice::never, "the paid package has expired, is missing or in arrears"sv},
    {60021, code_kind::permission, retry_advice::never, "the caller's IP address is not allowed"sv},
    {60025, code_kind::credentials, retry_advice::never,
     "the SDKAppID, identifier, UserSig or contenttype is wrong or missing"sv},
    {60026, code_kind::permission, retry_advice::never,
     "the host is not that of the app's data centre: check the region"sv},
    {60027, code_kind::permission, retry_advice::never, "the interface is of another product type than the app"sv},
    {60028, code_kind::quota, retry_advice::never, "the trial package's volume for 24 hours is used up"sv},
    {70001, code_kind::credentials, retry_advice::with_new_user_sig, "the UserSig has expired: generate a new one"sv},
    {70002, code_kind::credentials, retry_advice::never, "the UserSig is empty"sv},
    {70003, code_kind::credentials, retry_advice::never, "the UserSig cannot be parsed: is it cut short?"sv},
    {70005, code_kind::credentials, retry_advice::never, "the UserSig is bad"sv},
    {70009, code_kind::credentials, retry_advice::never,
     "the UserSig failed verification: was it made with another app's key?"sv},
    {70013, code_kind::credentials, retry_advice::never, "the identifier and the UserSig do not match"sv},
    {70014, code_kind::credentials, retry_advice::never, "the SDKAppID and the UserSig do not match"sv},
    {70016, code_kind::credentials, retry_advice::never,
     "no key for this app: check the SDKAppID and the data centre"sv},
    {70020, code_kind::credentials, retry_advice::never, "no such SDKAppID: check the data centre"sv},
    {70050, code_kind::credentials, retry_advice::never,
     "verification failed too often: fix the credentials and wait a minute"sv},
    {70051, code_kind::permission, retry_advice::never, "the account is on the blocklist"sv},
    {70052, code_kind::credentials, retry_advice::with_new_user_sig, "the UserSig has expired: generate a new one"sv},
    {70107, code_kind::not_found, retry_advice::never, "the account has not been imported"sv},
    {70114, code_kind::permission, retry_advice::never, "refused by a security restriction"sv},
    {70169, code_kind::transient, retry_advice::with_backoff, "the service timed out: try again later"sv, true},
    {70206, code_kind::request, retry_advice::never, "the number of accounts in the batch is wrong"sv},
    {70398, code_kind::quota, retry_advice::never, "the app's quota of accounts is used up"sv},
    {70399, code_kind::permission, retry_advice::never, "the account may not be imported again"sv},
    {70402, code_kind::request, retry_advice::never, "a parameter is not valid"sv},
    {70403, code_kind::permission, retry_advice::never, "needs the permission of an app admin"sv},
    {70404, code_kind::permission, retry_advice::never, "the SDK is too old"sv},
    {70500, code_kind::transient, retry_advice::with_backoff, "internal error of the service: try again later"sv, true},
    {71000, code_kind::permission, retry_advice::never, "deletion is not allowed"sv},
    {72000, code_kind::quota, retry_advice::never, "the app's quota of users is used up"sv},
    {72001, code_kind::permission, retry_advice::never, "the feature is not enabled"sv},
    {72002, code_kind::quota, retry_advice::never, "the app's quota of users is used up"sv},
    {80005, code_kind::quota, retry_advice::never, "the service is deactivated, or a quota is used up"sv},
};

} // namespace detail

/// Every documented code, in ascending order.
inline constexpr const auto& service_codes = detail::service_code_table;

/// The catalogue's entry for a code. A code that is not documented gets the kind of its range (30000s: relationship
/// chain, 38000 to 39000: the app's own, 60000s: REST, 70000s: account), is never retried and keeps its number. Takes
/// time logarithmic in the size of the catalogue.
constexpr service_code lookup(std::int32_t code) noexcept {
    if (code == 0) return service_codes[0];
    std::size_t low = 0;
    std::size_t high = sizeof service_codes / sizeof service_codes[0];
    while (low < high) {
        const std::size_t middle = low + (high - low) / 2;
        if (service_codes[middle].code == code) return service_codes[middle];
        if (service_codes[middle].code < code) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (code >= 38000 && code <= 39000) {
        return {code, code_kind::app_defined, retry_advice::never, "a code of the app's own before-event webhook"};
    }
    switch (code / 10000) {
    case 3: return {code, code_kind::request, retry_advice::never, "an undocumented relationship chain code"};
    case 6: return {code, code_kind::request, retry_advice::never, "an undocumented REST code"};
    case 7: return {code, code_kind::credentials, retry_advice::never, "an undocumented account code"};
    default: return {code, code_kind::unknown, retry_advice::never, "an undocumented code"};
    }
}

/// The meaning of a code, as a sentence. Static text. Without a code: "the answer carries no code".
constexpr std::string_view describe(std::optional<std::int32_t> code) noexcept {
    return code ? lookup(*code).meaning : std::string_view("the answer carries no code");
}

/// What kind of trouble a code reports. Without a code: `unknown`.
constexpr code_kind kind_of(std::optional<std::int32_t> code) noexcept {
    return code ? lookup(*code).kind : code_kind::unknown;
}

/// Whether the same request can succeed later, or with a new UserSig. Without a code: false.
constexpr bool retryable(std::optional<std::int32_t> code) noexcept {
    return code && lookup(*code).retry != retry_advice::never;
}

/// Whether the service may have done the deletion although it answered with this code. Without a code: false.
constexpr bool may_have_applied(std::optional<std::int32_t> code) noexcept {
    return code && lookup(*code).may_have_applied;
}

/// The name of a kind, for logs: "already gone", for example. Static text.
constexpr std::string_view to_string(code_kind kind) noexcept {
    switch (kind) {
    case code_kind::success: return "success";
    case code_kind::request: return "request";
    case code_kind::credentials: return "credentials";
    case code_kind::permission: return "permission";
    case code_kind::not_found: return "not found";
    case code_kind::already_gone: return "already gone";
    case code_kind::throttled: return "throttled";
    case code_kind::transient: return "transient";
    case code_kind::security_policy: return "security policy";
    case code_kind::quota: return "quota";
    case code_kind::app_defined: return "app defined";
    case code_kind::unknown: break;
    }
    return "unknown";
}

namespace detail {

constexpr bool service_codes_are_ascending() noexcept {
    for (std::size_t i = 1; i < sizeof service_codes / sizeof service_codes[0]; ++i) {
        if (service_codes[i - 1].code >= service_codes[i].code) return false;
    }
    return true;
}
static_assert(service_codes_are_ascending(), "lookup is a binary search in service_codes");

} // namespace detail

}} // namespace unfriend::v0_2
