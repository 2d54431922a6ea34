// unfriend 0.2.0: deletes friends on Tencent Cloud Chat. All of the library in one header.
//
// Needs RapidJSON, OpenSSL and zlib. Define UNFRIEND_WITH_USER_SIG as 0 before including it, and it makes
// no UserSigs and needs neither OpenSSL nor zlib.
//
// Generated from include/unfriend/ by single_include/amalgamate.py: do not edit.
//
// MIT License
//
// Copyright (c) 2026 the unfriend authors
//
// Permission is hereby granted, free of charge, to any person obtaining a copy
// of this software and associated documentation files (the "Software"), to deal
// in the Software without restriction, including without limitation the rights
// to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
// copies of the Software, and to permit persons to whom the Software is
// furnished to do so, subject to the following conditions:
//
// The above copyright notice and this permission notice shall be included in all
// copies or substantial portions of the Software.
//
// THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
// IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
// FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
// AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
// LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
// OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
// SOFTWARE.
#pragma once

#ifdef UNFRIEND_VERSION_MAJOR
#error "unfriend: this file includes headers of include/unfriend/ and the single header: use one form"
#else
#define UNFRIEND_SINGLE_HEADER

// Errors, results, limits, text, time

// ==== unfriend/core/config.hpp ==================================================================

// The version of the library, which parts to leave out, and how lifetimes are marked.

/// The semantic version.
#define UNFRIEND_VERSION_MAJOR 0
#define UNFRIEND_VERSION_MINOR 2
#define UNFRIEND_VERSION_PATCH 0

/// Define as 0 before including any header to leave out what needs OpenSSL and zlib: UserSigs and the authentication of
/// webhooks.
#ifndef UNFRIEND_WITH_USER_SIG
#define UNFRIEND_WITH_USER_SIG 1
#endif

/// The result of a function refers to the argument, or to the object, that is marked so. Clang warns where that dies
/// first.
#if defined(__clang__) && defined(__has_cpp_attribute)
#if __has_cpp_attribute(clang::lifetimebound)
#define UNFRIEND_LIFETIMEBOUND [[clang::lifetimebound]]
#endif
#endif
#ifndef UNFRIEND_LIFETIMEBOUND
#define UNFRIEND_LIFETIMEBOUND
#endif

// ==== unfriend/core/char_span.hpp ===============================================================

// Writable memory of the caller.
//
//   char buffer[1024];
//   auto body = unfriend::encode(request, buffer); // an array, a std::string and a std::span convert to char_span

#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

namespace unfriend { inline namespace v0_2 {

/// A pointer to writable bytes of the caller, and their number. Does not own them: they must outlive every view into
/// them that a function returns.
class char_span {
public:
    /// No bytes.
    constexpr char_span() noexcept = default;
    /// The `size` bytes from `data`.
    constexpr char_span(char* data UNFRIEND_LIFETIMEBOUND, std::size_t size) noexcept : data_(data), size_(size) {}
    /// All of an array.
    template <std::size_t N>
    constexpr char_span(char (&array UNFRIEND_LIFETIMEBOUND)[N]) noexcept : data_(array), size_(N) {}
    /// All `size()` bytes of a contiguous container of `char`: `std::array`, `std::string`, `std::vector`, `std::span`.
    template <class Container,
              class = std::enable_if_t<std::is_same_v<decltype(std::data(std::declval<Container&>())), char*>>>
    constexpr char_span(Container& bytes) noexcept : data_(std::data(bytes)), size_(std::size(bytes)) {}

    /// The first byte, and the number of bytes.
    constexpr char* data() const noexcept { return data_; }
    constexpr std::size_t size() const noexcept { return size_; }

private:
    char* data_ = nullptr;
    std::size_t size_ = 0;
};

namespace detail {

template <class Bytes>
using data_of = decltype(std::data(std::declval<const std::remove_reference_t<Bytes>&>()));

/// Whether a `Bytes&&` holds characters that a function may not overwrite: const, a literal, a view, a temporary.
template <class Bytes, class = void>
struct is_read_only : std::false_type {};
template <class Bytes>
struct is_read_only<Bytes, std::void_t<data_of<Bytes>>>
    : std::bool_constant<std::is_same_v<data_of<Bytes>, const char*> && !std::is_convertible_v<Bytes, char_span>> {};

} // namespace detail

}} // namespace unfriend::v0_2

// ==== unfriend/core/clock.hpp ===================================================================

// Points in time. The caller passes them in: the library does not read a clock.
//
//   unfriend::default_clock now;
//   call.poll(now());

#include <chrono>
#include <cstdint>
#include <ctime>

namespace unfriend { inline namespace v0_2 {

/// A point in time on two clocks: a monotonic one for waits and deadlines, and Unix time for UserSigs.
struct timestamp {
    /// `monotonic_time`: time since any fixed point, at most a century; it never decreases. `unix_time`: seconds.
    constexpr timestamp(std::chrono::nanoseconds monotonic_time, std::int64_t unix_time) noexcept
        : monotonic(monotonic_time), unix_seconds(unix_time) {}

    /// Refused: one clock is not enough.
    template <class Rep, class Period>
    constexpr timestamp(std::chrono::duration<Rep, Period>) noexcept {
        static_assert(!std::is_same_v<Rep, Rep>,
                      "unfriend: a timestamp has two clocks: {monotonic time, Unix seconds}");
    }
    template <class Clock, class Duration>
    constexpr timestamp(std::chrono::time_point<Clock, Duration> time) noexcept : timestamp(time.time_since_epoch()) {}

    std::chrono::nanoseconds monotonic; ///< since any fixed point
    std::int64_t unix_seconds;          ///< Unix time
};

/// Reads the clocks of the system.
struct default_clock {
    /// The present, by `std::chrono::steady_clock` and `std::time`.
    timestamp operator()() const noexcept {
        return {std::chrono::steady_clock::now().time_since_epoch(), static_cast<std::int64_t>(std::time(nullptr))};
    }
};

}} // namespace unfriend::v0_2

// ==== unfriend/core/errc.hpp ====================================================================

// The errors of this library, each with a sentence that says what to do.
//
//   log(unfriend::describe(unfriend::errc::no_accounts)); // "To_Account is empty: name at least one account"
//
// The codes of the *service* are not among them: see messages/service_code.hpp.

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

// ==== unfriend/core/error.hpp ===================================================================

// An error as a value: false for success, else an `errc` or a transport's own `std::error_code`.
//
//   unfriend::error failure = unfriend::decode({bytes, size}, response);
//   if (failure) log(failure.what(), failure.detail()); // allocates nothing

#include <string>
#include <system_error>

namespace unfriend { inline namespace v0_2 {

namespace detail {

// Clang warns that the vtable is in every translation unit, which cannot be avoided in a header, and that the object is
// destroyed at exit, where it has nothing to destroy.
#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wweak-vtables"
#pragma clang diagnostic ignored "-Wexit-time-destructors"
#pragma clang diagnostic ignored "-Wglobal-constructors"
#endif

class error_category final : public std::error_category {
public:
    const char* name() const noexcept override { return "unfriend"; }
    std::string message(int code) const override { return std::string(find_errc(code).sentence); }
};

inline const error_category error_category_instance{};

#if defined(__clang__)
#pragma clang diagnostic pop
#endif

} // namespace detail

/// The `std::error_category` of `errc`, named "unfriend". Valid as long as the program runs.
inline const std::error_category& category() noexcept { return detail::error_category_instance; }

/// Converts an `errc` to a `std::error_code`; implicit conversions use it.
inline std::error_code make_error_code(errc code) noexcept { return {static_cast<int>(code), category()}; }

}} // namespace unfriend::v0_2

template <>
struct std::is_error_code_enum<unfriend::errc> : std::true_type {};

namespace unfriend { inline namespace v0_2 {

/// Success, or the reason of a failure: an `errc` or the `std::error_code` of a transport, with one number about it,
/// which `errc` documents. False for success. Copying it allocates nothing and does not throw.
class [[nodiscard]] error {
public:
    /// Success.
    error() noexcept = default;
    /// An error of this library, with the number that its `errc` documents.
    error(errc code, std::size_t detail = 0) noexcept : code_(code), detail_(detail) {}
    /// The same about something that has a name, such as a parameter. `subject` is valid as long as the program runs.
    error(errc code, std::size_t detail, const char* subject) noexcept
        : code_(code), detail_(detail), subject_(subject) {}
    /// An error of another category, from a transport. Success if `code` is 0.
    error(std::error_code code) noexcept : code_(code) {}

    /// Whether there is an error.
    explicit operator bool() const noexcept { return static_cast<bool>(code_); }

    /// The error as a `std::error_code`.
    const std::error_code& code() const noexcept { return code_; }

    /// A byte offset, a number of bytes, an index, a count, an HTTP status or a parameter: see `errc`. Otherwise 0.
    std::size_t detail() const noexcept { return detail_; }

    /// The name of what the error is about, such as a parameter; empty if it has none. Valid as long as the program
    /// runs.
    std::string_view subject() const noexcept { return subject_ == nullptr ? std::string_view() : subject_; }

    /// The sentence of an `errc`. Codes of other categories give "an error of another category"; their own text is
    /// `code().message()`. Valid as long as the program runs; allocates nothing.
    std::string_view what() const noexcept {
        if (code_.category() != category()) return "an error of another category";
        return describe(static_cast<errc>(code_.value()));
    }

    /// The sentence with the number, for logs. Allocates a string.
    std::string message() const {
        std::string text = code_.message();
        if (code_.category() != category()) return text;
        const detail_kind kind = detail_of(static_cast<errc>(code_.value()));
        const std::string_view label = detail::label(kind);
        if (label.empty()) return text;
        text.append(" (").append(label);
        text.append(subject_ == nullptr ? std::to_string(detail_) : std::string(subject_));
        return text.append(")");
    }

    friend bool operator==(const error& left, errc right) noexcept { return left.code_ == right; }
    friend bool operator!=(const error& left, errc right) noexcept { return !(left == right); }

private:
    std::error_code code_;
    std::size_t detail_ = 0;
    const char* subject_ = nullptr;
};

}} // namespace unfriend::v0_2

// ==== unfriend/core/limits.hpp ==================================================================

// The limits of encoding and decoding.
//
//   struct wide_limits : unfriend::default_limits {
//       static constexpr std::size_t max_accounts = 2000;
//   };
//   const auto body = unfriend::encode<wide_limits>(request, buffer);
//
// The defaults are those of "Deleting Friends". The service refuses what exceeds its own limits.

namespace unfriend { inline namespace v0_2 {

/// Bytes that any UserSig fits into, with a userbuf of up to 512 bytes.
inline constexpr std::size_t max_user_sig_size = 2048;

/// The limits as a traits class. To change some, derive from it and redefine them.
struct default_limits {
    /// The most bytes of a UserID.
    static constexpr std::size_t max_user_id_size = 32;
    /// The most accounts in one call.
    static constexpr std::size_t max_accounts = 1000;
    /// The deepest nesting of objects and arrays in a body, the root included. Decoding takes about 200 bytes of stack
    /// for each level that a body has.
    static constexpr std::size_t max_nesting = 16;
    /// The most bytes of the query of a webhook's URL.
    static constexpr std::size_t max_query_size = 8192;
};

}} // namespace unfriend::v0_2

// ==== unfriend/core/random.hpp ==================================================================

// The default random number generator.
//
//   unfriend::random_sequence random;
//   std::uint32_t number = random(); // for the `random` parameter of a request's URL

#include <atomic>

namespace unfriend { inline namespace v0_2 {

/// Generates 32-bit numbers (SplitMix64). They are not unpredictable, and need not be: the service's `random` parameter
/// protects nothing. A program that needs unpredictable ones passes a callable of its own instead. Safe to share
/// between threads; allocates nothing.
class random_sequence {
public:
    /// Seeds the generator with the time and the address of this object.
    random_sequence() noexcept
        : random_sequence(static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count()) ^
                          reinterpret_cast<std::uintptr_t>(this)) {}
    /// Generates the same numbers for the same `seed`.
    explicit random_sequence(std::uint64_t seed) noexcept : state_(seed) {}
    /// Continues the sequence of `other`.
    random_sequence(random_sequence&& other) noexcept : state_(other.state_.load(std::memory_order_relaxed)) {}

    /// The next number.
    std::uint32_t operator()() noexcept {
        constexpr std::uint64_t step = 0x9E3779B97F4A7C15U;
        std::uint64_t bits = state_.fetch_add(step, std::memory_order_relaxed) + step;
        bits = (bits ^ bits >> 30U) * 0xBF58476D1CE4E5B9U;
        bits = (bits ^ bits >> 27U) * 0x94D049BB133111EBU;
        return static_cast<std::uint32_t>((bits ^ bits >> 31U) >> 32U);
    }

private:
    std::atomic<std::uint64_t> state_;
};

}} // namespace unfriend::v0_2

// ==== unfriend/core/result.hpp ==================================================================

// A value or an error, without exceptions.
//
//   unfriend::result<std::string_view> body = unfriend::encode(request, buffer);
//   if (!body) return log(body.error().message());
//   send(*body);

#include <optional>

namespace unfriend { inline namespace v0_2 {

/// Holds a `T` or an `error`. Allocates nothing, except what `T` does.
template <class T>
class [[nodiscard]] result {
public:
    using value_type = T;

    /// A result with a value.
    result(T value) : value_(std::move(value)) {}
    /// A result with an error. `failure` is not success.
    result(unfriend::error failure) noexcept : error_(failure) {}
    result(errc code, std::size_t detail = 0) noexcept : error_(code, detail) {}
    result(std::error_code failure) noexcept : error_(failure) {}
    /// Constructs the value in place, for types that are expensive to move.
    template <class... Arguments>
    explicit result(std::in_place_t, Arguments&&... arguments)
        : value_(std::in_place, std::forward<Arguments>(arguments)...) {}

    /// Whether there is a value.
    explicit operator bool() const noexcept { return value_.has_value(); }
    bool has_value() const noexcept { return value_.has_value(); }

    /// The value. There must be one.
    T& operator*() & noexcept { return *value_; }
    const T& operator*() const& noexcept { return *value_; }
    T&& operator*() && noexcept { return *std::move(value_); }
    T* operator->() noexcept { return &*value_; }
    const T* operator->() const noexcept { return &*value_; }

    /// Why there is no value. False if there is one.
    const unfriend::error& error() const noexcept { return error_; }

    /// Replaces the value, if any, by an error.
    void fail(unfriend::error failure) noexcept {
        value_.reset();
        error_ = failure;
    }

private:
    std::optional<T> value_;
    unfriend::error error_;
};

}} // namespace unfriend::v0_2

// ==== unfriend/core/text.hpp ====================================================================

// Reads the string types of the caller.
//
//   template <> // an engine's own string can be a UserID
//   struct unfriend::text_access<engine::string> {
//       static std::string_view view(const engine::string& text) noexcept { return {text.raw(), text.length()}; }
//   };

namespace unfriend { inline namespace v0_2 {

/// The customisation point for string types: specialise it with a static function
/// `std::string_view view(const T&) noexcept`, whose result is valid as long as its argument. Types that convert to
/// `std::string_view` need no specialisation.
template <class T, class = void>
struct text_access {
    static_assert(!std::is_same_v<T, T>,
                  "unfriend: accounts must be convertible to std::string_view, or unfriend::text_access must be "
                  "specialised for their type");
};

template <class T>
struct text_access<T, std::enable_if_t<std::is_convertible_v<const T&, std::string_view>>> {
    /// The text, valid as long as `text` is.
    static std::string_view view(const T& text) noexcept { return text; }
};

}} // namespace unfriend::v0_2

// ==== unfriend/core.hpp =========================================================================

// What every other layer uses:
//
//   config       the version, and which parts to leave out
//   errc         the errors of this library, each with a sentence
//   error        an error as a value: an `errc` or a transport's own `std::error_code`
//   result       a value or an error
//   text         reads the caller's string types
//   char_span    writable memory of the caller
//   limits       the limits of encoding and decoding
//   clock        points in time, which the caller passes in
//   random       the default random number generator

// Secrets, HMAC-SHA256 and SHA-256 (OpenSSL)

// ==== unfriend/core/detail/ascii.hpp ============================================================

// ASCII: classes of characters, hexadecimal digits, comparison without case, and the characters of a UserID.

namespace unfriend { inline namespace v0_2 { namespace detail {

constexpr bool is_printable_ascii(char c) noexcept { return c >= 0x20 && c <= 0x7E; }

constexpr bool is_printable_ascii(std::string_view text) noexcept {
    for (const char c : text) {
        if (!is_printable_ascii(c)) return false;
    }
    return true;
}

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

constexpr bool is_alphanumeric(char c) noexcept {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || is_digit(c);
}

/// White space of JSON.
constexpr bool is_space(char c) noexcept { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

/// The value of a hexadecimal digit; negative for any other character.
constexpr int hex_value(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

constexpr char to_lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

constexpr bool equal_ignoring_case(std::string_view left, std::string_view right) noexcept {
    if (left.size() != right.size()) return false;
    for (std::size_t i = 0; i < left.size(); ++i) {
        if (to_lower(left[i]) != to_lower(right[i])) return false;
    }
    return true;
}

constexpr bool is_user_id(std::string_view text, std::size_t max_size) noexcept {
    return !text.empty() && text.size() <= max_size && is_printable_ascii(text);
}

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/crypto/detail/wipe.hpp ===========================================================

// Overwrites secrets, and what was computed from them.

#include <cstring>

namespace unfriend { inline namespace v0_2 { namespace detail {

/// Sets `size` bytes to zero. The compiler does not remove the writes, even if the program never reads the bytes again.
inline void wipe(void* bytes, std::size_t size) noexcept {
#if defined(__GNUC__) || defined(__clang__)
    std::memset(bytes, 0, size);
    __asm__ __volatile__("" : : "r"(bytes) : "memory"); // to the compiler, this may read the bytes
#else
    volatile char* const out = static_cast<char*>(bytes);
    for (std::size_t i = 0; i < size; ++i) out[i] = 0;
#endif
}

/// The same address or size, of which the compiler knows nothing: it does not unroll a loop over secret bytes, whose
/// values it would then save on the stack.
template <class Value>
Value opaque(Value value) noexcept {
#if defined(__GNUC__) || defined(__clang__)
    __asm__ __volatile__("" : "+r"(value) : : "memory");
#endif
    return value;
}

/// An array that is wiped when it is destroyed. Its elements are not initialised.
template <class Byte, std::size_t Size>
struct wiped_array {
    wiped_array() noexcept {} // not defaulted, so that `wiped_array{}` does not write zeros
    wiped_array(const wiped_array&) = delete;
    wiped_array& operator=(const wiped_array&) = delete;
    ~wiped_array() { wipe(bytes, sizeof bytes); }

    Byte bytes[Size];
};

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/crypto/secret.hpp ================================================================

// Holds a secret, such as the app's secret key or the token of a webhook, so that it is neither printed nor left in
// memory.
//
//   unfriend::secret key(read_key_from_vault());
//   std::cout << key; // does not compile

namespace unfriend { inline namespace v0_2 {

/// A secret of 1 to `max_size` bytes of printable ASCII. Holds a copy inside itself, which is wiped when the object is
/// destroyed or moved from. Cannot be copied, compared or printed. Allocates nothing.
class secret {
public:
    /// The most bytes of a secret.
    static constexpr std::size_t max_size = 256;

    /// A secret that is not valid.
    secret() noexcept = default;
    /// Copies `text`. The caller wipes its own copy. A text that is empty, too long or not printable ASCII makes a
    /// secret that is not valid; the functions that need one report it.
    explicit secret(std::string_view text) noexcept {
        if (text.empty() || text.size() > max_size || !detail::is_printable_ascii(text)) return;
        std::memcpy(bytes_, text.data(), text.size());
        size_ = text.size();
    }
    /// Leaves `other` not valid.
    secret(secret&& other) noexcept { take(other); }
    /// Wipes the secret that it replaces.
    secret& operator=(secret&& other) noexcept {
        if (this != &other) {
            wipe();
            take(other);
        }
        return *this;
    }
    secret(const secret&) = delete;
    secret& operator=(const secret&) = delete;
    ~secret() { wipe(); }

    /// Whether there is a secret.
    bool valid() const noexcept { return size_ != 0; }

    /// The bytes of the secret, to compute with. Valid as long as this object is.
    std::string_view reveal() const noexcept { return {bytes_, size_}; }

    template <class Stream>
    friend Stream& operator<<(Stream&, const secret&) = delete;

private:
    void take(secret& other) noexcept {
        std::memcpy(bytes_, other.bytes_, other.size_);
        size_ = other.size_;
        other.wipe();
    }

    void wipe() noexcept {
        detail::wipe(bytes_, sizeof bytes_);
        size_ = 0;
    }

    char bytes_[max_size] = {};
    std::size_t size_ = 0;
};

}} // namespace unfriend::v0_2

// ==== unfriend/crypto.hpp =======================================================================

// Keys and hashes:
//
//   secret           holds a key or token, cannot be printed, and is wiped when destroyed
//   openssl_hmac     HMAC-SHA256 for UserSigs, by OpenSSL
//   openssl_sha256   SHA-256 for the authentication of webhooks, by OpenSSL

// ==== unfriend/core/detail/owned.hpp ============================================================

// Owns an object that a function frees. <memory> has std::unique_ptr for that, and much more, which costs its time to
// include.

namespace unfriend { inline namespace v0_2 { namespace detail {

template <class T>
void delete_object(T* object) noexcept {
    delete object;
}

/// `Free` is called with the object, unless there is none.
template <class T, void (*Free)(T*) noexcept = delete_object<T>>
class owned {
public:
    owned() noexcept = default;
    explicit owned(T* object) noexcept : object_(object) {}
    owned(owned&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
    owned& operator=(owned&& other) noexcept {
        std::swap(object_, other.object_);
        return *this;
    }
    owned(const owned&) = delete;
    owned& operator=(const owned&) = delete;
    ~owned() { reset(); }

    T* get() const noexcept { return object_; }
    T* operator->() const noexcept { return object_; }
    T& operator*() const noexcept { return *object_; }
    explicit operator bool() const noexcept { return object_ != nullptr; }

    void reset(T* object = nullptr) noexcept {
        T* const old = std::exchange(object_, object);
        if (old != nullptr) Free(old);
    }

private:
    T* object_ = nullptr;
};

}}} // namespace unfriend::v0_2::detail
#if UNFRIEND_WITH_USER_SIG

// ==== unfriend/crypto/openssl_hmac.hpp ==========================================================

// HMAC-SHA256 by OpenSSL. To use another library, pass a class of this form to `basic_user_sig_generator`:
//
//   class my_hmac {
//   public:
//       explicit my_hmac(std::string_view key);
//       bool compute(std::string_view message, unsigned char (&mac)[32]); // false: it failed
//   };
//
// Uses EVP_MAC of OpenSSL 3 or HMAC_CTX of OpenSSL 1.1.1, and no deprecated function of either.

#include <openssl/evp.h>
#if OPENSSL_VERSION_NUMBER >= 0x30000000L
#include <openssl/core_names.h>
#include <openssl/params.h>
#else
#include <openssl/hmac.h>
#endif

namespace unfriend { inline namespace v0_2 {

/// Computes HMAC-SHA256 with one key. OpenSSL allocates memory for it, and wipes what it derived from the key. One
/// thread at a time.
class openssl_hmac_sha256 {
public:
    /// Prepares `key`, which need not outlive the call. If that fails, `compute` reports it.
    explicit openssl_hmac_sha256(std::string_view key) noexcept {
        const auto* bytes = reinterpret_cast<const unsigned char*>(key.data());
#if OPENSSL_VERSION_NUMBER >= 0x30000000L
        const detail::owned<EVP_MAC, free_mac> mac(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
        if (!mac) return;
        context_.reset(EVP_MAC_CTX_new(mac.get()));
        char digest[] = "SHA256";
        const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                                         OSSL_PARAM_construct_end()};
        if (context_ && EVP_MAC_init(context_.get(), bytes, key.size(), parameters) != 1) context_.reset();
#else
        context_.reset(HMAC_CTX_new());
        const int size = static_cast<int>(key.size());
        if (context_ && HMAC_Init_ex(context_.get(), bytes, size, EVP_sha256(), nullptr) != 1) {
            context_.reset();
        }
#endif
    }

    /// Writes the HMAC of `message` to `mac`. False if OpenSSL failed. Linear in `message`.
    bool compute(std::string_view message, unsigned char (&mac)[32]) noexcept {
        if (!context_) return false;
        const auto* bytes = reinterpret_cast<const unsigned char*>(message.data());
#if OPENSSL_VERSION_NUMBER >= 0x30000000L
        std::size_t size = 0;
        return EVP_MAC_init(context_.get(), nullptr, 0, nullptr) == 1 &&
               EVP_MAC_update(context_.get(), bytes, message.size()) == 1 &&
               EVP_MAC_final(context_.get(), mac, &size, sizeof mac) == 1 && size == sizeof mac;
#else
        unsigned size = 0;
        return HMAC_Init_ex(context_.get(), nullptr, 0, nullptr, nullptr) == 1 &&
               HMAC_Update(context_.get(), bytes, message.size()) == 1 && HMAC_Final(context_.get(), mac, &size) == 1 &&
               size == sizeof mac;
#endif
    }

private:
#if OPENSSL_VERSION_NUMBER >= 0x30000000L
    static void free_mac(EVP_MAC* mac) noexcept { EVP_MAC_free(mac); }
    static void free_context(EVP_MAC_CTX* context) noexcept { EVP_MAC_CTX_free(context); }

    detail::owned<EVP_MAC_CTX, free_context> context_;
#else
    static void free_context(HMAC_CTX* context) noexcept { HMAC_CTX_free(context); }

    detail::owned<HMAC_CTX, free_context> context_;
#endif
};

}} // namespace unfriend::v0_2

// ==== unfriend/crypto/openssl_sha256.hpp ========================================================

// SHA-256 by OpenSSL. To use another library, pass a class of this form to `webhook::authenticate` and
// `webhook::replay_guard`:
//
//   class my_sha256 {
//   public:
//       my_sha256();
//       bool update(std::string_view bytes);      // false: it failed
//       bool finish(unsigned char (&digest)[32]); // the last call
//   };
//
// Uses EVP, and no deprecated function of OpenSSL 3 or 1.1.1.

namespace unfriend { inline namespace v0_2 {

/// Computes one SHA-256 digest. OpenSSL allocates memory for it, and wipes it on destruction.
class openssl_sha256 {
public:
    /// Starts a digest. If that fails, `update` and `finish` report it.
    openssl_sha256() noexcept : context_(EVP_MD_CTX_new()) {
        if (context_ && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) != 1) context_.reset();
    }

    /// Appends `bytes` to what is hashed. False if OpenSSL failed.
    bool update(std::string_view bytes) noexcept {
        return context_ && EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1;
    }

    /// Writes the digest of all bytes to `digest`. False if OpenSSL failed. Call it once, last.
    bool finish(unsigned char (&digest)[32]) noexcept {
        unsigned size = 0;
        return context_ && EVP_DigestFinal_ex(context_.get(), digest, &size) == 1 && size == sizeof digest;
    }

private:
    static void free(EVP_MD_CTX* context) noexcept { EVP_MD_CTX_free(context); }

    detail::owned<EVP_MD_CTX, free> context_;
};

}} // namespace unfriend::v0_2
#endif

// Endpoints, URLs, and what a transport is

// ==== unfriend/core/detail/lock.hpp =============================================================

// A lock for short sections that threads share. It is a std::shared_mutex that nobody shares: <mutex> costs three times
// as much to include.

#include <shared_mutex>

namespace unfriend { inline namespace v0_2 { namespace detail {

class mutex {
public:
    void lock() { mutex_.lock(); }
    bool try_lock() { return mutex_.try_lock(); }
    void unlock() { mutex_.unlock(); }

private:
    std::shared_mutex mutex_;
};

/// Holds a mutex as long as it lives.
class lock_guard {
public:
    explicit lock_guard(mutex& held) : mutex_(held) { mutex_.lock(); }
    /// Of a mutex that is locked already.
    struct adopt {};
    lock_guard(mutex& held, adopt) noexcept : mutex_(held) {}
    lock_guard(const lock_guard&) = delete;
    lock_guard& operator=(const lock_guard&) = delete;
    ~lock_guard() { mutex_.unlock(); }

private:
    mutex& mutex_;
};

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/http/transport.hpp ===============================================================

// What a transport is: a callable that takes an `http_request` and yields a status and bytes. There is nothing to
// inherit from and nothing to register. Three shapes are understood:
//
//   reply returning(const unfriend::http_request&);                                     // has .status and .body
//   std::error_code appending(const unfriend::http_request&, unfriend::http_response&); // appends to a buffer
//   unfriend::result<reply> expecting(const unfriend::http_request&);                   // any type with * and .error()
//
// A transport that finishes later has the shape of completion.hpp. A reply may have a member .retry_after, the text of
// the response's `Retry-After` header.
//
// What an error means for the call depends on the `std::errc` that it compares equal to:
//
//   not_connected             nothing was sent: no account is unknown, and the next attempt tries the other host.
//                             Likewise connection_refused, host_unreachable, network_unreachable, network_down and
//                             address_not_available
//   permission_denied         nothing was sent, since the host is not the one that it claims to be: this call does not
//                             try it again
//   operation_canceled        the program cancelled it: the call ends, and its accounts are unknown
//   anything else             the service may have acted: the accounts are unknown until a later attempt settles them
//
// So a transport maps those of its errors that come before the request is sent. HTTP stacks have one time-out error for
// a connection that is not made in time and for an answer that does not come. A transport separates the two, or else
// accounts that no request has reached are unknown, and strangers are already gone. Two ways: a time-out for connecting
// (2 s in the examples); a note that the stack has asked for the body. A name that cannot be resolved is
// `not_connected` too.
//
// One attempt is one request. A transport sends a request once and follows no redirect. Many HTTP stacks send a POST
// again when a kept connection turns out to be closed. If the service acted on the first one, it answers the second one
// with 31704, and a deletion is reported as failed. How to prevent it:
//
//   libcurl         The body comes from a CURLOPT_READFUNCTION, and once it has been asked for, the
//   CURLOPT_SEEKFUNCTION
//                   returns CURL_SEEKFUNC_FAIL: what cannot be rewound is not sent again. No error after that is
//                   `not_connected`: libcurl connects again first, and reports why that failed. Or set
//                   CURLOPT_FRESH_CONNECT. A body in CURLOPT_POSTFIELDS is sent again.
//   Boost.Beast     Nothing to do: it writes to the stream that it is given. Do not write again after an error.
//   cpp-httplib     Leave set_keep_alive(false), the default. With true it repeats a request over TLS when the server
//                   had closed the connection.
//   WinHTTP         Leave WINHTTP_OPTION_FAILED_CONNECTION_RETRIES alone. Its documents do not exclude that a kept
//                   connection is replaced: WINHTTP_DISABLE_KEEP_ALIVE, by WINHTTP_OPTION_DISABLE_FEATURE, does.
//   Unreal Engine   FHttpModule works over libcurl and owns the body. Set bForbidReuse=true in [HTTP.Curl] of
//                   Engine.ini, and do not make the request with FHttpRetrySystem.

namespace unfriend { inline namespace v0_2 {

/// One HTTP request. Its views are valid during the transport's call or, for a transport that finishes later, until the
/// completion is called or destroyed. "RESTful API Overview": HTTPS only, POST only.
struct http_request {
    std::string_view method = "POST";
    std::string_view url; ///< absolute; `url.data()` is NUL-terminated
    std::string_view content_type = "application/json";
    std::string_view body;
    std::chrono::milliseconds timeout{0}; ///< connecting included; 0: the transport's own

    /// HOST or HOST:PORT of the URL, for a `Host` header: "gateway.example:8443".
    std::string_view authority() const noexcept { return url.substr(scheme_size(), target_offset() - scheme_size()); }
    /// The path and the query of the URL, for the request line: "/v4/sns/friend_delete?sdkappid=…".
    std::string_view target() const noexcept { return url.substr(target_offset()); }

private:
    std::size_t scheme_size() const noexcept {
        const std::size_t separator = url.find("://");
        return separator == std::string_view::npos ? 0 : separator + 3;
    }
    std::size_t target_offset() const noexcept {
        const std::size_t slash = url.find('/', scheme_size());
        return slash == std::string_view::npos ? url.size() : slash;
    }
};

/// Where a transport puts the response: a status, and bytes appended to a buffer of the call's. Owns nothing and
/// allocates nothing. Bytes that do not fit are refused and not dropped silently.
class http_response {
public:
    explicit http_response(char_span buffer) noexcept : buffer_(buffer) {}

    /// The HTTP status; a transport that appends sets it.
    int status = 0;

    /// Copies `size` bytes behind those that are there. False when they do not fit: the call fails with
    /// `errc::body_too_large`, so the transport may stop reading.
    bool append(const void* bytes, std::size_t size) noexcept {
        if (overflowed_ || size > buffer_.size() - size_) {
            overflowed_ = true;
            return false;
        }
        if (size != 0) std::memcpy(buffer_.data() + size_, bytes, size);
        size_ += size;
        return true;
    }

    /// Keeps the value of the `Retry-After` header. A longer one than 40 bytes, which is none of RFC 9110's, is left
    /// out.
    void set_retry_after(std::string_view value) noexcept {
        retry_after_size_ = value.size() <= sizeof retry_after_ ? value.size() : 0;
        if (retry_after_size_ != 0) std::memcpy(retry_after_, value.data(), retry_after_size_);
    }

    /// Forgets the bytes, the status and the header, for a transport that starts over.
    void clear() noexcept {
        status = 0;
        size_ = 0;
        overflowed_ = false;
        retry_after_size_ = 0;
    }

    char_span body() const noexcept { return {buffer_.data(), size_}; }
    std::size_t capacity() const noexcept { return buffer_.size(); }
    bool overflowed() const noexcept { return overflowed_; }
    /// Empty when there is no such header. See retry_after.hpp.
    std::string_view retry_after() const noexcept { return {retry_after_, retry_after_size_}; }

private:
    char_span buffer_;
    std::size_t size_ = 0;
    bool overflowed_ = false;
    char retry_after_[40] = {};
    std::size_t retry_after_size_ = 0;
};

namespace detail {

template <class T, class = void>
struct is_reply : std::false_type {};
template <class T>
struct is_reply<T,
                std::void_t<decltype(static_cast<int>(std::declval<T&>().status)),
                            decltype(std::data(std::declval<T&>().body)), decltype(std::size(std::declval<T&>().body))>>
    : std::bool_constant<sizeof(*std::data(std::declval<T&>().body)) == 1> {};

template <class T, class = void>
struct is_expected_reply : std::false_type {};
template <class T>
struct is_expected_reply<T, std::void_t<decltype(static_cast<bool>(std::declval<T&>())), decltype(*std::declval<T&>()),
                                        decltype(std::declval<T&>().error())>>
    : std::bool_constant<is_reply<std::remove_reference_t<decltype(*std::declval<T&>())>>::value &&
                         std::is_convertible_v<decltype(std::declval<T&>().error()), error>> {};

enum class transport_shape { unknown, returns_reply, returns_expected, appends };

template <class Transport>
constexpr transport_shape shape_of() noexcept {
    if constexpr (std::is_invocable_v<Transport&, const http_request&, http_response&>) {
        using answer = std::invoke_result_t<Transport&, const http_request&, http_response&>;
        return std::is_convertible_v<answer, error> ? transport_shape::appends : transport_shape::unknown;
    } else if constexpr (std::is_invocable_v<Transport&, const http_request&>) {
        using answer = std::remove_reference_t<std::invoke_result_t<Transport&, const http_request&>>;
        if (is_reply<answer>::value) return transport_shape::returns_reply;
        return is_expected_reply<answer>::value ? transport_shape::returns_expected : transport_shape::unknown;
    } else {
        return transport_shape::unknown;
    }
}

template <class T, class = void>
struct has_retry_after : std::false_type {};
template <class T>
struct has_retry_after<T, std::void_t<decltype(std::declval<T&>().retry_after)>> : std::true_type {
    static_assert(std::is_convertible_v<decltype((std::declval<T&>().retry_after)), std::string_view>,
                  "unfriend: reply.retry_after is the text of the response's Retry-After header");
};

template <class Reply>
error take_reply(Reply& reply, http_response& response) {
    if constexpr (has_retry_after<Reply>::value) response.set_retry_after(reply.retry_after);
    response.status = static_cast<int>(reply.status);
    response.append(std::data(reply.body), std::size(reply.body));
    return {};
}

} // namespace detail

/// Whether `Transport` has one of the three shapes.
template <class Transport>
inline constexpr bool is_transport = detail::shape_of<Transport>() != detail::transport_shape::unknown;

/// Sends `request` through any transport and collects its answer in `response`. Fails with the transport's
/// own error, or with `body_too_large` (detail: bytes allowed); any HTTP status is a success here.
template <class Transport>
error perform(Transport& transport, const http_request& request, http_response& response) {
    static_assert(
        is_transport<Transport>,
        "unfriend: a transport is a callable of one of three shapes: reply(const http_request&) with reply.status "
        "and reply.body; std::error_code(const http_request&, http_response&); or an expected<reply> of a "
        "std::error_code, with operator* and error()");
    constexpr detail::transport_shape shape = detail::shape_of<Transport>();
    error failure;
    if constexpr (shape == detail::transport_shape::returns_reply) {
        auto&& reply = transport(request);
        failure = detail::take_reply(reply, response);
    } else if constexpr (shape == detail::transport_shape::returns_expected) {
        auto&& reply = transport(request);
        failure = reply ? detail::take_reply(*reply, response) : error(reply.error());
        if (!reply && !failure) failure = errc::transport_failed;
    } else if constexpr (shape == detail::transport_shape::appends) {
        failure = transport(request, response);
    }
    if (response.overflowed()) return {errc::body_too_large, response.capacity()};
    return failure;
}

}} // namespace unfriend::v0_2

// ==== unfriend/http/completion.hpp ==============================================================

// How a transport that finishes later ends an attempt.
//
//   void transport(const unfriend::http_request& request, unfriend::completion done)
//   {
//       start(request.url, request.body, [done = std::move(done)](int status, std::string_view body) mutable {
//           done(status, body);                           // or done(std::error_code)
//       });
//   }

namespace unfriend { inline namespace v0_2 {

namespace detail {

/// Where a completion puts an answer until the call is polled. Owned by the call and the completions together: each may
/// outlive the other, and the last one destroys it. Completions of an earlier attempt have another number, and change
/// nothing.
class mailbox {
public:
    /// Has one owner. `destroy` frees the memory of the mailbox.
    explicit mailbox(void (*destroy)(mailbox&) noexcept) noexcept : destroy_(destroy) {}
    mailbox(const mailbox&) = delete;
    mailbox& operator=(const mailbox&) = delete;

    void add_owner() noexcept { owners_.fetch_add(1, std::memory_order_relaxed); }
    void drop_owner() noexcept {
        if (owners_.fetch_sub(1, std::memory_order_acq_rel) == 1) destroy_(*this);
    }

    /// An attempt begins, whose answer goes to `answer`. Returns its number, for the first completion of it.
    std::uint64_t begin(http_response& answer) noexcept {
        const lock_guard locked(mutex_);
        answer_ = &answer;
        completions_ = 1;
        is_delivered_ = false;
        return ++attempt_;
    }

    /// The call no longer waits for the attempt. True while a completion is out: the transport may read the request.
    bool abandon() noexcept {
        const lock_guard locked(mutex_);
        answer_ = nullptr;
        is_delivered_ = false;
        return completions_ != 0;
    }

    /// Takes the news of the attempt's end, once; false when there is none.
    bool collect(error& failure) noexcept {
        const lock_guard locked(mutex_);
        if (is_delivered_) failure = failure_;
        return std::exchange(is_delivered_, false);
    }

    /// The same for the last time: what has not been delivered by now does not count any more.
    bool close(error& failure) noexcept {
        const lock_guard locked(mutex_);
        answer_ = nullptr;
        if (is_delivered_) failure = failure_;
        return std::exchange(is_delivered_, false);
    }

    void add_completion(std::uint64_t attempt) noexcept {
        const lock_guard locked(mutex_);
        if (attempt == attempt_ && completions_ != 0) ++completions_;
    }
    /// The last one that is dropped ends the attempt.
    void drop_completion(std::uint64_t attempt) noexcept {
        const lock_guard locked(mutex_);
        if (attempt != attempt_ || completions_ == 0 || --completions_ != 0) return;
        if (answer_ != nullptr) finish(errc::transport_failed);
    }

    void deliver(std::uint64_t attempt, error failure, int status, std::string_view body,
                 std::string_view retry_after) noexcept {
        const lock_guard locked(mutex_);
        if (attempt != attempt_) return;
        completions_ = 0;
        if (answer_ == nullptr) return;
        answer_->status = status;
        answer_->append(body.data(), body.size());
        answer_->set_retry_after(retry_after);
        finish(failure);
    }

    /// The attempt ended, and its answer, if there is one, is in place.
    void end(std::uint64_t attempt, error failure) noexcept {
        const lock_guard locked(mutex_);
        if (attempt != attempt_) return;
        completions_ = 0;
        if (answer_ != nullptr) finish(failure);
    }

protected:
    ~mailbox() = default;

private:
    void finish(error failure) noexcept {
        answer_ = nullptr;
        failure_ = failure;
        is_delivered_ = true;
    }

    void (*const destroy_)(mailbox&) noexcept;
    std::atomic<std::size_t> owners_{1};
    mutex mutex_;
    http_response* answer_ = nullptr; // null: no answer counts any more
    std::uint64_t attempt_ = 0;
    std::size_t completions_ = 0; // of this attempt; 0 once one of them was called
    bool is_delivered_ = false;
    error failure_;
};

} // namespace detail

/// The right to end one attempt, once: from the transport's own call, later, from any thread, or never. After the call
/// was cancelled or its client destroyed it does nothing. It can be copied, into a `std::function` for example; the
/// first copy that is called ends the attempt, and the last copy that is dropped ends it with `errc::transport_failed`.
///
/// The views of the `http_request` live until a copy is called or all are destroyed. Allocates nothing.
class completion {
public:
    completion() noexcept = default;
    completion(detail::mailbox& box, std::uint64_t attempt) noexcept : box_(&box), attempt_(attempt) {
        box.add_owner();
    }
    completion(completion&& other) noexcept : box_(std::exchange(other.box_, nullptr)), attempt_(other.attempt_) {}
    completion(const completion& other) noexcept : box_(other.box_), attempt_(other.attempt_) {
        if (box_ == nullptr) return;
        box_->add_owner();
        box_->add_completion(attempt_);
    }
    completion& operator=(completion other) noexcept {
        std::swap(box_, other.box_);
        std::swap(attempt_, other.attempt_);
        return *this;
    }
    ~completion() {
        if (box_ == nullptr) return;
        box_->drop_completion(attempt_);
        box_->drop_owner();
    }

    /// There is an answer; its bytes are copied. `retry_after`: the value of its `Retry-After` header, if any.
    void operator()(int status, std::string_view body, std::string_view retry_after = {}) noexcept {
        deliver({}, status, body, retry_after);
    }
    /// There is no answer. An error that compares equal to `std::errc::not_connected`, for example, means that nothing
    /// was sent (see transport.hpp).
    void operator()(error failure) noexcept { deliver(failure ? failure : error(errc::transport_failed), 0, {}, {}); }

    /// This copy was neither called nor moved from.
    explicit operator bool() const noexcept { return box_ != nullptr; }

private:
    void deliver(error failure, int status, std::string_view body, std::string_view retry_after) noexcept {
        detail::mailbox* const box = std::exchange(box_, nullptr);
        if (box == nullptr) return;
        box->deliver(attempt_, failure, status, body, retry_after);
        box->drop_owner();
    }

    detail::mailbox* box_ = nullptr; // one of its owners
    std::uint64_t attempt_ = 0;
};

/// Whether `Transport` finishes later: a callable of `(const http_request&, completion)`.
template <class Transport>
inline constexpr bool is_async_transport = std::is_invocable_v<Transport&, const http_request&, completion>;

}} // namespace unfriend::v0_2

// ==== unfriend/http/detail/host.hpp =============================================================

// Checks the host of a URL, with or without a port: RFC 3986, sections 3.2.2 and 3.2.3, and for domain names RFC 1123,
// section 2.1.

namespace unfriend { inline namespace v0_2 { namespace detail {

/// Bytes that a host with a port can have: 253 of a name, or an address in brackets, and `:65535`.
inline constexpr std::size_t max_host_size = 262;

/// A decimal number from 0 to `max`, which has at most 5 digits; without leading zeros.
constexpr bool is_decimal(std::string_view text, unsigned max) noexcept {
    if (text.empty() || text.size() > 5 || (text.size() > 1 && text[0] == '0')) return false;
    unsigned number = 0;
    for (const char c : text) {
        if (!is_digit(c)) return false;
        number = number * 10 + static_cast<unsigned>(c - '0');
    }
    return number <= max;
}

/// Four decimal numbers: `IPv4address`.
constexpr bool is_ipv4(std::string_view text) noexcept {
    for (int dots = 0; dots < 3; ++dots) {
        const std::size_t dot = text.find('.');
        if (dot == std::string_view::npos || !is_decimal(text.substr(0, dot), 255)) return false;
        text.remove_prefix(dot + 1);
    }
    return is_decimal(text, 255);
}

/// 16 bits of an IPv6 address: 1 to 4 hexadecimal digits.
constexpr bool is_ipv6_group(std::string_view text) noexcept {
    for (const char c : text) {
        if (hex_value(c) < 0) return false;
    }
    return !text.empty() && text.size() <= 4;
}

/// How many groups `text` has between single colons, 0 if it is empty. `is_end`: the last 32 bits of the address may be
/// an IPv4 address, which counts as two groups. 9, one more than any address has, if `text` is malformed.
constexpr std::size_t count_ipv6_groups(std::string_view text, bool is_end) noexcept {
    constexpr std::size_t malformed = 9;
    if (text.empty()) return 0;
    for (std::size_t groups = 0;; ++groups) {
        const std::size_t colon = text.find(':');
        const std::string_view group = text.substr(0, colon);
        const bool is_last = colon == std::string_view::npos;
        if (is_last && is_end && is_ipv4(group)) return groups + 2;
        if (!is_ipv6_group(group)) return malformed;
        if (is_last) return groups + 1;
        text.remove_prefix(colon + 1);
    }
}

/// `IPv6address`: 8 groups, or fewer with one `::` in place of those that are zero. No zone.
constexpr bool is_ipv6(std::string_view text) noexcept {
    const std::size_t zeros = text.find("::");
    if (zeros == std::string_view::npos) return count_ipv6_groups(text, true) == 8;
    return count_ipv6_groups(text.substr(0, zeros), false) + count_ipv6_groups(text.substr(zeros + 2), true) <= 7;
}

/// 1 to 63 letters, digits, hyphens and underscores, without a hyphen at either end. RFC 1123 has no underscore;
/// names inside container networks do.
constexpr bool is_label(std::string_view text) noexcept {
    if (text.empty() || text.size() > 63 || text.front() == '-' || text.back() == '-') return false;
    for (const char c : text) {
        if (!is_alphanumeric(c) && c != '-' && c != '_') return false;
    }
    return true;
}

/// Whether resolvers read `label` as a number: decimal, octal, or hexadecimal after `0x`.
constexpr bool is_number(std::string_view label) noexcept {
    const bool is_hexadecimal = label.size() > 1 && label[0] == '0' && to_lower(label[1]) == 'x';
    for (const char c : label.substr(is_hexadecimal ? 2 : 0)) {
        if (is_hexadecimal ? hex_value(c) < 0 : !is_digit(c)) return false;
    }
    return true;
}

/// Labels with dots between them, 253 bytes at most, and perhaps a dot at the end. The last label is not a number:
/// many resolvers take `127.1` and `0x7f000001` for addresses.
constexpr bool is_domain_name(std::string_view text) noexcept {
    if (!text.empty() && text.back() == '.') text.remove_suffix(1);
    if (text.size() > 253) return false;
    for (;;) {
        const std::size_t dot = text.find('.');
        const std::string_view label = text.substr(0, dot);
        if (!is_label(label)) return false;
        if (dot == std::string_view::npos) return !is_number(label);
        text.remove_prefix(dot + 1);
    }
}

/// Whether `text` is HOST or HOST:PORT. HOST is a domain name, an IPv4 address or an IPv6 address in brackets; PORT is
/// 1 to 65535.
constexpr bool is_host(std::string_view text) noexcept {
    const bool is_bracketed = !text.empty() && text.front() == '[';
    const std::size_t bracket = is_bracketed ? text.find(']') : 0;
    if (bracket == std::string_view::npos) return false;
    const std::size_t host_size = is_bracketed ? bracket + 1 : text.find(':');
    const std::string_view host = text.substr(0, host_size);
    if (host.size() != text.size()) {
        const std::string_view port = text.substr(host.size() + 1);
        if (text[host.size()] != ':' || port == "0" || !is_decimal(port, 65535)) return false;
    }
    return is_bracketed ? is_ipv6(host.substr(1, host.size() - 2)) : is_ipv4(host) || is_domain_name(host);
}

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/http/endpoint.hpp ================================================================

// The hosts of a call: those of a region of the service, or the caller's own. The addresses of the service's hosts
// change: a firewall must allow them by name.
//
//   unfriend::endpoint endpoint = unfriend::region::singapore;
//   unfriend::endpoint own("gateway.example:8443");
//
// Implements "RESTful API Overview". Depends on no other library.

namespace unfriend { inline namespace v0_2 {

/// The data centre of the app.
enum class region : std::uint8_t {
    china,
    singapore,
    seoul,
    tokyo, ///< in documents of 2025
    frankfurt,
    mumbai, ///< in documents of 2023, not in later ones
    silicon_valley,
    jakarta, ///< in documents of 2024 and later
};

/// A row of the table of hosts. Its texts are valid as long as the program runs.
struct region_entry {
    unfriend::region region;
    std::string_view name;        ///< "singapore", for example: see `parse_region`
    std::string_view host;        ///< the host to use first
    std::string_view backup_host; ///< the host to use when DNS is hijacked
};

namespace detail {

using std::literals::string_view_literals::operator""sv; // a length that the compiler need not compute

inline constexpr region_entry region_table[] = {
    {region::china, "china"sv, "console.tim.qq.com"sv, "adminapi.my-imcloud.com"sv},
    {region::singapore, "singapore"sv, "adminapisgp.im.qcloud.com"sv, "adminapisgp.my-imcloud.com"sv},
    {region::seoul, "seoul"sv, "adminapikr.im.qcloud.com"sv, "adminapikr.my-imcloud.com"sv},
    {region::tokyo, "tokyo"sv, "adminapijpn.im.qcloud.com"sv, "adminapijpn.my-imcloud.com"sv},
    {region::frankfurt, "frankfurt"sv, "adminapiger.im.qcloud.com"sv, "adminapiger.my-imcloud.com"sv},
    {region::mumbai, "mumbai"sv, "adminapiind.im.qcloud.com"sv, "adminapiind.my-imcloud.com"sv},
    {region::silicon_valley, "silicon_valley"sv, "adminapiusa.im.qcloud.com"sv, "adminapiusa.my-imcloud.com"sv},
    {region::jakarta, "jakarta"sv, "adminapiidn.im.qcloud.com"sv, "adminapiidn.my-imcloud.com"sv},
};

} // namespace detail

/// Every region, in the order of `region`.
inline constexpr const auto& regions = detail::region_table;

/// The region with the name `name`, "silicon_valley" for example. No value if there is none. Allocates nothing.
constexpr std::optional<region> parse_region(std::string_view name) noexcept {
    for (const region_entry& entry : regions) {
        if (entry.name == name) return entry.region;
    }
    return std::nullopt;
}

/// The host of a URL, with or without a port: `HOST` or `HOST:PORT`. HOST is a domain name (RFC 1123), an IPv4 address
/// or an IPv6 address in brackets (RFC 3986); PORT is 1 to 65535. The text is checked on construction; any other text
/// gives a host that is not valid. Holds a view: the text must outlive it.
class host_name {
public:
    /// A host that is not valid.
    constexpr host_name() noexcept = default;
    /// The host `text`, if it is one.
    constexpr host_name(std::string_view text UNFRIEND_LIFETIMEBOUND) noexcept
        : text_(detail::is_host(text) ? text : std::string_view()) {}
    constexpr host_name(const char* text UNFRIEND_LIFETIMEBOUND) noexcept : host_name(std::string_view(text)) {}

    /// Whether the text is a host.
    constexpr bool valid() const noexcept { return !text_.empty(); }
    /// The text, or an empty one if the host is not valid.
    constexpr std::string_view text() const noexcept { return text_; }

private:
    friend class endpoint;

    struct checked {};
    constexpr host_name(std::string_view text, checked) noexcept : text_(text) {}

    std::string_view text_;
};

/// A host and its backup, both reached over HTTPS. Holds copies of their texts, 262 bytes each. Allocates nothing.
class endpoint {
public:
    /// The hosts of a region.
    constexpr endpoint(region where) noexcept
        : endpoint(host_name(regions[static_cast<std::size_t>(where)].host),
                   host_name(regions[static_cast<std::size_t>(where)].backup_host)) {}
    /// Hosts of the caller. If `host` is not valid, calls fail with `errc::invalid_host`.
    constexpr endpoint(host_name host, host_name backup_host = {}) noexcept : host_(host), backup_host_(backup_host) {}
    /// The same from any text, such as `"gateway.example:8443"` or a `std::string`.
    template <class Host, class = std::enable_if_t<std::is_convertible_v<const Host&, std::string_view>>>
    constexpr endpoint(const Host& host, std::string_view backup_host = {}) noexcept
        : endpoint(host_name(std::string_view(host)), host_name(backup_host)) {}

    /// The host to use first. Its text is valid as long as the endpoint is.
    constexpr host_name host() const noexcept UNFRIEND_LIFETIMEBOUND { return host_.view(); }
    /// The host to use when the first cannot be reached; not valid if there is none.
    constexpr host_name backup_host() const noexcept UNFRIEND_LIFETIMEBOUND { return backup_host_.view(); }

private:
    class stored_host {
    public:
        constexpr explicit stored_host(host_name host) noexcept : size_(host.text().size()) {
            for (std::size_t i = 0; i < size_; ++i) text_[i] = host.text()[i];
        }
        constexpr host_name view() const noexcept { return {std::string_view(text_, size_), host_name::checked()}; }

    private:
        char text_[detail::max_host_size] = {};
        std::size_t size_;
    };

    stored_host host_;
    stored_host backup_host_;
};

}} // namespace unfriend::v0_2

// ==== unfriend/core/detail/bounds.hpp ===========================================================

// The smaller and the larger of two values. <algorithm> has them too, and costs more to include than all of `core`.

namespace unfriend { inline namespace v0_2 { namespace detail {

template <class T>
constexpr T smaller(T left, T right) noexcept {
    return right < left ? right : left;
}

template <class T>
constexpr T larger(T left, T right) noexcept {
    return left < right ? right : left;
}

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/http/retry_after.hpp =============================================================

// Reads the `Retry-After` header of a response.
//
//   if (auto wait = unfriend::parse_retry_after(response.retry_after(), unix_now)) sleep(*wait);
//
// Implements RFC 9110, 10.2.3 ("Retry-After") and 5.6.7 ("Date/Time Formats").

namespace unfriend { inline namespace v0_2 {

namespace detail {

/// Days from 1970-01-01 to a day of the Gregorian calendar. `month`: 1 to 12; `day`: 1 to 31.
constexpr std::int64_t days_since_1970(std::int64_t year, std::int64_t month, std::int64_t day) noexcept {
    // Years that begin in March have their leap day at the end.
    const std::int64_t shifted_year = month > 2 ? year : year - 1;
    const std::int64_t months_since_march = (month + 9) % 12;
    const std::int64_t day_of_year = (153 * months_since_march + 2) / 5 + day - 1;
    const std::int64_t leap_days = shifted_year / 4 - shifted_year / 100 + shifted_year / 400;
    constexpr std::int64_t before_1970 = 719'468;
    return 365 * shifted_year + leap_days + day_of_year - before_1970;
}

/// `month`: 1 to 12.
constexpr std::int64_t days_in_month(std::int64_t year, std::int64_t month) noexcept {
    const std::int64_t next = month == 12 ? days_since_1970(year + 1, 1, 1) : days_since_1970(year, month + 1, 1);
    return next - days_since_1970(year, month, 1);
}

/// Reads a text from left to right; once something does not fit, everything that follows fails.
class date_reader {
public:
    explicit constexpr date_reader(std::string_view text) noexcept : rest_(text) {}

    constexpr void expect(std::string_view text) noexcept {
        is_good_ = is_good_ && rest_.substr(0, text.size()) == text;
        skip(text.size());
    }

    /// A number of exactly `digits` digits, `least` to `most`. `pad`: what may stand for a leading zero.
    constexpr std::int64_t number(std::size_t digits, std::int64_t least, std::int64_t most, char pad = '0') noexcept {
        std::int64_t value = 0;
        for (std::size_t i = 0; i < digits; ++i) {
            const char c = i < rest_.size() ? rest_[i] : ' ';
            const bool is_padding = i == 0 && digits > 1 && c == pad;
            is_good_ = is_good_ && (is_padding || (c >= '0' && c <= '9'));
            value = 10 * value + (is_padding ? 0 : c - '0');
        }
        skip(digits);
        is_good_ = is_good_ && value >= least && value <= most;
        return value;
    }

    /// The position, from 1, of what comes next among `names`, which all have `size` characters; 0 for none.
    constexpr std::int64_t name(std::string_view names, std::size_t size) noexcept {
        const std::string_view found = rest_.substr(0, size);
        for (std::size_t i = 0; found.size() == size && i < names.size(); i += size) {
            if (names.substr(i, size) != found) continue;
            skip(size);
            return static_cast<std::int64_t>(i / size) + 1;
        }
        is_good_ = false;
        return 0;
    }

    constexpr bool is_at_end() const noexcept { return is_good_ && rest_.empty(); }

private:
    constexpr void skip(std::size_t size) noexcept { rest_.remove_prefix(smaller(size, rest_.size())); }

    std::string_view rest_;
    bool is_good_ = true;
};

/// Unix seconds of an HTTP-date of RFC 9110: the preferred form or one of the two obsolete ones. `unix_now` tells the
/// century of a year of two digits.
constexpr std::optional<std::int64_t> parse_http_date(std::string_view text, std::int64_t unix_now) noexcept {
    constexpr std::string_view days = "MonTueWedThuFriSatSun";
    constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
    constexpr std::int64_t seconds_a_day = 86'400;
    constexpr std::int64_t seconds_a_year = 31'556'952; // on average
    date_reader reader(text);
    std::int64_t year = 0;
    std::int64_t month = 0;
    std::int64_t day = 0;
    std::int64_t second_of_day = 0;
    const auto read_time = [&]() constexpr {
        second_of_day = 3600 * reader.number(2, 0, 23);
        reader.expect(":");
        second_of_day += 60 * reader.number(2, 0, 59);
        reader.expect(":");
        second_of_day += reader.number(2, 0, 60); // a leap second included
    };
    const std::int64_t day_of_week = reader.name(days, 3);
    if (text.size() > 3 && text[3] == ',') { // Sun, 06 Nov 1994 08:49:37 GMT
        reader.expect(", ");
        day = reader.number(2, 1, 31);
        reader.expect(" ");
        month = reader.name(months, 3);
        reader.expect(" ");
        year = reader.number(4, 0, 9999);
        reader.expect(" ");
        read_time();
        reader.expect(" GMT");
    } else if (text.size() > 3 && text[3] == ' ') { // Sun Nov  6 08:49:37 1994
        reader.expect(" ");
        month = reader.name(months, 3);
        reader.expect(" ");
        day = reader.number(2, 1, 31, ' ');
        reader.expect(" ");
        read_time();
        reader.expect(" ");
        year = reader.number(4, 0, 9999);
    } else { // Sunday, 06-Nov-94 08:49:37 GMT
        constexpr std::string_view endings[] = {"", "day", "sday", "nesday", "rsday", "day", "urday", "day"};
        reader.expect(endings[day_of_week]);
        reader.expect(", ");
        day = reader.number(2, 1, 31);
        reader.expect("-");
        month = reader.name(months, 3);
        reader.expect("-");
        year = 1900 + reader.number(2, 0, 99);
        reader.expect(" ");
        read_time();
        reader.expect(" GMT");
        // The latest year with these digits that is not more than 50 years ahead.
        const std::int64_t latest = 1970 + unix_now / seconds_a_year + 50;
        if (latest > year) year += (latest - year) / 100 * 100;
    }
    if (!reader.is_at_end() || day > days_in_month(year, month)) return std::nullopt;
    return days_since_1970(year, month, day) * seconds_a_day + second_of_day;
}

} // namespace detail

/// The longest time that `parse_retry_after` gives: a year.
inline constexpr std::chrono::seconds max_retry_after = std::chrono::hours(24 * 365);

/// How long a server asks to wait: 0 to `max_retry_after`. Nothing when `text` is neither a number of seconds nor a
/// date of RFC 9110. A date that has passed is no wait. `unix_now`: Unix seconds. Takes time linear in the text;
/// allocates nothing.
constexpr std::optional<std::chrono::seconds> parse_retry_after(std::string_view text, std::int64_t unix_now) noexcept {
    const auto is_space = [](char c) constexpr { return c == ' ' || c == '\t'; };
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    if (text.empty()) return std::nullopt;
    std::int64_t wait = 0;
    if (text.front() >= '0' && text.front() <= '9') {
        for (const char c : text) {
            if (c < '0' || c > '9') return std::nullopt;
            wait = detail::smaller<std::int64_t>(10 * wait + (c - '0'), max_retry_after.count());
        }
    } else {
        const std::optional<std::int64_t> date = detail::parse_http_date(text, unix_now);
        if (!date) return std::nullopt;
        wait = *date > unix_now ? *date - unix_now : 0;
    }
    return detail::smaller(std::chrono::seconds(wait), max_retry_after);
}

}} // namespace unfriend::v0_2

// ==== unfriend/core/detail/fixed_writer.hpp =====================================================

// Writes text into a fixed buffer.

#include <array>

namespace unfriend { inline namespace v0_2 { namespace detail {

/// A number as decimal text.
class decimal {
public:
    explicit decimal(std::uint64_t value) noexcept {
        for (; value >= 100; value /= 100) put_pair(value % 100);
        if (value >= 10) {
            put_pair(value);
        } else {
            digits_[--first_] = static_cast<char>('0' + value);
        }
    }
    std::string_view view() const noexcept { return {digits_ + first_, sizeof digits_ - first_}; }

private:
    /// 00 to 99, as text.
    static constexpr auto pairs = [] {
        std::array<char, 200> text{};
        for (std::size_t i = 0; i < text.size(); ++i) {
            text[i] = static_cast<char>('0' + (i % 2 == 0 ? i / 20 : i / 2 % 10));
        }
        return text;
    }();

    void put_pair(std::uint64_t value) noexcept {
        first_ -= 2;
        std::memcpy(digits_ + first_, pairs.data() + 2 * value, 2);
    }

    char digits_[20];
    std::size_t first_ = sizeof digits_;
};

/// Appends to a buffer. Once the text does not fit, it only counts the bytes.
class fixed_writer {
public:
    explicit fixed_writer(char_span buffer) noexcept : begin_(buffer.data()), capacity_(buffer.size()) {}

    void append(std::string_view text) noexcept {
        if (fits(text.size()) && !text.empty()) std::memcpy(begin_ + size_, text.data(), text.size());
        size_ += text.size();
    }

    void append(char c) noexcept {
        if (fits(1)) begin_[size_] = c;
        ++size_;
    }

    /// The free part of the buffer, to write to directly; `commit` adds what was written.
    char_span prepare() const noexcept { return fits(0) ? char_span(begin_ + size_, capacity_ - size_) : char_span(); }
    void commit(std::size_t more) noexcept { size_ += more; }

    /// The text, or `buffer_too_small` with the bytes that it takes.
    result<std::string_view> finish() const noexcept {
        if (size_ > capacity_) return {errc::buffer_too_small, size_};
        return std::string_view(begin_, size_);
    }

private:
    bool fits(std::size_t more) const noexcept { return size_ <= capacity_ && more <= capacity_ - size_; }

    char* begin_;
    std::size_t capacity_;
    std::size_t size_ = 0;
};

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/core/detail/sse2.hpp =============================================================

// Sixteen bytes at a time, by SSE2. GCC and Clang have vectors as types, so that <emmintrin.h> is not needed, which
// costs more to include than all of `core`.

#if defined(__SSE2__) || defined(_M_X64)

#if !defined(__GNUC__)
#include <emmintrin.h>
#include <intrin.h>
#endif

namespace unfriend { inline namespace v0_2 { namespace detail {

// Bytes are signed. A comparison gives 0xFF for each byte where it holds, else 0.
#if defined(__GNUC__)
using byte_vector = signed char __attribute__((vector_size(16)));

inline byte_vector each(int byte) noexcept { return static_cast<signed char>(byte) - byte_vector{}; }
inline byte_vector is_same(byte_vector left, byte_vector right) noexcept { return left == right; }
inline byte_vector is_below(byte_vector bytes, int bound) noexcept { return bytes < each(bound); }
inline byte_vector plus(byte_vector bytes, int byte) noexcept { // which may wrap around
    using unsigned_bytes = unsigned char __attribute__((vector_size(16)));
    return reinterpret_cast<byte_vector>(reinterpret_cast<unsigned_bytes>(bytes) +
                                         reinterpret_cast<unsigned_bytes>(each(byte)));
}
inline byte_vector either(byte_vector left, byte_vector right) noexcept {
    using words = unsigned long long __attribute__((vector_size(16))); // of bytes, GCC makes selections of them
    return reinterpret_cast<byte_vector>(reinterpret_cast<words>(left) | reinterpret_cast<words>(right));
}
inline unsigned high_bits(byte_vector bytes) noexcept {
    using chars = char __attribute__((vector_size(16)));
    return static_cast<unsigned>(__builtin_ia32_pmovmskb128(reinterpret_cast<chars>(bytes)));
}
/// The index of the lowest set bit of `mask`, which is not zero.
inline std::size_t lowest_bit(unsigned mask) noexcept { return static_cast<unsigned>(__builtin_ctz(mask)); }
#else
using byte_vector = __m128i;

inline byte_vector each(int byte) noexcept { return _mm_set1_epi8(static_cast<char>(byte)); }
inline byte_vector is_same(byte_vector left, byte_vector right) noexcept { return _mm_cmpeq_epi8(left, right); }
inline byte_vector is_below(byte_vector bytes, int bound) noexcept { return _mm_cmplt_epi8(bytes, each(bound)); }
inline byte_vector plus(byte_vector bytes, int byte) noexcept { return _mm_add_epi8(bytes, each(byte)); }
inline byte_vector either(byte_vector left, byte_vector right) noexcept { return _mm_or_si128(left, right); }
inline unsigned high_bits(byte_vector bytes) noexcept { return static_cast<unsigned>(_mm_movemask_epi8(bytes)); }
/// The index of the lowest set bit of `mask`, which is not zero.
inline std::size_t lowest_bit(unsigned mask) noexcept {
    unsigned long index;
    _BitScanForward(&index, mask);
    return index;
}
#endif

inline byte_vector load(const char* bytes) noexcept {
    byte_vector vector;
    std::memcpy(&vector, bytes, sizeof vector);
    return vector;
}

}}} // namespace unfriend::v0_2::detail

#endif

// ==== unfriend/core/detail/blocks.hpp ===========================================================

// Blocks of bytes that the machine looks at in one go. Every implementation is tested against the one that has one
// byte:
//
//   width                 bytes in a block
//   find_special(block)   index of the first byte that is not verbatim, or `width`
//   find_token(block)     index of the first byte that is not white space of JSON, or `width`
//   all_plain(block)      whether all bytes are plain
//   equal(left, right)    whether two blocks are equal
//   is_token(block)       whether all bytes are in the alphabet of UserSigs: letters, digits, `*` `-` `_`
//
// Verbatim is ASCII that a JSON string may contain as it is: 0x20 to 0x7F except `"` and `\`. Plain is the printable
// part of it, which excludes 0x7F.

#if defined(__ARM_NEON) && defined(__aarch64__)
#include <arm_neon.h>
#endif

namespace unfriend { inline namespace v0_2 { namespace detail {

constexpr bool is_verbatim(char c) noexcept {
    return static_cast<unsigned char>(c - 0x20) < 0x60 && c != '"' && c != '\\';
}

constexpr bool is_plain(char c) noexcept { return is_verbatim(c) && c != 0x7F; }

constexpr bool is_token_character(char c) noexcept { return is_alphanumeric(c) || c == '*' || c == '-' || c == '_'; }

struct byte_block { // the reference
    static constexpr std::size_t width = 1;
    static std::size_t find_special(const char* block) noexcept { return is_verbatim(*block) ? 1 : 0; }
    static std::size_t find_token(const char* block) noexcept { return is_space(*block) ? 1 : 0; }
    static bool all_plain(const char* block) noexcept { return is_plain(*block); }
    static bool equal(const char* left, const char* right) noexcept { return *left == *right; }
    static bool is_token(const char* block) noexcept { return is_token_character(*block); }
};

/// A byte, repeated eight times.
constexpr std::uint64_t each_byte(std::uint64_t byte) noexcept { return byte * 0x0101010101010101U; }

/// Eight bytes in a 64-bit word, for any machine and either byte order.
struct word_block {
    static constexpr std::size_t width = 8;

    static std::size_t find_special(const char* block) noexcept {
        if ((not_verbatim(load(block)) & each_byte(0x80)) == 0) return width;
        std::size_t index = 0;
        while (index < width && is_verbatim(block[index])) ++index;
        return index;
    }

    static std::size_t find_token(const char* block) noexcept {
        if (load(block) == each_byte(' ')) return width;
        std::size_t index = 0;
        while (index < width && is_space(block[index])) ++index;
        return index;
    }

    static bool all_plain(const char* block) noexcept {
        const std::uint64_t word = load(block);
        return ((not_verbatim(word) | (word + each_byte(1))) & each_byte(0x80)) == 0;
    }

    static bool equal(const char* left, const char* right) noexcept { return load(left) == load(right); }

    static bool is_token(const char* block) noexcept {
        std::size_t index = 0;
        while (index < width && is_token_character(block[index])) ++index;
        return index == width;
    }

private:
    static std::uint64_t load(const char* block) noexcept {
        std::uint64_t word;
        std::memcpy(&word, block, sizeof word);
        return word;
    }

    /// Sets the high bit of a byte that is below 0x20, the quote, the backslash, or above 0x7F. Only such bytes cause
    /// borrows, so a word without any gives no false positive.
    static std::uint64_t not_verbatim(std::uint64_t word) noexcept {
        return word | (word - each_byte(0x20)) | ((word ^ each_byte('"')) - each_byte(1)) |
               ((word ^ each_byte('\\')) - each_byte(1));
    }
};

#if defined(__SSE2__) || defined(_M_X64)

struct sse2_block {
    static constexpr std::size_t width = sizeof(byte_vector);

    /// Marks the bytes that are not verbatim. As signed numbers, those above 0x7F are below 0x20 too.
    static unsigned special_bytes(const char* block) noexcept {
        const byte_vector bytes = load(block);
        return high_bits(either(is_below(bytes, 0x20), marked(bytes)));
    }

    static std::size_t find_special(const char* block) noexcept {
        const unsigned special = special_bytes(block);
        return special == 0 ? width : lowest_bit(special);
    }

    static std::size_t find_token(const char* block) noexcept {
        const byte_vector bytes = load(block);
        const byte_vector space = either(either(is_same(bytes, each(' ')), is_same(bytes, each('\n'))),
                                         either(is_same(bytes, each('\r')), is_same(bytes, each('\t'))));
        const unsigned tokens = high_bits(space) ^ all;
        return tokens == 0 ? width : lowest_bit(tokens);
    }

    static bool all_plain(const char* block) noexcept {
        const byte_vector bytes = load(block);
        // Only the high bit counts. Adding 1 sets it for bytes above 0x7E, subtracting 0x20 for those below 0x20.
        return high_bits(either(either(plus(bytes, 1), plus(bytes, -0x20)), marked(bytes))) == 0;
    }

    static bool equal(const char* left, const char* right) noexcept {
        return high_bits(is_same(load(left), load(right))) == all;
    }

    static bool is_token(const char* block) noexcept {
        const byte_vector bytes = load(block);
        const byte_vector letter = is_among(either(bytes, each(0x20)), 'a', 26);
        const byte_vector sign =
            either(is_same(bytes, each('*')), either(is_same(bytes, each('-')), is_same(bytes, each('_'))));
        return high_bits(either(either(letter, is_among(bytes, '0', 10)), sign)) == all;
    }

private:
    static constexpr unsigned all = 0xFFFF; ///< a bit for each byte

    static byte_vector marked(byte_vector bytes) noexcept {
        return either(is_same(bytes, each('"')), is_same(bytes, each('\\')));
    }

    /// Marks the bytes in [first, first + count): they are moved to the bottom of the signed range and compared.
    static byte_vector is_among(byte_vector bytes, int first, int count) noexcept {
        return is_below(plus(bytes, -128 - first), -128 + count);
    }
};

/// Two blocks as one: texts shorter than this are scanned without a branch that depends on their length.
struct sse2_window {
    static constexpr std::size_t width = 2 * sse2_block::width;

    static std::size_t find_special(const char* window) noexcept {
        const unsigned special =
            sse2_block::special_bytes(window) | sse2_block::special_bytes(window + sse2_block::width) << 16U;
        return special == 0 ? width : lowest_bit(special);
    }
};
#endif

#if defined(__ARM_NEON) && defined(__aarch64__)
struct neon_block {
    static constexpr std::size_t width = 16;

    /// Four bits for each byte, in the order of the bytes: set for those that are not verbatim.
    static std::uint64_t special_bytes(const char* block) noexcept {
        const uint8x16_t bytes = load(block);
        const uint8x16_t outside = vorrq_u8(vcltq_u8(bytes, vdupq_n_u8(0x20)), vcgtq_u8(bytes, vdupq_n_u8(0x7F)));
        return nibbles_of(vorrq_u8(outside, marked(bytes)));
    }

    static std::size_t find_special(const char* block) noexcept { return first_of(special_bytes(block)); }

    static std::size_t find_token(const char* block) noexcept {
        const uint8x16_t bytes = load(block);
        const uint8x16_t space =
            vorrq_u8(vorrq_u8(vceqq_u8(bytes, vdupq_n_u8(' ')), vceqq_u8(bytes, vdupq_n_u8('\n'))),
                     vorrq_u8(vceqq_u8(bytes, vdupq_n_u8('\r')), vceqq_u8(bytes, vdupq_n_u8('\t'))));
        return first_of(~nibbles_of(space));
    }

    static bool all_plain(const char* block) noexcept {
        const uint8x16_t bytes = load(block);
        const uint8x16_t outside = vorrq_u8(vcltq_u8(bytes, vdupq_n_u8(0x20)), vcgtq_u8(bytes, vdupq_n_u8(0x7E)));
        return vmaxvq_u8(vorrq_u8(outside, marked(bytes))) == 0;
    }

    static bool equal(const char* left, const char* right) noexcept {
        return vminvq_u8(vceqq_u8(load(left), load(right))) == 0xFF;
    }

    static bool is_token(const char* block) noexcept {
        const uint8x16_t bytes = load(block);
        const uint8x16_t letter =
            vcltq_u8(vsubq_u8(vorrq_u8(bytes, vdupq_n_u8(0x20)), vdupq_n_u8('a')), vdupq_n_u8(26));
        const uint8x16_t digit = vcltq_u8(vsubq_u8(bytes, vdupq_n_u8('0')), vdupq_n_u8(10));
        const uint8x16_t sign = vorrq_u8(vceqq_u8(bytes, vdupq_n_u8('*')),
                                         vorrq_u8(vceqq_u8(bytes, vdupq_n_u8('-')), vceqq_u8(bytes, vdupq_n_u8('_'))));
        return vminvq_u8(vorrq_u8(vorrq_u8(letter, digit), sign)) == 0xFF;
    }

private:
    static std::uint64_t nibbles_of(uint8x16_t marked) noexcept {
        return vget_lane_u64(vreinterpret_u64_u8(vshrn_n_u16(vreinterpretq_u16_u8(marked), 4)), 0);
    }

    static std::size_t first_of(std::uint64_t nibbles) noexcept {
        return nibbles == 0 ? width : static_cast<std::size_t>(__builtin_ctzll(nibbles)) / 4;
    }

    static uint8x16_t marked(uint8x16_t bytes) noexcept {
        return vorrq_u8(vceqq_u8(bytes, vdupq_n_u8('"')), vceqq_u8(bytes, vdupq_n_u8('\\')));
    }

    static uint8x16_t load(const char* block) noexcept {
        uint8x16_t bytes;
        std::memcpy(&bytes, block, sizeof bytes);
        return bytes;
    }
};
#endif

#if defined(__SSE2__) || defined(_M_X64)
using native_block = sse2_block;
using native_window = sse2_window;
#elif defined(__ARM_NEON) && defined(__aarch64__)
using native_block = neon_block;
using native_window = neon_block;
#else
using native_block = word_block;
using native_window = word_block;
#endif

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/core/detail/simd.hpp =============================================================

// Operations on runs of bytes, a block at a time (blocks.hpp): find the end of the verbatim part of a JSON string or of
// white space, compare two runs, copy what is plain, check the alphabet of a UserSig. They read no byte outside.

namespace unfriend { inline namespace v0_2 { namespace detail {

/// The first byte of `[text, end)` that is not verbatim, or `end`. Reads no byte outside.
template <class Block = native_block, class Window = native_window>
inline const char* skip_verbatim(const char* text, const char* end) noexcept {
    while (static_cast<std::size_t>(end - text) >= Window::width) {
        const std::size_t index = Window::find_special(text);
        text += index;
        if (index != Window::width) return text;
    }
    while (static_cast<std::size_t>(end - text) >= Block::width) {
        const std::size_t index = Block::find_special(text);
        text += index;
        if (index != Block::width) return text;
    }
    while (text != end && is_verbatim(*text)) ++text;
    return text;
}

/// The first byte of `[text, end)` that is not white space of JSON, or `end`. Not inline, to keep those small that call
/// it: between most tokens there is no white space.
template <class Block = native_block>
#if defined(__GNUC__)
[[gnu::noinline]]
#endif
const char*
skip_space(const char* text, const char* end) noexcept {
    while (static_cast<std::size_t>(end - text) >= Block::width) {
        const std::size_t index = Block::find_token(text);
        text += index;
        if (index != Block::width) return text;
    }
    while (text != end && is_space(*text)) ++text;
    return text;
}

/// Whether the sixteen bytes of two words are plain.
template <class Block>
inline bool are_plain(std::uint64_t first, std::uint64_t second) noexcept {
    const std::uint64_t words[] = {first, second};
    char bytes[sizeof words];
    std::memcpy(bytes, words, sizeof words);
    bool plain = true;
    for (std::size_t at = 0; at != sizeof bytes; at += Block::width) plain &= Block::all_plain(bytes + at);
    return plain;
}

/// Copies the bytes of one `Word`, and returns it.
template <class Word>
inline Word copy_word(const char* from, char* to) noexcept {
    Word word;
    std::memcpy(&word, from, sizeof word);
    std::memcpy(to, &word, sizeof word);
    return word;
}

/// Copies `size` bytes and returns whether all of them are plain. Reads and writes no other byte.
template <class Block = native_block>
inline bool copy_plain(const char* from, std::size_t size, char* to) noexcept {
    // The last two pieces overlap.
    if (size >= 16) {
        bool plain = true;
        const auto copy_block = [&](std::size_t at) {
            plain &= Block::all_plain(from + at);
            std::memcpy(to + at, from + at, Block::width);
        };
        for (std::size_t at = 0; at + Block::width < size; at += Block::width) copy_block(at);
        copy_block(size - Block::width);
        return plain;
    }
    if (size >= 8) {
        const auto first = copy_word<std::uint64_t>(from, to);
        return are_plain<Block>(first, copy_word<std::uint64_t>(from + size - 8, to + size - 8));
    }
    if (size >= 4) {
        const std::uint64_t first = copy_word<std::uint32_t>(from, to);
        const std::uint64_t word = first << 32U | copy_word<std::uint32_t>(from + size - 4, to + size - 4);
        return are_plain<Block>(word, word);
    }
    if (size >= 2) {
        const std::uint64_t first = copy_word<std::uint16_t>(from, to);
        const std::uint64_t word = first << 16U | copy_word<std::uint16_t>(from + size - 2, to + size - 2);
        return are_plain<Block>(word | word << 32U, word | word << 32U);
    }
    if (size == 0) return true;
    *to = *from;
    return is_plain(*from);
}

/// Whether `text` is not empty and consists of the alphabet of UserSigs.
template <class Block = native_block>
inline bool is_token(const char* text, std::size_t size) noexcept {
    if (size < Block::width) {
        for (std::size_t at = 0; at < size; ++at) {
            if (!is_token_character(text[at])) return false;
        }
        return size != 0;
    }
    const std::size_t last = size - Block::width;
    for (std::size_t at = 0; at < last; at += Block::width) {
        if (!Block::is_token(text + at)) return false;
    }
    return Block::is_token(text + last);
}

/// Whether the words at both ends of two runs are equal; they overlap in runs of less than two words.
template <class Word>
inline bool equal_ends(const char* left, const char* right, std::size_t size) noexcept {
    const auto equal_at = [&](std::size_t at) {
        Word one;
        Word other;
        std::memcpy(&one, left + at, sizeof one);
        std::memcpy(&other, right + at, sizeof other);
        return one == other;
    };
    return equal_at(0) && equal_at(size - sizeof(Word));
}

/// Whether `size` bytes are equal. Reads no other byte, and few beyond the first that differs.
template <class Block = native_block>
inline bool equal_run(const char* left, const char* right, std::size_t size) noexcept {
    if (size >= Block::width) {
        const std::size_t last = size - Block::width;
        for (std::size_t at = 0; at < last; at += Block::width) {
            if (!Block::equal(left + at, right + at)) return false;
        }
        return Block::equal(left + last, right + last);
    }
    if (size >= 8) return equal_ends<std::uint64_t>(left, right, size);
    if (size >= 4) return equal_ends<std::uint32_t>(left, right, size);
    for (std::size_t at = 0; at < size; ++at) {
        if (left[at] != right[at]) return false;
    }
    return true;
}

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/http/detail/percent_encoding.hpp =================================================

// Percent-encoding (RFC 3986, section 2.1).

namespace unfriend { inline namespace v0_2 { namespace detail {

/// Whether `c` needs no encoding anywhere in a URL (RFC 3986, section 2.3).
constexpr bool is_unreserved(char c) noexcept {
    return is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

/// The number of bytes that each byte takes when it is percent-encoded.
inline constexpr auto percent_encoded_sizes = [] {
    std::array<unsigned char, 256> sizes{};
    for (std::size_t byte = 0; byte < sizes.size(); ++byte)
        sizes[byte] = is_unreserved(static_cast<char>(byte)) ? 1 : 3;
    return sizes;
}();

constexpr std::size_t percent_encoded_size(std::string_view text) noexcept {
    std::size_t size = 0;
    for (const char c : text) size += percent_encoded_sizes[static_cast<unsigned char>(c)];
    return size;
}

/// Whether `text` is an absolute path that needs no percent-encoding.
constexpr bool is_path(std::string_view text) noexcept {
    for (const char c : text) {
        if (percent_encoded_sizes[static_cast<unsigned char>(c)] != 1 && c != '/') return false;
    }
    return !text.empty() && text.front() == '/';
}

// Each of these writes to memory that is large enough and returns the end of what it wrote.

/// `text` is not empty.
inline char* write_text(std::string_view text, char* out) noexcept {
    std::memcpy(out, text.data(), text.size());
    return out + text.size();
}

inline char* write_percent_encoded(std::string_view text, char* out) noexcept {
    constexpr const char* digits = "0123456789ABCDEF";
    for (const char c : text) {
        if (is_unreserved(c)) {
            *out++ = c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            *out++ = '%';
            *out++ = digits[byte >> 4U];
            *out++ = digits[byte & 15U];
        }
    }
    return out;
}

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/http/url.hpp =====================================================================

// The URL of a call.
//
//   char buffer[unfriend::max_user_sig_size + 1024];
//   auto url = unfriend::encode_url(endpoint.host(), unfriend::friend_delete::path,
//                                   {sdk_app_id, "administrator", user_sig, random()}, buffer);
//
// Implements "RESTful API Overview". Depends on no other library.

namespace unfriend { inline namespace v0_2 {

/// The path of a URL: a slash, then any number of slashes and unreserved characters (RFC 3986, section 2.3). The text
/// is checked on construction; any other text gives a path that is not valid. Holds a view: the text must outlive it.
class url_path {
public:
    /// A path that is not valid.
    constexpr url_path() noexcept = default;
    /// The path `text`, if it is one.
    constexpr url_path(std::string_view text) noexcept : text_(detail::is_path(text) ? text : std::string_view()) {}
    constexpr url_path(const char* text) noexcept : url_path(std::string_view(text)) {}

    /// Whether the text is a path.
    constexpr bool valid() const noexcept { return !text_.empty(); }
    /// The text, or an empty one if the path is not valid.
    constexpr std::string_view text() const noexcept { return text_; }

private:
    std::string_view text_;
};

/// The parameters of the query. Holds views.
struct url_query {
    std::uint32_t sdk_app_id = 0; ///< the app; not zero
    std::string_view identifier;  ///< the UserID of an app admin; `encode_url` percent-encodes it
    std::string_view user_sig;    ///< a UserSig of that admin
    std::uint32_t random = 0;     ///< a random number, another for each request
};

/// Writes `https://HOSTPATH?sdkappid=…&identifier=…&usersig=…&random=…&contenttype=json` into `buffer`, and a NUL
/// behind it. Returns a view of it without the NUL, valid as long as `buffer` is.
///
/// Errors: `invalid_host`, `invalid_path`, `invalid_sdk_app_id`, `invalid_identifier`, `invalid_user_sig_text`,
/// `buffer_too_small` (detail: bytes needed, the NUL included). Linear in the size of the URL; allocates nothing.
template <class Limits = default_limits>
result<std::string_view> encode_url(host_name host, url_path path, const url_query& query,
                                    char_span buffer UNFRIEND_LIFETIMEBOUND) noexcept {
    if (!host.valid()) return errc::invalid_host;
    if (!path.valid()) return errc::invalid_path;
    if (query.sdk_app_id == 0) return errc::invalid_sdk_app_id;
    if (!detail::is_user_id(query.identifier, Limits::max_user_id_size)) return errc::invalid_identifier;
    if (!detail::is_token(query.user_sig.data(), query.user_sig.size())) return errc::invalid_user_sig_text;

    constexpr std::string_view scheme = "https://";
    constexpr std::string_view app_name = "?sdkappid=";
    constexpr std::string_view identifier_name = "&identifier=";
    constexpr std::string_view user_sig_name = "&usersig=";
    constexpr std::string_view random_name = "&random=";
    constexpr std::string_view ending = "&contenttype=json";
    const detail::decimal app(query.sdk_app_id);
    const detail::decimal random(query.random);
    const std::size_t identifier_size = detail::percent_encoded_size(query.identifier);
    const std::size_t size = scheme.size() + host.text().size() + path.text().size() + app_name.size() +
                             app.view().size() + identifier_name.size() + identifier_size + user_sig_name.size() +
                             query.user_sig.size() + random_name.size() + random.view().size() + ending.size();
    if (buffer.size() <= size) return {errc::buffer_too_small, size + 1};
    char* out = detail::write_text(scheme, buffer.data());
    out = detail::write_text(host.text(), out);
    out = detail::write_text(path.text(), out);
    out = detail::write_text(app_name, out);
    out = detail::write_text(app.view(), out);
    out = detail::write_text(identifier_name, out);
    out = identifier_size == query.identifier.size() ? detail::write_text(query.identifier, out)
                                                     : detail::write_percent_encoded(query.identifier, out);
    out = detail::write_text(user_sig_name, out);
    out = detail::write_text(query.user_sig, out);
    out = detail::write_text(random_name, out);
    out = detail::write_text(random.view(), out);
    out = detail::write_text(ending, out);
    *out = '\0';
    return std::string_view(buffer.data(), size);
}

/// Bytes that any URL fits into whose host, path, identifier and UserSig have at most the sizes given, the NUL
/// included.
constexpr std::size_t max_url_size(std::size_t host, std::size_t path, std::size_t identifier,
                                   std::size_t user_sig) noexcept {
    constexpr std::size_t fixed = 8 + 10 + 10 + 12 + 9 + 8 + 10 + 17 + 1;
    return fixed + host + path + 3 * identifier + user_sig;
}

}} // namespace unfriend::v0_2

// ==== unfriend/http.hpp =========================================================================

// Where requests go, and what carries them:
//
//   endpoint      the service's regions with their backup hosts, or a host of the caller's
//   url           the URL of a call
//   transport     what a transport is: any callable that sends a request and returns a response
//   retry_after   how long a server asks to wait
//   completion    how a transport that finishes later reports its response

// The codec: requests encoded, responses decoded (RapidJSON)

// ==== unfriend/messages/delete_type.hpp =========================================================

// One-way or two-way deletion. Implements `DeleteType` of "Deleting Friends" and "Deleting All Friends".
//
//   unfriend::friend_delete_request request{"alice", friends, unfriend::delete_type::both};

namespace unfriend { inline namespace v0_2 {

/// The lists that a deletion changes.
enum class delete_type : std::uint8_t {
    unspecified, ///< DeleteType is not sent: the service's default, which is one-way
    single,      ///< one-way: To_Account leaves From_Account's list only
    both,        ///< two-way: each account leaves the other's list
};

/// The value on the wire; empty for `unspecified`, which is not sent.
constexpr std::string_view wire_value(delete_type type) noexcept {
    switch (type) {
    case delete_type::single: return "Delete_Type_Single";
    case delete_type::both: return "Delete_Type_Both";
    case delete_type::unspecified: break;
    }
    return {};
}

}} // namespace unfriend::v0_2

// ==== unfriend/core/detail/filtered.hpp =========================================================

// A view of the elements of a range that satisfy a predicate.

namespace unfriend { inline namespace v0_2 { namespace detail {

/// Filters `[first, last)` while it is iterated over. Valid as long as the range is; allocates nothing.
template <class Iterator, class Predicate>
class filtered {
public:
    class iterator {
    public:
        using iterator_category = std::forward_iterator_tag;
        using reference = decltype(*std::declval<const Iterator&>());
        using value_type = std::remove_cv_t<std::remove_reference_t<reference>>;
        using difference_type = std::ptrdiff_t;
        using pointer = std::remove_reference_t<reference>*;

        iterator() = default;
        iterator(Iterator at, Iterator last) : at_(at), last_(last) { skip(); }

        reference operator*() const { return *at_; }
        pointer operator->() const { return &*at_; }
        iterator& operator++() {
            ++at_;
            skip();
            return *this;
        }
        iterator operator++(int) {
            iterator before = *this;
            ++*this;
            return before;
        }
        friend bool operator==(const iterator& left, const iterator& right) { return left.at_ == right.at_; }
        friend bool operator!=(const iterator& left, const iterator& right) { return !(left == right); }

    private:
        void skip() {
            while (at_ != last_ && !Predicate{}(*at_)) ++at_;
        }

        Iterator at_{};
        Iterator last_{};
    };

    filtered(Iterator first, Iterator last) : first_(first), last_(last) {}

    iterator begin() const { return {first_, last_}; }
    iterator end() const { return {last_, last_}; }
    bool empty() const { return begin() == end(); }
    /// Linear in the range.
    std::size_t size() const {
        std::size_t size = 0;
        for (iterator at = begin(); at != end(); ++at) ++size;
        return size;
    }

private:
    Iterator first_;
    Iterator last_;
};

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/core/detail/text_range.hpp =======================================================

// Ranges of a caller's texts.

namespace unfriend { inline namespace v0_2 { namespace detail {

template <class Text>
std::string_view view_text(const Text& text) noexcept {
    return text_access<Text>::view(text);
}

template <class Range, class = void>
struct is_const_range : std::false_type {};
template <class Range>
struct is_const_range<Range, std::void_t<decltype(std::begin(std::declval<const Range&>()))>> : std::true_type {};

/// A range to iterate over: as it is, or a copy of a view whose `begin` is not `const`.
template <class Range>
decltype(auto) iterable(const Range& range) {
    if constexpr (is_const_range<Range>::value) {
        return (range);
    } else {
        static_assert(std::is_copy_constructible_v<Range>, "unfriend: the accounts are a view that can neither be "
                                                           "iterated over as const nor copied: pass it as an lvalue");
        return Range(range);
    }
}
template <class Range>
Range& iterable(Range& range) {
    return range;
}

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/json/detail/item_window.hpp ======================================================

// Where the decoder puts items: room for the next one, and what to do when there is none. The container behind it is
// unknown here.

namespace unfriend { inline namespace v0_2 { namespace detail {

template <class Item>
struct item_window {
    Item* next = nullptr; ///< the next item is decoded here
    Item* last = nullptr; ///< end of the room
    std::size_t seen = 0; ///< items in the list so far, stored or not
    void* owner = nullptr;
    /// Makes room for another item by moving `next`. False when the storage is full.
    bool (*make_room)(item_window&) = nullptr;
    /// Removes every item, because the list is repeated. False when they cannot be taken back.
    bool (*restart)(item_window&) = nullptr;

    bool has_room() { return next != last || (make_room != nullptr && make_room(*this)); }
};

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/json/detail/number.hpp ===========================================================

// Numbers that RapidJSON refuses although they are JSON: those beyond the range of `double`, such as 1e400.

namespace unfriend { inline namespace v0_2 { namespace detail {

constexpr bool begins_number(char c) noexcept { return is_digit(c) || c == '-'; }

/// Whether a number of two or more characters can have this one as its second.
constexpr bool continues_number(char c) noexcept { return is_digit(c) || c == '.' || c == 'e' || c == 'E'; }

/// Whether the eight bytes at `text` are digits: their high halves are those of '0', and stay so when 6 is added.
inline bool are_digits(const char* text) noexcept {
    std::uint64_t word;
    std::memcpy(&word, text, sizeof word);
    constexpr std::uint64_t high = each_byte(0xF0);
    return ((word & high) | ((word + each_byte(6)) & high) >> 4U) == each_byte(0x33);
}

/// The first byte of `[text, end)` that is not a digit, or `end`.
template <class Char>
inline Char* skip_digits(Char* text, Char* end) noexcept {
    for (std::size_t few = 8; few != 0; --few) { // most numbers have no more
        if (text == end || !is_digit(*text)) return text;
        ++text;
    }
    while (end - text >= 8 && are_digits(text)) text += 8;
    while (text != end && is_digit(*text)) ++text;
    return text;
}

/// The end of the number at the start of `[text, end)`, of any size; null when there is none.
inline const char* skip_number(const char* text, const char* end) noexcept {
    if (text != end && *text == '-') ++text;
    const char* const first = text;
    text = skip_digits(first, end);
    if (text == first || (*first == '0' && text - first > 1)) return nullptr;
    if (text != end && *text == '.') {
        const char* const fraction = ++text;
        text = skip_digits(fraction, end);
        if (text == fraction) return nullptr;
    }
    if (text != end && (*text == 'e' || *text == 'E')) {
        ++text;
        if (text != end && (*text == '+' || *text == '-')) ++text;
        const char* const exponent = text;
        text = skip_digits(exponent, end);
        if (text == exponent) return nullptr;
    }
    return text;
}

/// The size of the shortest number beyond the range of `double`: 1e309.
inline constexpr std::ptrdiff_t shortest_beyond_double = 5;

/// Replaces the number at `text` with 9e99 (of the same sign and size) if it may exceed the range of `double`. No
/// member takes either of the two, and RapidJSON then passes over the number where a member is unknown.
inline void limit_number(char* text, char* end) noexcept {
    constexpr std::ptrdiff_t max_digits = 300; // of about 308
    char* const first = *text == '-' ? text + 1 : text;
    char* next = skip_digits(first, end);
    if (next == first || (*first == '0' && next - first > 1)) return; // not a number: RapidJSON says why
    std::ptrdiff_t digits = next - first;
    if (next != end && *next == '.') {
        char* const fraction = next + 1;
        next = skip_digits(fraction, end);
        if (next == fraction) return;
    }
    if (next != end && (*next == 'e' || *next == 'E')) {
        char* exponent = next + 1;
        const bool negative = exponent != end && *exponent == '-';
        if (exponent != end && (*exponent == '+' || *exponent == '-')) ++exponent;
        next = skip_digits(exponent, end);
        if (next == exponent) return;
        std::ptrdiff_t value = 0;
        for (const char* digit = exponent; digit != next; ++digit) {
            value = smaller<std::ptrdiff_t>(value * 10 + (*digit - '0'), max_digits + 1);
        }
        if (!negative) digits += value;
    }
    if (digits <= max_digits) return;
    std::memset(first, '0', static_cast<std::size_t>(next - first));
    first[0] = '9';
    first[1] = 'e';
    next[-2] = '9';
    next[-1] = '9';
}

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/json/detail/rapidjson.hpp ========================================================

// RapidJSON's SAX reader. Other headers include this one instead of RapidJSON's own.

// Xlib.h defines `Bool`, which is a member of RapidJSON's handlers.
#pragma push_macro("Bool")
#undef Bool
#include <rapidjson/reader.h>
#pragma pop_macro("Bool")

// ==== unfriend/json/detail/text.hpp =============================================================

// The inside of a JSON string: its validity and its value (RFC 8259, RFC 3629).

namespace unfriend { inline namespace v0_2 { namespace detail {

/// The size of the UTF-8 sequence that begins with `lead`; 0 when none does. RFC 3629 excludes overlong forms,
/// surrogates and everything beyond U+10FFFF.
constexpr std::size_t utf8_sequence_size(unsigned lead) noexcept {
    if (lead < 0xC2 || lead > 0xF4) return 0;
    return lead >= 0xF0 ? 4U : (lead >= 0xE0 ? 3U : 2U);
}

/// The number of bytes, of the first `size` of `text`, that can be part of one UTF-8 sequence beyond ASCII: all of
/// them, or those before the first invalid one.
inline std::size_t utf8_matching(const char* text, std::size_t size) noexcept {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned lead = byte(0);
    const unsigned second_min = lead == 0xE0 ? 0xA0U : (lead == 0xF0 ? 0x90U : 0x80U);
    const unsigned second_max = lead == 0xED ? 0x9FU : (lead == 0xF4 ? 0x8FU : 0xBFU);
    if (size < 2 || byte(1) < second_min || byte(1) > second_max) return 1;
    std::size_t matching = 2;
    while (matching < size && (byte(matching) & 0xC0U) == 0x80U) ++matching;
    return matching;
}

/// The size of the UTF-8 sequence beyond ASCII at the start of `[text, end)`; 0 when there is none.
inline std::size_t utf8_sequence(const char* text, const char* end) noexcept {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const auto is_tail = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
    const auto left = static_cast<std::size_t>(end - text);
    const unsigned lead = byte(0);
    if (lead < 0xE0) return lead >= 0xC2 && left >= 2 && is_tail(1) ? 2 : 0;
    if (lead < 0xF0) {
        if (left < 3 || !is_tail(1) || !is_tail(2)) return 0;
        return (lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xED && byte(1) > 0x9F) ? 0 : 3;
    }
    return lead <= 0xF4 && left >= 4 && utf8_matching(text, 4) == 4 ? 4 : 0;
}

/// Where a UTF-8 sequence begins that the end of `[text, end)` cuts short; `end` when there is none.
inline const char* find_cut_sequence(const char* text, const char* end) noexcept {
    for (std::size_t left = 1; left < 4 && static_cast<std::size_t>(end - text) >= left; ++left) {
        const char* const begin = end - left;
        if (left < utf8_sequence_size(static_cast<unsigned char>(*begin)) && utf8_matching(begin, left) == left) {
            return begin;
        }
    }
    return end;
}

/// The values of hexadecimal digits; negative for any other byte.
inline constexpr std::array<std::int8_t, 256> hex_values = [] {
    std::array<std::int8_t, 256> values{};
    for (std::size_t byte = 0; byte < values.size(); ++byte)
        values[byte] = static_cast<std::int8_t>(hex_value(static_cast<char>(byte)));
    return values;
}();

// The code unit of `\uXXXX` at the start of `[text, end)`; negative when it is not valid.
inline std::int32_t escaped_unit(const char* text, const char* end) noexcept {
    if (end - text < 6 || text[0] != '\\' || text[1] != 'u') return -1;
    const auto digit = [&](std::size_t i) -> std::int32_t { return hex_values[static_cast<unsigned char>(text[i])]; };
    return digit(2) * 0x1000 | digit(3) * 0x100 | digit(4) * 0x10 | digit(5);
}

constexpr bool is_high_surrogate(std::int32_t unit) noexcept { return unit >= 0xD800 && unit <= 0xDBFF; }
constexpr bool is_low_surrogate(std::int32_t unit) noexcept { return unit >= 0xDC00 && unit <= 0xDFFF; }

/// The characters of the two-character escapes, by their letters; NUL for any other byte.
inline constexpr std::array<char, 256> short_escapes = [] {
    std::array<char, 256> characters{};
    characters['"'] = '"';
    characters['\\'] = '\\';
    characters['/'] = '/';
    characters['b'] = '\b';
    characters['f'] = '\f';
    characters['n'] = '\n';
    characters['r'] = '\r';
    characters['t'] = '\t';
    return characters;
}();

constexpr char short_escape(char letter) noexcept { return short_escapes[static_cast<unsigned char>(letter)]; }

inline bool is_short_escape(const char* text, const char* end) noexcept {
    return end - text > 1 && *text == '\\' && short_escape(text[1]) != '\0';
}

/// An escape: how long it is, where a surrogate pair is one escape, and its character. The size is 0 when it is
/// invalid.
struct json_escape {
    std::size_t size = 0;
    std::uint32_t point = 0;
};

/// The escape at the start of `[text, end)`, of one code unit or two.
inline json_escape read_unit_escape(const char* text, const char* end) noexcept {
    const std::int32_t unit = escaped_unit(text, end);
    if (unit < 0 || is_low_surrogate(unit)) return {};
    if (!is_high_surrogate(unit)) return {6, static_cast<std::uint32_t>(unit)};
    const std::int32_t low = escaped_unit(text + 6, end);
    if (!is_low_surrogate(low)) return {};
    const auto above = static_cast<std::uint32_t>(unit - 0xD800) << 10U | static_cast<std::uint32_t>(low - 0xDC00);
    return {12, 0x10000U + above};
}

/// The escape at the start of `[text, end)`.
inline json_escape read_escape(const char* text, const char* end) noexcept {
    if (is_short_escape(text, end)) return {2, static_cast<unsigned char>(short_escape(text[1]))};
    return read_unit_escape(text, end);
}

/// Writes a code point as UTF-8. Returns the end of what it wrote.
inline char* write_utf8(std::uint32_t point, char* out) noexcept {
    const auto tail = [&](std::uint32_t shift) { *out++ = static_cast<char>(0x80U | (point >> shift & 0x3FU)); };
    if (point < 0x80) {
        *out++ = static_cast<char>(point);
    } else if (point < 0x800) {
        *out++ = static_cast<char>(0xC0U | point >> 6U);
        tail(0);
    } else if (point < 0x10000) {
        *out++ = static_cast<char>(0xE0U | point >> 12U);
        tail(6);
        tail(0);
    } else {
        *out++ = static_cast<char>(0xF0U | point >> 18U);
        tail(12);
        tail(6);
        tail(0);
    }
    return out;
}

/// Where the reading of a string's inside ended.
struct text_end {
    const char* stop; ///< the closing quote; else the first byte that is not valid, or the end
    bool closed;      ///< whether it is the quote
    bool escaped;     ///< whether there are escapes before it
};

/// An output that keeps nothing.
struct no_output {
    void append(const char*, std::size_t) noexcept {}
    void append_few(const char*, std::size_t) noexcept {}
    void put(char) noexcept {}
    void put_code_point(std::uint32_t) noexcept {}
};

/// An output over the bytes that were read. A value is never longer than its text.
struct in_place_output {
    char* end;

    void append(const char* text, std::size_t size) noexcept {
        if (end != text && size != 0) std::memmove(end, text, size);
        end += size;
    }
    void append_few(const char* text, std::size_t size) noexcept {
        for (std::size_t i = 0; end != text && i < size; ++i) end[i] = text[i];
        end += size;
    }
    void put(char c) noexcept { *end++ = c; }
    void put_code_point(std::uint32_t point) noexcept { end = write_utf8(point, end); }
};

/// An output elsewhere, with room for as many bytes as are read.
struct copied_output : in_place_output {
    void append(const char* text, std::size_t size) noexcept {
        copy_plain(text, size, end);
        end += size;
    }
};

/// `is_verbatim` of every byte.
inline constexpr std::array<bool, 256> verbatim_bytes = [] {
    std::array<bool, 256> verbatim{};
    for (std::size_t byte = 0; byte < verbatim.size(); ++byte) verbatim[byte] = is_verbatim(static_cast<char>(byte));
    return verbatim;
}();

/// As many letters are not worth the look at a block.
inline constexpr int few_letters = 4;

/// Reads what is not verbatim, which seldom stands alone, and the few letters between. Returns where it ends.
template <class Output>
inline const char* read_special(const char* text, const char* end, Output& output, bool& escaped) noexcept {
    Output out = output; // in a register: for all the compiler knows, a character that is written may change it
    for (int letters = 0; text != end; ++letters) {
        if (verbatim_bytes[static_cast<unsigned char>(*text)]) {
            if (letters == few_letters) break;
            out.put(*text++);
            continue;
        }
        letters = -1;
        if (is_short_escape(text, end)) {
            do {
                out.put(short_escape(text[1]));
                text += 2;
            } while (is_short_escape(text, end));
            escaped = true;
        } else if (*text == '\\') {
            const json_escape escape = read_unit_escape(text, end);
            if (escape.size == 0) break;
            out.put_code_point(escape.point);
            text += escape.size;
            escaped = true;
        } else {
            const std::size_t size = (*text & 0x80) != 0 ? utf8_sequence(text, end) : 0;
            if (size == 0) break;
            out.append_few(text, size);
            text += size;
        }
    }
    output = out;
    return text;
}

/// Checks the inside of a string, from `text` up to its closing quote, and writes its value to `output`.
template <class Output>
inline text_end read_json_text(const char* text, const char* end, Output& output) noexcept {
    Output out = output;
    bool escaped = false;
    for (;;) {
        const char* const special = skip_verbatim(text, end);
        out.append(text, static_cast<std::size_t>(special - text));
        text = special;
        if (text == end || *text == '"') break;
        text = read_special(special, end, out, escaped);
        if (text == special) break;
    }
    output = out;
    return {text, text != end && *text == '"', escaped};
}

/// Checks the inside of a string. Changes nothing.
inline text_end scan_json_text(const char* text, const char* end) noexcept {
    no_output output;
    return read_json_text(text, end, output);
}

/// Decodes, in place, the escapes of a text that `scan_json_text` found valid. `data` is the first byte of `text`,
/// writable.
inline std::string_view unescape_in_place(char* data, std::string_view text) noexcept {
    in_place_output output{data};
    read_json_text(text.data(), text.data() + text.size(), output);
    return {data, static_cast<std::size_t>(output.end - data)};
}

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/json/detail/insitu_stream.hpp ====================================================

// RapidJSON's in-situ stream concept over bytes that are bounded by a size. Strings are decoded in place.

namespace unfriend { inline namespace v0_2 { namespace detail {

/// What a stream says of itself to the handler.
struct stream_notes {
    bool in_lead_in = false;   ///< it has not reached the text
    bool refused_text = false; ///< it has met a string that is not valid; RapidJSON 1.1 accepts lone low surrogates
};

/// A text that is read from the middle: first a lead-in, JSON that brings the parser into the state it would have
/// there, and then what follows `offset`.
class resumed_text {
public:
    resumed_text(char_span lead_in, char_span text, std::size_t offset, stream_notes& notes) noexcept
        : now_(lead_in), rest_(text.data() + offset, text.size() - offset), offset_(offset), notes_(notes) {
        notes_.in_lead_in = true;
    }

    char_span now() const noexcept { return now_; }
    /// The offset of a position; in the lead-in, that of the text behind it.
    std::size_t offset_of(const char* position) const noexcept {
        return notes_.in_lead_in ? offset_ : offset_ + static_cast<std::size_t>(position - now_.data());
    }

    void refuse_text() noexcept { notes_.refused_text = true; }

    /// Moves from the lead-in to the text. False when it has already.
    bool advance() noexcept {
        if (!notes_.in_lead_in) return false;
        notes_.in_lead_in = false;
        now_ = rest_;
        return true;
    }

private:
    char_span now_;
    char_span rest_;
    std::size_t offset_;
    stream_notes& notes_;
};

/// Shows NUL at the end, as RapidJSON expects. Reads and writes nothing outside the bytes. RapidJSON copies the stream
/// for each string and number, to keep it in registers: so it is small, and what is rare is elsewhere.
class bounded_insitu_stream {
public:
    using Ch = char;

    explicit bounded_insitu_stream(resumed_text& source) noexcept : source_(&source) { begin_part(); }

    Ch Peek() const noexcept { return read_ != end_ ? *read_ : '\0'; }
    Ch Take() noexcept { return read_ != end_ ? *read_++ : '\0'; }
    /// Bytes from the start of the text.
    std::size_t Tell() const noexcept { return source_->offset_of(read_); }

    /// Begins a string, and decodes it up to its closing quote. What is not valid is left to RapidJSON, for the error.
    Ch* PutBegin() noexcept {
        if (read_ == end_ && source_->advance()) begin_part();
        Ch* const begin = read_;
        in_place_output output{begin};
        const text_end decoded = read_json_text(begin, end_, output);
        read_ += decoded.stop - begin;
        written_ = output.end;
        if (!decoded.closed) source_->refuse_text();
        return begin;
    }
    // A decoded string is never longer than its source, so writing stays behind reading. At the end of the text,
    // RapidJSON may copy NULs that it took from beyond: these are dropped.
    void Put(Ch c) noexcept {
        if (written_ != read_) *written_++ = c;
    }
    std::size_t PutEnd(const Ch* begin) const noexcept { return static_cast<std::size_t>(written_ - begin); }
    void Flush() noexcept {}

    /// Moves to the next token. RapidJSON calls this behind each token, and so at the end of the lead-in too.
    void move_to_token() noexcept {
        if (read_ == end_ && source_->advance()) begin_part();
        if (read_ == end_) return;
        if (is_space(*read_)) read_ += skip_space(read_, end_) - read_;
        if (end_ - read_ >= shortest_beyond_double && begins_number(read_[0]) && continues_number(read_[1])) {
            limit_number(read_, end_);
        }
    }

private:
    void begin_part() noexcept {
        read_ = source_->now().data();
        end_ = read_ + source_->now().size();
    }

    char* read_ = nullptr;
    char* end_ = nullptr;
    char* written_ = nullptr;
    resumed_text* source_;
};

}}} // namespace unfriend::v0_2::detail

RAPIDJSON_NAMESPACE_BEGIN
template <>
struct StreamTraits<unfriend::detail::bounded_insitu_stream> {
    enum { copyOptimization = 1 };
};

template <>
inline void SkipWhitespace(unfriend::detail::bounded_insitu_stream& stream) {
    stream.move_to_token();
}
RAPIDJSON_NAMESPACE_END

// ==== unfriend/json/detail/layout.hpp ===========================================================

// How a message describes its JSON: the members of its head, the name of its list, the members of an item, how many of
// these differ from item to item (the first ones, which are texts), and whether an item needs every text. The decoder
// is the same for every layout.

namespace unfriend { inline namespace v0_2 { namespace detail {

/// A member of a JSON object, and the field of `Owner` that takes its value.
template <class Owner>
struct json_member {
    std::string_view name;
    std::string_view Owner::*text = nullptr;
    std::optional<std::int32_t> Owner::*int32 = nullptr;
    std::int64_t Owner::*int64 = nullptr;
    bool first_counts = false; ///< of a text that is repeated; else the last one counts

    constexpr json_member(std::string_view member, std::string_view Owner::*field, bool keep_first = false) noexcept
        : name(member), text(field), first_counts(keep_first) {}
    constexpr json_member(std::string_view member, std::optional<std::int32_t> Owner::*field) noexcept
        : name(member), int32(field) {}
    constexpr json_member(std::string_view member, std::int64_t Owner::*field) noexcept : name(member), int64(field) {}
};

/// The item of messages that have no list.
struct no_item {};

/// The list of messages that have none.
struct no_list {
    using item = no_item;
    static constexpr std::string_view list_name{};
    static constexpr std::size_t varying_texts = 1;
    static constexpr bool needs_every_text = false;
    static constexpr json_member<no_item> item_members[] = {{{}, static_cast<std::int64_t no_item::*>(nullptr)}};
};

/// The index of the member named `name`, or `size`. Tries `guess` first.
template <class Owner, std::size_t size>
constexpr std::size_t find_member(const json_member<Owner> (&members)[size], std::string_view name,
                                  std::size_t guess) noexcept {
    if (guess < size && members[guess].name == name) return guess;
    for (std::size_t i = 0; i < size; ++i) {
        if (members[i].name == name) return i;
    }
    return size;
}

/// Whether any text of `owner` is absent or empty.
template <class Owner, std::size_t size>
constexpr bool lacks_text(const Owner& owner, const json_member<Owner> (&members)[size]) noexcept {
    for (const json_member<Owner>& member : members) {
        if (member.text != nullptr && (owner.*member.text).empty()) return true;
    }
    return false;
}

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/json/detail/member_value.hpp =====================================================

// Assigns a JSON value to the member of an object, by the member's index in its table.

#include <limits>

namespace unfriend { inline namespace v0_2 { namespace detail {

/// The result of an assignment.
enum class assignment : unsigned char { done, unknown_member, wrong_type, out_of_range };

constexpr errc to_errc(assignment failed) noexcept {
    return failed == assignment::out_of_range ? errc::integer_out_of_range : errc::wrong_type;
}

template <class Owner, std::size_t size>
assignment assign_text(Owner& owner, const json_member<Owner> (&members)[size], std::size_t index,
                       std::string_view value) noexcept {
    if (index >= size) return assignment::unknown_member;
    if (members[index].text == nullptr) return assignment::wrong_type;
    std::string_view& text = owner.*members[index].text;
    if (!members[index].first_counts || text.data() == nullptr) text = value;
    return assignment::done;
}

template <class Owner, std::size_t size>
assignment assign_integer(Owner& owner, const json_member<Owner> (&members)[size], std::size_t index,
                          std::int64_t value) noexcept {
    if (index >= size) return assignment::unknown_member;
    const json_member<Owner>& member = members[index];
    if (member.int64 != nullptr) {
        owner.*member.int64 = value;
        return assignment::done;
    }
    if (member.int32 == nullptr) return assignment::wrong_type;
    using limits = std::numeric_limits<std::int32_t>;
    if (value < (limits::min)() || value > (limits::max)()) return assignment::out_of_range;
    owner.*member.int32 = static_cast<std::int32_t>(value);
    return assignment::done;
}

/// Any other value: refused where a member is known.
template <class Owner, std::size_t size>
constexpr assignment assign_other(const json_member<Owner> (&)[size], std::size_t index) noexcept {
    return index >= size ? assignment::unknown_member : assignment::wrong_type;
}

/// Whether the member takes an integer.
template <class Owner, std::size_t size>
constexpr bool takes_integer(const json_member<Owner> (&members)[size], std::size_t index) noexcept {
    return index < size && members[index].text == nullptr;
}

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/json/detail/reader_state.hpp =====================================================

// What has been read of a message, shared by the speculative reader and RapidJSON's, which continues after it.

namespace unfriend { inline namespace v0_2 { namespace detail {

/// The objects and arrays that are open at a place.
class open_containers {
public:
    static constexpr std::size_t capacity = 64;

    std::size_t depth() const noexcept { return depth_; }
    bool is_object(std::size_t level) const noexcept { return (objects_ >> (depth_ - 1 - level) & 1U) != 0; }
    bool is_in_object() const noexcept { return (objects_ & 1U) != 0; }
    char closing_bracket() const noexcept { return is_in_object() ? '}' : ']'; }

    /// At most `capacity`.
    void push(bool is_object) noexcept {
        objects_ = objects_ << 1U | static_cast<std::uint64_t>(is_object);
        ++depth_;
    }
    void pop() noexcept {
        objects_ >>= 1U;
        --depth_;
    }

private:
    std::uint64_t objects_ = 0; ///< a bit for each container, the innermost in the lowest
    std::size_t depth_ = 0;
};

/// A place in a message from which it can be read on without the bytes before it. `begin` is that of the body.
struct reading_place {
    std::size_t offset = 0; ///< in bytes from the start of the body
    open_containers open;
    bool has_value = false; ///< a value of the innermost container stands before the place
    bool has_name = false;  ///< and behind it, so does the name of an unknown member, with its colon
    bool in_text = false;   ///< the place is inside a string, the next value or name of that container

    /// A value ends at `at`. Returns `at`.
    const char* reach(const char* at, const char* begin) noexcept {
        offset = static_cast<std::size_t>(at - begin);
        has_value = true;
        has_name = false;
        return at;
    }
    /// The name of an unknown member, with its colon, ends at `at`. Returns `at`.
    const char* reach_value(const char* at, const char* begin) noexcept {
        offset = static_cast<std::size_t>(at - begin);
        has_name = true;
        return at;
    }
    /// A container begins at `at`. Returns the position behind its bracket.
    const char* enter(const char* at, const char* begin, bool is_object) noexcept {
        open.push(is_object);
        reach(at + 1, begin);
        has_value = false;
        return at + 1;
    }
    /// The innermost container ends at `at`. Returns the position behind its bracket.
    const char* leave(const char* at, const char* begin) noexcept {
        open.pop();
        return reach(at + 1, begin);
    }
};

/// JSON that brings a parser to a place.
class lead_in {
public:
    explicit lead_in(const reading_place& place) noexcept {
        const std::size_t depth = place.open.depth();
        for (std::size_t level = 0; level < depth; ++level) {
            const bool is_object = place.open.is_object(level);
            append(is_object ? '{' : '[');
            const bool is_innermost = level + 1 == depth;
            if (is_object && (!is_innermost || place.has_value)) append_empty_text();
            if (is_object && (!is_innermost || place.has_value)) append(':');
            if (is_innermost && place.has_value) append_empty_text(); // no number, because digits could follow
        }
        if ((place.in_text || place.has_name) && place.has_value) append(',');
        if (place.has_name) append_empty_text();
        if (place.has_name) append(':');
        if (place.in_text) append('"');
    }

    /// Writable: RapidJSON decodes it in place.
    char_span text() noexcept { return {text_, size_}; }

private:
    void append(char c) noexcept { text_[size_++] = c; }
    void append_empty_text() noexcept {
        append('"');
        append('"');
    }

    char text_[4 * open_containers::capacity + 8];
    std::size_t size_ = 0;
};

/// The levels of a message that its layout describes, from the outside to the inside.
enum class message_level : unsigned char { root, head, list, item };

template <class Layout>
struct message_state {
    using item_type = typename Layout::item;

    typename Layout::head& head;
    item_window<item_type>& items;
    reading_place place{};
    bool in_list = false;
    bool list_seen = false;
    item_type overflow{};        ///< takes the items that there is no room for
    item_type* item = &overflow; ///< the one being read

    message_state(typename Layout::head& into_head, item_window<item_type>& into_items) noexcept
        : head(into_head), items(into_items) {}

    /// The level of the place. Deeper than that, it is inside an unknown value.
    message_level level() const noexcept {
        const message_level innermost = in_list ? message_level::item : message_level::head;
        return static_cast<message_level>(smaller(place.open.depth(), static_cast<std::size_t>(innermost)));
    }

    /// Begins the list. False when it is repeated and its items cannot be taken back.
    bool start_list() {
        if (list_seen && (items.restart == nullptr || !items.restart(items))) return false;
        list_seen = true;
        items.seen = 0;
        return true;
    }

    void start_item() {
        ++items.seen;
        item = items.has_room() ? items.next : &overflow;
        *item = item_type{};
    }

    void end_item() noexcept {
        if (item != &overflow) ++items.next;
    }
};

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/json/detail/message_handler.hpp ==================================================

// Receives RapidJSON's events and fills a message of any layout: the members of its head, and its list of items.

// Xlib.h defines `Bool`.
#pragma push_macro("Bool")
#undef Bool

namespace unfriend { inline namespace v0_2 { namespace detail {

/// RapidJSON's handler concept for messages of `Layout`.
template <class Layout>
class message_handler {
public:
    using item_type = typename Layout::item;

    /// Continues at the place in `state`, after a lead-in whose events do not count.
    message_handler(message_state<Layout>& state, std::size_t max_nesting) noexcept
        : state_(state), max_nesting_(max_nesting), depth_(state.place.open.depth()), level_(state.level()),
          is_skipping_(depth_ > own_depth()) {}

    errc failure() const noexcept { return failure_; }
    /// Whether the storage of the items was called and has not returned: an exception is then the program's.
    bool in_callback() const noexcept { return in_callback_; }
    stream_notes& notes() noexcept { return notes_; }
    /// Whether the message has begun, and whether it has ended.
    bool has_begun() const noexcept { return level_ != message_level::root; }
    bool has_ended() const noexcept { return has_begun() && depth_ == 0; }

    bool Null() noexcept { return other_scalar(); }
    bool Bool(bool) noexcept { return other_scalar(); }
    bool Double(double value) noexcept {
        // RapidJSON passes an integer beyond 64 bits as a floating-point number.
        constexpr double beyond = 9223372036854775808.0;
        if (expects_integer() && (value >= beyond || value <= -beyond)) return fail(errc::integer_out_of_range);
        return other_scalar();
    }
    bool Int(int value) noexcept { return integer(value); }
    bool Uint(unsigned value) noexcept { return integer(value); }
    bool Int64(std::int64_t value) noexcept { return integer(value); }
    bool Uint64(std::uint64_t value) noexcept {
        constexpr auto max = (std::numeric_limits<std::int64_t>::max)();
        if (value <= static_cast<std::uint64_t>(max)) return integer(static_cast<std::int64_t>(value));
        return expects_integer() ? fail(errc::integer_out_of_range) : other_scalar();
    }
    bool RawNumber(const char*, RAPIDJSON_NAMESPACE::SizeType, bool) noexcept { return other_scalar(); }

    bool String(const char* text, RAPIDJSON_NAMESPACE::SizeType size, bool) noexcept {
        if (notes_.in_lead_in) return true;
        if (notes_.refused_text) return fail(errc::invalid_utf8);
        const std::string_view value(text, size);
        if (is_in(message_level::item)) return finish(assign_text(*state_.item, Layout::item_members, member_, value));
        if (is_in(message_level::head)) return finish(assign_text(state_.head, Layout::head_members, member_, value));
        return other_scalar();
    }

    bool Key(const char* text, RAPIDJSON_NAMESPACE::SizeType size, bool) noexcept {
        if (notes_.in_lead_in) return true;
        if (notes_.refused_text) return fail(errc::invalid_utf8);
        const std::string_view name(text, size);
        if (is_in(message_level::head)) {
            in_list_member_ = !Layout::list_name.empty() && name == Layout::list_name;
            member_ = find_member(Layout::head_members, name, member_ + 1);
        } else if (is_in(message_level::item)) {
            member_ = find_member(Layout::item_members, name, member_ + 1);
        }
        return true;
    }

    bool StartObject() {
        if (notes_.in_lead_in) return true;
        if (!open()) return false;
        if (is_skipping_) return true;
        switch (level_) {
        case message_level::root: level_ = message_level::head; return true;
        case message_level::list: return start_item();
        case message_level::head:
        case message_level::item: break;
        }
        return other_scalar() && skip_container();
    }

    bool EndObject(RAPIDJSON_NAMESPACE::SizeType) noexcept {
        if (close()) return true;
        if (level_ == message_level::item) {
            if (Layout::needs_every_text && lacks_text(*state_.item, Layout::item_members))
                return fail(errc::missing_member);
            state_.end_item();
            member_ = no_member;
            level_ = message_level::list;
        }
        return true;
    }

    bool StartArray() {
        if (notes_.in_lead_in) return true;
        if (!open()) return false;
        if (is_skipping_) return true;
        if (level_ == message_level::root) return fail(errc::not_an_object);
        if (level_ == message_level::head && in_list_member_) return start_list();
        return other_scalar() && skip_container();
    }

    bool EndArray(RAPIDJSON_NAMESPACE::SizeType) noexcept {
        if (!close()) level_ = message_level::head;
        return true;
    }

private:
    static constexpr auto no_member = static_cast<std::size_t>(-1); // whose successor is the first

    bool fail(errc code) noexcept {
        failure_ = code;
        return false;
    }

    bool is_in(message_level level) const noexcept { return !is_skipping_ && level_ == level; }

    /// The depth of what the layout describes at this place.
    std::size_t own_depth() const noexcept { return static_cast<std::size_t>(level_); }

    bool open() noexcept { return ++depth_ <= max_nesting_ || fail(errc::nesting_too_deep); }

    /// Closes a container. True when it was part of a value that is skipped.
    bool close() noexcept {
        --depth_;
        if (!is_skipping_) return false;
        is_skipping_ = depth_ != own_depth();
        return true;
    }

    /// Passes over the container that was just opened.
    bool skip_container() noexcept { return is_skipping_ = true; }

    bool start_list() {
        in_callback_ = true;
        const bool started = state_.start_list();
        in_callback_ = false;
        level_ = message_level::list;
        return started || fail(errc::repeated_items);
    }

    bool start_item() {
        in_callback_ = true;
        state_.start_item();
        in_callback_ = false;
        member_ = no_member;
        level_ = message_level::item;
        return true;
    }

    /// Ends an assignment. The value of an unknown member is passed over.
    bool finish(assignment result) noexcept {
        if (result == assignment::done) return true;
        if (result == assignment::unknown_member && !(level_ == message_level::head && in_list_member_)) return true;
        return fail(to_errc(result));
    }

    /// A value of a type that no member takes: refused for a known member, else passed over.
    bool other_scalar() noexcept {
        if (is_skipping_) return true;
        switch (level_) {
        case message_level::root: return fail(errc::not_an_object);
        case message_level::head: return finish(assign_other(Layout::head_members, member_));
        case message_level::item: return finish(assign_other(Layout::item_members, member_));
        case message_level::list: break;
        }
        return fail(errc::wrong_type);
    }

    bool integer(std::int64_t value) noexcept {
        if (is_in(message_level::item))
            return finish(assign_integer(*state_.item, Layout::item_members, member_, value));
        if (is_in(message_level::head))
            return finish(assign_integer(state_.head, Layout::head_members, member_, value));
        return other_scalar();
    }

    bool expects_integer() const noexcept {
        if (is_in(message_level::head)) return takes_integer(Layout::head_members, member_);
        return is_in(message_level::item) && takes_integer(Layout::item_members, member_);
    }

    message_state<Layout>& state_;
    std::size_t max_nesting_;
    std::size_t depth_;
    std::size_t member_ = no_member;
    message_level level_;
    bool is_skipping_; ///< over an unknown value, in whose containers the place is
    bool in_list_member_ = false;
    bool in_callback_ = false;
    stream_notes notes_;
    errc failure_ = errc::malformed_json;
};

}}} // namespace unfriend::v0_2::detail

#pragma pop_macro("Bool")

// ==== unfriend/json/detail/sax_reader.hpp =======================================================

// RapidJSON's SAX reader over bytes that are bounded by a size. Strings are decoded in place; nothing is allocated.

namespace unfriend { inline namespace v0_2 { namespace detail {

/// What a failure of RapidJSON means. `stopped`: where reading ended. `cut`: where a UTF-8 sequence begins that the end
/// of the text cuts short; `size` when there is none.
inline error to_error(const RAPIDJSON_NAMESPACE::ParseResult& failure, std::size_t stopped, std::size_t size,
                      std::size_t cut) noexcept {
    const RAPIDJSON_NAMESPACE::ParseErrorCode code = failure.Code();
    const std::size_t offset = failure.Offset();
    if (code == RAPIDJSON_NAMESPACE::kParseErrorDocumentEmpty && stopped == size) return errc::empty_body;
    if (code == RAPIDJSON_NAMESPACE::kParseErrorDocumentRootNotSingular) return {errc::trailing_bytes, stopped};
    if (code == RAPIDJSON_NAMESPACE::kParseErrorStringInvalidEncoding) {
        return offset == cut ? error(errc::truncated_json, size) : error(errc::invalid_utf8, offset);
    }
    constexpr std::size_t pair_size = 12; // of two escapes, the second of which may be the end of the text
    const bool is_surrogate = code == RAPIDJSON_NAMESPACE::kParseErrorStringUnicodeSurrogateInvalid;
    if (stopped == size && !(is_surrogate && size - offset >= pair_size)) return {errc::truncated_json, size};
    if (is_surrogate) return {errc::invalid_utf8, offset};
    return {errc::malformed_json, offset};
}

/// The failure that RapidJSON reported by an exception of unknown type.
template <class Handler>
RAPIDJSON_NAMESPACE::ParseErrorCode find_failure(const Handler& handler) noexcept {
    if (handler.failure() != errc::malformed_json) return RAPIDJSON_NAMESPACE::kParseErrorTermination;
    if (!handler.has_begun()) return RAPIDJSON_NAMESPACE::kParseErrorDocumentEmpty;
    if (handler.has_ended()) return RAPIDJSON_NAMESPACE::kParseErrorDocumentRootNotSingular;
    return RAPIDJSON_NAMESPACE::kParseErrorUnspecificSyntaxError;
}

/// Runs RapidJSON. A program can define `RAPIDJSON_PARSE_ERROR_NORETURN` to throw: such exceptions become results
/// again. Those of the program's callbacks pass.
template <class Stream, class Handler>
RAPIDJSON_NAMESPACE::ParseResult parse(Stream& stream, Handler& handler) {
    constexpr unsigned flags = RAPIDJSON_NAMESPACE::kParseInsituFlag | RAPIDJSON_NAMESPACE::kParseValidateEncodingFlag;
    RAPIDJSON_NAMESPACE::Reader reader;
#if defined(__cpp_exceptions)
    try {
        return reader.template Parse<flags>(stream, handler);
    } catch (const RAPIDJSON_NAMESPACE::ParseResult& failure) {
        if (handler.in_callback()) throw;
        return failure;
    } catch (...) {
        if (handler.in_callback()) throw;
        return {find_failure(handler), stream.Tell()};
    }
#else
    return reader.template Parse<flags>(stream, handler);
#endif
}

/// Reads the JSON value that fills `json`, except for white space, through `stream`, and passes each event to
/// `handler`. A handler stops the reading by returning false, and gives the reason in `handler.failure()`.
template <class Stream, class Handler>
error read_json(char_span json, Stream& stream, Handler& handler) {
    // Found now, because decoding in place changes the bytes.
    const char* const cut = find_cut_sequence(json.data(), json.data() + json.size());
    const RAPIDJSON_NAMESPACE::ParseResult parsed = parse(stream, handler);
    if (parsed.Code() == RAPIDJSON_NAMESPACE::kParseErrorTermination) return {handler.failure(), stream.Tell()};
    if (parsed.IsError()) {
        return to_error(parsed, stream.Tell(), json.size(), static_cast<std::size_t>(cut - json.data()));
    }
    if (stream.Tell() != json.size()) return {errc::trailing_bytes, stream.Tell()};
    return {};
}

/// The same in place, from `offset` on, with a `lead_in` instead of everything before it. The handler has the notes of
/// the stream.
template <class Handler>
error read_json(char_span json, Handler& handler, std::size_t offset, char_span lead_in) {
    if (json.size() > UINT32_MAX) return {errc::body_too_large, UINT32_MAX}; // RapidJSON counts in 32 bits
    resumed_text source(lead_in, json, offset, handler.notes());
    bounded_insitu_stream stream(source);
    return read_json(json, stream, handler);
}

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/json/detail/item_pattern.hpp =====================================================

// What was learned of an item: its bytes, except its varying texts. An item with the same bytes has the same values.

namespace unfriend { inline namespace v0_2 { namespace detail {

/// The varying texts of a layout: the first members of its items.
template <class Layout>
using varying_texts = std::array<std::string_view, Layout::varying_texts>;

/// Where an item that matches ends, and where the next one begins. Both are null when it does not match; the second
/// is null when something else than the usual separator follows.
struct matched_item {
    const char* end = nullptr;
    const char* next = nullptr;
};

/// The pieces of an item: the bytes before each varying text, whatever the order of the members, and those after the
/// last one. They are views into the body, where nothing changes them.
template <class Layout>
class item_pattern {
public:
    using item_type = typename Layout::item;

    static constexpr std::size_t varying = Layout::varying_texts;

    /// Learns the item of [begin, end), in which each varying text stands once and without escapes.
    void learn(const item_type& item, const char* begin, const char* end) noexcept {
        item_ = item;
        const char* piece = begin;
        for (std::size_t i = 0; i < varying; ++i) {
            order_[i] = next_text(piece);
            const std::string_view text = text_of(item_, i);
            pieces_[i] = std::string_view(piece, static_cast<std::size_t>(text.data() - piece));
            piece = text.data() + text.size();
        }
        tail_ = std::string_view(piece, static_cast<std::size_t>(end - piece));
        tail_and_separator_ = {};
    }

    /// Learns the separator behind the item, which reaches up to the next item.
    void learn_separator(const char* next_item) noexcept {
        tail_and_separator_ = std::string_view(tail_.data(), static_cast<std::size_t>(next_item - tail_.data()));
    }

    /// Compares the item at `at`, and finds its varying texts.
    matched_item match(const char* at, const char* end, varying_texts<Layout>& texts) const noexcept {
        for (std::size_t i = 0; i < varying; ++i) {
            if (!begins_with(at, end, pieces_[i])) return {};
            const char* const text = at + pieces_[i].size();
            at = skip_verbatim(text, end);
            if (Layout::needs_every_text && at == text) return {};
            texts[i] = std::string_view(text, static_cast<std::size_t>(at - text));
        }
        if (!tail_and_separator_.empty() && begins_with(at, end, tail_and_separator_)) {
            return {at + tail_.size(), at + tail_and_separator_.size()};
        }
        return begins_with(at, end, tail_) ? matched_item{at + tail_.size(), nullptr} : matched_item{};
    }

    /// The item that has these varying texts.
    void fill(item_type& item, const varying_texts<Layout>& texts) const noexcept {
        item = item_;
        for (std::size_t i = 0; i < varying; ++i) text_of(item, i) = texts[i];
    }

private:
    static bool begins_with(const char* text, const char* end, std::string_view piece) noexcept {
        return static_cast<std::size_t>(end - text) >= piece.size() && equal_run(text, piece.data(), piece.size());
    }

    /// The varying text that stands first behind `position`.
    std::size_t next_text(const char* position) const noexcept {
        std::size_t first = varying;
        for (std::size_t i = 0; i < varying; ++i) {
            const char* const text = (item_.*Layout::item_members[i].text).data();
            if (text > position && (first == varying || text < (item_.*Layout::item_members[first].text).data()))
                first = i;
        }
        return first;
    }

    /// The varying text in place `i`.
    std::string_view& text_of(item_type& item, std::size_t i) const noexcept {
        if constexpr (varying == 1) return item.*Layout::item_members[0].text;
        return item.*Layout::item_members[order_[i]].text;
    }

    std::array<std::string_view, varying> pieces_{};
    std::string_view tail_{};
    std::string_view tail_and_separator_{};
    std::array<std::size_t, varying> order_{};
    item_type item_{};
};

/// The patterns of a list, of which a few are kept: another result, another order of the members.
template <class Layout>
class item_patterns {
public:
    using pattern = item_pattern<Layout>;

    /// Whether the next item is compared with them. When item after item matches none, most are not.
    bool tries_next() noexcept {
        if (ignored_ == 0) return size_ != 0;
        --ignored_;
        return false;
    }

    /// The pattern that the item at `at` matches, or null.
    const pattern* find(const char* at, const char* end, matched_item& matched, varying_texts<Layout>& texts) noexcept {
        for (std::size_t i = 0; i < size_; ++i) {
            matched = patterns_[i].match(at, end, texts);
            if (matched.end == nullptr) continue;
            last_matched_ = i;
            misses_ = 0;
            return &patterns_[i];
        }
        if (++misses_ > patience) ignored_ = patience;
        return nullptr;
    }

    /// Learns an item that matched none, in place of one that was not just matched. Its separator follows.
    void learn(const typename Layout::item& item, const char* begin, const char* end) noexcept {
        if (ignored_ != 0 && ignored_ != patience) return; // it was not compared
        learned_ = size_ < capacity ? size_++ : (learned_ + 1) % capacity;
        if (size_ == capacity && learned_ == last_matched_) learned_ = (learned_ + 1) % capacity;
        patterns_[learned_].learn(item, begin, end);
        awaits_separator_ = true;
    }

    void learn_separator(const char* next_item) noexcept {
        if (awaits_separator_) patterns_[learned_].learn_separator(next_item);
        awaits_separator_ = false;
    }

private:
    static constexpr std::size_t capacity = 4;
    static constexpr std::size_t patience = 8; ///< misses in a row, and then items that are ignored after each

    std::array<pattern, capacity> patterns_{};
    std::size_t size_ = 0;
    std::size_t learned_ = 0;      ///< the last one learned
    std::size_t last_matched_ = 0; ///< the last one matched
    std::size_t misses_ = 0;       ///< in a row
    std::size_t ignored_ = 0;      ///< items that are still to be ignored
    bool awaits_separator_ = false;
};

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/json/detail/steps.hpp ============================================================

// The small steps through JSON text: white space, names, integers, texts, values that are skipped.

namespace unfriend { inline namespace v0_2 { namespace detail {

/// A member's name as the service writes it, with quotes and colon: `"ResultCode":`.
template <const auto& members, std::size_t index>
struct member_literal {
    static constexpr std::size_t size = members[index].name.size() + 3;

    static constexpr std::array<char, size> text = [] {
        std::array<char, size> literal{};
        std::size_t at = 0;
        literal[at++] = '"';
        for (const char c : members[index].name) literal[at++] = c;
        literal[at++] = '"';
        literal[at++] = ':';
        return literal;
    }();
};

/// Each step takes a position and returns the one behind what it read, or null at anything else. Changes no byte,
/// except those of texts that are decoded in place.
class json_steps {
public:
    explicit json_steps(char_span text) noexcept : begin_(text.data()), end_(text.data() + text.size()) {}

    const char* begin() const noexcept { return begin_; }
    const char* end() const noexcept { return end_; }
    std::size_t offset_of(const char* at) const noexcept { return static_cast<std::size_t>(at - begin_); }
    /// The byte at which the last step found that a text is not valid; null when it did not.
    const char* invalid_text() const noexcept { return invalid_text_; }

    bool is_at(const char* at, char c) const noexcept { return at != end_ && *at == c; }

    const char* skip_space(const char* at) const noexcept {
        return at != end_ && static_cast<unsigned char>(*at) <= ' ' ? detail::skip_space(at, end_) : at;
    }

    /// Moves past a member's name and colon, up to its value. Sets the member's index: the number of members for an
    /// unknown name. The member that is expected is found fastest. `name` is set for the others, until the next call.
    template <const auto& members>
    const char* read_name(const char* at, std::size_t expected, std::size_t& member, std::string_view& name) noexcept {
        constexpr std::size_t size = std::size(members);
        member = expected;
        if (const char* const behind = match_literal<members>(at, expected, std::make_index_sequence<size>())) {
            return skip_space(behind);
        }
        at = read_unexpected_name(at, name);
        member = find_member(members, name, expected);
        return at == nullptr ? nullptr : move_to_value(at);
    }

    /// Moves past any name and its colon, up to its value.
    const char* skip_name(const char* at) noexcept {
        if (!is_at(at, '"')) return nullptr;
        bool escaped = false;
        at = skip_text(at + 1, escaped);
        return at == nullptr ? nullptr : move_to_value(at);
    }

    /// Reads a text and decodes it in place. `escaped` is set if it has escapes.
    const char* read_text(const char* at, std::string_view& text, bool& escaped) noexcept {
        if (!is_at(at, '"')) return nullptr;
        char* const first = begin_ + offset_of(at) + 1;
        in_place_output output{first};
        at = behind(read_json_text(first, end_, output), escaped);
        text = std::string_view(first, static_cast<std::size_t>(output.end - first));
        return at;
    }

    /// Reads an integer of up to 18 digits, which fits into 64 bits. RapidJSON reads longer ones.
    const char* read_integer(const char* at, std::int64_t& value) const noexcept {
        const bool negative = is_at(at, '-');
        if (negative) ++at;
        const char* const first = at;
        const char* const last = end_ - at > 18 ? at + 18 : end_;
        value = 0;
        for (; at != last && is_digit(*at); ++at) value = value * 10 + (*at - '0');
        if (at == first || (*first == '0' && at - first > 1) || at == end_ || continues_number(*at)) return nullptr;
        if (negative) value = -value;
        return at;
    }

    /// Moves past a value that is neither an object nor an array.
    const char* skip_scalar(const char* at) noexcept {
        if (at == end_) return nullptr;
        bool escaped = false;
        switch (*at) {
        case '"': return skip_text(at + 1, escaped);
        case 'n': return match_word(at, "null");
        case 't': return match_word(at, "true");
        case 'f': return match_word(at, "false");
        default: return skip_number(at, end_);
        }
    }

private:
    static constexpr std::ptrdiff_t longest_escaped_name = 128; ///< of a known member: one of at most 21 bytes

    /// The position behind the closing quote.
    const char* behind(const text_end& read, bool& escaped) noexcept {
        if (!read.closed) {
            invalid_text_ = read.stop;
            return nullptr;
        }
        escaped = escaped || read.escaped;
        return read.stop + 1;
    }

    /// Moves past the text whose opening quote stands before `at`.
    const char* skip_text(const char* at, bool& escaped) noexcept { return behind(scan_json_text(at, end_), escaped); }

    /// Moves past the colon behind a name. Without one, what is not valid is found at the closing quote: the name need
    /// not be read again.
    const char* move_to_value(const char* at) noexcept {
        const char* const colon = skip_space(at);
        if (is_at(colon, ':')) return skip_space(colon + 1);
        invalid_text_ = at - 1;
        return nullptr;
    }

    /// Moves past any name. One with escapes is decoded elsewhere, because the place before it is the last checkpoint;
    /// one that is longer than any of ours with escapes is empty.
    const char* read_unexpected_name(const char* at, std::string_view& name) noexcept {
        if (!is_at(at, '"')) return nullptr;
        const char* const first = at + 1;
        const char* const special = skip_verbatim(first, end_);
        if (is_at(special, '"')) {
            name = std::string_view(first, static_cast<std::size_t>(special - first));
            return special + 1;
        }
        const char* const last = end_ - first > longest_escaped_name ? first + longest_escaped_name : end_;
        copied_output output{{spelled_name_}};
        const text_end read = read_json_text(first, last, output);
        bool escaped = false;
        if (!read.closed) return skip_text(first, escaped);
        name = std::string_view(spelled_name_, static_cast<std::size_t>(output.end - spelled_name_));
        return read.stop + 1;
    }

    const char* match_word(const char* at, std::string_view word) const noexcept {
        if (static_cast<std::size_t>(end_ - at) < word.size()) return nullptr;
        return std::memcmp(at, word.data(), word.size()) == 0 ? at + word.size() : nullptr;
    }

    template <const auto& members, std::size_t index>
    const char* match_literal(const char* at) const noexcept {
        using literal = member_literal<members, index>;
        if (static_cast<std::size_t>(end_ - at) < literal::size) return nullptr;
        return std::memcmp(at, literal::text.data(), literal::size) == 0 ? at + literal::size : nullptr;
    }

    template <const auto& members, std::size_t... indices>
    const char* match_literal(const char* at, std::size_t expected, std::index_sequence<indices...>) const noexcept {
        const char* behind = nullptr;
        const bool found = ((expected == indices && (behind = match_literal<members, indices>(at)) != nullptr) || ...);
        return found ? behind : nullptr;
    }

    char* begin_;
    const char* end_;
    const char* invalid_text_ = nullptr;
    char spelled_name_[longest_escaped_name];
};

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/json/detail/skip_value.hpp =======================================================

// Moves past the value of an unknown member, however deep it is nested, in a loop.

namespace unfriend { inline namespace v0_2 { namespace detail {

/// The position behind the object or array at `at`, or null at an error: then `place` is the last one that was reached.
inline const char* skip_container(const char* at, json_steps& steps, reading_place& place,
                                  std::size_t max_depth) noexcept {
    const std::size_t outside = place.open.depth();
    reading_place reached = place; // in registers
    for (;;) {
        if (steps.is_at(at, '{') || steps.is_at(at, '[')) {
            if (reached.open.depth() == max_depth) break;
            at = reached.enter(at, steps.begin(), *at == '{');
        } else {
            const char* const behind = steps.skip_scalar(at);
            if (behind == nullptr) break;
            at = reached.reach(behind, steps.begin());
        }
        at = steps.skip_space(at);
        while (steps.is_at(at, reached.open.closing_bracket())) {
            at = reached.leave(at, steps.begin());
            if (reached.open.depth() == outside) {
                place = reached;
                return at;
            }
            at = steps.skip_space(at);
        }
        if (reached.has_value) {
            if (!steps.is_at(at, ',')) break;
            at = steps.skip_space(at + 1);
        }
        if (reached.open.is_in_object()) {
            at = steps.skip_name(at);
            if (at == nullptr) break;
            reached.reach_value(at, steps.begin());
        }
    }
    place = reached;
    return nullptr;
}

/// The same of a value of any kind, whose name stands before it.
inline const char* skip_value(const char* at, json_steps& steps, reading_place& place, std::size_t max_depth) noexcept {
    place.reach_value(at, steps.begin());
    const bool is_container = steps.is_at(at, '{') || steps.is_at(at, '[');
    return is_container ? skip_container(at, steps, place, max_depth) : steps.skip_scalar(at);
}

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/json/detail/speculative_reader.hpp ===============================================

// Reads a message that is valid, several times faster than a JSON parser.
//
// Members are expected in the documented order and found in any. Most items of a list differ in one or two texts only:
// the reader learns an item's other bytes (item_pattern) and does not parse an item that has the same. At an error the
// reader stops. The state then holds the last checkpoint, a place between two values or inside a text, and RapidJSON
// continues from there: what is wrong, and where, is RapidJSON's to say.

namespace unfriend { inline namespace v0_2 { namespace detail {

/// Like its steps, what reads takes a position and returns the one behind what it read, or null.
template <class Layout>
class speculative_reader {
public:
    speculative_reader(char_span body, message_state<Layout>& state, std::size_t max_nesting) noexcept
        : state_(state), steps_(body), max_nesting_(smaller(max_nesting, open_containers::capacity)) {}

    /// True when the whole message was read. When false, RapidJSON has to continue from the place in `state`.
    bool read() {
        const char* const behind = read_message(steps_.begin());
        if (behind != nullptr && behind == steps_.end()) return true;
        if (const char* const invalid = steps_.invalid_text()) {
            state_.place.offset = steps_.offset_of(invalid);
            state_.place.in_text = true;
        }
        return false;
    }

private:
    using item_type = typename Layout::item;

    static constexpr std::size_t varying = Layout::varying_texts;
    static_assert(varying == 1 || Layout::needs_every_text, "as many varying texts as there are means each of them");

    /// A value of the innermost container ends here.
    const char* checkpoint(const char* at) noexcept { return state_.place.reach(at, steps_.begin()); }

    bool can_open(const char* at, char bracket) const noexcept {
        return steps_.is_at(at, bracket) && state_.place.open.depth() != max_nesting_;
    }

    /// Moves into the container that begins here.
    const char* open(const char* at, char bracket) noexcept {
        return state_.place.enter(at, steps_.begin(), bracket == '{');
    }

    /// Moves out of the container that ends here.
    const char* close(const char* at) noexcept { return state_.place.leave(at, steps_.begin()); }

    /// Moves to the next element of a container, past the comma. False when there is none.
    bool move_to_next(const char*& at) const noexcept {
        if (!steps_.is_at(at, ',')) return false;
        at = steps_.skip_space(at + 1);
        return true;
    }

    const char* read_message(const char* at) {
        at = steps_.skip_space(at);
        if (!can_open(at, '{')) return nullptr;
        at = steps_.skip_space(open(at, '{'));
        std::size_t expected = 0;
        if (!steps_.is_at(at, '}')) {
            do {
                at = read_head_member(at, expected);
                if (at == nullptr) return nullptr;
                at = steps_.skip_space(checkpoint(at));
            } while (move_to_next(at));
        }
        // The place stays before the last bracket: RapidJSON says what is wrong with what follows it.
        return steps_.is_at(at, '}') ? steps_.skip_space(at + 1) : nullptr;
    }

    const char* read_head_member(const char* at, std::size_t& expected) {
        std::size_t member = 0;
        std::string_view name;
        at = steps_.read_name<Layout::head_members>(at, expected, member, name);
        if (at == nullptr) return nullptr;
        if (member == std::size(Layout::head_members)) {
            if constexpr (!Layout::list_name.empty()) {
                if (name == Layout::list_name) return read_list(at);
            }
            return skip_value(at, steps_, state_.place, max_nesting_);
        }
        expected = member + 1;
        bool escaped = false;
        return read_member(at, state_.head, Layout::head_members, member, escaped);
    }

    /// Reads the value of a known member.
    template <class Owner, std::size_t size>
    const char* read_member(const char* at, Owner& owner, const json_member<Owner> (&members)[size], std::size_t index,
                            bool& escaped) noexcept {
        if (members[index].text != nullptr) {
            std::string_view text;
            at = steps_.read_text(at, text, escaped);
            if (at != nullptr) assign_text(owner, members, index, text);
            return at;
        }
        std::int64_t value = 0;
        at = steps_.read_integer(at, value);
        return at != nullptr && assign_integer(owner, members, index, value) == assignment::done ? at : nullptr;
    }

    const char* read_list(const char* at) {
        if (!can_open(at, '[') || !state_.start_list()) return nullptr;
        state_.in_list = true;
        at = steps_.skip_space(open(at, '['));
        item_patterns<Layout> patterns;
        if (!steps_.is_at(at, ']')) {
            do {
                bool is_behind_item = false;
                patterns.learn_separator(at);
                if (patterns.tries_next()) at = read_matching(at, patterns, is_behind_item);
                if (!is_behind_item) at = read_item(at, patterns);
                if (at == nullptr) return nullptr;
                at = steps_.skip_space(at);
            } while (move_to_next(at));
        }
        if (!steps_.is_at(at, ']')) return nullptr;
        state_.in_list = false;
        return close(at);
    }

    /// Reads the items that match a pattern, as long as the usual separator is between them. It stops before an item
    /// that matches none, or behind one.
    const char* read_matching(const char* at, item_patterns<Layout>& patterns, bool& is_behind_item) {
        varying_texts<Layout> texts;
        matched_item matched;
        while (const auto* const pattern = patterns.find(at, steps_.end(), matched, texts)) {
            if (state_.items.has_room()) pattern->fill(*state_.items.next++, texts);
            ++state_.items.seen;
            checkpoint(matched.end);
            is_behind_item = matched.next == nullptr;
            if (is_behind_item) return matched.end;
            at = matched.next;
        }
        return at;
    }

    /// Reads one item, member by member, and learns it.
    const char* read_item(const char* at, item_patterns<Layout>& patterns) {
        if (!can_open(at, '{')) return nullptr;
        state_.start_item();
        const char* const first = steps_.skip_space(open(at, '{'));
        if (!steps_.is_at(first, '}')) return read_item_members(first, at, patterns);
        return Layout::needs_every_text ? nullptr : end_item(first);
    }

    const char* read_item_members(const char* at, const char* begin, item_patterns<Layout>& patterns) noexcept {
        bool escaped = false;
        std::size_t texts = 0; // the varying ones
        std::size_t expected = 0;
        do {
            std::size_t member = 0;
            at = read_item_member(at, expected, member, escaped);
            if (at == nullptr) return nullptr;
            if (member < varying) ++texts;
            expected = member + 1;
            at = steps_.skip_space(checkpoint(at));
        } while (move_to_next(at));
        if (!steps_.is_at(at, '}')) return nullptr;
        if (Layout::needs_every_text && lacks_text(*state_.item, Layout::item_members)) return nullptr;
        if (!escaped && texts == varying) patterns.learn(*state_.item, begin, at + 1);
        return end_item(at);
    }

    const char* end_item(const char* at) noexcept {
        state_.end_item();
        return close(at);
    }

    const char* read_item_member(const char* at, std::size_t expected, std::size_t& member, bool& escaped) noexcept {
        std::string_view name;
        at = steps_.read_name<Layout::item_members>(at, expected, member, name);
        if (at == nullptr) return nullptr;
        if (member == std::size(Layout::item_members)) return skip_value(at, steps_, state_.place, max_nesting_);
        return read_member(at, *state_.item, Layout::item_members, member, escaped);
    }

    message_state<Layout>& state_;
    json_steps steps_;
    std::size_t max_nesting_;
};

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/json/detail/message_reader.hpp ===================================================

// Decodes a message of any layout: speculatively at first, and with RapidJSON where that stops.

namespace unfriend { inline namespace v0_2 { namespace detail {

/// Whether `body` begins like HTML or XML.
inline bool is_markup(char_span body) noexcept {
    const char* const end = body.data() + body.size();
    const char* const begin = skip_space(body.data(), end);
    return begin != end && *begin == '<';
}

/// Decodes `body` in place into `head` and `items`. On failure both hold what was read before it.
template <class Layout>
error read_message(char_span body, typename Layout::head& head, item_window<typename Layout::item>& items,
                   std::size_t max_nesting) {
    message_state<Layout> state{head, items};
    if (speculative_reader<Layout>(body, state, max_nesting).read()) return {};
    message_handler<Layout> handler(state, max_nesting);
    const error failure = read_json(body, handler, state.place.offset, lead_in(state.place).text());
    if (failure == errc::malformed_json && is_markup(body)) return {errc::html_body, failure.detail()};
    return failure;
}

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/messages/items.hpp ===============================================================

// Storage for the items of a response, chosen by the type of the response:
//
//   friend_delete_response<inline_items<1000>> a;                    // inside the response
//   friend_delete_response b{item_span{array}};                      // in the caller's array
//   friend_delete_response<std::vector<result_item>> c;              // or std::pmr::vector
//   friend_delete_response d{each_item{[](const result_item& item) { … }}};   // passed to a callback
//
// An item with `std::string_view` text refers to the decoded bytes. An item that owns its text
// (`std::vector<owned_result_item>`) outlives them.

namespace unfriend { inline namespace v0_2 {

template <class Text>
struct basic_result_item;
using result_item = basic_result_item<std::string_view>;

/// Up to `Capacity` items inside the response itself. Allocates nothing.
template <std::size_t Capacity, class Item = result_item>
class inline_items {
public:
    using value_type = Item;

    Item* data() noexcept { return items_; }
    const Item* data() const noexcept { return items_; }
    std::size_t size() const noexcept { return size_; }
    bool empty() const noexcept { return size_ == 0; }
    static constexpr std::size_t capacity() noexcept { return Capacity; }
    const Item* begin() const noexcept { return items_; }
    const Item* end() const noexcept { return items_ + size_; }
    const Item& operator[](std::size_t index) const noexcept { return items_[index]; }

    /// Sets the number of valid items; at most `Capacity`.
    void set_size(std::size_t size) noexcept { size_ = size; }

private:
    Item items_[Capacity];
    std::size_t size_ = 0;
};

/// Items in an array of the caller, which must outlive this. Allocates nothing.
template <class Item>
class item_span {
public:
    using value_type = Item;

    constexpr item_span() noexcept = default;
    constexpr item_span(Item* data UNFRIEND_LIFETIMEBOUND, std::size_t capacity) noexcept
        : data_(data), capacity_(capacity) {}
    /// Any contiguous container of items: a C array, `std::array`, `std::span`. Every item may be overwritten.
    template <class Container,
              class = std::enable_if_t<std::is_same_v<decltype(std::data(std::declval<Container&>())), Item*>>>
    constexpr item_span(Container& items) noexcept : item_span(std::data(items), std::size(items)) {}

    Item* data() const noexcept { return data_; }
    std::size_t size() const noexcept { return size_; }
    bool empty() const noexcept { return size_ == 0; }
    std::size_t capacity() const noexcept { return capacity_; }
    const Item* begin() const noexcept { return data_; }
    const Item* end() const noexcept { return data_ + size_; }
    const Item& operator[](std::size_t index) const noexcept { return data_[index]; }

    /// Sets the number of valid items; at most `capacity()`.
    void set_size(std::size_t size) noexcept { size_ = size; }

private:
    Item* data_ = nullptr;
    std::size_t capacity_ = 0;
    std::size_t size_ = 0;
};

template <class Container>
item_span(Container&) -> item_span<std::remove_pointer_t<decltype(std::data(std::declval<Container&>()))>>;

/// The second callback of `each_item` when none is given.
struct cannot_restart {};

/// Passes each item to a callback, `on_item(const Item&)`, during decoding. Nothing is stored; texts are views into the
/// bytes being decoded. The items are valid only after `decode` has succeeded.
///
/// When a response repeats its list, the last list counts: `on_restart()` is called, and all items so far are to be
/// discarded. Without `on_restart`, such a response is refused with `errc::repeated_items`.
template <class OnItem, class OnRestart = cannot_restart>
struct each_item {
    OnItem on_item;
    OnRestart on_restart{};
};

template <class OnItem>
each_item(OnItem) -> each_item<OnItem>;
template <class OnItem, class OnRestart>
each_item(OnItem, OnRestart) -> each_item<OnItem, OnRestart>;

}} // namespace unfriend::v0_2

// ==== unfriend/messages/detail/item_storage.hpp =================================================

// Puts decoded items into the storage of a response.

namespace unfriend { inline namespace v0_2 { namespace detail {

/// Decoded text, as a view or as a copy that owns it.
template <class Text>
Text to_text(std::string_view text) {
    return Text(text.data(), text.size());
}

/// Converts a decoded item to another type. Specialised beside each item type.
template <class To, class From>
struct item_conversion;

template <class Item>
struct item_conversion<Item, Item> {
    static const Item& convert(const Item& item) noexcept { return item; }
};

/// An array of the decoder's own item type: items are decoded into it directly.
template <class Item, class Array>
class in_place_filler {
public:
    explicit in_place_filler(Array& array) noexcept : array_(array) {
        window_.next = array_.data();
        window_.last = array_.data() + array_.capacity();
        window_.owner = &array_;
        window_.restart = [](item_window<Item>& window) {
            window.next = static_cast<Array*>(window.owner)->data();
            return true;
        };
    }

    item_window<Item>& window() noexcept { return window_; }

    /// Ends the list. Returns the number of items that the storage had no room for.
    std::size_t finish() noexcept {
        array_.set_size(static_cast<std::size_t>(window_.next - array_.data()));
        return window_.seen - array_.size();
    }

private:
    Array& array_;
    item_window<Item> window_;
};

/// Any other storage: items are decoded in small batches and passed to `Sink`.
template <class Item, class Sink>
class batch_filler {
public:
    template <class Storage>
    explicit batch_filler(Storage& storage) : sink_{storage} {
        window_.next = batch_;
        window_.last = batch_ + batch_size;
        window_.owner = this;
        window_.make_room = [](item_window<Item>& window) {
            static_cast<batch_filler*>(window.owner)->flush();
            return true;
        };
        window_.restart = [](item_window<Item>& window) {
            auto& filler = *static_cast<batch_filler*>(window.owner);
            window.next = filler.batch_;
            filler.taken_ = 0;
            return filler.sink_.restart();
        };
    }
    batch_filler(const batch_filler&) = delete;
    batch_filler& operator=(const batch_filler&) = delete;

    item_window<Item>& window() noexcept { return window_; }

    std::size_t finish() {
        flush();
        return window_.seen - taken_;
    }

private:
    static constexpr std::size_t batch_size = 32;

    void flush() {
        for (const Item* item = batch_; item != window_.next; ++item) taken_ += sink_.take(*item) ? 1U : 0U;
        window_.next = batch_;
    }

    Sink sink_;
    item_window<Item> window_;
    std::size_t taken_ = 0;
    Item batch_[batch_size];
};

/// An array of another item type.
template <class Item, class Array>
struct converting_array_sink {
    Array& array;

    bool take(const Item& item) {
        if (array.size() == array.capacity()) return false;
        array.data()[array.size()] = item_conversion<typename Array::value_type, Item>::convert(item);
        array.set_size(array.size() + 1);
        return true;
    }
    bool restart() noexcept {
        array.set_size(0);
        return true;
    }
};

/// `std::vector`, and any container with `push_back` and `clear`.
template <class Item, class Container>
struct container_sink {
    Container& container;

    bool take(const Item& item) {
        container.push_back(item_conversion<typename Container::value_type, Item>::convert(item));
        return true;
    }
    bool restart() {
        container.clear();
        return true;
    }
};

template <class Item, class Callbacks>
struct callback_sink {
    Callbacks& callbacks;

    bool take(const Item& item) {
        callbacks.on_item(item);
        return true;
    }
    bool restart() {
        if constexpr (std::is_same_v<decltype(callbacks.on_restart), cannot_restart>) {
            return false;
        } else {
            callbacks.on_restart();
            return true;
        }
    }
};

/// The properties of a response's storage: its filler, its text type, and how to empty it.
template <class Item, class Storage>
struct item_storage {
    using filler = batch_filler<Item, container_sink<Item, Storage>>;
    using text = typename Storage::value_type::text_type;
    static void clear(Storage& storage) { storage.clear(); }
};

template <class Item, class Array>
struct array_storage {
    using filler = std::conditional_t<std::is_same_v<typename Array::value_type, Item>, in_place_filler<Item, Array>,
                                      batch_filler<Item, converting_array_sink<Item, Array>>>;
    using text = typename Array::value_type::text_type;
    static void clear(Array& array) noexcept { array.set_size(0); }
};

template <class Item, std::size_t Capacity, class Stored>
struct item_storage<Item, inline_items<Capacity, Stored>> : array_storage<Item, inline_items<Capacity, Stored>> {};

template <class Item, class Stored>
struct item_storage<Item, item_span<Stored>> : array_storage<Item, item_span<Stored>> {};

template <class Item, class OnItem, class OnRestart>
struct item_storage<Item, each_item<OnItem, OnRestart>> {
    using filler = batch_filler<Item, callback_sink<Item, each_item<OnItem, OnRestart>>>;
    using text = std::string_view;
    static void clear(each_item<OnItem, OnRestart>&) noexcept {}
};

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/messages/detail/request_text.hpp =================================================

// How a request keeps the texts that it is made of: it refers to an lvalue, and owns an rvalue that owns its text.

namespace unfriend { inline namespace v0_2 { namespace detail {

/// Whether a view of a `T&&` may outlive it: of an lvalue, a pointer or a `std::string_view`. Any other rvalue may hold
/// its characters itself.
template <class T>
inline constexpr bool is_borrowed_text =
    std::is_lvalue_reference_v<T> || std::is_pointer_v<T> || std::is_same_v<std::remove_cv_t<T>, std::string_view>;

/// What a request keeps of a `T&&`: a view, or the text itself if that dies otherwise.
template <class T>
using kept_text = std::conditional_t<is_borrowed_text<T>, std::string_view, std::remove_cv_t<T>>;

/// One of the accounts that are written in braces.
class listed_account {
public:
    template <class Text>
    listed_account(Text&& text) noexcept : text_(view_text<std::decay_t<Text>>(text)) {
        static_assert(is_borrowed_text<Text>,
                      "unfriend: an account in braces is a temporary string, which dies before the request is encoded: "
                      "give it a name, or pass a container of strings");
    }
    operator std::string_view() const noexcept { return text_; }

private:
    std::string_view text_;
};

/// The accounts that are written in braces: `friend_delete_request{"alice", {"bob", "carol"}}`.
template <std::size_t Size>
struct listed_accounts {
    listed_account items[Size];

    const listed_account* begin() const noexcept { return items; }
    const listed_account* end() const noexcept { return items + Size; }
};

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/json/detail/writer.hpp ===========================================================

// Printable ASCII as JSON text.

namespace unfriend { inline namespace v0_2 { namespace detail {

constexpr bool needs_json_escape(char c) noexcept { return c == '"' || c == '\\'; }

/// Writes printable ASCII as the inside of a JSON string.
inline void write_json_characters(fixed_writer& out, std::string_view printable) noexcept {
    const char* const end = printable.data() + printable.size();
    for (const char* plain = printable.data(); plain != end;) {
        const char* special = plain;
        while (special != end && !needs_json_escape(*special)) ++special;
        out.append(std::string_view(plain, static_cast<std::size_t>(special - plain)));
        plain = special;
        if (special != end) {
            out.append('\\');
            out.append(*plain++);
        }
    }
}

/// Writes printable ASCII as a JSON string, quotes included.
inline void write_json_text(fixed_writer& out, std::string_view printable) noexcept {
    out.append('"');
    write_json_characters(out, printable);
    out.append('"');
}

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/messages/detail/request_writer.hpp ===============================================

// Writes the bodies of friend_delete and friend_delete_all, and validates them.

namespace unfriend { inline namespace v0_2 { namespace detail {

inline constexpr std::string_view request_from = R"({"From_Account":")";
inline constexpr std::string_view request_to = R"(,"To_Account":[")";
inline constexpr std::string_view request_next = R"(",")";
inline constexpr std::string_view request_to_end = R"("])";
inline constexpr std::string_view request_type = R"(,"DeleteType":")";

/// The size of a body with `accounts` accounts when every character is escaped.
constexpr std::size_t max_request_size(std::size_t accounts, std::size_t max_user_id_size) noexcept {
    const std::size_t user_id = 2 * max_user_id_size;
    const std::size_t to = request_to.size() + accounts * (user_id + request_next.size()) + request_to_end.size();
    const std::size_t type = request_type.size() + wire_value(delete_type::single).size() + 1;
    return request_from.size() + user_id + 1 + to + type + 1;
}

/// Writes accounts, each after its separator, as long as they need no escape and fit. Its few members stay in
/// registers: a large request spends its time here.
class plain_accounts {
public:
    plain_accounts(char_span room, std::size_t max_user_id_size, std::size_t accounts_left) noexcept
        : begin_(room.data()), out_(room.data()), accounts_left_(accounts_left) {
        const std::size_t most = request_next.size() + max_user_id_size;
        if (room.size() < most) return;
        last_ = begin_ + (room.size() - most);
        max_user_id_size_ = max_user_id_size;
    }

    /// False when the account needs the general path. Nothing is written then.
    bool write(std::string_view account) noexcept {
        if (account.size() - 1 >= max_user_id_size_ || accounts_left_ == 0 || out_ > last_) return false;
        std::memcpy(out_, request_next.data(), request_next.size());
        if (!copy_plain(account.data(), account.size(), out_ + request_next.size())) return false;
        out_ += request_next.size() + account.size();
        --accounts_left_;
        return true;
    }

    std::size_t bytes_written() const noexcept { return static_cast<std::size_t>(out_ - begin_); }
    std::size_t accounts_left() const noexcept { return accounts_left_; }

private:
    char* begin_;
    char* out_;
    const char* last_ = nullptr;       ///< the last position where the longest account fits
    std::size_t max_user_id_size_ = 0; ///< 0, which no account fits, when there is no room
    std::size_t accounts_left_;
};

class request_writer {
public:
    request_writer(char_span buffer, std::size_t max_user_id_size, std::size_t max_accounts) noexcept
        : json_(buffer), max_user_id_size_(max_user_id_size), max_accounts_(max_accounts),
          accounts_left_(max_accounts) {}

    void begin(std::string_view from_account) noexcept {
        json_.append(request_from);
        if (!user_id(from_account)) fail(errc::invalid_from_account);
        json_.append('"');
    }

    /// Stops at the first account that is refused.
    template <class Accounts>
    void accounts(Accounts&& to_accounts) {
        plain_accounts plain({}, 0, accounts_left_); // the first account has another separator
        for (auto&& to_account : to_accounts) {
            using account_type = std::remove_cv_t<std::remove_reference_t<decltype(to_account)>>;
            const std::string_view text = text_access<account_type>::view(to_account);
            if (plain.write(text)) continue;
            add(plain);
            if (!account(text)) return;
            plain = plain_accounts(json_.prepare(), max_user_id_size_, accounts_left_);
        }
        add(plain);
        if (accounts_left_ == max_accounts_) fail(errc::no_accounts);
        json_.append(request_to_end);
    }

    void end(delete_type type) noexcept {
        if (const std::string_view value = wire_value(type); !value.empty()) {
            json_.append(request_type);
            json_.append(value);
            json_.append('"');
        }
        json_.append('}');
    }

    result<std::string_view> finish() const noexcept {
        if (error_) return error_;
        return json_.finish();
    }

private:
    bool account(std::string_view to_account) noexcept {
        const std::size_t index = max_accounts_ - accounts_left_;
        if (accounts_left_ == 0) return fail({errc::too_many_accounts, max_accounts_});
        json_.append(index == 0 ? request_to : request_next);
        if (!user_id(to_account)) return fail({errc::invalid_to_account, index});
        --accounts_left_;
        return true;
    }

    bool user_id(std::string_view text) noexcept {
        if (text.empty() || text.size() > max_user_id_size_) return false;
        const char_span room = json_.prepare();
        if (text.size() <= room.size() && copy_plain(text.data(), text.size(), room.data())) {
            json_.commit(text.size());
            return true;
        }
        if (!is_printable_ascii(text)) return false;
        write_json_characters(json_, text);
        return true;
    }

    void add(const plain_accounts& plain) noexcept {
        json_.commit(plain.bytes_written());
        accounts_left_ = plain.accounts_left();
    }

    bool fail(error reason) noexcept {
        if (!error_) error_ = reason;
        return false;
    }

    fixed_writer json_;
    std::size_t max_user_id_size_;
    std::size_t max_accounts_;
    std::size_t accounts_left_;
    error error_;
};

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/messages/detail/response_head.hpp ================================================

// The members that every response has.
// Implements "RESTful API Overview": ActionStatus, ErrorCode, ErrorInfo, ErrorDisplay; and the RequestId of newer
// commands.

namespace unfriend { inline namespace v0_2 { namespace detail {

/// The members as decoded: views into the bytes of the response.
struct response_head {
    std::string_view action_status;
    std::optional<std::int32_t> error_code;
    std::string_view error_info;
    std::string_view error_display;
    std::string_view request_id;
};

inline constexpr json_member<response_head> response_head_members[] = {
    {"ActionStatus", &response_head::action_status}, {"ErrorCode", &response_head::error_code},
    {"ErrorInfo", &response_head::error_info},       {"ErrorDisplay", &response_head::error_display},
    {"RequestId", &response_head::request_id},
};

/// Whether a call succeeded: ErrorCode is 0, and ActionStatus, if present, is OK.
constexpr bool is_success(std::string_view action_status, std::optional<std::int32_t> error_code) noexcept {
    return error_code == 0 && (action_status.empty() || action_status == "OK");
}

/// Copies the members to those of a response, which may own their text.
template <class Response>
void assign_head(Response& response, const response_head& head) {
    using text = decltype(response.action_status);
    response.action_status = text(head.action_status.data(), head.action_status.size());
    response.error_code = head.error_code;
    response.error_info = text(head.error_info.data(), head.error_info.size());
    response.error_display = text(head.error_display.data(), head.error_display.size());
    response.request_id = text(head.request_id.data(), head.request_id.size());
}

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/messages/service_code.hpp ========================================================

// The service's own codes, `ErrorCode` of a call and `ResultCode` of an account: what each means, what kind of trouble
// it is, whether another attempt can help, and whether the service may have acted. All of it `constexpr`; allocates
// nothing.
//
//   for (const auto& item : response.failures())
//       log(item.to_account, item.result_code, unfriend::describe(item.result_code));
//
// Implements the code tables of "Error Codes" and "Deleting Friends".

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

// ==== unfriend/messages/friend_delete.hpp =======================================================

// Deletes friends: encodes the request and decodes the response, without heap allocations.
//
//   std::array<std::string_view, 3> friends{"bob", "carol", "dave"};
//   unfriend::friend_delete_request request{"alice", friends, unfriend::delete_type::both};
//   char buffer[unfriend::friend_delete::max_encoded_size(3)];
//   auto body = unfriend::encode(request, buffer);           // result<std::string_view>
//   …
//   unfriend::friend_delete_response response;
//   if (auto failure = unfriend::decode({bytes, size}, response)) …
//
// Implements "Deleting Friends". Depends on RapidJSON only.

namespace unfriend { inline namespace v0_2 {

/// The service's result for one account. `Text` is `std::string_view`, which refers to the decoded bytes, or a string
/// type that owns its text.
template <class Text>
struct basic_result_item {
    using text_type = Text;

    Text to_account{};                         ///< the account to delete
    std::optional<std::int32_t> result_code{}; ///< 0: deleted; empty: no such member
    Text result_info{};                        ///< reason of a failure; empty on success

    /// Whether the account was deleted.
    bool ok() const noexcept { return result_code == 0; }
    /// Whether it was not deleted, but a retry can succeed.
    bool retryable() const noexcept { return unfriend::retryable(result_code); }
};

/// An item that owns its text.
using owned_result_item = basic_result_item<std::string>;

struct friend_delete;

/// A request to delete `to_account` from `from_account`'s friends.
///
/// `Accounts` is any range whose elements are text (see `text_access`): a vector of strings, an array of
/// `string_view`, a set, a lazy view, or names in braces. The request refers to an lvalue, of either member, which must
/// outlive it; it takes over an rvalue. `encode` iterates over the range once.
template <class Accounts, class From = std::string_view>
struct friend_delete_request {
    using command = friend_delete;

    From from_account;   ///< a UserID
    Accounts to_account; ///< 1 to 1000 UserIDs
    unfriend::delete_type delete_type = unfriend::delete_type::unspecified;
};

template <class From, class Accounts>
friend_delete_request(From&&, Accounts&&, delete_type = delete_type::unspecified)
    -> friend_delete_request<Accounts, detail::kept_text<From>>;
template <class From, std::size_t Size>
friend_delete_request(From&&, const detail::listed_account (&)[Size], delete_type = delete_type::unspecified)
    -> friend_delete_request<detail::listed_accounts<Size>, detail::kept_text<From>>;

/// The response to a `friend_delete_request`.
///
/// `Items` is the storage of the items (items.hpp), `Text` the type of the other texts. `std::string_view` refers to
/// the decoded bytes, which must outlive it. The default takes 40 KB.
template <class Items = inline_items<1000>, class Text = typename detail::item_storage<result_item, Items>::text>
struct friend_delete_response {
    Items items{};        ///< `ResultItem`: one for each account
    Text action_status{}; ///< `OK` or `FAIL`
    /// 0: the call succeeded, although some accounts may have failed; empty: no such member.
    std::optional<std::int32_t> error_code{};
    Text error_info{};       ///< details, for developers
    Text error_display{};    ///< details, for users
    Text request_id{};       ///< identifies the call to the service's support; empty where there is none
    std::size_t omitted = 0; ///< number of items that `items` had no room for

    /// Whether the call succeeded and no item was omitted. Some accounts may still have failed.
    bool ok() const noexcept { return omitted == 0 && detail::is_success(action_status, error_code); }

    /// The items that were not deleted, in order: a range that is evaluated lazily.
    auto failures() const { return filter<is_failure>(); }
    /// The failures that may succeed when they are sent again.
    auto retryable() const { return filter<is_retryable>(); }

private:
    struct is_failure {
        template <class Item>
        bool operator()(const Item& item) const noexcept {
            return !item.ok();
        }
    };
    struct is_retryable {
        template <class Item>
        bool operator()(const Item& item) const noexcept {
            return item.retryable();
        }
    };

    template <class Predicate>
    auto filter() const {
        using iterator = decltype(std::begin(items));
        return detail::filtered<iterator, Predicate>(std::begin(items), std::end(items));
    }
};

template <class Items>
friend_delete_response(Items) -> friend_delete_response<Items>;

static_assert(sizeof(friend_delete_response<>) <= 40 * 1024, "the size that the comment names");

/// Describes the command to the layers above.
struct friend_delete {
    static constexpr std::string_view path = "/v4/sns/friend_delete";

    template <class Accounts, class From = std::string_view>
    using request = friend_delete_request<Accounts, From>;
    using response = friend_delete_response<>;

    /// The buffer size that is enough for any request with `accounts` accounts.
    template <class Limits = default_limits>
    static constexpr std::size_t max_encoded_size(std::size_t accounts = Limits::max_accounts) noexcept {
        return detail::max_request_size(accounts, Limits::max_user_id_size);
    }
};

namespace detail {

struct friend_delete_layout {
    using head = response_head;
    using item = result_item;
    static constexpr auto& head_members = response_head_members;
    static constexpr std::string_view list_name = "ResultItem";
    static constexpr std::size_t varying_texts = 1;
    static constexpr bool needs_every_text = false;
    static constexpr json_member<item> item_members[] = {
        {"To_Account", &item::to_account},
        {"ResultCode", &item::result_code},
        {"ResultInfo", &item::result_info},
    };
};

template <class Text>
struct item_conversion<basic_result_item<Text>, result_item> {
    static basic_result_item<Text> convert(const result_item& item) {
        return {to_text<Text>(item.to_account), item.result_code, to_text<Text>(item.result_info)};
    }
};

template <>
struct item_conversion<result_item, result_item> {
    static const result_item& convert(const result_item& item) noexcept { return item; }
};

} // namespace detail

/// Writes the request's JSON body into `buffer` and returns a view of it.
///
/// Errors: `invalid_from_account`; `invalid_to_account` (detail: its index); `no_accounts`;
/// `too_many_accounts`; `buffer_too_small` (detail: bytes needed). Linear in the text; allocates nothing.
template <class Limits = default_limits, class Accounts, class From>
result<std::string_view> encode(const friend_delete_request<Accounts, From>& request,
                                char_span buffer UNFRIEND_LIFETIMEBOUND) {
    detail::request_writer writer(buffer, Limits::max_user_id_size, Limits::max_accounts);
    writer.begin(detail::view_text(request.from_account));
    writer.accounts(detail::iterable(request.to_account));
    writer.end(request.delete_type);
    return writer.finish();
}

/// The exact number of bytes that `encode` needs, or the error that it returns for a buffer of any size.
/// Linear in the text; allocates nothing. Iterates over the accounts, so the range must allow a second pass.
template <class Limits = default_limits, class Accounts, class From>
result<std::size_t> encoded_size(const friend_delete_request<Accounts, From>& request) {
    const result<std::string_view> body = encode<Limits>(request, char_span{});
    if (body.error() == errc::buffer_too_small) return body.error().detail();
    return body.error();
}

/// Decodes the JSON in `body` into `response`, in place: `body` is overwritten, and text views refer to it.
/// Members may be in any order, absent, unknown or repeated (the last one counts).
///
/// Errors, with the byte offset: `empty_body`, `html_body`, `truncated_json`, `malformed_json`,
/// `not_an_object`, `trailing_bytes`, `wrong_type`, `integer_out_of_range`, `invalid_utf8`,
/// `nesting_too_deep`, `repeated_items`; after these, `response` is empty.
/// `too_many_items` (detail: number of items): `response` has the items that fit, and `response.ok()` is false.
/// Linear in `body`; allocates nothing itself (a container or owning text may).
template <class Limits = default_limits, class Items, class Text>
error decode(char_span body, friend_delete_response<Items, Text>& response) {
    using storage = detail::item_storage<result_item, Items>;
    storage::clear(response.items);
    detail::assign_head(response, {});
    response.omitted = 0;
    detail::response_head head;
    typename storage::filler filler(response.items);
    const error failure =
        detail::read_message<detail::friend_delete_layout>(body, head, filler.window(), Limits::max_nesting);
    if (failure) {
        storage::clear(response.items);
        return failure;
    }
    response.omitted = filler.finish();
    detail::assign_head(response, head);
    if (response.omitted != 0) return {errc::too_many_items, filler.window().seen};
    return {};
}

/// Refused: decoding writes to the body.
template <class Limits = default_limits, class Bytes, class Response,
          class = std::enable_if_t<detail::is_read_only<Bytes>::value>>
error decode(Bytes&&, Response&) {
    static_assert(!detail::is_read_only<Bytes>::value,
                  "unfriend: decode works in place: pass a mutable copy of the body");
    return {};
}

}} // namespace unfriend::v0_2

// ==== unfriend/messages/friend_delete_all.hpp ===================================================

// Deletes all friends of an account.
//
//   unfriend::friend_delete_all_request request{"alice", unfriend::delete_type::both};
//   char buffer[unfriend::friend_delete_all::max_encoded_size()];
//   auto body = unfriend::encode(request, buffer);
//
// Implements "Deleting All Friends". Depends on RapidJSON only.

namespace unfriend { inline namespace v0_2 {

struct friend_delete_all;

/// A request to delete every friend of `from_account`. An lvalue is referred to and must outlive the request; an rvalue
/// that owns its text is moved in.
template <class From = std::string_view>
struct friend_delete_all_request {
    using command = friend_delete_all;

    From from_account; ///< a UserID
    unfriend::delete_type delete_type = unfriend::delete_type::unspecified;
};

template <class From>
friend_delete_all_request(From&&, delete_type = delete_type::unspecified)
    -> friend_delete_all_request<detail::kept_text<From>>;

/// The response. `std::string_view` refers to the decoded bytes, which must outlive it.
template <class Text = std::string_view>
struct friend_delete_all_response {
    Text action_status{};                     ///< `OK` or `FAIL`
    std::optional<std::int32_t> error_code{}; ///< 0: every friend was deleted; empty: no such member
    Text error_info{};                        ///< details, for developers
    Text error_display{};                     ///< details, for users
    Text request_id{}; ///< identifies the call to the service's support; empty where there is none

    /// Whether every friend was deleted.
    bool ok() const noexcept { return detail::is_success(action_status, error_code); }
};

/// Describes the command to the layers above.
struct friend_delete_all {
    static constexpr std::string_view path = "/v4/sns/friend_delete_all";

    template <class From = std::string_view>
    using request = friend_delete_all_request<From>;
    using response = friend_delete_all_response<>;

    /// The buffer size that is enough for any request.
    template <class Limits = default_limits>
    static constexpr std::size_t max_encoded_size() noexcept {
        return detail::max_request_size(0, Limits::max_user_id_size);
    }
};

namespace detail {

struct friend_delete_all_layout : no_list {
    using head = response_head;
    static constexpr auto& head_members = response_head_members;
};

} // namespace detail

/// Writes the request's JSON body into `buffer` and returns a view of it.
/// Errors: `invalid_from_account`; `buffer_too_small` (detail: bytes needed). Allocates nothing.
template <class Limits = default_limits, class From>
result<std::string_view> encode(const friend_delete_all_request<From>& request,
                                char_span buffer UNFRIEND_LIFETIMEBOUND) {
    detail::request_writer writer(buffer, Limits::max_user_id_size, 0);
    writer.begin(detail::view_text(request.from_account));
    writer.end(request.delete_type);
    return writer.finish();
}

/// The exact number of bytes that `encode` needs, or the error that it returns for a buffer of any size.
template <class Limits = default_limits, class From>
result<std::size_t> encoded_size(const friend_delete_all_request<From>& request) {
    const result<std::string_view> body = encode<Limits>(request, char_span{});
    if (body.error() == errc::buffer_too_small) return body.error().detail();
    return body.error();
}

/// Decodes the JSON in `body` into `response`, in place, with the errors of `decode` for `friend_delete_response`,
/// except those of items. After an error, `response` is empty. Linear in `body`; allocates nothing itself (owning text
/// may).
template <class Limits = default_limits, class Text>
error decode(char_span body, friend_delete_all_response<Text>& response) {
    detail::assign_head(response, {});
    detail::response_head head;
    detail::item_window<detail::no_item> no_items;
    const error failure =
        detail::read_message<detail::friend_delete_all_layout>(body, head, no_items, Limits::max_nesting);
    if (!failure) detail::assign_head(response, head);
    return failure;
}

}} // namespace unfriend::v0_2

// ==== unfriend/messages.hpp =====================================================================

// The codec: encodes requests and decodes responses in the caller's memory. Depends on RapidJSON only.
//
//   friend_delete       "Deleting Friends"
//   friend_delete_all   "Deleting All Friends"
//   delete_type         one-way or two-way
//   items               storage for the items of a response
//   service_code        the service's codes: kind, retry advice and meaning

// UserSigs generated, renewed and validated (OpenSSL, zlib)

// ==== unfriend/user_sig/claims.hpp ==============================================================

// The members of a UserSig. Implements "Generating UserSig", version 2.0.
//
//   auto claims = unfriend::inspect_user_sig(user_sig, scratch);
//   if (claims) log(claims->identifier, claims->time + claims->expire); // not validated: for logs only

namespace unfriend { inline namespace v0_2 {

/// The members of a UserSig. The texts are views of the scratch buffer that the UserSig was read with.
struct user_sig_claims {
    std::uint32_t sdk_app_id = 0; ///< the app
    std::string_view identifier;  ///< the UserID that it was made for
    std::int64_t time = 0;        ///< when it was made, Unix seconds
    std::int64_t expire = 0;      ///< how long it is valid, seconds
    std::string_view user_buf;    ///< the userbuf as base64; empty if there is none
};

}} // namespace unfriend::v0_2

// ==== unfriend/user_sig.hpp =====================================================================

// UserSigs, version 2.0 ("Generating UserSig"):
//
//   claims       the members of a UserSig
//   generator    generates, inspects and validates UserSigs (OpenSSL, zlib)
//   signer       credentials that generate a UserSig and renew it before it expires
//   zlib_codec   compression, by zlib

#if UNFRIEND_WITH_USER_SIG

// ==== unfriend/crypto/detail/constant_time.hpp ==================================================

// Comparison in constant time.

namespace unfriend { inline namespace v0_2 { namespace detail {

/// Whether two texts are equal. The time depends on their sizes, and not on where they differ.
inline bool equal_in_constant_time(std::string_view left, std::string_view right) noexcept {
    if (left.size() != right.size()) return false;
    // Volatile: without, a compiler may stop the loop at the first difference.
    volatile unsigned char difference = 0;
    for (std::size_t i = 0; i < left.size(); ++i) {
        const auto bits = static_cast<unsigned char>(left[i]) ^ static_cast<unsigned char>(right[i]);
        difference = static_cast<unsigned char>(difference | bits);
    }
    return difference == 0;
}

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/user_sig/detail/base64.hpp =======================================================

// Base64 (RFC 4648, section 4), and the alphabet of UserSigs.

namespace unfriend { inline namespace v0_2 { namespace detail {

struct base64_alphabet {
    const char* letters; ///< 64 characters
    char pad;
};

inline constexpr base64_alphabet standard_base64{"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
                                                 '='};
/// "Generating UserSig": `+` `/` `=` are written `*` `-` `_`.
inline constexpr base64_alphabet user_sig_base64{"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789*-",
                                                 '_'};

constexpr std::size_t base64_size(std::size_t size) noexcept { return (size + 2) / 3 * 4; }

/// Writes `base64_size(bytes.size())` characters to `out`.
inline void encode_base64(std::string_view bytes, const base64_alphabet& alphabet, char* out) noexcept {
    const auto byte = [&](std::size_t i) -> std::uint32_t { return static_cast<unsigned char>(bytes[i]); };
    std::size_t i = 0;
    for (; i + 3 <= bytes.size(); i += 3) {
        const std::uint32_t bits = byte(i) << 16U | byte(i + 1) << 8U | byte(i + 2);
        *out++ = alphabet.letters[bits >> 18U];
        *out++ = alphabet.letters[bits >> 12U & 63U];
        *out++ = alphabet.letters[bits >> 6U & 63U];
        *out++ = alphabet.letters[bits & 63U];
    }
    if (i == bytes.size()) return;
    const bool two = i + 2 == bytes.size();
    const std::uint32_t bits = byte(i) << 16U | (two ? byte(i + 1) << 8U : 0U);
    *out++ = alphabet.letters[bits >> 18U];
    *out++ = alphabet.letters[bits >> 12U & 63U];
    *out++ = two ? alphabet.letters[bits >> 6U & 63U] : alphabet.pad;
    *out++ = alphabet.pad;
}

constexpr int base64_value(char c, const base64_alphabet& alphabet) noexcept {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == alphabet.letters[62]) return 62;
    return c == alphabet.letters[63] ? 63 : -1;
}

/// The number of bytes that `text` decodes to, if it is base64.
constexpr std::size_t base64_decoded_size(std::string_view text, const base64_alphabet& alphabet) noexcept {
    std::size_t size = text.size() / 4 * 3;
    for (std::size_t pads = 0; pads < 2 && size != 0; ++pads) {
        if (text[text.size() - 1 - pads] == alphabet.pad) --size;
    }
    return size;
}

/// Writes `base64_decoded_size(text)` bytes to `out`. False if `text` is not base64, or has unused bits that are not
/// zero.
inline bool decode_base64(std::string_view text, const base64_alphabet& alphabet, char* out) noexcept {
    if (text.size() % 4 != 0) return false;
    std::size_t left = base64_decoded_size(text, alphabet);
    for (std::size_t i = 0; i < text.size(); i += 4) {
        const std::size_t bytes = left < 3 ? left : 3;
        std::uint32_t bits = 0;
        for (std::size_t j = 0; j < 4; ++j) {
            const bool is_pad = j > bytes;
            const int value = is_pad ? 0 : base64_value(text[i + j], alphabet);
            if (value < 0 || (is_pad && text[i + j] != alphabet.pad)) return false;
            bits = bits << 6U | static_cast<std::uint32_t>(value);
        }
        for (std::size_t j = 0; j < bytes; ++j) *out++ = static_cast<char>(bits >> (16U - 8U * j) & 255U);
        const std::uint32_t unused_bits = 0xFFFFFFU >> 8U * bytes;
        if ((bits & unused_bits) != 0) return false;
        left -= bytes;
    }
    return true;
}

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/user_sig/detail/document.hpp =====================================================

// The content of a UserSig: the text that is signed, the JSON document, and its compression.

namespace unfriend { inline namespace v0_2 { namespace detail {

inline constexpr std::size_t max_user_buf_size = 512;
inline constexpr std::size_t max_user_buf_text_size = base64_size(max_user_buf_size);
inline constexpr std::size_t max_identifier_size = 128;
inline constexpr std::size_t max_signed_text_size = max_identifier_size + max_user_buf_text_size + 128;
inline constexpr std::size_t max_document_size = 2 * max_identifier_size + max_user_buf_text_size + 256;
inline constexpr std::size_t max_packed_size = max_document_size + 64; // the headers of zlib and of stored blocks

/// The members of the document. The defaults are values that no document has.
struct user_sig_document {
    std::string_view identifier;
    std::int64_t sdk_app_id = -1;
    std::int64_t time = -1;
    std::int64_t expire = -1;
    std::string_view user_buf; ///< base64
    std::string_view sig;      ///< base64
    std::string_view version;

    user_sig_claims claims() const noexcept {
        return {static_cast<std::uint32_t>(sdk_app_id), identifier, time, expire, user_buf};
    }
};

struct user_sig_layout : no_list {
    using head = user_sig_document;
    static constexpr json_member<head> head_members[] = {
        {"TLS.ver", &head::version},
        {"TLS.identifier", &head::identifier},
        {"TLS.sdkappid", &head::sdk_app_id},
        {"TLS.expire", &head::expire},
        {"TLS.time", &head::time},
        {"TLS.userbuf", &head::user_buf},
        {"TLS.sig", &head::sig},
    };
};

class user_buf_text {
public:
    /// `user_buf` has at most `max_user_buf_size` bytes.
    explicit user_buf_text(std::string_view user_buf) noexcept : size_(base64_size(user_buf.size())) {
        encode_base64(user_buf, standard_base64, text_);
    }
    std::string_view view() const noexcept { return {text_, size_}; }

private:
    char text_[max_user_buf_text_size];
    std::size_t size_;
};

/// The HMAC-SHA256 that a UserSig carries.
class signature {
public:
    /// Steps 1 and 2 of "Generating UserSig": computes the HMAC of the other members of `document`. False if `Hmac`
    /// failed.
    template <class Hmac>
    bool compute(Hmac& hmac, const user_sig_document& document);

    /// Whether `base64` is the text of this signature. The time does not depend on where they differ.
    bool equals(std::string_view base64) const noexcept {
        char bytes[size];
        return base64.size() == base64_size(size) && base64_decoded_size(base64, standard_base64) == size &&
               decode_base64(base64, standard_base64, bytes) && equal_in_constant_time(view(), {bytes, size});
    }

    /// Writes the base64, of `text_size` characters, to `out`.
    static constexpr std::size_t text_size = base64_size(32);
    void write(char* out) const noexcept { encode_base64({view().data(), opaque(size)}, standard_base64, out); }

private:
    static constexpr std::size_t size = 32;

    std::string_view view() const noexcept { return {reinterpret_cast<const char*>(mac_.bytes), size}; }

    wiped_array<unsigned char, size> mac_;
};

template <class Hmac>
bool signature::compute(Hmac& hmac, const user_sig_document& document) {
    char buffer[max_signed_text_size];
    fixed_writer content(buffer);
    content.append("TLS.identifier:");
    content.append(document.identifier);
    content.append("\nTLS.sdkappid:");
    content.append(decimal(static_cast<std::uint64_t>(document.sdk_app_id)).view());
    content.append("\nTLS.time:");
    content.append(decimal(static_cast<std::uint64_t>(document.time)).view());
    content.append("\nTLS.expire:");
    content.append(decimal(static_cast<std::uint64_t>(document.expire)).view());
    content.append('\n');
    if (!document.user_buf.empty()) {
        content.append("TLS.userbuf:");
        content.append(document.user_buf);
        content.append('\n');
    }
    const result<std::string_view> text = content.finish();
    return text && hmac.compute(*text, mac_.bytes);
}

/// Step 3: writes the JSON document.
inline result<std::string_view> write_document(const user_sig_document& document, char_span buffer) noexcept {
    fixed_writer json(buffer);
    json.append(R"({"TLS.ver":"2.0","TLS.identifier":)");
    write_json_text(json, document.identifier);
    json.append(R"(,"TLS.sdkappid":)");
    json.append(decimal(static_cast<std::uint64_t>(document.sdk_app_id)).view());
    json.append(R"(,"TLS.expire":)");
    json.append(decimal(static_cast<std::uint64_t>(document.expire)).view());
    json.append(R"(,"TLS.time":)");
    json.append(decimal(static_cast<std::uint64_t>(document.time)).view());
    if (!document.user_buf.empty()) {
        json.append(R"(,"TLS.userbuf":)");
        write_json_text(json, document.user_buf);
    }
    json.append(R"(,"TLS.sig":)");
    write_json_text(json, document.sig);
    json.append('}');
    return json.finish();
}

/// Steps 3 and 4: writes the document, compressed, in the base64 of UserSigs.
template <class Codec>
result<std::string_view> write_user_sig(Codec& codec, const user_sig_document& document, char_span buffer) {
    wiped_array<char, max_document_size> document_buffer;
    const result<std::string_view> json = write_document(document, document_buffer.bytes);
    wiped_array<char, max_packed_size> packed;
    const std::size_t size = json ? codec.compress(*json, packed.bytes) : 0;
    if (size == 0) return errc::compression_failed;
    if (buffer.size() < base64_size(size)) return {errc::buffer_too_small, base64_size(size)};
    encode_base64({packed.bytes, size}, user_sig_base64, buffer.data());
    return std::string_view(buffer.data(), base64_size(size));
}

constexpr bool is_consistent(const user_sig_document& document) noexcept {
    return document.version == "2.0" && is_user_id(document.identifier, max_identifier_size) &&
           document.sdk_app_id > 0 && document.sdk_app_id <= UINT32_MAX && document.time >= 0 && document.expire >= 0 &&
           document.user_buf.size() <= max_user_buf_text_size && is_printable_ascii(document.user_buf) &&
           !document.sig.empty();
}

/// Decompresses a UserSig into `scratch` and reads the document there.
template <class Codec>
error read_user_sig(std::string_view user_sig, char_span scratch, user_sig_document& document) {
    char packed[max_packed_size];
    const std::size_t size = base64_decoded_size(user_sig, user_sig_base64);
    if (size > sizeof packed || !decode_base64(user_sig, user_sig_base64, packed)) return errc::user_sig_malformed;
    if (scratch.size() < max_document_size) return {errc::buffer_too_small, max_document_size};
    const std::size_t document_size = Codec::decompress({packed, size}, scratch);
    item_window<no_item> no_items;
    const char_span json(scratch.data(), document_size);
    if (read_message<user_sig_layout>(json, document, no_items, default_limits::max_nesting)) {
        return errc::user_sig_malformed;
    }
    return is_consistent(document) ? error() : error(errc::user_sig_malformed);
}

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/user_sig/zlib_codec.hpp ==========================================================

// Compression (RFC 1950) by zlib. To use another library, pass a class of this form to `basic_user_sig_generator`:
//
//   class my_codec {
//   public:
//       my_codec();
//       std::size_t compress(std::string_view bytes, unfriend::char_span out);          // size written; 0: it failed
//       static std::size_t decompress(std::string_view bytes, unfriend::char_span out); // size written; 0: it failed
//   };

#include <new>

#include <zlib.h>

namespace unfriend { inline namespace v0_2 {

/// Compresses texts of a few hundred bytes. Holds a deflate state of about 10 KB, smaller than zlib's default of 256
/// KB, which is allocated on construction and used for each text. One thread at a time. `Level`: the compression level
/// of zlib, 0 (stored) to 9.
template <int Level>
class basic_zlib_codec {
public:
    /// If zlib fails, `compress` reports it.
    basic_zlib_codec() : stream_(new (std::nothrow) z_stream{}) {
        if (!stream_) return;
        if (deflateInit2(stream_.get(), Level, Z_DEFLATED, window_bits, memory_level, Z_DEFAULT_STRATEGY) != Z_OK) {
            stream_.reset();
        }
    }

    /// Writes `bytes`, compressed, to `out`. Returns the size written, or 0 if zlib failed or `out` is too small.
    /// Allocates nothing.
    std::size_t compress(std::string_view bytes, char_span out) noexcept {
        if (!stream_ || deflateReset(stream_.get()) != Z_OK) return 0;
        stream_->next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data()));
        stream_->avail_in = static_cast<uInt>(bytes.size());
        stream_->next_out = reinterpret_cast<Bytef*>(out.data());
        stream_->avail_out = static_cast<uInt>(out.size());
        if (deflate(stream_.get(), Z_FINISH) != Z_STREAM_END) return 0;
        // The header of other UserSigs, which names a larger window. A larger window than the one used is valid.
        out.data()[0] = '\x78';
        out.data()[1] = '\x9C';
        return out.size() - stream_->avail_out;
    }

    /// Writes `bytes`, decompressed, to `out`. Returns the size written, or 0 if `bytes` is not exactly one zlib stream
    /// or its content does not fit. zlib allocates memory and frees it before the function returns.
    static std::size_t decompress(std::string_view bytes, char_span out) noexcept {
        uLongf written = static_cast<uLongf>(out.size());
        uLong read = static_cast<uLong>(bytes.size());
        const int status = uncompress2(reinterpret_cast<Bytef*>(out.data()), &written,
                                       reinterpret_cast<const Bytef*>(bytes.data()), &read);
        return status == Z_OK && read == bytes.size() ? written : 0;
    }

private:
    static void end(z_stream* stream) noexcept {
        deflateEnd(stream);
        delete stream;
    }

    static constexpr int window_bits = 9; // 512 bytes, more than a UserSig without userbuf
    static constexpr int memory_level = 2;

    detail::owned<z_stream, end> stream_;
};

/// Compresses. A UserSig is about as long as one of the official generators.
using zlib_codec = basic_zlib_codec<1>;
/// Stores without compression, which is faster. A UserSig is about a quarter longer.
using stored_codec = basic_zlib_codec<0>;

}} // namespace unfriend::v0_2

// ==== unfriend/user_sig/generator.hpp ===========================================================

// Generates and validates UserSigs.
//
//   unfriend::user_sig_generator generator{1400000000, "administrator", unfriend::secret(key)};
//   char buffer[unfriend::max_user_sig_size];
//   auto user_sig = generator.generate(now, 86400, buffer); // result<std::string_view>
//   if (!user_sig) return log(user_sig.error().message());
//   char scratch[unfriend::max_user_sig_size];
//   auto claims = generator.validate(*user_sig, now, scratch); // result<user_sig_claims>
//
// Implements "Generating UserSig", version 2.0. HMAC-SHA256 and compression are template parameters. The defaults
// depend on OpenSSL and zlib; openssl_hmac.hpp and zlib_codec.hpp show the form of a replacement.

namespace unfriend { inline namespace v0_2 {

/// Reads a UserSig without checking its signature: for logs, never to decide whom to trust. `scratch` holds the texts
/// of the result and must outlive it; `max_user_sig_size` bytes are enough.
///
/// Errors: `user_sig_malformed`; `buffer_too_small` (detail: bytes needed). Linear in `user_sig`; zlib allocates memory
/// and frees it before the function returns.
template <class Codec = zlib_codec>
result<user_sig_claims> inspect_user_sig(std::string_view user_sig, char_span scratch) {
    detail::user_sig_document document;
    if (const error failure = detail::read_user_sig<Codec>(user_sig, scratch, document)) return failure;
    return document.claims();
}

/// Generates and validates the UserSigs of one identifier of one app. One thread at a time. `Hmac` holds the key; of
/// the signatures that the generator computes, it leaves nothing on the stack.
template <class Hmac = openssl_hmac_sha256, class Codec = zlib_codec, class Limits = default_limits>
class basic_user_sig_generator {
    static_assert(Limits::max_user_id_size <= detail::max_identifier_size,
                  "unfriend: no UserSig has so long an identifier");

public:
    /// `sdk_app_id`: the app, not zero. `identifier`: a UserID, which is copied. `key`: the app's secret key as the
    /// console shows it (hexadecimal text); it need not outlive the call. If one of them is not valid, the first call
    /// of `generate` or `validate` reports it. Allocates what `Hmac` and `Codec` allocate.
    basic_user_sig_generator(std::uint32_t sdk_app_id, std::string_view identifier, const secret& key)
        : hmac_(key.reveal()), sdk_app_id_(sdk_app_id) {
        if (sdk_app_id == 0) {
            invalid_ = errc::invalid_sdk_app_id;
        } else if (!detail::is_user_id(identifier, Limits::max_user_id_size)) {
            invalid_ = errc::invalid_identifier;
        } else if (!key.valid()) {
            invalid_ = errc::invalid_secret_key;
        } else {
            std::memcpy(identifier_, identifier.data(), identifier.size());
            identifier_size_ = identifier.size();
        }
    }

    /// Signs with `key` from now on. The UserSigs made so far remain valid for as long as the service has their key. An
    /// error changes nothing: `invalid_secret_key`, or what was wrong with the constructor's arguments. Allocates what
    /// `Hmac` does.
    error rotate(const secret& key) {
        if (invalid_) return invalid_;
        if (!key.valid()) return errc::invalid_secret_key;
        hmac_ = Hmac(key.reveal());
        return {};
    }

    /// The app.
    std::uint32_t sdk_app_id() const noexcept { return sdk_app_id_; }
    /// The UserID, valid as long as this object is. Empty if an argument of the constructor was not valid.
    std::string_view identifier() const noexcept UNFRIEND_LIFETIMEBOUND { return {identifier_, identifier_size_}; }

    /// Writes a UserSig into `buffer`, for which `max_user_sig_size` bytes are enough, and returns a view of it.
    /// `time`: the present, Unix seconds. `expire`: the lifetime, seconds, at least 1. `user_buf`: bytes to include in
    /// the UserSig, 512 at most; empty for none.
    ///
    /// Errors: `invalid_sdk_app_id`, `invalid_identifier`, `invalid_secret_key`, `invalid_expire`,
    /// `user_buf_too_large`, `hmac_failed`, `compression_failed`, `buffer_too_small` (detail: bytes needed). Linear in
    /// `user_buf`; allocates what `Hmac` and `Codec` allocate.
    result<std::string_view> generate(std::int64_t time, std::int64_t expire, char_span buffer,
                                      std::string_view user_buf = {}) {
        if (invalid_) return invalid_;
        if (time < 0 || expire < 1 || expire > INT64_MAX - time) return errc::invalid_expire;
        if (user_buf.size() > detail::max_user_buf_size) return {errc::user_buf_too_large, detail::max_user_buf_size};
        detail::user_buf_text encoded_buf(user_buf);
        detail::user_sig_document document{identifier(), sdk_app_id_, time, expire, encoded_buf.view(), {}, {}};
        detail::signature signature;
        if (!signature.compute(hmac_, document)) return errc::hmac_failed;
        detail::wiped_array<char, detail::signature::text_size> text;
        signature.write(text.bytes);
        document.sig = {text.bytes, sizeof text.bytes};
        return detail::write_user_sig(codec_, document, buffer);
    }

    /// Reads a UserSig, if it was made with this key for this app and identifier, and is valid at `now` (Unix seconds):
    /// from `time`, minus `skew` seconds for clocks that differ, to `time + expire`, exclusive. The signature is
    /// compared in constant time. `scratch` holds the texts of the result and must outlive it; `max_user_sig_size`
    /// bytes are enough.
    ///
    /// Errors: `invalid_sdk_app_id`, `invalid_identifier`, `invalid_secret_key`, `user_sig_malformed`,
    /// `user_sig_mismatch`, `user_sig_identity_mismatch`, `user_sig_expired`, `user_sig_not_yet_valid`, `hmac_failed`,
    /// `buffer_too_small` (detail: bytes needed). Linear in `user_sig`; allocates what `Hmac` and `Codec` allocate.
    result<user_sig_claims> validate(std::string_view user_sig, std::int64_t now, char_span scratch,
                                     std::int64_t skew = 300) {
        if (invalid_) return invalid_;
        detail::user_sig_document document;
        if (const error failure = detail::read_user_sig<Codec>(user_sig, scratch, document)) return failure;
        detail::signature expected;
        if (!expected.compute(hmac_, document)) return errc::hmac_failed;
        if (!expected.equals(document.sig)) return errc::user_sig_mismatch;
        if (document.sdk_app_id != sdk_app_id_ || document.identifier != identifier())
            return errc::user_sig_identity_mismatch;
        // Both times are at least 0, so their difference does not overflow.
        const std::int64_t present = now < 0 ? 0 : now;
        if (document.time > present && document.time - present > skew) return errc::user_sig_not_yet_valid;
        if (present >= document.time && present - document.time >= document.expire) return errc::user_sig_expired;
        return document.claims();
    }

private:
    Hmac hmac_;
    Codec codec_;
    error invalid_;
    std::uint32_t sdk_app_id_;
    char identifier_[Limits::max_user_id_size] = {};
    std::size_t identifier_size_ = 0;
};

/// The generator with the default HMAC, compression and limits.
using user_sig_generator = basic_user_sig_generator<>;

}} // namespace unfriend::v0_2

// ==== unfriend/user_sig/detail/seqlock_text.hpp =================================================

// A short text that one thread at a time replaces and any number read without a lock.

namespace unfriend { inline namespace v0_2 { namespace detail {

/// When a UserSig was made and when it is renewed, Unix seconds.
struct user_sig_period {
    std::int64_t made = 0;
    std::int64_t renewal = 0;
};

/// A sequence lock: a reader copies, and copies again if a writer came in between, but not without end. The text is
/// kept in atomic words, since a plain one that is read while it is written would be a data race, copied again or not;
/// a reader that meets a word of the next text also meets the odd sequence that was stored before it.
template <std::size_t Capacity>
class seqlock_text {
public:
    /// Replaces the text, of at most `Capacity` bytes, and its period. One writer at a time.
    void publish(std::string_view text, const user_sig_period& period) noexcept {
        begin_write();
        commit(text, period);
    }

    /// The two halves of `publish`. No reader gets a text in between.
    void begin_write() noexcept {
        sequence_.store(sequence_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    }
    void commit(std::string_view text, const user_sig_period& period) noexcept {
        for (std::size_t i = 0; i * word_size < text.size(); ++i) {
            std::uint64_t word = 0;
            const std::string_view part = text.substr(i * word_size, word_size);
            std::memcpy(&word, part.data(), part.size());
            words_[i].store(word, std::memory_order_release);
        }
        size_.store(text.size(), std::memory_order_release);
        made_.store(period.made, std::memory_order_release);
        renewal_.store(period.renewal, std::memory_order_release);
        sequence_.store(sequence_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
    }

    /// Copies the text to `buffer`, of at least `Capacity` bytes. False when a writer was always in the way: it may be
    /// held up for long, so the reader waits for it by other means.
    bool read(char* buffer, std::string_view& text, user_sig_period& period) const noexcept {
        for (int tries = 0; tries < most_tries; ++tries) {
            const std::uint32_t before = sequence_.load(std::memory_order_acquire);
            if (before % 2 != 0) continue;
            const std::size_t size = size_.load(std::memory_order_acquire);
            for (std::size_t i = 0; i * word_size < size; ++i) {
                const std::uint64_t word = words_[i].load(std::memory_order_acquire);
                std::memcpy(buffer + i * word_size, &word, word_size);
            }
            period = {made_.load(std::memory_order_acquire), renewal_.load(std::memory_order_acquire)};
            if (sequence_.load(std::memory_order_relaxed) != before) continue;
            text = {buffer, size};
            return true;
        }
        return false;
    }

private:
    static constexpr int most_tries = 64;
    static constexpr std::size_t word_size = sizeof(std::uint64_t);
    static_assert(Capacity % word_size == 0, "the last word is copied whole");

    std::atomic<std::uint32_t> sequence_{0};
    std::atomic<std::size_t> size_{0};
    std::atomic<std::int64_t> made_{0};
    std::atomic<std::int64_t> renewal_{0};
    std::atomic<std::uint64_t> words_[Capacity / word_size] = {};
};

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/user_sig/signer.hpp ==============================================================

// Credentials that make their own UserSig, use it again, and renew it before it expires.
//
//   unfriend::signer signer{1400000000, "administrator", unfriend::secret(key)};   // one for the whole process
//   unfriend::client client{signer, unfriend::region::singapore, transport};       // any number of these

namespace unfriend { inline namespace v0_2 {

/// Signs for one admin of one app. Safe to share between threads. As long as the current UserSig will do, a thread
/// copies it without a lock and allocates nothing. While one thread makes the next UserSig, the others use the current
/// one.
///
/// A UserSig is renewed after 80 to 90 % of its life, at a time drawn for each, so that the processes of a fleet do not
/// renew together. One from the future, made when the clock was wrong, is renewed at once.
template <class Generator = user_sig_generator, class Random = random_sequence>
class basic_signer {
public:
    /// `key`: the app's secret key. `expire`: seconds that each UserSig is valid. `random`: draws the times of renewal.
    /// Wrong arguments are reported by the first `user_sig`.
    basic_signer(std::uint32_t sdk_app_id, std::string_view identifier, const secret& key, std::int64_t expire = 86400,
                 Random random = {})
        : generator_(sdk_app_id, identifier, key), random_(std::move(random)), expire_(expire) {}

    std::uint32_t sdk_app_id() const noexcept { return generator_.sdk_app_id(); }
    std::string_view identifier() const noexcept UNFRIEND_LIFETIMEBOUND { return generator_.identifier(); }

    /// Copies a UserSig that is valid at `now` (Unix seconds) to `buffer`, of `max_user_sig_size` bytes or more.
    /// Errors: those of `generate`; `buffer_too_small` (detail: bytes needed).
    result<std::string_view> user_sig(std::int64_t now, char_span buffer) {
        if (buffer.size() < max_user_sig_size) return {errc::buffer_too_small, max_user_sig_size};
        current_user_sig current;
        const bool is_read = seqlock_.read(buffer.data(), current.text, current.period);
        if (is_read && current.is_due_after(now)) return current.text;
        if (!renewing_.try_lock()) {
            if (is_read && current.is_valid(now, margin())) return current.text;
            renewing_.lock();
        }
        const detail::lock_guard renewing(renewing_, detail::lock_guard::adopt());
        seqlock_.read(buffer.data(), current.text, current.period); // no writer is in the way now
        if (current.is_due_after(now)) return current.text;
        return renew(now, buffer);
    }

    /// The service refused `user_sig` as expired, so the clocks differ: the next call of `user_sig` generates a new
    /// one. Does nothing when it was renewed meanwhile. True: there is, or will be, another UserSig.
    bool invalidate(std::string_view user_sig) {
        const detail::lock_guard renewing(renewing_);
        char buffer[max_user_sig_size];
        current_user_sig current;
        seqlock_.read(buffer, current.text, current.period);
        if (current.text == user_sig) seqlock_.publish(user_sig, refused);
        return true;
    }

    /// Signs with `key` from the next `user_sig` on, which makes a new UserSig. Calls under way keep theirs, so the
    /// service should have both keys until these calls are over. May be called while calls run. An error changes
    /// nothing: `invalid_secret_key`, or what was wrong with the constructor's arguments.
    error rotate(const secret& key) {
        const detail::lock_guard renewing(renewing_);
        const error failure = generator_.rotate(key);
        if (!failure) seqlock_.publish({}, refused);
        return failure;
    }

private:
    static constexpr std::int64_t never = (std::numeric_limits<std::int64_t>::min)();
    static constexpr detail::user_sig_period refused{0, never};

    struct current_user_sig {
        std::string_view text;
        detail::user_sig_period period;

        bool is_due_after(std::int64_t now) const noexcept {
            return !text.empty() && now < period.renewal && !is_from_future(now);
        }
        /// It was due at most `margin` seconds ago.
        bool is_valid(std::int64_t now, std::int64_t margin) const noexcept {
            return !text.empty() && period.renewal != never && now - period.renewal < margin && !is_from_future(now);
        }
        /// Threads may differ in what they take for `now`.
        bool is_from_future(std::int64_t now) const noexcept { return now < period.made - clock_slack; }
    };
    static constexpr std::int64_t clock_slack = 60; // seconds

    std::int64_t margin() const noexcept { return expire_ / 10; }

    result<std::string_view> renew(std::int64_t now, char_span buffer) {
        const result<std::string_view> made = generator_.generate(now, expire_, buffer);
        if (!made) return made;
        const std::int64_t jitter = margin() == 0 ? 0 : static_cast<std::int64_t>(random_()) % margin();
        seqlock_.publish(*made, {now, now + expire_ - margin() - jitter});
        return made;
    }

    Generator generator_;
    Random random_;
    std::int64_t expire_;
    detail::mutex renewing_;
    detail::seqlock_text<max_user_sig_size> seqlock_;
};

using signer = basic_signer<>;

}} // namespace unfriend::v0_2
#endif

// One call as a state machine: retries, pace, failover, outcomes

// ==== unfriend/call/account_result.hpp ==========================================================

// The outcome of one account of a call.
//
//   for (const auto& item : response.failures())
//       if (!item.is_gone()) log(item.to_account, unfriend::to_string(item.outcome), item.result_code);

namespace unfriend { inline namespace v0_2 {

/// The outcome of a deletion, as far as the caller can know it.
enum class outcome : std::uint8_t {
    failed,       ///< not done: it was refused, or never sent
    deleted,      ///< done
    already_gone, ///< no friend any more; credited to an earlier attempt of the call, whose answer is not known
    unknown,      ///< it may have been done: an attempt may have been applied, and no later one has settled it
};

/// The outcome in a word, such as "already_gone". Static text.
constexpr std::string_view to_string(outcome value) noexcept {
    switch (value) {
    case outcome::deleted: return "deleted";
    case outcome::already_gone: return "already_gone";
    case outcome::unknown: return "unknown";
    case outcome::failed: break;
    }
    return "failed";
}

/// One account and its outcome. `Text` is `std::string_view`, which refers to the memory of the call (see `workspace`),
/// or `std::string`.
template <class Text>
struct basic_account_result {
    Text to_account{};
    Text result_info{}; ///< the service's `ResultInfo`, or static text that says why there is none
    std::optional<std::int32_t> result_code{}; ///< the service's last `ResultCode`; empty: it sent none
    unfriend::outcome outcome = unfriend::outcome::failed;

    /// This call deleted the account.
    bool ok() const noexcept {
        return outcome == unfriend::outcome::deleted || outcome == unfriend::outcome::already_gone;
    }
    /// The account is not a friend any more, or never was: `ok()`, or 31704. For jobs that run a second time. 30001
    /// does not count, since it may mean anything.
    bool is_gone() const noexcept { return ok() || kind_of(result_code) == code_kind::already_gone; }
    /// It is not deleted, as far as is known, but calling again may succeed.
    bool retryable() const noexcept {
        return outcome == unfriend::outcome::unknown || (!ok() && (!result_code || unfriend::retryable(result_code)));
    }
};

/// An account of a `call_result`.
using account_result = basic_account_result<std::string_view>;

}} // namespace unfriend::v0_2

// ==== unfriend/call/call_result.hpp =============================================================

// The report of a call, with the outcome of each account.
//
//   const auto response = client(request);
//   if (!response.answered()) log(response.last_error().message()); // there are outcomes all the same
//   for (const auto& account : response.failures()) …

namespace unfriend { inline namespace v0_2 {

/// Why a call made no further attempt.
enum class stop_reason : std::uint8_t {
    completed,          ///< every account is settled
    not_retryable,      ///< another attempt would fail too, or the request or the credentials are wrong
    attempts_exhausted, ///< the policy allows no more attempts
    budget_exhausted,   ///< the channel's retry budget is used up
    deadline_exceeded,  ///< not enough time was left
    cancelled,          ///< the caller cancelled it
};

/// The reason in a word or two, for logs. Static text.
constexpr std::string_view to_string(stop_reason reason) noexcept {
    switch (reason) {
    case stop_reason::completed: return "completed";
    case stop_reason::not_retryable: return "not retryable";
    case stop_reason::attempts_exhausted: return "attempts exhausted";
    case stop_reason::budget_exhausted: return "retry budget exhausted";
    case stop_reason::deadline_exceeded: return "deadline exceeded";
    case stop_reason::cancelled: break;
    }
    return "cancelled";
}

namespace detail {

struct is_failure {
    template <class Account>
    bool operator()(const Account& account) const noexcept {
        return !account.ok();
    }
};

/// The accounts of a range that were not deleted.
template <class Account, class Accounts>
auto failures_of(const Accounts& accounts) noexcept {
    return filtered<const Account*, is_failure>(accounts.data(), accounts.data() + accounts.size());
}

/// Whether no account of a report is a friend any more.
template <class Report>
bool all_gone(const Report& report) noexcept {
    if (report.items.empty()) return report.ok();
    for (const auto& each : report.items) {
        if (!each.is_gone()) return false;
    }
    return true;
}

} // namespace detail

/// A sequence of results in the memory of a call.
class account_results {
public:
    account_results() noexcept = default;
    account_results(const account_result* data, std::size_t size) noexcept : data_(data), size_(size) {}

    const account_result* begin() const noexcept { return data_; }
    const account_result* end() const noexcept { return data_ + size_; }
    const account_result* data() const noexcept { return data_; }
    std::size_t size() const noexcept { return size_; }
    bool empty() const noexcept { return size_ == 0; }
    const account_result& operator[](std::size_t index) const noexcept { return data_[index]; }

private:
    const account_result* data_ = nullptr;
    std::size_t size_ = 0;
};

class owned_call_result; // defined in call/owned_call_result.hpp

/// What a call did: the outcome of every account, what the service said last, and why the call ended. There is a report
/// whether or not the service answered; one without an answer separates the accounts that were never sent (`failed`)
/// from those that may have been deleted (`unknown`). Its texts and items live in the memory of the call; copying the
/// report copies neither.
struct [[nodiscard]] call_result {
    /// Of a call that was not made, for the reason given.
    explicit call_result(const error& why) noexcept : last_error_(why) {}

    /// One for each account of the request, in its order. Empty for friend_delete_all, and for a request that is
    /// refused before it is sent.
    account_results items;
    /// Of all accounts together: `unknown` if any is unknown; else `failed` if any failed; else `already_gone` if any
    /// is; else `deleted`. Of friend_delete_all: that of the whole list.
    unfriend::outcome outcome = unfriend::outcome::failed;
    unfriend::stop_reason stop_reason = unfriend::stop_reason::not_retryable;
    std::optional<std::int32_t> error_code; ///< the service's last `ErrorCode`; empty when it never answered
    std::string_view error_info;            ///< `ErrorInfo` of the last attempt, if it was answered
    std::string_view error_display;         ///< `ErrorDisplay` of the last attempt, if it was answered
    /// `RequestId` of the last attempt that was answered, which the service's support asks for. Empty when the service
    /// sent none, or one of more than 64 bytes before another attempt.
    std::string_view request_id;
    std::uint32_t attempts = 0; ///< how many were made
    std::uint32_t answers = 0;  ///< how many of them the service answered

    /// The service answered one of the attempts at least.
    bool answered() const noexcept { return answers != 0; }
    /// Why the last attempt got no answer, or why there was none after it; false when it got one. There is an error
    /// whenever the call is not `answered()`.
    const error& last_error() const noexcept { return last_error_; }

    /// This call deleted every account.
    bool ok() const noexcept {
        return outcome == unfriend::outcome::deleted || outcome == unfriend::outcome::already_gone;
    }
    /// No account is a friend any more: each one `is_gone()`. Of friend_delete_all and of a request that is refused
    /// before it is sent: `ok()`. Takes time linear in the accounts.
    bool all_gone() const noexcept { return detail::all_gone(*this); }
    /// The accounts that are not deleted, or not known to be, in the order of the request. A lazy view.
    auto failures() const noexcept { return detail::failures_of<account_result>(items); }

    /// A copy that owns its texts. Allocates them, and a vector of the items. Include call/owned_call_result.hpp.
    owned_call_result to_owned() const;

    explicit operator bool() const = delete; // a report is neither true nor false: ask answered(), ok() or all_gone()

private:
    error last_error_;
};

}} // namespace unfriend::v0_2

// ==== unfriend/call/circuit.hpp =================================================================

// Whether the two hosts of an endpoint can be reached, as all calls of a channel know it.
//
//   unfriend::circuit host;
//   if (!host.is_closed() && !host.begin_probe(now, now + timeout)) return use_backup();
//
//   closed      calls go to the host
//   open        several calls in a row could not reach it: they avoid it until a cool-down is over
//   half open   the cool-down is over: one call at a time probes the host, the others still avoid it
//
// An answer closes the circuit again, whatever the answer says.

namespace unfriend { inline namespace v0_2 {

/// The states of the table above.
enum class circuit_state : std::uint8_t { closed, open, half_open };

/// The state in a word. Static text.
constexpr std::string_view to_string(circuit_state state) noexcept {
    switch (state) {
    case circuit_state::closed: return "closed";
    case circuit_state::open: return "open";
    case circuit_state::half_open: break;
    }
    return "half_open";
}

/// The circuit of one host. Safe to share between threads, lock-free. It has no clock: `now` is the time since any
/// fixed point.
class circuit {
public:
    using duration = std::chrono::nanoseconds;

    /// Calls go to the host.
    bool is_closed() const noexcept { return retry_at_.load(std::memory_order_relaxed) == closed; }

    /// True for one caller at a time, once the cool-down is over: the caller probes the host and reports how that went.
    /// If it has not by `until`, another may probe.
    bool begin_probe(duration now, duration until) noexcept {
        std::int64_t retry_at = retry_at_.load(std::memory_order_relaxed);
        return retry_at != closed && now.count() >= retry_at &&
               retry_at_.compare_exchange_strong(retry_at, until.count(), std::memory_order_relaxed);
    }

    /// The host answered. True when this closed the circuit.
    bool on_answer() noexcept {
        if (failures_.load(std::memory_order_relaxed) != 0) failures_.store(0, std::memory_order_relaxed);
        return !is_closed() && retry_at_.exchange(closed, std::memory_order_relaxed) != closed;
    }

    /// A call could not reach the host. `threshold`: as many calls in a row open the circuit. True when this opened it.
    bool on_failure(duration now, duration cool_down, std::uint32_t threshold) noexcept {
        const std::uint32_t failures = failures_.fetch_add(1, std::memory_order_relaxed) + 1;
        std::int64_t expected = closed;
        return failures >= threshold &&
               retry_at_.compare_exchange_strong(expected, (now + cool_down).count(), std::memory_order_relaxed);
    }

    /// A probe ended: the host could not be reached, or nothing is known of it (`cool_down` of zero). The answer of
    /// another call, which closed the circuit meanwhile, counts for more. True when the circuit is open again.
    bool end_probe(duration now, duration cool_down) noexcept {
        std::int64_t retry_at = retry_at_.load(std::memory_order_relaxed);
        return retry_at != closed &&
               retry_at_.compare_exchange_strong(retry_at, (now + cool_down).count(), std::memory_order_relaxed);
    }

private:
    static constexpr std::int64_t closed = (std::numeric_limits<std::int64_t>::min)();

    std::atomic<std::int64_t> retry_at_{closed};
    std::atomic<std::uint32_t> failures_{0}; // in a row
};

/// One circuit for each host of an endpoint.
struct host_circuits {
    circuit primary;
    circuit backup;
};

}} // namespace unfriend::v0_2

// ==== unfriend/call/pacing.hpp ==================================================================

// What a pacer is: a type with a `ticket` and the six functions of `unpaced`, below. `pacer` is the library's own;
// examples/pacers/redis_pacer.hpp shares a quota between processes.
//
//   unfriend::channel channel{signer, unfriend::region::singapore, my_pacer};

namespace unfriend { inline namespace v0_2 {

/// Who goes first when several calls wait for permission to send.
enum class call_priority : std::uint8_t {
    interactive, ///< somebody waits for the result
    bulk,        ///< gives way to interactive calls, but keeps a quarter of the rate
};

/// Why the service refused a call as one too many ("Error Codes").
enum class throttle_kind : std::uint8_t {
    frequency,       ///< over a frequency limit (60007, 60011, 60018, 60019), or HTTP status 429
    security_policy, ///< the security policy finds that the app deletes too often (31707)
};

/// For calls that need no pacing, or are paced elsewhere. It shows what a pacer has to offer: all times are nanoseconds
/// on the clock of the calls, from any fixed point in time.
struct unpaced {
    using duration = std::chrono::nanoseconds;

    /// The place of one call in the line of those that wait. Default-constructible; it stays where it is, and its
    /// destructor gives the place up.
    struct ticket {};

    /// Asks for permission to send at once. Zero: the call may send, and has left the line. More: not yet; ask again
    /// after that time, or earlier. Nothing: permission would take longer than `max_wait`; the call has left the line.
    std::optional<duration> try_acquire(ticket&, duration /*now*/, duration /*max_wait*/, call_priority) noexcept {
        return duration::zero();
    }
    /// The call does not wait any more.
    void cancel(ticket&) noexcept {}
    /// The service took a call that was sent at `sent_at`.
    void on_success(duration /*now*/, duration /*sent_at*/) noexcept {}
    /// The service refused a call that was sent at `sent_at`, as one too many.
    void on_throttled(duration /*now*/, duration /*sent_at*/, throttle_kind) noexcept {}
    /// Nothing may be sent before `time`: the service asks for it (`Retry-After`).
    void hold_until(duration /*time*/) noexcept {}
};

namespace detail {

template <class T, class = void>
struct is_pacer : std::false_type {};
template <class T>
struct is_pacer<
    T, std::void_t<typename T::ticket, decltype(std::declval<T&>().cancel(std::declval<typename T::ticket&>())),
                   decltype(std::declval<T&>().on_success(std::chrono::nanoseconds(), std::chrono::nanoseconds())),
                   decltype(std::declval<T&>().on_throttled(std::chrono::nanoseconds(), std::chrono::nanoseconds(),
                                                            throttle_kind::frequency)),
                   decltype(std::declval<T&>().hold_until(std::chrono::nanoseconds()))>>
    : std::is_convertible<decltype(std::declval<T&>().try_acquire(
                              std::declval<typename T::ticket&>(), std::chrono::nanoseconds(),
                              std::chrono::nanoseconds(), call_priority::interactive)),
                          std::optional<std::chrono::nanoseconds>> {};

} // namespace detail

/// Whether `T` can pace the calls of a channel.
template <class T>
inline constexpr bool is_pacer = detail::is_pacer<T>::value;

}} // namespace unfriend::v0_2

// ==== unfriend/call/observer.hpp ================================================================

// What can be seen of the calls of a channel: each attempt, each wait, and what the calls find out.
//
//   struct slow_attempts {
//       void on_attempt_end(const unfriend::attempt_end& attempt) {
//           if (attempt.duration > std::chrono::seconds(1)) log(attempt.host, attempt.http_status, attempt.request_id);
//       }
//   };
//   unfriend::channel channel{signer, unfriend::region::singapore, unfriend::call_policy{}, slow_attempts{}};
//
// An observer is a class, not final, with any of these functions; each takes its event as a const reference:
//
//   on_call_start       on_attempt_start    on_wait_start        on_rate_change     on_circuit_change
//   on_call_end         on_attempt_end      on_user_sig_renewal
//
// No event has a UserSig, a URL, a key or the text of an account.

namespace unfriend { inline namespace v0_2 {

/// What all events have. Views are valid until the observer's function returns.
struct call_event {
    std::uint64_t call; ///< identifies the call: no two calls of a channel have the same; 1 and up
    timestamp time;     ///< as the driver passed it in
};

/// A call begins. A call that ends without an attempt has a start and an end too; a call that its caller rejects
/// (`operation::reject`) has neither.
struct call_start : call_event {
    std::string_view command;          ///< `friend_delete` or `friend_delete_all`
    std::size_t accounts;              ///< that the request names; 0: all friends, or a request that is not valid
    call_priority priority;            ///< `bulk` of a job
    std::chrono::nanoseconds deadline; ///< when the call ends at the latest, on the clock of `timestamp::monotonic`
};

/// One host of the channel's endpoint.
struct attempt_host {
    std::string_view name; ///< HOST or HOST:PORT
    bool is_backup;
};

/// An attempt is about to be sent.
struct attempt_start : call_event {
    std::uint32_t attempt; ///< of the call; 1 for the first
    attempt_host host;
    std::size_t accounts;              ///< that it carries; 0: all friends
    std::size_t request_bytes;         ///< of the body
    std::chrono::milliseconds timeout; ///< 0: the transport's own
};

/// An attempt has ended, and it is decided what follows.
struct attempt_end : call_event {
    std::uint32_t attempt;
    attempt_host host;
    std::size_t accounts;
    std::chrono::nanoseconds duration;
    int http_status;                        ///< 0: there was no response
    unfriend::error error;                  ///< why the response cannot be used, or why there is none; false: it can
    std::optional<std::int32_t> error_code; ///< the service's `ErrorCode`
    std::string_view request_id;            ///< the service's `RequestId`; empty: it sent none
    std::size_t request_bytes;              ///< of the body
    std::size_t response_bytes;             ///< of the body, as far as there was room for it
    /// The next attempt follows after this time, and when the pacer permits it. Empty: the call ends.
    std::optional<std::chrono::nanoseconds> retry_in;
    /// The driver did not send the attempt after all (`operation::withdraw`): it does not count.
    bool is_withdrawn;
};

/// Why a call waits.
enum class wait_kind : std::uint8_t {
    backoff,     ///< before another attempt
    retry_after, ///< before another attempt, as long as the response asks for
    pace,        ///< until the pacer permits the attempt
};

/// The kind in a word or two. Static text.
constexpr std::string_view to_string(wait_kind kind) noexcept {
    switch (kind) {
    case wait_kind::backoff: return "backoff";
    case wait_kind::retry_after: return "retry_after";
    case wait_kind::pace: break;
    }
    return "pace";
}

/// A wait begins. It ends with the next start of an attempt, start of a wait, or end of the call.
struct wait_start : call_event {
    std::uint32_t attempts; ///< that the call has made
    wait_kind kind;
    /// For `pace` that of its first part: the pacer is asked again after it.
    std::chrono::nanoseconds duration;
};

/// The answer to an attempt has changed the rate of the pacer. Only pacers with a function `rate()` have this event.
struct rate_change : call_event {
    double previous; ///< calls a second
    double rate;     ///< calls a second
};

/// An attempt has changed the circuit of its host: `half_open` when it probes the host.
struct circuit_change : call_event {
    attempt_host host;
    circuit_state state;
};

/// The service refused the UserSig as expired, and the credentials have another.
struct user_sig_renewal : call_event {};

/// A call has ended.
struct call_end : call_event {
    std::chrono::nanoseconds duration;
    unfriend::outcome outcome; ///< of all accounts together
    unfriend::stop_reason stop_reason;
    unfriend::error last_error;             ///< as in the report
    std::optional<std::int32_t> error_code; ///< as in the report
    std::string_view request_id;            ///< as in the report
    std::uint32_t attempts;
    std::size_t deleted; ///< how many accounts have this outcome; of `friend_delete_all`: all friends count as one
    std::size_t already_gone;
    std::size_t failed;
    std::size_t unknown;
};

/// The observer of a channel that has none: sees nothing, and costs nothing.
struct no_observer {};

}} // namespace unfriend::v0_2

// ==== unfriend/call/detail/observing.hpp ========================================================

// Which events an observer takes, found out from the names of its functions.

namespace unfriend { inline namespace v0_2 { namespace detail {

/// The function of an observer for an event: how it is called, a class that has one of the same name, and what is said
/// of one that cannot be called with the event.
template <class Event>
struct observer_function;

template <>
struct observer_function<call_start> {
    struct name {
        void on_call_start();
    };
    template <class T>
    using address = decltype(&T::on_call_start);
    template <class T>
    static auto call(T& observer, const call_start& event) -> decltype(observer.on_call_start(event), void()) {
        observer.on_call_start(event);
    }
    template <bool IsRight>
    static constexpr void refuse_unless() noexcept {
        static_assert(IsRight, "unfriend: an observer's on_call_start takes a const unfriend::call_start&");
    }
};

template <>
struct observer_function<attempt_start> {
    struct name {
        void on_attempt_start();
    };
    template <class T>
    using address = decltype(&T::on_attempt_start);
    template <class T>
    static auto call(T& observer, const attempt_start& event) -> decltype(observer.on_attempt_start(event), void()) {
        observer.on_attempt_start(event);
    }
    template <bool IsRight>
    static constexpr void refuse_unless() noexcept {
        static_assert(IsRight, "unfriend: an observer's on_attempt_start takes a const unfriend::attempt_start&");
    }
};

template <>
struct observer_function<attempt_end> {
    struct name {
        void on_attempt_end();
    };
    template <class T>
    using address = decltype(&T::on_attempt_end);
    template <class T>
    static auto call(T& observer, const attempt_end& event) -> decltype(observer.on_attempt_end(event), void()) {
        observer.on_attempt_end(event);
    }
    template <bool IsRight>
    static constexpr void refuse_unless() noexcept {
        static_assert(IsRight, "unfriend: an observer's on_attempt_end takes a const unfriend::attempt_end&");
    }
};

template <>
struct observer_function<wait_start> {
    struct name {
        void on_wait_start();
    };
    template <class T>
    using address = decltype(&T::on_wait_start);
    template <class T>
    static auto call(T& observer, const wait_start& event) -> decltype(observer.on_wait_start(event), void()) {
        observer.on_wait_start(event);
    }
    template <bool IsRight>
    static constexpr void refuse_unless() noexcept {
        static_assert(IsRight, "unfriend: an observer's on_wait_start takes a const unfriend::wait_start&");
    }
};

template <>
struct observer_function<rate_change> {
    struct name {
        void on_rate_change();
    };
    template <class T>
    using address = decltype(&T::on_rate_change);
    template <class T>
    static auto call(T& observer, const rate_change& event) -> decltype(observer.on_rate_change(event), void()) {
        observer.on_rate_change(event);
    }
    template <bool IsRight>
    static constexpr void refuse_unless() noexcept {
        static_assert(IsRight, "unfriend: an observer's on_rate_change takes a const unfriend::rate_change&");
    }
};

template <>
struct observer_function<circuit_change> {
    struct name {
        void on_circuit_change();
    };
    template <class T>
    using address = decltype(&T::on_circuit_change);
    template <class T>
    static auto call(T& observer, const circuit_change& event) -> decltype(observer.on_circuit_change(event), void()) {
        observer.on_circuit_change(event);
    }
    template <bool IsRight>
    static constexpr void refuse_unless() noexcept {
        static_assert(IsRight, "unfriend: an observer's on_circuit_change takes a const unfriend::circuit_change&");
    }
};

template <>
struct observer_function<user_sig_renewal> {
    struct name {
        void on_user_sig_renewal();
    };
    template <class T>
    using address = decltype(&T::on_user_sig_renewal);
    template <class T>
    static auto call(T& observer, const user_sig_renewal& event)
        -> decltype(observer.on_user_sig_renewal(event), void()) {
        observer.on_user_sig_renewal(event);
    }
    template <bool IsRight>
    static constexpr void refuse_unless() noexcept {
        static_assert(IsRight, "unfriend: an observer's on_user_sig_renewal takes a const unfriend::user_sig_renewal&");
    }
};

template <>
struct observer_function<call_end> {
    struct name {
        void on_call_end();
    };
    template <class T>
    using address = decltype(&T::on_call_end);
    template <class T>
    static auto call(T& observer, const call_end& event) -> decltype(observer.on_call_end(event), void()) {
        observer.on_call_end(event);
    }
    template <bool IsRight>
    static constexpr void refuse_unless() noexcept {
        static_assert(IsRight, "unfriend: an observer's on_call_end takes a const unfriend::call_end&");
    }
};

/// If the observer has a member of the name, of whatever kind, the name is ambiguous here and has no address.
template <class Observer, class Event>
struct with_name : Observer, observer_function<Event>::name {};

template <class Observer, class Event, class = void>
struct has_name : std::true_type {};
template <class Observer, class Event>
struct has_name<Observer, Event,
                std::void_t<typename observer_function<Event>::template address<with_name<Observer, Event>>>>
    : std::false_type {};

template <class Observer, class Event, class = void>
struct takes_event : std::false_type {};
template <class Observer, class Event>
struct takes_event<Observer, Event,
                   decltype(observer_function<Event>::call(std::declval<Observer&>(), std::declval<const Event&>()),
                            void())> : std::true_type {};

/// Whether the observer takes the event. One that has a member of the name and does not take it is refused.
template <class Observer, class Event>
constexpr bool observes() noexcept {
    constexpr bool takes = takes_event<Observer, Event>::value;
    constexpr bool is_right = takes || !has_name<Observer, Event>::value;
    observer_function<Event>::template refuse_unless<is_right>();
    return takes;
}

/// Whether `T` has a function of an observer.
template <class T, bool = std::is_class_v<T> && !std::is_final_v<T>>
struct is_observer : std::false_type {};
template <class T>
struct is_observer<T, true>
    : std::disjunction<has_name<T, call_start>, has_name<T, attempt_start>, has_name<T, attempt_end>,
                       has_name<T, wait_start>, has_name<T, rate_change>, has_name<T, circuit_change>,
                       has_name<T, user_sig_renewal>, has_name<T, call_end>> {};

/// The same, and each function of that name has to take its event.
template <class T>
constexpr bool check_observer() noexcept {
    if constexpr (is_observer<T>::value) {
        observes<T, call_start>();
        observes<T, attempt_start>();
        observes<T, attempt_end>();
        observes<T, wait_start>();
        observes<T, rate_change>();
        observes<T, circuit_change>();
        observes<T, user_sig_renewal>();
        observes<T, call_end>();
    }
    return is_observer<T>::value;
}

template <class T>
using if_observer = std::enable_if_t<is_observer<std::remove_reference_t<T>>::value>;

/// Tells the observer, if it takes the event.
template <class Event, class Observer>
void notify(Observer& observer, const Event& event) {
    if constexpr (observes<Observer, Event>()) observer_function<Event>::call(observer, event);
}

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/call/detail/rate_math.hpp ========================================================

// The few functions of rates and curves, without <cmath>: that header is slow to include, and does not compile after
// the macros `min` and `max` of windows.h. Relative errors are below a thousandth for the exponents that occur.

namespace unfriend { inline namespace v0_2 { namespace detail {

/// e to the `exponent`, which is at most 40; exponents below -40 give 0.
constexpr double exponential(double exponent) noexcept {
    if (exponent < -40) return 0;
    constexpr int halvings = 20;
    double power = 1 + exponent / (1 << halvings); // e^(x / n) is almost 1 + x / n for a large n
    for (int i = 0; i < halvings; ++i) power *= power;
    return power;
}

/// 2 to the `exponent`, which is at most 50.
constexpr double power_of_two(double exponent) noexcept { return exponential(exponent * 0.69314718055994531); }

/// The cube root of a number that is not negative, by Newton's method.
constexpr double cube_root(double value) noexcept {
    if (value <= 0) return 0;
    double root = value < 1 ? 1 : value;
    for (int i = 0; i < 200; ++i) {
        const double next = (2 * root + value / (root * root)) / 3;
        if (next >= root) break;
        root = next;
    }
    return root;
}

/// The next integer that is not smaller than `value`, which fits.
constexpr std::int64_t round_up(double value) noexcept {
    const auto whole = static_cast<std::int64_t>(value);
    return static_cast<double>(whole) < value ? whole + 1 : whole;
}

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/call/detail/adaptive_rate.hpp ====================================================

// How many calls a second the service takes: found out from the calls that it refuses as too many.

namespace unfriend { inline namespace v0_2 { namespace detail {

/// As the adaptive mode of the AWS SDKs: a cut when a call is throttled, and a cubic curve back (RFC 9438, CUBIC). It
/// returns quickly to just below the rate at which a call was refused, is careful there, and quick again beyond.
///
/// A refusal counts only if the call was sent after the last cut, and a success too: the others say what was known
/// already. Never above `max`. Times are nanoseconds from any fixed point in time; rates are calls a second.
class adaptive_rate {
public:
    using duration = std::chrono::nanoseconds;

    explicit adaptive_rate(double max) noexcept : max_(max), rate_(max) {}

    double max_rate() const noexcept { return max_; }
    double rate() const noexcept { return rate_; }

    void set_max(double max) noexcept {
        if (rate_ >= smaller(max_, max)) rate_ = max;
        max_ = max;
    }

    void on_sent(duration now) noexcept {
        const double memory = exponential(smaller(seconds(last_sent_ - now), 0.0) / measured_over);
        measured_ = measured_ * memory + 1 / measured_over;
        last_sent_ = now;
    }

    /// False when it says nothing new.
    bool on_throttled(duration now, duration sent_at) noexcept {
        if (!is_news(sent_at)) return false;
        refused_at_rate_ = larger(smaller(rate_, measured_), rate_ * deepest_cut);
        cut(now, refused_at_rate_ * after_cut);
        return true;
    }

    /// After this one the rate also doubles no faster than each minute.
    bool on_security_policy(duration now, duration sent_at) noexcept {
        if (!is_news(sent_at)) return false;
        cut(now, rate_ * after_objection);
        refused_at_rate_ = rate_;
        is_slow_ = true;
        slow_since_ = now;
        slow_from_ = rate_;
        return true;
    }

    void on_success(duration now, duration sent_at) noexcept {
        if (rate_ >= max_ || !is_news(sent_at)) return;
        double target = curve(seconds(now - cut_at_));
        if (is_slow_) {
            const double bound = slow_from_ * power_of_two(smaller(seconds(now - slow_since_) / 60, 40.0));
            is_slow_ = bound < max_;
            target = smaller(target, bound);
        }
        rate_ = smaller(larger(rate_, target), max_);
    }

private:
    static constexpr double after_cut = 0.8;
    static constexpr double deepest_cut = 0.3; // however little was sent just then
    static constexpr double after_objection = 1.0 / 16;
    static constexpr double steepness = 0.001;   // of `max`, per cubic second: 10 s from nothing to all
    static constexpr double measured_over = 0.5; // seconds
    static constexpr double slowest_probe = 0.1; // calls a second

    static double seconds(duration time) noexcept { return std::chrono::duration<double>(time).count(); }

    bool is_news(duration sent_at) const noexcept { return !is_cut_ || sent_at > cut_at_; }

    /// Slow enough for a thousand processes on one quota, but quick enough to notice that the service is back.
    double least() const noexcept { return smaller(larger(max_ / 1024, slowest_probe), max_ * after_objection); }

    void cut(duration now, double rate) noexcept {
        rate_ = cut_to_ = larger(rate, least());
        cut_at_ = now;
        is_cut_ = true;
    }

    double curve(double since_cut) const noexcept {
        const double factor = steepness * max_;
        const double flat_after = cube_root(larger(refused_at_rate_ - cut_to_, 0.0) / factor);
        const double time = since_cut - flat_after;
        return refused_at_rate_ + factor * time * time * time;
    }

    double max_;
    double rate_;
    double measured_ = 0; // calls a second that were sent of late
    duration last_sent_{};
    bool is_cut_ = false; // ever
    duration cut_at_{};
    double cut_to_ = 0;
    double refused_at_rate_ = 0;
    bool is_slow_ = false; // since the security policy objected
    duration slow_since_{};
    double slow_from_ = 0;
};

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/call/detail/send_queue.hpp =======================================================

// The calls that wait for permission to send, in the order in which they came, with two priorities.

namespace unfriend { inline namespace v0_2 { namespace detail {

/// A call's place in a `send_queue`, which links it to others: it must not move while it waits.
struct queue_entry {
    std::uint64_t number = 0;            // by order of arrival
    std::uint64_t round = 0;             // in which it was present last
    std::uint64_t turn_after = 0;        // how many of its priority have left, at most
    std::chrono::nanoseconds asked_at{}; // the last time
    call_priority priority = call_priority::interactive;
    bool is_passed_over = false; // it had the turn and was absent
    queue_entry* child = nullptr;
    queue_entry* next = nullptr;     // sibling
    queue_entry* previous = nullptr; // sibling, or the parent of a first child
};

/// Two pairing heaps of entries, one for each priority, the earliest on top. An entry is present, and in its heap, from
/// when it asks until `pass_over_absent`. Takes constant time but for `leave` and `leave_with_permission`, which take
/// time logarithmic in the number of entries (amortised). Allocates nothing. Not safe to share between threads.
class send_queue {
public:
    bool empty() const noexcept { return waiting(call_priority::interactive) + waiting(call_priority::bulk) == 0; }

    /// At the end of the line.
    void enter(queue_entry& entry, call_priority priority, std::chrono::nanoseconds now) noexcept {
        line& mine = of(priority);
        entry.asked_at = now;
        entry.priority = priority;
        entry.is_passed_over = false;
        entry.number = ++entered_;
        entry.turn_after = mine.left + waiting(priority);
        ++mine.entered;
        add(entry);
    }

    /// An entry that waits asks again.
    void come_back(queue_entry& entry, std::chrono::nanoseconds now) noexcept {
        entry.asked_at = now;
        if (entry.round != round_) add(entry);
    }

    void leave(queue_entry& entry) noexcept {
        line& mine = of(entry.priority);
        if (entry.round == round_) remove(mine, entry);
        ++mine.left;
    }

    void leave_with_permission(queue_entry& entry) noexcept {
        if (entry.priority == call_priority::bulk) {
            turns_since_bulk_ = 0;
        } else if (of(call_priority::bulk).first != nullptr) {
            ++turns_since_bulk_;
        }
        leave(entry);
    }

    /// Whose turn it is; null when nobody is present.
    queue_entry* front() const noexcept {
        queue_entry* const interactive = of(call_priority::interactive).first;
        queue_entry* const bulk = of(call_priority::bulk).first;
        if (interactive == nullptr || bulk == nullptr) return interactive == nullptr ? bulk : interactive;
        return turns_since_bulk_ < interactive_turns ? interactive : bulk;
    }

    /// How many of its priority are before an entry, at least.
    std::uint64_t ahead_of(const queue_entry& entry) const noexcept {
        const std::uint64_t left = of(entry.priority).left;
        return entry.turn_after > left ? entry.turn_after - left : 0;
    }

    /// Nobody is present until it asks again. Everybody's place in the line stays.
    void pass_over_absent() noexcept {
        if (queue_entry* const absent = front()) absent->is_passed_over = true;
        ++round_;
        for (line& each : lines_) each.first = nullptr;
    }

private:
    static constexpr std::uint32_t interactive_turns = 3; // to one of bulk

    struct line {
        queue_entry* first = nullptr; // of those present: the root of the heap
        std::uint64_t entered = 0;
        std::uint64_t left = 0;
    };

    line& of(call_priority priority) noexcept { return lines_[priority == call_priority::bulk ? 1 : 0]; }
    const line& of(call_priority priority) const noexcept { return lines_[priority == call_priority::bulk ? 1 : 0]; }
    std::uint64_t waiting(call_priority priority) const noexcept { return of(priority).entered - of(priority).left; }

    void add(queue_entry& entry) noexcept {
        line& mine = of(entry.priority);
        entry.round = round_;
        entry.child = entry.next = entry.previous = nullptr;
        mine.first = merge(mine.first, &entry);
    }

    static void remove(line& mine, queue_entry& entry) noexcept {
        queue_entry* const orphans = merge_siblings(entry.child);
        if (mine.first == &entry) {
            mine.first = orphans;
            return;
        }
        (entry.previous->child == &entry ? entry.previous->child : entry.previous->next) = entry.next;
        if (entry.next != nullptr) entry.next->previous = entry.previous;
        mine.first = merge(mine.first, orphans);
    }

    /// One heap of two, either of which may be empty.
    static queue_entry* merge(queue_entry* first, queue_entry* second) noexcept {
        if (first == nullptr || second == nullptr) return first == nullptr ? second : first;
        if (second->number < first->number) std::swap(first, second);
        second->previous = first;
        second->next = first->child;
        if (first->child != nullptr) first->child->previous = second;
        first->child = second;
        return first;
    }

    /// One heap of siblings: of pairs from left to right, and of these from right to left, as a pairing heap has it.
    static queue_entry* merge_siblings(queue_entry* sibling) noexcept {
        queue_entry* pairs = nullptr;
        while (sibling != nullptr) {
            queue_entry* const second = detach(sibling);
            queue_entry* const rest = second == nullptr ? nullptr : detach(second);
            queue_entry* const pair = merge(sibling, second);
            pair->next = pairs;
            pairs = pair;
            sibling = rest;
        }
        queue_entry* whole = nullptr;
        while (pairs != nullptr) {
            queue_entry* const rest = detach(pairs);
            whole = merge(whole, pairs);
            pairs = rest;
        }
        return whole;
    }

    /// From its siblings; the next of them.
    static queue_entry* detach(queue_entry* entry) noexcept {
        entry->previous = nullptr;
        return std::exchange(entry->next, nullptr);
    }

    line lines_[2];
    std::uint64_t entered_ = 0;
    std::uint64_t round_ = 0;
    std::uint32_t turns_since_bulk_ = 0; // that bulk entries let pass
};

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/call/pacer.hpp ===================================================================

// Keeps calls under the service's frequency limit ("RESTful API Overview": 200 calls a second).
//
//   unfriend::pacer pacer;                                    // one for the whole app
//   unfriend::pacer::ticket ticket;                           // one for each call
//   auto wait = pacer.try_acquire(ticket, now, max_wait);     // zero: send; more: ask again after that time
//   pacer.on_success(now, sent_at);                           // or on_throttled: the rate adapts
//
// The quota is the app's and not the process's. Several processes find their shares by themselves, at the price of some
// refusals; they keep to one quota exactly with a pacer that asks a common place (examples/pacers/redis_pacer.hpp).

namespace unfriend { inline namespace v0_2 {

/// Gives calls permission to send, one after another, at an adaptive rate.
///
/// A call asks when it is about to send, and holds nothing while it waits: a throttled answer slows all calls that
/// wait, and a call that gives up costs nobody anything. First come, first served: the call that waits longest has the
/// turn. If it does not ask within an interval of its turn, the turn goes to the next call that asks. It keeps its
/// place for when it does ask. Interactive calls go before calls of bulk jobs, which keep every fourth turn.
///
/// Safe to share between threads. Each function holds a lock for a short time: constant, but for the end of a wait,
/// which takes time logarithmic in the number of calls that wait (amortised). Allocates nothing. Knows no clock: times
/// are nanoseconds from any fixed point in time, and should not go back.
class pacer {
public:
    using duration = std::chrono::nanoseconds;

    /// A call's place in the line. It belongs to one pacer at a time, which must outlive it or its wait.
    class ticket {
    public:
        ticket() noexcept = default;
        ticket(const ticket&) = delete;
        ticket& operator=(const ticket&) = delete;
        ~ticket() {
            if (line_ != nullptr) line_->cancel(*this);
        }

    private:
        friend class pacer;
        pacer* line_ = nullptr; // while the call waits
        detail::queue_entry entry_;
    };

    /// `calls_per_second`: 0.001 to 1,000,000,000; what is beyond counts as the nearest. `jitter`: how much the times
    /// between permission and arrival may differ, 0 to an hour. Two thirds of it are for the network, one third is for
    /// callers that come late for their turns. As long as that holds, no second has more calls than allowed: they are
    /// spread over a second and `jitter`.
    explicit pacer(double calls_per_second = 200, duration jitter = std::chrono::milliseconds(45)) noexcept
        : jitter_(detail::smaller<duration>(detail::larger(jitter, duration::zero()), std::chrono::hours(1))),
          rate_(allowed(calls_per_second)) {
        update_intervals();
    }

    /// Asks for permission to send at once, first or again. Zero: the call may send. More: not yet; ask again after
    /// that time. Asking earlier does no harm. Nothing: it certainly takes longer than `max_wait`, and the call does
    /// not wait any more.
    std::optional<duration> try_acquire(ticket& mine, duration now, duration max_wait = (duration::max)(),
                                        call_priority priority = call_priority::interactive) noexcept {
        const detail::lock_guard locked(lock_);
        join(mine, now, priority);
        const duration due = due_time();
        bool is_first = queue_.front() == &mine.entry_;
        if (!is_first && now >= due && is_turn_lost(now, due)) {
            queue_.pass_over_absent();
            queue_.come_back(mine.entry_, now);
            is_first = true;
        }
        if (is_first && now >= due - head_start(mine)) {
            grant(mine, now, due);
            return duration::zero();
        }
        const std::uint64_t ahead = is_first ? 0 : queue_.ahead_of(mine.entry_);
        const duration until_due = detail::larger(due - now, duration::zero());
        if (until_due + times(ahead, shortest_interval_) > max_wait) {
            leave(mine);
            return std::nullopt;
        }
        if (now >= due) return nap(turn_end(due) - now, max_wait);
        return nap(until_due + times(ahead == 0 ? 0 : ahead - 1, interval_), max_wait);
    }

    /// The call does not wait any more. Nothing happens when it did not.
    void cancel(ticket& mine) noexcept {
        if (mine.line_ == nullptr) return;
        const detail::lock_guard locked(lock_);
        leave(mine);
    }

    /// The service took a call that was sent at `sent_at`: brings a reduced rate back, step by step. Full speed takes
    /// ten seconds or so.
    void on_success(duration now, duration sent_at) noexcept {
        const detail::lock_guard locked(lock_);
        rate_.on_success(now, sent_at);
        update_intervals();
    }

    /// The service refused a call that was sent at `sent_at` as one too many: cuts the rate by a fifth, or to a
    /// sixteenth for a while when the security policy objects. Nothing happens when the call was sent before the last
    /// cut. From then on no call goes out faster, those that wait included.
    void on_throttled(duration now, duration sent_at, throttle_kind kind = throttle_kind::frequency) noexcept {
        const detail::lock_guard locked(lock_);
        const bool is_cut = kind == throttle_kind::security_policy ? rate_.on_security_policy(now, sent_at)
                                                                   : rate_.on_throttled(now, sent_at);
        if (!is_cut) return;
        slot_ = detail::larger(slot_, last_granted_);
        is_just_cut_ = true;
        update_intervals();
    }

    /// Gives no permission before `time`.
    void hold_until(duration time) noexcept {
        const detail::lock_guard locked(lock_);
        hold_until_ = detail::larger(hold_until_, time);
    }

    /// Changes the allowed rate, for calls that wait too. A rate that is reduced at present stays reduced.
    void set_rate(double calls_per_second) noexcept {
        const detail::lock_guard locked(lock_);
        rate_.set_max(allowed(calls_per_second));
        update_intervals();
    }

    /// The calls a second that are allowed at present.
    double rate() const noexcept {
        const detail::lock_guard locked(lock_);
        return rate_.rate();
    }
    /// The time between two calls at present.
    duration interval() const noexcept {
        const detail::lock_guard locked(lock_);
        return interval_;
    }

private:
    static constexpr duration never = (duration::min)() / 2;
    static constexpr duration shortest_nap = std::chrono::milliseconds(100);

    static double allowed(double calls_per_second) noexcept {
        if (!(calls_per_second > 0.001)) return 0.001; // not a number included
        return detail::smaller(calls_per_second, 1e9);
    }

    duration interval_at(double rate) const noexcept {
        const duration spread = std::chrono::seconds(1) + jitter_;
        return duration(detail::round_up(static_cast<double>(spread.count()) / rate));
    }

    void update_intervals() noexcept {
        interval_ = interval_at(rate_.rate());
        shortest_interval_ = interval_at(rate_.max_rate());
    }

    /// When the next call may send.
    duration due_time() const noexcept { return detail::larger(slot_ + interval_, hold_until_); }

    /// A call that lost its turn is served a little early the next time, so that one that is polled at long intervals
    /// has its turn among others that are punctual.
    duration head_start(const ticket& mine) const noexcept {
        return mine.entry_.is_passed_over && !is_just_cut_ ? jitter_ / 15 : duration::zero();
    }
    duration longest_delay() const noexcept { return jitter_ * 4 / 15; } // with the head start: a third

    void join(ticket& mine, duration now, call_priority priority) noexcept {
        if (mine.line_ != nullptr) {
            queue_.come_back(mine.entry_, now);
            return;
        }
        if (queue_.empty()) slot_ = detail::larger(slot_, now - interval_); // time without calls is not saved up
        queue_.enter(mine.entry_, priority, now);
        mine.line_ = this;
    }

    /// The turn is lost when its owner does not ask within an interval, nor within a quarter of one after another call
    /// asked: calls that are polled together come in any order.
    bool is_turn_lost(duration now, duration due) noexcept {
        if (contested_since_ <= queue_.front()->asked_at) contested_since_ = now;
        return now >= turn_end(due);
    }
    duration turn_end(duration due) const noexcept {
        return detail::larger(due + interval_, contested_since_ + interval_ / 4);
    }

    void grant(ticket& mine, duration now, duration due) noexcept {
        slot_ = detail::larger(due, now - longest_delay());
        last_granted_ = now;
        is_just_cut_ = false;
        rate_.on_sent(now);
        queue_.leave_with_permission(mine.entry_);
        mine.line_ = nullptr;
    }

    void leave(ticket& mine) noexcept {
        queue_.leave(mine.entry_);
        mine.line_ = nullptr;
    }

    /// `count` intervals, or a time that is as good as for ever.
    static duration times(std::uint64_t count, duration interval) noexcept {
        const std::int64_t most = (duration::max)().count() / 4 / interval.count();
        return interval * static_cast<std::int64_t>(detail::smaller(count, static_cast<std::uint64_t>(most)));
    }

    /// Others may leave the line or the rate may rise meanwhile: nobody sleeps through all of a long wait.
    static duration nap(duration wait, duration max_wait) noexcept {
        return detail::larger(detail::smaller(detail::smaller(wait, detail::larger(shortest_nap, wait / 2)), max_wait),
                              duration(1));
    }

    const duration jitter_;
    mutable detail::mutex lock_;
    detail::adaptive_rate rate_;
    detail::send_queue queue_;
    duration interval_{};
    duration shortest_interval_{};
    duration slot_ = never; // on the schedule, of the last call; permission may have come later
    duration last_granted_ = never;
    duration hold_until_ = never;
    duration contested_since_ = never; // a call asked whose turn it is not, and the owner of the turn not since
    bool is_just_cut_ = false;         // no permission since
};

}} // namespace unfriend::v0_2

// ==== unfriend/call/policy.hpp ==================================================================

// How hard a call tries: its time, its attempts, and the waits between them.
//
//   unfriend::call_policy policy;
//   policy.call_timeout = std::chrono::seconds(5);
//   policy.max_attempts = 5;
//   unfriend::client client{signer, unfriend::region::singapore, transport, policy};

namespace unfriend { inline namespace v0_2 {

/// The settings of a channel's calls. Negative durations count as zero.
struct call_policy {
    /// For the whole call, attempts and waits included. Nothing is sent after it.
    std::chrono::milliseconds call_timeout{30'000};
    /// For one attempt; an attempt gets less when less is left of the call's time. The transport keeps to it: an
    /// attempt that the transport does not end lasts until the deadline of the call. 0: the transport's own time-out,
    /// which should be shorter than the call's, since nothing ends a transport that blocks.
    std::chrono::milliseconds attempt_timeout{10'000};
    /// An attempt that would have less time than this, or than a millisecond, is not made.
    std::chrono::milliseconds min_attempt_time{10};
    /// The first included. 0 counts as 1.
    std::uint32_t max_attempts = 4;
    /// Before attempt n + 1 the call waits a random time of 0 to `initial_backoff` times 2 to the n - 1, but at
    /// most `max_backoff`: exponential back-off with full jitter.
    std::chrono::milliseconds initial_backoff{200};
    std::chrono::milliseconds max_backoff{10'000};
    /// How many retries the calls of a channel may make together before any call has succeeded; calls that succeed
    /// earn further ones (retry_budget.hpp).
    std::uint32_t retry_budget_size = 20;
    /// How many calls in a row have to find a host out of reach before the calls of the channel avoid it (circuit.hpp).
    /// 0 counts as 1. The call that found out tries the other host at once.
    std::uint32_t failover_threshold = 3;
    /// How long calls avoid such a host before one of them probes it. 0 turns failover off.
    std::chrono::milliseconds failover_cool_down{60'000};
};

}} // namespace unfriend::v0_2

// ==== unfriend/call/retry_budget.hpp ============================================================

// Keeps retries from making an outage worse: calls that succeed earn them.
//
//   unfriend::retry_budget budget(20);
//   if (budget.spend()) send_again();
//   budget.earn(); // a call succeeded

namespace unfriend { inline namespace v0_2 {

/// The retries of a channel's calls. The budget starts full; each retry takes one, each call that the service takes
/// puts back a tenth. While the service is away, retries end when the budget is empty. Safe to share between threads,
/// lock-free.
class retry_budget {
public:
    /// `reserve`: how many retries the budget holds at most, and at first.
    explicit retry_budget(std::uint32_t reserve = 20) noexcept : full_(cost * reserve), left_(full_) {}

    /// Pays for one retry; false when there is not enough.
    bool spend() noexcept {
        std::uint64_t left = left_.load(std::memory_order_relaxed);
        do {
            if (left < cost) return false;
        } while (!left_.compare_exchange_weak(left, left - cost, std::memory_order_relaxed));
        return true;
    }

    /// A call succeeded.
    void earn() noexcept {
        std::uint64_t left = left_.load(std::memory_order_relaxed);
        do {
            if (left == full_) return;
        } while (!left_.compare_exchange_weak(left, left + 1, std::memory_order_relaxed));
    }

private:
    static constexpr std::uint64_t cost = 10; // in what one success earns

    std::uint64_t full_;
    std::atomic<std::uint64_t> left_;
};

}} // namespace unfriend::v0_2

// ==== unfriend/call/channel.hpp =================================================================

// All that the calls of a process share: who calls, where, how hard they try, and how fast they may.
//
//   unfriend::channel channel{signer, unfriend::region::singapore, policy};    // one for the process
//   unfriend::client client{channel, transport};                               // any number of these, of any kind

namespace unfriend { inline namespace v0_2 {

namespace detail {

/// For the deduction of temporary credentials, which are then refused with a sentence.
template <class Credentials, class Where>
using enable_if_temporary =
    std::enable_if_t<!std::is_lvalue_reference_v<Credentials> && std::is_convertible_v<const Where&, endpoint>>;

template <class Credentials>
constexpr void refuse_temporary() noexcept {
    static_assert(
        std::is_lvalue_reference_v<Credentials>,
        "unfriend: the credentials are a temporary, which dies before the first call: give the signer a name");
}

} // namespace detail

/// Safe to share between threads as far as `Credentials`, `Pacer`, `Random` and `Observer` are; those of the library
/// are.
///
/// `Credentials`: `signer`, `fixed_credentials` or a type of the same shape. `Pacer`: `pacer`, `unpaced` or a
/// type of one's own (pacing.hpp); a reference when it is somebody else's. `Random`: a callable that yields 32-bit
/// numbers: for the `random` of each attempt, and for the waits. `Observer`: sees what happens to the calls
/// (observer.hpp); a reference when others use it too.
template <class Credentials, class Pacer = unfriend::pacer, class Random = random_sequence,
          class Limits = default_limits, class Observer = no_observer>
class channel {
public:
    using limits = Limits;
    using pacer_type = std::remove_reference_t<Pacer>;
    using observer_type = std::remove_reference_t<Observer>;
    static_assert(is_pacer<pacer_type>,
                  "unfriend: a pacer has a ticket and the functions of `unpaced` (call/pacing.hpp)");
    static_assert(std::is_same_v<observer_type, no_observer> || detail::check_observer<observer_type>(),
                  "unfriend: an observer is a class, not final, with at least one of the functions that "
                  "call/observer.hpp lists");

    /// `credentials` must outlive the channel. Allocates nothing.
    channel(Credentials& credentials UNFRIEND_LIFETIMEBOUND, unfriend::endpoint where, const call_policy& policy = {},
            Random random = {})
        : credentials_(credentials), endpoint_(where), policy_(policy), random_(std::move(random)),
          retry_budget_(policy.retry_budget_size) {}
    /// The same with a pacer that others use too, which must outlive the channel.
    channel(Credentials& credentials UNFRIEND_LIFETIMEBOUND, unfriend::endpoint where, Pacer pacer,
            const call_policy& policy = {}, Random random = {})
        : credentials_(credentials), endpoint_(where), policy_(policy), pacer_(std::forward<Pacer>(pacer)),
          random_(std::move(random)), retry_budget_(policy.retry_budget_size) {}
    /// Refused: temporary credentials.
    template <class Temporary, class = std::enable_if_t<std::is_same_v<Temporary, Credentials>>>
    channel(Temporary&& credentials, unfriend::endpoint where, const call_policy& policy = {})
        : channel(credentials, where, policy) {
        detail::refuse_temporary<Temporary>();
    }
    /// Both with an observer. Another's must outlive the channel.
    channel(Credentials& credentials UNFRIEND_LIFETIMEBOUND, unfriend::endpoint where, const call_policy& policy,
            Observer observer, Random random = {})
        : credentials_(credentials), endpoint_(where), policy_(policy), random_(std::move(random)),
          retry_budget_(policy.retry_budget_size), observer_(std::forward<Observer>(observer)) {}
    channel(Credentials& credentials UNFRIEND_LIFETIMEBOUND, unfriend::endpoint where, Pacer pacer,
            const call_policy& policy, Observer observer, Random random = {})
        : credentials_(credentials), endpoint_(where), policy_(policy), pacer_(std::forward<Pacer>(pacer)),
          random_(std::move(random)), retry_budget_(policy.retry_budget_size),
          observer_(std::forward<Observer>(observer)) {}
    channel(const channel&) = delete;
    channel& operator=(const channel&) = delete;

    Credentials& credentials() noexcept { return credentials_; }
    const unfriend::endpoint& endpoint() const noexcept { return endpoint_; }
    const call_policy& policy() const noexcept { return policy_; }
    pacer_type& pacer() noexcept { return pacer_; }
    unfriend::retry_budget& retry_budget() noexcept { return retry_budget_; }
    host_circuits& circuits() noexcept { return circuits_; }
    std::uint32_t random() { return random_(); }
    observer_type& observer() noexcept { return observer_; }
    /// The number of a call, for its events.
    std::uint64_t next_call() noexcept { return calls_.fetch_add(1, std::memory_order_relaxed) + 1; }

private:
    Credentials& credentials_;
    unfriend::endpoint endpoint_;
    call_policy policy_;
    Pacer pacer_{};
    Random random_;
    unfriend::retry_budget retry_budget_;
    host_circuits circuits_;
    Observer observer_{};
    std::atomic<std::uint64_t> calls_{0};
};

template <class Credentials>
channel(Credentials&, region, const call_policy& = {}) -> channel<Credentials>;
template <class Credentials>
channel(Credentials&, endpoint, const call_policy& = {}) -> channel<Credentials>;
template <class Credentials, class Where, class = detail::enable_if_temporary<Credentials, Where>>
channel(Credentials&&, const Where&, const call_policy& = {}) -> channel<Credentials>;
template <class Credentials, class Pacer, class = std::enable_if_t<is_pacer<Pacer>>>
channel(Credentials&, region, Pacer&, const call_policy& = {}) -> channel<Credentials, Pacer&>;
template <class Credentials, class Pacer, class = std::enable_if_t<is_pacer<Pacer>>>
channel(Credentials&, endpoint, Pacer&, const call_policy& = {}) -> channel<Credentials, Pacer&>;
// An lvalue is somebody else's observer, an rvalue the channel's own.
template <class Credentials, class Observer, class = detail::if_observer<Observer>>
channel(Credentials&, region, const call_policy&, Observer&&)
    -> channel<Credentials, pacer, random_sequence, default_limits, Observer>;
template <class Credentials, class Observer, class = detail::if_observer<Observer>>
channel(Credentials&, endpoint, const call_policy&, Observer&&)
    -> channel<Credentials, pacer, random_sequence, default_limits, Observer>;
template <class Credentials, class Pacer, class Observer, class = std::enable_if_t<is_pacer<Pacer>>,
          class = detail::if_observer<Observer>>
channel(Credentials&, region, Pacer&, const call_policy&, Observer&&)
    -> channel<Credentials, Pacer&, random_sequence, default_limits, Observer>;
template <class Credentials, class Pacer, class Observer, class = std::enable_if_t<is_pacer<Pacer>>,
          class = detail::if_observer<Observer>>
channel(Credentials&, endpoint, Pacer&, const call_policy&, Observer&&)
    -> channel<Credentials, Pacer&, random_sequence, default_limits, Observer>;

}} // namespace unfriend::v0_2

// ==== unfriend/call/credentials.hpp =============================================================

// Who calls: the app, its admin and a UserSig of that admin. A class of one's own with the same functions can take the
// place of `fixed_credentials`; `signer` (user_sig/signer.hpp) is one that generates its UserSigs.
//
//   unfriend::fixed_credentials admin{1400000000, "administrator", user_sig}; // from a signing service
//   unfriend::client client{admin, unfriend::region::singapore, transport};

namespace unfriend { inline namespace v0_2 {

/// Credentials whose UserSig was made elsewhere, by a signing service for example. Holds views: the texts must outlive
/// it. Safe to share between threads.
class fixed_credentials {
public:
    constexpr fixed_credentials(std::uint32_t sdk_app_id, std::string_view identifier UNFRIEND_LIFETIMEBOUND,
                                std::string_view user_sig UNFRIEND_LIFETIMEBOUND) noexcept
        : sdk_app_id_(sdk_app_id), identifier_(identifier), user_sig_(user_sig) {}

    constexpr std::uint32_t sdk_app_id() const noexcept { return sdk_app_id_; }
    constexpr std::string_view identifier() const noexcept { return identifier_; }

    /// The UserSig to use at `now` (Unix seconds), in `buffer` or elsewhere; this one is always the same.
    result<std::string_view> user_sig(std::int64_t /*now*/, char_span /*buffer*/) const noexcept { return user_sig_; }

    /// The service refused `user_sig` as expired. False: there is no other.
    bool invalidate(std::string_view /*user_sig*/) const noexcept { return false; }

private:
    std::uint32_t sdk_app_id_;
    std::string_view identifier_;
    std::string_view user_sig_;
};

}} // namespace unfriend::v0_2

// ==== unfriend/call/detail/pending_account.hpp ==================================================

// An account of a call that is not settled yet, and the names of those that are still to be sent.

namespace unfriend { inline namespace v0_2 { namespace detail {

struct pending_account {
    std::uint32_t index;   ///< into the results
    bool may_have_applied; ///< an earlier attempt may have deleted it
    bool is_mentioned;     ///< by the response being read
    bool is_settled;       ///< by that response
};

/// The names of pending accounts, in the order of the request: a range for `encode`.
class pending_names {
public:
    class iterator {
    public:
        using iterator_category = std::input_iterator_tag;
        using value_type = std::string_view;
        using difference_type = std::ptrdiff_t;
        using pointer = const std::string_view*;
        using reference = std::string_view;

        iterator(const account_result* results, const pending_account* at) noexcept : results_(results), at_(at) {}
        std::string_view operator*() const noexcept { return results_[at_->index].to_account; }
        iterator& operator++() noexcept {
            ++at_;
            return *this;
        }
        friend bool operator!=(const iterator& left, const iterator& right) noexcept { return left.at_ != right.at_; }

    private:
        const account_result* results_;
        const pending_account* at_;
    };

    pending_names(const account_result* results, const pending_account* pending, std::size_t size) noexcept
        : results_(results), pending_(pending), size_(size) {}
    std::size_t size() const noexcept { return size_; }
    iterator begin() const noexcept { return {results_, pending_}; }
    iterator end() const noexcept { return {results_, pending_ + size_}; }

private:
    const account_result* results_;
    const pending_account* pending_;
    std::size_t size_;
};

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/call/detail/name_order.hpp =======================================================

// The accounts of a call by their names: sorts indices, and searches them.

namespace unfriend { inline namespace v0_2 { namespace detail {

/// What indices refer to: results, or pending accounts.
struct account_names {
    const account_result* results;
    const pending_account* pending = nullptr; ///< null: the indices are those of results

    std::string_view operator[](std::uint32_t index) const noexcept {
        return results[pending == nullptr ? index : pending[index].index].to_account;
    }
    /// The order: by name, and accounts of the same name by index.
    bool is_before(std::uint32_t left, std::uint32_t right) const noexcept {
        const int order = (*this)[left].compare((*this)[right]);
        return order < 0 || (order == 0 && left < right);
    }
};

/// Moves the index at `at` down to its place in a heap, whose first index is the last in order.
inline void sift_down(std::uint32_t* heap, std::size_t at, std::size_t size, const account_names& names) noexcept {
    const std::uint32_t moved = heap[at];
    for (std::size_t child = 2 * at + 1; child < size; child = 2 * at + 1) {
        if (child + 1 < size && names.is_before(heap[child], heap[child + 1])) ++child;
        if (!names.is_before(moved, heap[child])) break;
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = moved;
}

/// Writes 0 to `size` - 1 to `by_name`, in the order of the names. Takes time `size` times its logarithm (heap sort,
/// a third of the code of std::sort).
inline void sort_by_name(std::uint32_t* by_name, std::size_t size, const account_names& names) noexcept {
    for (std::size_t i = 0; i < size; ++i) by_name[i] = static_cast<std::uint32_t>(i);
    for (std::size_t at = size / 2; at > 0; --at) sift_down(by_name, at - 1, size, names);
    for (std::size_t last = size; last > 1; --last) {
        std::swap(by_name[0], by_name[last - 1]);
        sift_down(by_name, 0, last - 1, names);
    }
}

/// The place of the first of `size` sorted indices whose name is not before `name`.
inline std::size_t find_name(const std::uint32_t* by_name, std::size_t size, const account_names& names,
                             std::string_view name) noexcept {
    std::size_t first = 0;
    while (size > 0) {
        const std::size_t half = size / 2;
        if (names[by_name[first + half]] < name) {
            first += half + 1;
            size -= half + 1;
        } else {
            size = half;
        }
    }
    return first;
}

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/call/detail/duplicates.hpp =======================================================

// Accounts that a request names more than once.

namespace unfriend { inline namespace v0_2 { namespace detail {

/// 31704 of an account that no attempt may have deleted.
inline bool is_stranger(const account_result& result) noexcept {
    return result.outcome == outcome::failed && kind_of(result.result_code) == code_kind::already_gone;
}

/// The results [`first`, `last`) are of one account. Once the call has deleted it, or may have, 31704 is no refusal.
inline void credit_duplicates(account_result* results, const std::uint32_t* first, const std::uint32_t* last) noexcept {
    const account_result* done = nullptr;
    bool may_have_applied = false;
    for (const std::uint32_t* at = first; at != last; ++at) {
        const account_result& each = results[*at];
        if (done == nullptr && each.ok()) done = &each;
        may_have_applied = may_have_applied || each.outcome == outcome::unknown;
    }
    for (; first != last; ++first) {
        account_result& each = results[*first];
        if (!is_stranger(each)) continue;
        if (done != nullptr) {
            each = *done;
        } else if (may_have_applied) {
            each.outcome = outcome::already_gone;
        }
    }
}

/// The same for every account of a call. `by_name` has room for `size` indices. Takes time `size` times its logarithm.
inline void credit_duplicates(account_result* results, std::size_t size, std::uint32_t* by_name) noexcept {
    if (size < 2) return;
    sort_by_name(by_name, size, {results});
    const std::uint32_t* const end = by_name + size;
    for (const std::uint32_t* first = by_name; first != end;) {
        const std::uint32_t* last = first + 1;
        while (last != end && results[*last].to_account == results[*first].to_account) ++last;
        credit_duplicates(results, first, last);
        first = last;
    }
}

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/call/detail/item_matcher.hpp =====================================================

// Which account of a call an item of the response is about.

namespace unfriend { inline namespace v0_2 { namespace detail {

/// Finds accounts by name. Items mostly come in the order of the request, so the account in the same position is tried
/// first; only an item that does not match it makes an index, in memory of the caller's: `by_name`, one entry for each
/// pending account.
class item_matcher {
public:
    item_matcher(const account_result* results, pending_account* pending, std::size_t size,
                 std::uint32_t* by_name) noexcept
        : results_(results), pending_(pending), size_(size), by_name_(by_name) {}

    /// The account that item `position` names; null when the call has none of that name.
    pending_account* find(std::size_t position, std::string_view name) noexcept {
        if (!is_sorted_ && position < size_ && name_of(pending_[position]) == name) return pending_ + position;
        sort();
        return find_by_name(name);
    }

    /// Every item so far matched the account in its own position.
    bool is_in_order() const noexcept { return !is_sorted_; }

    /// Calls `visit(account)` for the accounts in the order of their names; those of one name in that of the request.
    template <class Visit>
    void for_each_by_name(Visit visit) noexcept {
        sort();
        for (std::size_t i = 0; i < size_; ++i) visit(pending_[by_name_[i]]);
    }

    std::string_view name_of(const pending_account& account) const noexcept {
        return results_[account.index].to_account;
    }

private:
    void sort() noexcept {
        if (is_sorted_) return;
        is_sorted_ = true;
        sort_by_name(by_name_, size_, names());
    }

    /// The first account of that name that the response has not mentioned yet; if it has mentioned all, the last.
    pending_account* find_by_name(std::string_view name) const noexcept {
        pending_account* found = nullptr;
        for (std::size_t at = find_name(by_name_, size_, names(), name);
             at != size_ && name_of(pending_[by_name_[at]]) == name; ++at) {
            found = pending_ + by_name_[at];
            if (!found->is_mentioned) break;
        }
        return found;
    }

    account_names names() const noexcept { return {results_, pending_}; }

    const account_result* results_;
    pending_account* pending_;
    std::size_t size_;
    std::uint32_t* by_name_;
    bool is_sorted_ = false;
};

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/call/detail/settlement.hpp =======================================================

// What the service's code for an account means for its outcome, and the outcome of all accounts together.

namespace unfriend { inline namespace v0_2 { namespace detail {

struct settlement {
    unfriend::outcome outcome;
    bool is_settled; ///< the account is not sent again
};

/// `may_have_applied`: this attempt or an earlier one may have deleted the account.
constexpr settlement settle(const service_code& code, bool may_have_applied) noexcept {
    if (code.kind == code_kind::success) return {outcome::deleted, true};
    const bool is_settled = code.retry != retry_advice::with_backoff;
    if (!may_have_applied || code.kind == code_kind::not_found) return {outcome::failed, is_settled};
    // Any other refusal says nothing about what the earlier attempt did; 30001 of an account may even mean that it is
    // no friend any more.
    return {code.kind == code_kind::already_gone ? outcome::already_gone : outcome::unknown, is_settled};
}

/// `unknown` if any is unknown; else `failed` if any failed; else `already_gone` if any is; else `deleted`. Of no
/// accounts: `failed`.
inline outcome overall_outcome(const account_result* results, std::size_t size) noexcept {
    if (size == 0) return outcome::failed;
    bool is_any_failed = false;
    bool is_any_gone = false;
    for (std::size_t i = 0; i < size; ++i) {
        if (results[i].outcome == outcome::unknown) return outcome::unknown;
        is_any_failed = is_any_failed || results[i].outcome == outcome::failed;
        is_any_gone = is_any_gone || results[i].outcome == outcome::already_gone;
    }
    return is_any_failed ? outcome::failed : is_any_gone ? outcome::already_gone : outcome::deleted;
}

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/call/detail/text_store.hpp =======================================================

// Where a call keeps texts that have to outlive what they were read from.

namespace unfriend { inline namespace v0_2 { namespace detail {

/// Texts one behind the other, in memory of the caller's.
class text_store {
public:
    explicit text_store(char_span memory) noexcept : memory_(memory) {}

    void clear() noexcept { size_ = 0; }
    std::size_t size() const noexcept { return size_; }

    /// Room for a text of `size` bytes; null when there is none. It counts once it is committed.
    char* prepare(std::size_t size) const noexcept {
        return size > memory_.size() - size_ ? nullptr : memory_.data() + size_;
    }
    std::string_view commit(std::size_t size) noexcept {
        const std::string_view text(memory_.data() + size_, size);
        size_ += size;
        return text;
    }

    /// A copy of `text`; empty when there is no room.
    std::string_view append(std::string_view text) noexcept {
        char* const room = prepare(text.size());
        if (room == nullptr) return {};
        text.copy(room, text.size());
        return commit(text.size());
    }

private:
    char_span memory_;
    std::size_t size_ = 0;
};

/// Whether `text` is a part of `memory`, and not empty.
inline bool is_in(std::string_view text, char_span memory) noexcept {
    const auto address = [](const char* at) { return reinterpret_cast<std::uintptr_t>(at); };
    return !text.empty() && address(memory.data()) <= address(text.data()) &&
           address(text.data() + text.size()) <= address(memory.data() + memory.size());
}

/// To `max_size` bytes, and not within a character of UTF-8: a continuation byte is not the first to go.
inline std::string_view cut_text(std::string_view text, std::size_t max_size) noexcept {
    if (text.size() <= max_size) return text;
    std::size_t size = max_size;
    while (size > 0 && max_size - size < 3 && (text[size] & 0xC0) == 0x80) --size;
    return text.substr(0, size);
}

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/call/workspace.hpp ===============================================================

// The memory that one call works in.
//
//   static unfriend::workspace<> memory;                   // one for each call in flight
//   auto response = client(request, memory);               // its texts live in `memory`

namespace unfriend { inline namespace v0_2 {

/// Where a call puts its texts and its accounts. Points into a `workspace` or into any memory of the caller's,
/// which is the call's alone until it is over and its result no longer looked at.
struct call_memory {
    char_span user_sig;
    char_span url;
    char_span request;
    char_span answer; ///< decoded in place: texts of the result look into it
    char_span texts;  ///< the accounts themselves, and what the service said of some in earlier attempts
    account_result* results = nullptr;
    detail::pending_account* pending = nullptr;
    std::uint32_t* by_name = nullptr;
    result_item* items = nullptr;
    std::size_t max_accounts = 0; ///< how many each of the four arrays holds
};

/// Memory for one call at a time: static, on the heap or in a pool; too large for most stacks.
///
/// `Accounts`: how many one call may carry. `AnswerSize`: bytes of the largest answer to accept; one of 1000 failures
/// takes about 150 KB. The default takes 490 KB, `small_workspace` 17 KB.
template <std::size_t Accounts = default_limits::max_accounts, std::size_t AnswerSize = 256 * 1024,
          class Limits = default_limits>
class workspace {
    static_assert(Accounts > 0, "unfriend: a call carries one account at least");

public:
    call_memory memory() noexcept UNFRIEND_LIFETIMEBOUND {
        return {user_sig_, url_, request_, answer_, texts_, results_, pending_, by_name_, items_, Accounts};
    }
    operator call_memory() noexcept UNFRIEND_LIFETIMEBOUND { return memory(); }

private:
    static constexpr std::size_t note_size = 32; // on average

    char user_sig_[max_user_sig_size];
    char url_[max_user_sig_size + 1024];
    char request_[friend_delete::max_encoded_size<Limits>(Accounts)];
    char answer_[AnswerSize];
    char texts_[Limits::max_user_id_size + Accounts * (Limits::max_user_id_size + note_size)];
    account_result results_[Accounts];
    detail::pending_account pending_[Accounts];
    std::uint32_t by_name_[Accounts];
    result_item items_[Accounts];
};

/// Enough for a call of up to 16 accounts.
using small_workspace = workspace<16, 8 * 1024>;

static_assert(sizeof(workspace<>) <= 490 * 1024, "the size that the comments name");
static_assert(sizeof(small_workspace) <= 17 * 1024, "the size that the comments name");

}} // namespace unfriend::v0_2

// ==== unfriend/call/detail/account_table.hpp ====================================================

// The accounts of one call: those of the request, those that are still pending, and the outcome of each.

namespace unfriend { inline namespace v0_2 { namespace detail {

/// What the items of a response say together.
struct item_summary {
    bool is_progress = false;     // some account is settled
    bool is_throttled = false;    // some account was refused for coming too fast
    bool is_filtered = false;     // some account was refused by the security policy
    bool is_charged = false;      // some account is not settled, and not because it came too fast
    bool is_any_stranger = false; // some account was no friend, and no attempt may have deleted it

    void add(code_kind kind, const settlement& now) noexcept {
        const bool is_stranger = kind == code_kind::already_gone && now.outcome == outcome::failed;
        is_any_stranger = is_any_stranger || is_stranger;
        is_throttled = is_throttled || kind == code_kind::throttled;
        is_filtered = is_filtered || kind == code_kind::security_policy;
        is_charged = is_charged || (!now.is_settled && kind != code_kind::throttled);
    }
    /// What the answer says of the pace.
    code_kind kind() const noexcept {
        if (is_filtered) return code_kind::security_policy;
        return is_throttled ? code_kind::throttled : code_kind::success;
    }
};

class account_table {
public:
    account_table(const call_memory& memory, std::size_t max_user_id_size, std::size_t max_accounts) noexcept
        : memory_(memory), texts_(memory.texts), max_user_id_size_(max_user_id_size),
          max_accounts_(smaller(memory.max_accounts, max_accounts)) {}

    void clear() noexcept {
        size_ = pending_size_ = listed_ = 0;
        texts_.clear();
    }

    /// Forgets all accounts and begins a request.
    error begin(std::string_view from_account, delete_type type) noexcept {
        clear();
        delete_type_ = type;
        from_account_ = texts_.append(cut_text(from_account, max_user_id_size_));
        if (!is_user_id(from_account, max_user_id_size_)) return errc::invalid_from_account;
        return from_account_.empty() ? error(errc::buffer_too_small, from_account.size()) : error();
    }

    /// Adds an account. `may_have_applied`: an earlier call may have deleted it.
    error add(std::string_view to_account, bool may_have_applied = false) noexcept {
        if (size_ == max_accounts_) return {errc::too_many_accounts, max_accounts_};
        const std::size_t size = to_account.size();
        if (size == 0 || size > max_user_id_size_) return {errc::invalid_to_account, size_};
        char* const saved = texts_.prepare(size);
        if (saved == nullptr) return {errc::buffer_too_small, texts_.size() + size};
        if (!copy_plain(to_account.data(), size, saved) && !is_printable_ascii(to_account))
            return {errc::invalid_to_account, size_};
        push(texts_.commit(size));
        listed_ = size_;
        if (may_have_applied) mark_unknown(memory_.pending[pending_size_ - 1], {});
        return {};
    }

    /// Adds an account that no call can carry: it has a result, cut to the length of a UserID, and is not sent.
    void add_invalid(std::string_view to_account) noexcept {
        if (size_ == max_accounts_) return;
        push(texts_.append(cut_text(to_account, max_user_id_size_)));
        listed_ = size_;
        --pending_size_;
        memory_.results[size_ - 1].result_info = describe(errc::invalid_to_account);
    }

    /// All friends, whoever they are: one result, which is not in the list.
    error add_everyone() noexcept {
        if (max_accounts_ == 0) return {errc::too_many_accounts, 0};
        push({});
        return {};
    }

    std::string_view from_account() const noexcept { return from_account_; }
    unfriend::delete_type delete_type() const noexcept { return delete_type_; }
    pending_names pending() const noexcept { return {memory_.results, memory_.pending, pending_size_}; }
    bool is_full() const noexcept { return size_ == max_accounts_; }
    bool is_done() const noexcept { return pending_size_ == 0; }

    /// The results, in the order of the request.
    const account_result* results() const noexcept { return memory_.results; }
    std::size_t listed() const noexcept { return listed_; }
    std::size_t size() const noexcept { return size_; }

    /// The attempt got no answer and may have been applied: every pending account may be deleted.
    void mark_unknown() noexcept {
        for (std::size_t i = 0; i < pending_size_; ++i) mark_unknown(memory_.pending[i], {});
    }

    /// The service refused the call, or lost track of it.
    void mark_refused(const service_code& code, std::string_view info) noexcept {
        for (std::size_t i = 0; i < pending_size_; ++i) {
            if (code.may_have_applied) mark_unknown(memory_.pending[i], {});
            account_result& result = result_of(memory_.pending[i]);
            result.result_code = code.code;
            result.result_info = info;
        }
    }

    /// The call ends: gives `why`, static text, to every pending account of which the service said nothing.
    void explain_unsettled(std::string_view why) noexcept {
        for (std::size_t i = 0; i < pending_size_; ++i) {
            account_result& result = result_of(memory_.pending[i]);
            if (!result.result_code && result.result_info.empty()) result.result_info = why;
        }
    }

    /// The service took the call and answers each account with an item; an account without one may be deleted.
    item_summary apply_items(const result_item* items, std::size_t size) noexcept {
        item_summary summary;
        item_matcher accounts(memory_.results, memory_.pending, pending_size_, memory_.by_name);
        for (std::size_t i = 0; i < pending_size_; ++i)
            memory_.pending[i].is_mentioned = memory_.pending[i].is_settled = false;
        for (std::size_t i = 0; i < size; ++i) {
            pending_account* const named = accounts.find(i, items[i].to_account);
            if (named != nullptr) apply(*named, items[i].result_code, items[i].result_info, summary);
        }
        if (size < pending_size_ || !accounts.is_in_order()) apply_to_unmentioned(accounts, summary);
        if (summary.is_any_stranger) credit_duplicates(memory_.results, size_, memory_.by_name);
        summary.is_progress = drop_settled();
        return summary;
    }

    /// The service took the call and answers it as a whole.
    void apply_success_to_everyone() noexcept {
        item_summary summary;
        if (pending_size_ != 0) apply(memory_.pending[0], 0, {}, summary);
        drop_settled();
    }

    /// Copies the texts of results out of the response's memory, as far as there is room: the next attempt's response
    /// goes into the same memory.
    void save_result_info() noexcept {
        std::string_view shared; // a refusal is the same text for all accounts
        std::string_view saved;
        for (std::size_t i = 0; i < size_; ++i) {
            std::string_view& info = memory_.results[i].result_info;
            if (!is_in(info, memory_.answer)) continue;
            if (info.data() != shared.data() || info.size() != shared.size()) {
                shared = info;
                saved = texts_.append(info);
            }
            info = saved;
        }
    }

private:
    account_result& result_of(const pending_account& pending) noexcept { return memory_.results[pending.index]; }

    void push(std::string_view to_account) noexcept {
        account_result& result = memory_.results[size_];
        result = {};
        result.to_account = to_account;
        memory_.pending[pending_size_++] = {static_cast<std::uint32_t>(size_++), false, false, false};
    }

    void mark_unknown(pending_account& pending, std::string_view why) noexcept {
        pending.may_have_applied = true;
        account_result& result = result_of(pending);
        result.outcome = outcome::unknown;
        result.result_code.reset();
        result.result_info = why;
    }

    void apply(pending_account& pending, std::optional<std::int32_t> code, std::string_view info,
               item_summary& summary) noexcept {
        // An account that the answer repeats: deleted stays deleted, and 31704 of it says just that.
        if (pending.is_settled && result_of(pending).outcome == outcome::deleted) return;
        pending.is_mentioned = true;
        pending.is_settled = false;
        if (!code) {
            summary.is_charged = true;
            return mark_unknown(pending, "the answer says nothing of the account");
        }
        const service_code meaning = lookup(*code);
        pending.may_have_applied = pending.may_have_applied || meaning.may_have_applied;
        const settlement now = settle(meaning, pending.may_have_applied);
        summary.add(meaning.kind, now);
        pending.is_settled = now.is_settled;
        account_result& result = result_of(pending);
        result.outcome = now.outcome;
        result.result_code = code;
        result.result_info = info;
    }

    /// An account that the request names twice may be answered once; one without any answer may be deleted.
    void apply_to_unmentioned(item_matcher& accounts, item_summary& summary) noexcept {
        const account_result* duplicate = nullptr;
        accounts.for_each_by_name([&](pending_account& pending) {
            if (pending.is_mentioned) {
                duplicate = &result_of(pending);
            } else if (duplicate != nullptr && duplicate->to_account == accounts.name_of(pending)) {
                apply(pending, duplicate->result_code, duplicate->result_info, summary);
            } else {
                summary.is_charged = true;
                mark_unknown(pending, "the answer does not mention the account");
            }
        });
    }

    /// Whether there were any.
    bool drop_settled() noexcept {
        std::size_t left = 0;
        for (std::size_t i = 0; i < pending_size_; ++i) {
            if (!memory_.pending[i].is_settled) memory_.pending[left++] = memory_.pending[i];
        }
        return std::exchange(pending_size_, left) != left;
    }

    call_memory memory_;
    text_store texts_;
    std::size_t max_user_id_size_;
    std::size_t max_accounts_;
    std::size_t size_ = 0;
    std::size_t pending_size_ = 0;
    std::size_t listed_ = 0;
    std::string_view from_account_;
    unfriend::delete_type delete_type_ = unfriend::delete_type::unspecified;
};

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/call/detail/call_watch.hpp =======================================================

// What an operation tells the observer of its channel, and what it has to remember for that.

namespace unfriend { inline namespace v0_2 { namespace detail {

template <class Pacer, class = void>
struct has_rate : std::false_type {};
template <class Pacer>
struct has_rate<Pacer, std::enable_if_t<std::is_convertible_v<decltype(std::declval<Pacer&>().rate()), double>>>
    : std::true_type {};

/// One call after the other, as the observer of `Channel` sees them. The observer may throw: the operation calls those
/// functions that tell it something when its own state is settled.
template <class Channel, class Observer = typename Channel::observer_type>
class call_watch {
    using nanoseconds = std::chrono::nanoseconds;

public:
    /// What follows happens at that time.
    void at(timestamp now) noexcept { now_ = now; }

    /// A call is loaded. It has no events before it is driven.
    void load(timestamp now) noexcept {
        now_ = now;
        call_ = 0;
        is_sending_ = is_pacing_ = false;
    }
    /// The call is driven, for the first time or again.
    template <class Exchange>
    void begin(Channel& channel, const Exchange& exchange, call_priority priority, nanoseconds deadline) {
        if (call_ != 0) return;
        const url_path path = exchange.command().path;
        call_ = channel.next_call();
        begin_ = now_.monotonic;
        const std::string_view command = path.text().substr(path.text().rfind('/') + 1);
        notify(channel.observer(), call_start{event(), command, exchange.accounts().listed(), priority, deadline});
    }

    /// A wait of no time is none, and the wait for the pacer is one.
    void wait(Channel& channel, std::uint32_t attempts, wait_kind kind, nanoseconds duration) {
        if (duration <= nanoseconds::zero()) return;
        const bool is_reported = kind == wait_kind::pace && std::exchange(is_pacing_, true);
        if (!is_reported) notify(channel.observer(), wait_start{event(), attempts, kind, duration});
    }

    template <class Attempt>
    void send(Channel& channel, const Attempt& attempt, std::uint32_t number, std::size_t accounts) {
        const http_request& request = attempt.request();
        is_sending_ = true;
        is_pacing_ = false;
        number_ = number;
        host_ = {attempt.host().text(), attempt.is_at_backup()};
        accounts_ = accounts;
        request_bytes_ = request.body.size();
        sent_at_ = now_.monotonic;
        end_ = {};
        if (attempt.is_probe()) notify(channel.observer(), circuit_change{event(), host_, circuit_state::half_open});
        notify(channel.observer(), attempt_start{event(), number, host_, accounts, request_bytes_, request.timeout});
    }

    // What becomes known at the end of an attempt, before it is decided what follows.

    void take_response(const http_response& response) noexcept {
        end_.status = response.status;
        end_.bytes = response.body().size();
    }
    void take_failure(const error& failure) noexcept { end_.failure = failure; }
    void take_answer(std::int32_t error_code, std::string_view request_id) noexcept {
        end_.code = error_code;
        end_.request_id = request_id;
    }
    void take_circuit(std::optional<circuit_state> changed) noexcept { end_.circuit = changed; }
    void take_renewal() noexcept { end_.is_renewed = true; }
    void take_withdrawal() noexcept { end_.is_withdrawn = true; }
    /// Before and after the pacer hears of the answer.
    void take_old_rate(Channel& channel) {
        if constexpr (is_rate_watched()) end_.old_rate = end_.rate = channel.pacer().rate();
    }
    void take_new_rate(Channel& channel) {
        if constexpr (is_rate_watched()) end_.rate = channel.pacer().rate();
    }

    /// `retry_in`: empty when the call ends. Nothing happens when no attempt is under way.
    void end_attempt(Channel& channel, std::optional<nanoseconds> retry_in = {}) {
        if (!std::exchange(is_sending_, false)) return;
        notify(channel.observer(),
               attempt_end{event(), number_, host_, accounts_, now_.monotonic - sent_at_, end_.status, end_.failure,
                           end_.code, end_.request_id, request_bytes_, end_.bytes, retry_in, end_.is_withdrawn});
        if (end_.circuit) notify(channel.observer(), circuit_change{event(), host_, *end_.circuit});
        if (end_.old_rate < end_.rate || end_.rate < end_.old_rate)
            notify(channel.observer(), rate_change{event(), end_.old_rate, end_.rate});
        if (end_.is_renewed) notify(channel.observer(), user_sig_renewal{event()});
    }

    /// The attempt has ended, and the next one is put off by `delay`.
    void put_off(Channel& channel, std::uint32_t attempts, nanoseconds delay, nanoseconds retry_after) {
        delay = larger(delay, nanoseconds::zero());
        end_attempt(channel, delay);
        const bool is_asked_for = retry_after > nanoseconds::zero() && retry_after >= delay;
        wait(channel, attempts, is_asked_for ? wait_kind::retry_after : wait_kind::backoff, delay);
    }

    template <class Call>
    void end(Channel& channel, const Call& call, const account_table& accounts) {
        if constexpr (observes<Observer, call_end>()) {
            const call_result response = call.result();
            std::size_t counts[4] = {};
            for (std::size_t i = 0; i < accounts.size(); ++i)
                ++counts[static_cast<std::size_t>(accounts.results()[i].outcome)];
            const auto count = [&](outcome value) { return counts[static_cast<std::size_t>(value)]; };
            notify(channel.observer(),
                   call_end{event(), now_.monotonic - begin_, response.outcome, response.stop_reason,
                            response.last_error(), response.error_code, response.request_id, response.attempts,
                            count(outcome::deleted), count(outcome::already_gone), count(outcome::failed),
                            count(outcome::unknown)});
        }
    }

private:
    static constexpr bool is_rate_watched() noexcept {
        return observes<Observer, rate_change>() && has_rate<typename Channel::pacer_type>::value;
    }

    struct attempt_ending {
        int status = 0;
        std::size_t bytes = 0;
        error failure{};
        std::optional<std::int32_t> code{};
        std::string_view request_id{};
        std::optional<circuit_state> circuit{};
        double old_rate = 0;
        double rate = 0;
        bool is_renewed = false;
        bool is_withdrawn = false;
    };

    call_event event() const noexcept { return {call_, now_}; }

    timestamp now_{{}, 0};
    std::uint64_t call_ = 0; // 0: it has not begun
    nanoseconds begin_{};
    nanoseconds sent_at_{};
    std::uint32_t number_ = 0;
    attempt_host host_{};
    std::size_t accounts_ = 0;
    std::size_t request_bytes_ = 0;
    attempt_ending end_{};
    bool is_sending_ = false;
    bool is_pacing_ = false;
};

/// Nobody sees them.
template <class Channel>
class call_watch<Channel, no_observer> {
    using nanoseconds = std::chrono::nanoseconds;

public:
    void at(timestamp) noexcept {}
    void load(timestamp) noexcept {}
    template <class Exchange>
    void begin(Channel&, const Exchange&, call_priority, nanoseconds) noexcept {}
    void wait(Channel&, std::uint32_t, wait_kind, nanoseconds) noexcept {}
    template <class Attempt>
    void send(Channel&, const Attempt&, std::uint32_t, std::size_t) noexcept {}
    void take_response(const http_response&) noexcept {}
    void take_failure(const error&) noexcept {}
    void take_answer(std::int32_t, std::string_view) noexcept {}
    void take_circuit(std::optional<circuit_state>) noexcept {}
    void take_renewal() noexcept {}
    void take_withdrawal() noexcept {}
    void take_old_rate(Channel&) noexcept {}
    void take_new_rate(Channel&) noexcept {}
    void end_attempt(Channel&, std::optional<nanoseconds> = {}) noexcept {}
    void put_off(Channel&, std::uint32_t, nanoseconds, nanoseconds) noexcept {}
    template <class Call>
    void end(Channel&, const Call&, const account_table&) noexcept {}
};

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/call/detail/command_entry.hpp ====================================================

// A command as the calls see it: how its accounts get into the table, and how those still to do get out.

namespace unfriend { inline namespace v0_2 { namespace detail {

struct command_entry {
    url_path path; // checked when the program is compiled
    result<std::string_view> (*encode)(const account_table& table, char_span buffer);
    bool has_items; // its answer has one for each account
};

template <class Command, class Limits>
struct command_of;

template <class Limits>
struct command_of<friend_delete, Limits> {
    static result<std::string_view> encode(const account_table& table, char_span buffer) {
        const pending_names accounts = table.pending();
        return unfriend::encode<Limits>(friend_delete_request{table.from_account(), accounts, table.delete_type()},
                                        buffer);
    }
    static constexpr command_entry entry{friend_delete::path, encode, true};
    static constexpr bool is_extensible = false;

    template <class Accounts, class From>
    static error fill(account_table& table, const friend_delete_request<Accounts, From>& request) {
        error failure = table.begin(text_access<From>::view(request.from_account), request.delete_type);
        if (!failure) failure = add_all(table, iterable(request.to_account));
        if (failure) table.clear();
        return failure;
    }

private:
    template <class Accounts>
    static error add_all(account_table& table, Accounts&& accounts) {
        std::size_t count = 0;
        for (auto&& account : accounts) {
            using account_type = std::remove_cv_t<std::remove_reference_t<decltype(account)>>;
            if (++count > Limits::max_accounts) break; // the range may be endless
            if (table.is_full()) continue;
            if (const error failure = table.add(text_access<account_type>::view(account))) return failure;
        }
        if (count > Limits::max_accounts) return {errc::too_many_accounts, Limits::max_accounts};
        if (count > table.size()) return {errc::workspace_too_small, count};
        return count == 0 ? error(errc::no_accounts) : error();
    }
};

template <class Limits>
struct command_of<friend_delete_all, Limits> {
    static result<std::string_view> encode(const account_table& table, char_span buffer) {
        return unfriend::encode<Limits>(friend_delete_all_request{table.from_account(), table.delete_type()}, buffer);
    }
    static constexpr command_entry entry{friend_delete_all::path, encode, false};
    static constexpr bool is_extensible = false;

    template <class From>
    static error fill(account_table& table, const friend_delete_all_request<From>& request) noexcept {
        const error failure = table.begin(text_access<From>::view(request.from_account), request.delete_type);
        return failure ? failure : table.add_everyone();
    }
};

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/core/detail/durations.hpp ========================================================

// Durations that can be added to any time without overflow.

namespace unfriend { inline namespace v0_2 { namespace detail {

/// 50 years.
inline constexpr std::chrono::nanoseconds max_duration = std::chrono::hours(24 * 365 * 50);

/// `duration` in nanoseconds, limited to 0 to `max_duration`.
constexpr std::chrono::nanoseconds to_nanoseconds(std::chrono::milliseconds duration) noexcept {
    if (duration.count() < 0) return {};
    if (duration > std::chrono::duration_cast<std::chrono::milliseconds>(max_duration)) return max_duration;
    return duration;
}

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/call/detail/host_selector.hpp ====================================================

// Which of an endpoint's two hosts the attempts of one call go to, and what their ends say of these hosts.

namespace unfriend { inline namespace v0_2 { namespace detail {

class host_selector {
    using nanoseconds = std::chrono::nanoseconds;

public:
    /// A call begins: both hosts are trusted, and the primary is tried first.
    void begin() noexcept { *this = {}; }

    /// The host for an attempt that begins at `now` and has `time` to end: one whose circuit lets the attempt through,
    /// if there is one.
    host_name choose(const endpoint& where, host_circuits& circuits, const call_policy& policy, nanoseconds now,
                     nanoseconds time) noexcept {
        sent_at_ = now;
        time_ = time;
        is_short_ = time < usual_time(policy) / 2;
        has_backup_ = where.backup_host().valid();
        is_probe_ = false;
        is_at_backup_ = has_backup_ && chooses_backup(circuits, policy, now);
        return is_at_backup_ ? where.backup_host() : where.host();
    }

    bool is_at_backup() const noexcept { return is_at_backup_; }
    bool is_probe() const noexcept { return is_probe_; }

    // Each of these returns what it made of the circuit, if it changed it.

    /// The host of this attempt answered.
    std::optional<circuit_state> on_answer(host_circuits& circuits) noexcept {
        is_probe_ = false;
        return change(circuit_of(circuits, is_at_backup_).on_answer(), circuit_state::closed);
    }

    /// The host of this attempt could not be reached: the next attempt of this call tries the other one. A call says so
    /// of a host once, and not at all when its own time was too short for the host to answer.
    std::optional<circuit_state> on_failure(host_circuits& circuits, const call_policy& policy,
                                            nanoseconds now) noexcept {
        const nanoseconds cool_down = to_nanoseconds(policy.failover_cool_down);
        prefers_backup_ = cool_down > nanoseconds::zero() && !is_at_backup_;
        if (is_short_ && now - sent_at_ + timer_slack >= time_) return on_nothing(circuits, now);
        circuit& host = circuit_of(circuits, is_at_backup_);
        const bool is_counted = std::exchange(is_counted_[is_at_backup_], true);
        const bool was_probe = std::exchange(is_probe_, false);
        if (cool_down <= nanoseconds::zero() || (is_counted && !was_probe)) return {};
        return change(was_probe ? host.end_probe(now, cool_down)
                                : host.on_failure(now, cool_down, policy.failover_threshold),
                      circuit_state::open);
    }

    /// This attempt ended, and says nothing of its host.
    std::optional<circuit_state> on_nothing(host_circuits& circuits, nanoseconds now) noexcept {
        if (!std::exchange(is_probe_, false)) return {};
        return change(circuit_of(circuits, is_at_backup_).end_probe(now, nanoseconds::zero()), circuit_state::open);
    }

    /// The host of this attempt is not the one that it claims to be. False when no other is left.
    bool distrust() noexcept {
        is_untrusted_[is_at_backup_] = true;
        return has_backup_ && !is_untrusted_[!is_at_backup_];
    }

private:
    static constexpr nanoseconds timer_slack = std::chrono::milliseconds(5);

    static std::optional<circuit_state> change(bool is_changed, circuit_state state) noexcept {
        return is_changed ? std::optional(state) : std::nullopt;
    }

    static circuit& circuit_of(host_circuits& circuits, bool is_backup) noexcept {
        return is_backup ? circuits.backup : circuits.primary;
    }

    /// What the policy gives an attempt that is the first of its call.
    static nanoseconds usual_time(const call_policy& policy) noexcept {
        const nanoseconds attempt = to_nanoseconds(policy.attempt_timeout);
        const nanoseconds call = to_nanoseconds(policy.call_timeout);
        return attempt == nanoseconds::zero() ? call : smaller(attempt, call);
    }

    bool chooses_backup(host_circuits& circuits, const call_policy& policy, nanoseconds now) noexcept {
        const nanoseconds until = now + larger(time_, to_nanoseconds(policy.failover_cool_down));
        for (const bool is_backup : {prefers_backup_, !prefers_backup_}) {
            if (is_untrusted_[is_backup]) continue;
            circuit& host = circuit_of(circuits, is_backup);
            if (host.is_closed()) return is_backup;
            is_probe_ = !is_short_ && host.begin_probe(now, until);
            if (is_probe_) return is_backup;
        }
        return is_untrusted_[prefers_backup_] ? !prefers_backup_ : prefers_backup_; // neither lets it through
    }

    bool has_backup_ = false;
    bool prefers_backup_ = false; // after the primary could not be reached
    bool is_at_backup_ = false;   // this attempt
    bool is_probe_ = false;       // this attempt
    bool is_short_ = false;       // this attempt has less than half the time that is usual
    bool is_untrusted_[2] = {};   // primary, backup
    bool is_counted_[2] = {};     // likewise: this call has failed to reach it
    nanoseconds sent_at_{};
    nanoseconds time_{};
};

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/call/detail/retry_decision.hpp ===================================================

// What the failure of an attempt means for the next one.

namespace unfriend { inline namespace v0_2 { namespace detail {

enum class retry_action : std::uint8_t { stop, retry_at_other_host, retry };

/// What the end of an attempt says of its host.
enum class host_state : std::uint8_t { unknown, reached, unreachable };

struct retry_decision {
    retry_action action = retry_action::stop;
    bool may_have_applied = false; ///< the service may have received the request
    host_state host = host_state::unknown;
};

/// For a transport's own error. One that is none of these conditions may have come at any time.
inline retry_decision decide_on_transport(const std::error_code& code) noexcept {
    constexpr std::errc nothing_was_sent[] = {
        std::errc::not_connected, std::errc::connection_refused,  std::errc::host_unreachable,
        std::errc::network_down,  std::errc::network_unreachable, std::errc::address_not_available,
    };
    if (code == std::errc::operation_canceled) return {retry_action::stop, true, host_state::unknown};
    if (code == std::errc::permission_denied)
        return {retry_action::retry_at_other_host, false, host_state::unreachable};
    for (const std::errc condition : nothing_was_sent) {
        if (code == condition) return {retry_action::retry, false, host_state::unreachable};
    }
    return {retry_action::retry, true, host_state::unreachable};
}

/// For a status that is not 200, which comes from something between here and the service.
inline retry_decision decide_on_status(std::size_t status) noexcept {
    // Of a transport that has no other way to report its failure.
    if (status < 100) return {retry_action::retry, true, host_state::unreachable};
    const bool is_server_error = status >= 500;
    const bool is_request_timeout = status == 408;
    const bool is_not_taken = status == 425 || status == 429; // too early, too many: no request was forwarded
    const bool may_be_forwarded = status / 100 == 2;          // the gateway keeps the response to itself
    return {is_server_error || is_request_timeout || is_not_taken ? retry_action::retry : retry_action::stop,
            is_server_error || is_request_timeout || may_be_forwarded, host_state::reached};
}

/// For a failed attempt: the transport's error, a status, or a body that cannot be decoded.
inline retry_decision decide(const error& failure) noexcept {
    if (failure.code().category() != category() || failure == errc::transport_failed)
        return decide_on_transport(failure.code());
    if (failure == errc::http_status) return decide_on_status(failure.detail());
    return {failure == errc::body_too_large ? retry_action::stop : retry_action::retry, true, host_state::reached};
}

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/call/detail/attempt.hpp ==========================================================

// One attempt of a call: the request encoded, signed and addressed, and the answer to it.

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

// ==== unfriend/call/detail/call_record.hpp ======================================================

// What a call knows of itself so far: the answers, what the service said last, the last failure, and why it ended.

namespace unfriend { inline namespace v0_2 { namespace detail {

class call_record {
public:
    /// A call begins.
    void begin() noexcept { *this = {}; }
    /// An attempt begins: the next answer overwrites the texts of the last one.
    void begin_attempt() noexcept {
        error_info_ = error_display_ = {};
        if (!request_id_.empty()) keep_request_id();
    }

    /// The texts of a response, as far as it could be decoded.
    template <class Response>
    void keep_texts(const Response& response) noexcept {
        error_info_ = response.error_info;
        error_display_ = response.error_display;
    }
    /// The service answered the attempt.
    void on_answer(std::int32_t error_code, std::string_view request_id) noexcept {
        ++answers_;
        error_code_ = error_code;
        request_id_ = request_id;
        kept_size_ = 0;
        last_error_ = {};
    }
    /// The attempt got no answer, or there is none for another reason.
    void on_failure(const error& why) noexcept { last_error_ = why; }

    /// The call ends.
    void end(stop_reason reason) noexcept {
        stop_reason_ = reason;
        if (!last_error_ && answers_ == 0) last_error_ = errc::deadline_exceeded;
    }

    std::uint32_t answers() const noexcept { return answers_; }
    std::string_view error_info() const noexcept { return error_info_; }
    const error& last_error() const noexcept { return last_error_; }
    /// The last error in static text.
    std::string_view explanation() const noexcept {
        return last_error_.code().category() == category() ? last_error_.what() : "the transport failed";
    }

    call_result report(const account_table& accounts, std::uint32_t attempts) const noexcept {
        call_result result(last_error_);
        result.items = {accounts.results(), accounts.listed()};
        result.outcome = overall_outcome(accounts.results(), accounts.size());
        result.stop_reason = stop_reason_;
        result.error_code = error_code_;
        result.error_info = error_info_;
        result.error_display = error_display_;
        result.request_id = kept_size_ != 0 ? std::string_view(kept_request_id_, kept_size_) : request_id_;
        result.attempts = attempts;
        result.answers = answers_;
        return result;
    }

private:
    /// The next response goes where this one is. An identifier that is too long is given up.
    void keep_request_id() noexcept {
        if (request_id_.size() <= sizeof kept_request_id_)
            kept_size_ = request_id_.copy(kept_request_id_, sizeof kept_request_id_);
        request_id_ = {};
    }

    std::uint32_t answers_ = 0;
    std::optional<std::int32_t> error_code_;
    std::string_view error_info_;
    std::string_view error_display_;
    std::string_view request_id_; // in the memory of the last answer, as long as that is there
    char kept_request_id_[64] = {};
    std::size_t kept_size_ = 0;
    unfriend::stop_reason stop_reason_ = unfriend::stop_reason::completed;
    error last_error_;
};

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/call/detail/retry_schedule.hpp ===================================================

// When a call may make its next attempt: attempts, deadline and back-off. Knows nothing of what the attempts do.

namespace unfriend { inline namespace v0_2 { namespace detail {

/// The time of a call that is part of a job. The call's own `timeout` begins with its first attempt and stands still
/// while the call waits for the pacer.
struct job_terms {
    std::chrono::milliseconds timeout;
    std::chrono::nanoseconds deadline; ///< of the job, on the clock of `timestamp::monotonic`: nothing is sent after it
    bool forgives_throttling = true;   ///< a throttled attempt does not count
};

/// What a retry takes. Paid: from the retry budget, and with back-off. Free: with back-off alone. At once: neither.
/// Throttled: as free; in a job that forgives throttling the attempt does not count, and the back-off is part of the
/// wait for the pacer.
enum class retry_terms : std::uint8_t { paid, free, at_once, throttled };

class retry_schedule {
    using nanoseconds = std::chrono::nanoseconds;

public:
    /// A call begins: it has made no attempt, and all of `timeout` is left.
    void begin(nanoseconds now, std::chrono::milliseconds timeout) noexcept {
        deadline_ = latest_deadline_ = now + to_nanoseconds(timeout);
        is_of_job_ = forgives_throttling_ = false;
        clear();
        begin_pace_wait(now);
        ready_at_ = now;
    }
    void begin(nanoseconds now, const job_terms& terms) noexcept {
        latest_deadline_ = terms.deadline;
        deadline_ = smaller(now + to_nanoseconds(terms.timeout), latest_deadline_);
        is_of_job_ = true;
        forgives_throttling_ = terms.forgives_throttling;
        clear();
        begin_pace_wait(now);
        ready_at_ = now;
    }
    /// No call is to be made: no attempt, and no time for one.
    void clear() noexcept { attempts_ = uncounted_ = 0; }

    /// How long the next attempt has to wait for its back-off; zero or less: not any more.
    nanoseconds backoff_left(nanoseconds now) const noexcept { return ready_at_ - now; }
    /// Puts the next attempt off by its back-off, or by `retry_after` if that is longer. Why there can be none; nothing
    /// when there can. `random`: yields 32-bit numbers.
    template <class Random>
    std::optional<stop_reason> plan_retry(const call_policy& policy, nanoseconds now, retry_terms terms,
                                          nanoseconds retry_after, Random&& random) {
        const bool is_forgiven = terms == retry_terms::throttled && forgives_throttling_;
        if (is_forgiven) ++uncounted_;
        if (attempts_ - uncounted_ >= larger(policy.max_attempts, std::uint32_t{1}))
            return stop_reason::attempts_exhausted;
        const nanoseconds backoff_time =
            terms == retry_terms::at_once ? nanoseconds::zero() : backoff(policy, random());
        const nanoseconds delay = larger(backoff_time, retry_after);
        ready_at_ = now + delay;
        const bool is_in_time =
            is_forgiven ? delay <= max_pace_wait(policy, now) : put_off(policy, now, delay, retry_after == delay);
        if (!is_in_time) return stop_reason::deadline_exceeded;
        return std::nullopt;
    }

    bool is_of_job() const noexcept { return is_of_job_; }
    nanoseconds deadline() const noexcept { return deadline_; }
    std::uint32_t attempts() const noexcept { return attempts_; }
    void count_attempt() noexcept { ++attempts_; }
    /// The last attempt was not made after all.
    void withdraw_attempt() noexcept { --attempts_; }

    /// From `since` on the call waits for the pacer, until its next attempt. In a job this takes none of its time.
    /// After an attempt that was throttled the wait goes on as if there had been no attempt.
    void begin_pace_wait(nanoseconds since) noexcept { pace_wait_begin_ = since; }
    void end_pace_wait(nanoseconds now) noexcept {
        if (now <= pace_wait_begin_) return;
        if (is_of_job_) deadline_ = smaller(deadline_ + (now - pace_wait_begin_), latest_deadline_);
        pace_wait_begin_ = now;
    }
    bool is_pace_wait(nanoseconds now) const noexcept { return now >= pace_wait_begin_; }

    /// How long an attempt may still be put off; negative when there is no time for one.
    nanoseconds max_wait(const call_policy& policy, nanoseconds now) const noexcept {
        return deadline_ - now - min_attempt_time(policy);
    }
    /// The same for the wait for the pacer.
    nanoseconds max_pace_wait(const call_policy& policy, nanoseconds now) const noexcept {
        return latest_deadline_ - now - min_attempt_time(policy);
    }

    /// For an attempt that is made now, at least 1 ms; 0 where the transport's own holds.
    std::chrono::milliseconds attempt_timeout(const call_policy& policy, nanoseconds now) const noexcept {
        const nanoseconds own = to_nanoseconds(policy.attempt_timeout);
        if (own == nanoseconds::zero()) return {};
        const nanoseconds most = smaller(deadline_ - now, own);
        return larger(std::chrono::duration_cast<std::chrono::milliseconds>(most), std::chrono::milliseconds(1));
    }

private:
    /// The next attempt is put off by `delay`, after one that was not throttled. In a job a wait that the service asks
    /// for is part of the wait for the pacer. False when there is no time for it.
    bool put_off(const call_policy& policy, nanoseconds now, nanoseconds delay, bool is_asked_for) noexcept {
        const bool is_pace_wait = is_of_job_ && is_asked_for;
        begin_pace_wait(is_pace_wait ? now : now + delay);
        return delay <= (is_pace_wait ? max_pace_wait(policy, now) : max_wait(policy, now));
    }

    /// The wait before the next attempt: exponential, with full jitter out of a random 32-bit number.
    nanoseconds backoff(const call_policy& policy, std::uint32_t random) const noexcept {
        constexpr std::uint32_t most_doublings = 20;
        nanoseconds most = smaller(to_nanoseconds(policy.max_backoff), nanoseconds(std::chrono::hours(1)));
        const nanoseconds initial = smaller(to_nanoseconds(policy.initial_backoff), most);
        const std::uint32_t counted = larger(attempts_ - uncounted_, std::uint32_t{1});
        most = smaller(most, initial * (std::int64_t{1} << smaller(counted - 1, most_doublings)));
        // In microseconds: an hour of them leaves room for the product.
        const auto microseconds = static_cast<std::uint64_t>(most.count() / 1000);
        return std::chrono::microseconds(microseconds * random >> 32U);
    }

    static nanoseconds min_attempt_time(const call_policy& policy) noexcept {
        return to_nanoseconds(larger(policy.min_attempt_time, std::chrono::milliseconds(1)));
    }

    nanoseconds ready_at_{}; // earliest time of the next attempt
    nanoseconds deadline_{};
    nanoseconds latest_deadline_{};
    nanoseconds pace_wait_begin_{};
    std::uint32_t attempts_ = 0;
    std::uint32_t uncounted_ = 0;
    bool is_of_job_ = false;
    bool forgives_throttling_ = false;
};

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/call/detail/exchange.hpp =========================================================

// What a call says to the service, and what it learns from each attempt. Knows nothing of waits, pace and deadlines.

namespace unfriend { inline namespace v0_2 { namespace detail {

/// What the end of an attempt means for the call: a retry on these terms, or the end for this reason.
struct verdict {
    std::optional<retry_terms> retry{};
    unfriend::stop_reason reason = unfriend::stop_reason::not_retryable;
    code_kind pace = code_kind::transient;  ///< what the answer says of the pace; `transient`: nothing
    std::chrono::nanoseconds retry_after{}; ///< how long the answer asks to wait; zero: not at all
};

template <class Channel>
class exchange {
    using limits = typename Channel::limits;

public:
    exchange(Channel& channel, const call_memory& memory) noexcept
        : channel_(&channel), attempt_(memory), accounts_(memory, limits::max_user_id_size, limits::max_accounts) {}

    /// A call begins: copies the request.
    template <class Request>
    error load(const Request& request) {
        command_ = &command_of<typename Request::command, limits>::entry;
        attempt_.begin_call();
        record_.begin();
        return command_of<typename Request::command, limits>::fill(accounts_, request);
    }
    /// Adds what has come since to a request that takes its accounts from a source.
    template <class Request>
    void extend(const Request& request) {
        using command = command_of<typename Request::command, limits>;
        static_assert(command::is_extensible, "unfriend: this request names all its accounts: start another call");
        (void)command::fill(accounts_, request);
    }

    /// An attempt begins: encodes, signs and addresses it. `time`: what is left of the call's.
    error prepare(timestamp now, std::chrono::milliseconds timeout, std::chrono::nanoseconds time, bool is_retry) {
        if (is_retry) accounts_.save_result_info();
        record_.begin_attempt();
        return attempt_.prepare(*channel_, *command_, accounts_, now, timeout, time);
    }
    const http_request& request() const noexcept { return attempt_.request(); }
    host_name host() const noexcept { return attempt_.host(); }
    http_response& answer() noexcept { return attempt_.answer(); }

    /// The attempt has ended: with an answer, or with the transport's error.
    template <class Watch>
    verdict complete(timestamp now, error failure, Watch& watch) {
        decoded_answer response{attempt_.items()};
        watch.take_response(attempt_.answer());
        const std::chrono::nanoseconds retry_after = attempt_.retry_after(now);
        failure = attempt_.read_answer(failure, response);
        record_.keep_texts(response);
        verdict result = failure ? judge_failure(now, failure, watch) : judge_answer(now, response, watch);
        result.retry_after = retry_after;
        return result;
    }
    /// The call does not wait for the attempt any more, which may have been applied.
    template <class Watch>
    void abandon(timestamp now, host_state host, const error& why, Watch& watch) noexcept {
        accounts_.mark_unknown();
        watch.take_failure(why);
        watch.take_circuit(attempt_.judge_host(*channel_, now, host));
    }
    /// The attempt was not made.
    template <class Watch>
    void withdraw(timestamp now, Watch& watch) noexcept {
        watch.take_withdrawal();
        watch.take_circuit(attempt_.judge_host(*channel_, now, host_state::unknown));
    }

    /// Something else than an attempt has failed.
    void fail(const error& why) noexcept { record_.on_failure(why); }
    /// The call ends.
    void end(stop_reason reason) noexcept {
        record_.end(reason);
        if (record_.last_error()) accounts_.explain_unsettled(record_.explanation());
    }

    const command_entry& command() const noexcept { return *command_; }
    const attempt<Channel>& last_attempt() const noexcept { return attempt_; }
    const account_table& accounts() const noexcept { return accounts_; }
    const call_record& record() const noexcept { return record_; }

private:
    template <class Watch>
    verdict judge_failure(timestamp now, const error& failure, Watch& watch) {
        const retry_decision decision = decide(failure);
        record_.on_failure(failure);
        watch.take_failure(failure);
        if (decision.may_have_applied) accounts_.mark_unknown();
        watch.take_circuit(attempt_.judge_host(*channel_, now, decision.host));
        verdict result;
        const bool is_throttled = failure == errc::http_status && failure.detail() == 429;
        if (is_throttled) result.pace = code_kind::throttled;
        const bool is_other_host_needed = decision.action == retry_action::retry_at_other_host;
        if (decision.action == retry_action::stop || (is_other_host_needed && !attempt_.distrust_host())) return result;
        result.retry = is_throttled ? retry_terms::throttled : retry_terms::paid;
        return result;
    }

    template <class Watch>
    verdict judge_answer(timestamp now, const decoded_answer& response, Watch& watch) {
        watch.take_circuit(attempt_.judge_host(*channel_, now, host_state::reached));
        watch.take_answer(*response.error_code, response.request_id);
        record_.on_answer(*response.error_code, response.request_id);
        return *response.error_code == 0 ? judge_items(response.items) : judge_refusal(*response.error_code, watch);
    }

    /// The service refused the call as a whole.
    template <class Watch>
    verdict judge_refusal(std::int32_t error_code, Watch& watch) {
        const service_code code = lookup(error_code);
        accounts_.mark_refused(code, record_.error_info());
        verdict result;
        result.pace = code.kind;
        if (code.retry == retry_advice::with_backoff) {
            result.retry = code.kind == code_kind::throttled ? retry_terms::throttled : retry_terms::paid;
        } else if (code.retry == retry_advice::with_new_user_sig && attempt_.renew_user_sig(*channel_)) {
            watch.take_renewal();
            result.retry = retry_terms::at_once;
        }
        return result;
    }

    /// The service took the call; each account has its own result.
    verdict judge_items(const item_span<result_item>& items) {
        channel_->retry_budget().earn();
        item_summary summary;
        if (command_->has_items) {
            summary = accounts_.apply_items(items.data(), items.size());
        } else {
            accounts_.apply_success_to_everyone();
        }
        verdict result;
        result.pace = summary.kind();
        result.reason = stop_reason::completed;
        if (accounts_.is_done()) return result;
        const bool is_only_throttled = summary.is_throttled && !summary.is_charged;
        result.retry = is_only_throttled     ? retry_terms::throttled
                       : summary.is_progress ? retry_terms::free
                                             : retry_terms::paid;
        return result;
    }

    Channel* channel_;
    attempt<Channel> attempt_;
    account_table accounts_;
    call_record record_;
    const command_entry* command_ = nullptr;
};

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/call/detail/paced_attempts.hpp ===================================================

// What passes between a call and the pacer: permission for each attempt, and how the attempt ended.

namespace unfriend { inline namespace v0_2 { namespace detail {

/// The attempts of one call after the other, as `Pacer` sees them.
template <class Pacer>
class paced_attempts {
    using nanoseconds = std::chrono::nanoseconds;

public:
    void begin_call(call_priority priority) noexcept { priority_ = priority; }
    call_priority priority() const noexcept { return priority_; }

    /// See `unpaced::try_acquire`. With permission, the attempt is sent now.
    std::optional<nanoseconds> try_acquire(Pacer& pacer, nanoseconds now, nanoseconds max_wait) {
        sent_at_ = now;
        return pacer.try_acquire(ticket_, now, max_wait, priority_);
    }
    /// The call does not wait for permission, or not any more.
    void cancel(Pacer& pacer) { pacer.cancel(ticket_); }

    /// The service answered the attempt. Any answer but trouble of its own shows that the pace is right, or is not.
    /// `retry_after`: how long the answer asks to wait; zero: not at all.
    void on_answer(Pacer& pacer, nanoseconds now, code_kind kind, nanoseconds retry_after) {
        const bool is_objection = kind == code_kind::security_policy;
        if (kind == code_kind::transient) return;
        if (kind != code_kind::throttled && !is_objection) return pacer.on_success(now, sent_at_);
        pacer.on_throttled(now, sent_at_, is_objection ? throttle_kind::security_policy : throttle_kind::frequency);
        if (retry_after > nanoseconds::zero()) pacer.hold_until(now + smaller(retry_after, longest_hold));
    }

private:
    // One response does not hold up the calls of others for longer. Its own call waits as long as it asks.
    static constexpr nanoseconds longest_hold = std::chrono::minutes(1);

    typename Pacer::ticket ticket_{};
    call_priority priority_ = call_priority::interactive;
    nanoseconds sent_at_{};
};

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/call/step.hpp ====================================================================

// What an `operation` asks of its driver.
//
//   if (next.kind == unfriend::step_kind::wait) sleep(next.duration);

namespace unfriend { inline namespace v0_2 {

/// What the driver of a call does next.
enum class step_kind : std::uint8_t {
    send, ///< send `request`, and report with `complete` how that ended
    wait, ///< do nothing for at least `duration`, then `resume`
    done, ///< ask for the `result`
};

/// The next step of a call.
struct step {
    step_kind kind = step_kind::done;
    http_request request{};              ///< its views live until `complete`
    host_name host{};                    ///< where the request goes; the URL names it too
    std::chrono::nanoseconds duration{}; ///< zero after `start`: the first attempt is due at once
};

}} // namespace unfriend::v0_2

// ==== unfriend/call/operation.hpp ===============================================================

// One call as a state machine: sign, send, wait, retry, finish. It has no clock, no socket and no thread: the driver
// passes in the time and what happened, and gets back what to do next.
//
//   unfriend::operation call{channel, memory};
//   unfriend::step next = call.start(request, now());
//   while (next.kind != unfriend::step_kind::done) {
//       if (next.kind == unfriend::step_kind::wait) { sleep(next.duration); next = call.resume(now()); }
//       else { auto failure = post(next.request, call.answer()); next = call.complete(now(), failure); }
//   }
//   unfriend::call_result response = call.result();
//
// `client`, `pending_call`, `async_client`, `bulk` and `coroutine_client` are drivers over it.
//
//   state     event       next
//   idle      start       waiting, for no time; idle when the request is refused
//   idle      reject      idle: every account failed, with a reason of the caller's
//   waiting   resume      waiting, until the back-off and the pacer allow an attempt; then sending; idle when no time
//                         is left
//   sending   complete    idle when nothing is pending or nothing can help; else waiting for the next attempt
//   sending   expire      idle: the pending accounts are unknown
//   any       cancel      idle: the pending accounts are unknown if an attempt was under way, else failed
//
// An event that does not fit the state changes nothing; its answer is the step that is due.

namespace unfriend { inline namespace v0_2 {

/// One call after the other, over a `channel`. One thread at a time. Allocates nothing, and throws only what a
/// caller's own type does. The channel and the memory must outlive it.
///
/// - An attempt is retried only when that can help: after a transport failure, after HTTP status 5xx and 429, after a
///   body that cannot be decoded, and after codes that the catalogue marks so. Only pending accounts are sent again.
/// - A UserSig that the service reports as expired is replaced at once, once a call.
/// - The host changes after the transport failed, and never after the service answered.
/// - A retry takes from the channel's retry budget, except after an attempt that settled some account or was refused
///   for its UserSig or as one too many. Every retry counts as an attempt.
/// - Each attempt asks the pacer for permission when it is about to be sent. None is sent before the time that the last
///   response asks for (`Retry-After`).
template <class Channel>
class operation {
    using nanoseconds = std::chrono::nanoseconds;

public:
    operation(Channel& channel UNFRIEND_LIFETIMEBOUND, const call_memory& memory) noexcept
        : channel_(&channel), exchange_(channel, memory) {}

    /// Begins a call with the time-out of the policy or with terms of its own (milliseconds, or those of a job), and
    /// sends nothing yet. The request is copied. An invalid request ends the call at once, with the error that `encode`
    /// gives.
    template <class Request>
    step start(const Request& request, timestamp now) {
        return start(request, now, channel_->policy().call_timeout);
    }
    template <class Request, class Terms>
    step start(const Request& request, timestamp now, const Terms& terms) {
        cancelled_ = {};
        watch_.load(now);
        const error failure = exchange_.load(request);
        schedule_.begin(now.monotonic, terms);
        pace_.begin_call(schedule_.is_of_job() ? call_priority::bulk : call_priority::interactive);
        if (failure) return finish(stop_reason::not_retryable, failure);
        if (exchange_.accounts().is_done()) return finish(stop_reason::not_retryable, errc::invalid_to_account);
        return wait(nanoseconds::zero());
    }

    /// Adds what has come since to a request of `bulk`, in a call that has sent nothing yet. Nothing happens to any
    /// other.
    template <class Request>
    void extend(const Request& request) {
        if (state_ == state::waiting && schedule_.attempts() == 0) exchange_.extend(request);
    }
    /// Takes a request and ends the call for a reason of the caller's: its accounts are reported as failed, not sent.
    template <class Request>
    step reject(const Request& request, error why) {
        if (const error failure = exchange_.load(request)) why = failure;
        schedule_.clear();
        exchange_.fail(why);
        end(stop_reason::cancelled);
        return {};
    }

    /// The wait is over, or part of it.
    step resume(timestamp now) {
        if (state_ != state::waiting) return current(now);
        watch_.at(now);
        watch_.begin(*channel_, exchange_, pace_.priority(), schedule_.deadline());
        const nanoseconds backoff_left = schedule_.backoff_left(now.monotonic);
        if (backoff_left > nanoseconds::zero()) return wait(backoff_left);
        schedule_.end_pace_wait(now.monotonic);
        const nanoseconds max_wait = schedule_.max_pace_wait(channel_->policy(), now.monotonic);
        if (max_wait < nanoseconds::zero()) return finish(stop_reason::deadline_exceeded);
        const std::optional<nanoseconds> delay = pace_.try_acquire(channel_->pacer(), now.monotonic, max_wait);
        if (!delay) return finish(stop_reason::deadline_exceeded);
        if (*delay <= nanoseconds::zero()) return send(now);
        watch_.wait(*channel_, schedule_.attempts(), wait_kind::pace, *delay);
        return wait(*delay);
    }

    /// Where the transport puts the answer to the attempt.
    http_response& answer() noexcept { return exchange_.answer(); }

    /// The attempt has ended: with an answer, or with the transport's error.
    step complete(timestamp now, error failure = {}) {
        if (state_ != state::sending) return current(now);
        watch_.at(now);
        const detail::verdict verdict = exchange_.complete(now, failure, watch_);
        watch_.take_old_rate(*channel_);
        pace_.on_answer(channel_->pacer(), now.monotonic, verdict.pace, verdict.retry_after);
        watch_.take_new_rate(*channel_);
        if (!verdict.retry) return finish(verdict.reason);
        if (cancelled_) return finish(stop_reason::cancelled, cancelled_);
        return retry(now, *verdict.retry, verdict.retry_after);
    }

    /// The step to send was not followed: ends the call as if it had never come.
    step withdraw(timestamp now, error why) {
        if (state_ != state::sending) return current(now);
        schedule_.withdraw_attempt();
        watch_.at(now);
        exchange_.withdraw(now, watch_);
        return finish(stop_reason::cancelled, why);
    }

    /// Ends the call: nothing more is sent. If an attempt is under way, its accounts are unknown.
    step cancel(timestamp now, error why = errc::cancelled) {
        if (state_ == state::idle) return {};
        watch_.at(now);
        if (state_ == state::sending) exchange_.abandon(now, detail::host_state::unknown, why, watch_);
        return finish(stop_reason::cancelled, why);
    }
    /// The same when the attempt has ended: what its answer says is kept, and no other attempt follows.
    step complete_and_cancel(timestamp now, error failure, error why = errc::cancelled) {
        cancelled_ = why;
        return complete(now, failure);
    }

    /// The deadline has passed, and the transport has not reported how its attempt ended.
    step expire(timestamp now) {
        if (state_ == state::idle) return {};
        const error why = std::make_error_code(std::errc::timed_out);
        watch_.at(now);
        if (state_ == state::sending) exchange_.abandon(now, detail::host_state::unreachable, why, watch_);
        return finish(stop_reason::deadline_exceeded, why);
    }

    /// No call is under way.
    bool is_done() const noexcept { return state_ == state::idle; }
    /// An attempt is under way.
    bool is_sending() const noexcept { return state_ == state::sending; }
    /// Only the pace keeps the next attempt back, and no back-off.
    bool is_waiting_for_pace(timestamp now) const noexcept {
        return state_ == state::waiting && schedule_.is_pace_wait(now.monotonic);
    }
    /// How many attempts of the last call were made, and how many of them the service answered.
    std::uint32_t attempts() const noexcept { return schedule_.attempts(); }
    std::uint32_t answers() const noexcept { return exchange_.record().answers(); }
    /// The accounts that are still to be sent. Lives in the call's memory.
    detail::pending_names pending() const noexcept UNFRIEND_LIFETIMEBOUND { return exchange_.accounts().pending(); }

    /// When the call ends at the latest, on the clock of `timestamp::monotonic`.
    nanoseconds deadline() const noexcept { return schedule_.deadline(); }

    /// The From_Account of the last call. Lives in the call's memory.
    std::string_view from_account() const noexcept { return exchange_.accounts().from_account(); }

    /// The report of the last call. Its texts live in the call's memory, until the next call begins.
    call_result result() const noexcept {
        return exchange_.record().report(exchange_.accounts(), schedule_.attempts());
    }

private:
    enum class state : std::uint8_t { idle, waiting, sending };

    /// The step that is due already.
    step current(timestamp now) noexcept {
        if (state_ == state::waiting)
            return wait(detail::larger(schedule_.backoff_left(now.monotonic), nanoseconds(1)));
        if (state_ == state::idle) return {};
        return {step_kind::send, exchange_.request(), exchange_.host(), {}};
    }

    step wait(nanoseconds duration) noexcept {
        state_ = state::waiting;
        return {step_kind::wait, {}, {}, duration};
    }

    step finish(stop_reason reason, const error& why) {
        exchange_.fail(why);
        return finish(reason);
    }
    step finish(stop_reason reason) {
        end(reason);
        watch_.begin(*channel_, exchange_, pace_.priority(), schedule_.deadline());
        watch_.end_attempt(*channel_);
        watch_.end(*channel_, *this, exchange_.accounts());
        return {};
    }
    void end(stop_reason reason) {
        state_ = state::idle;
        pace_.cancel(channel_->pacer());
        exchange_.end(reason);
    }

    step send(timestamp now) {
        const call_policy& policy = channel_->policy();
        schedule_.end_pace_wait(now.monotonic);
        if (schedule_.max_wait(policy, now.monotonic) < nanoseconds::zero())
            return finish(stop_reason::deadline_exceeded);
        const std::chrono::milliseconds timeout = schedule_.attempt_timeout(policy, now.monotonic);
        const nanoseconds left = schedule_.deadline() - now.monotonic;
        if (const error failure = exchange_.prepare(now, timeout, left, schedule_.attempts() != 0))
            return finish(stop_reason::not_retryable, failure);
        schedule_.count_attempt();
        state_ = state::sending;
        const std::size_t accounts = exchange_.command().has_items ? pending().size() : 0;
        watch_.send(*channel_, exchange_.last_attempt(), schedule_.attempts(), accounts);
        return current(now);
    }

    step retry(timestamp now, detail::retry_terms terms, nanoseconds retry_after) {
        const std::optional<stop_reason> refusal = schedule_.plan_retry(
            channel_->policy(), now.monotonic, terms, retry_after, [this] { return channel_->random(); });
        if (refusal) return finish(*refusal);
        if (terms == detail::retry_terms::paid && !channel_->retry_budget().spend())
            return finish(stop_reason::budget_exhausted);
        state_ = state::waiting;
        watch_.put_off(*channel_, schedule_.attempts(), schedule_.backoff_left(now.monotonic), retry_after);
        return resume(now);
    }

    Channel* channel_;
    detail::call_watch<Channel> watch_;
    detail::exchange<Channel> exchange_;
    detail::retry_schedule schedule_;
    detail::paced_attempts<typename Channel::pacer_type> pace_;
    state state_ = state::idle;
    error cancelled_; // why no further attempt is made
};

}} // namespace unfriend::v0_2

// ==== unfriend/call/owned_call_result.hpp =======================================================

// A report that outlives the memory of its call: all of its texts are its own.
//
//   std::optional<unfriend::owned_call_result> last;
//   last = client(request).to_owned();
//   for (const auto& account : last->failures()) …

#include <vector>

namespace unfriend { inline namespace v0_2 {

/// An account of an `owned_call_result`.
using owned_account_result = basic_account_result<std::string>;

/// The same as a `call_result`, made by `call_result::to_owned`. Allocates a vector of the items, and each text that
/// `std::string` does not hold in itself.
class [[nodiscard]] owned_call_result {
public:
    explicit owned_call_result(const call_result& report)
        : outcome(report.outcome), stop_reason(report.stop_reason), error_code(report.error_code),
          error_info(report.error_info), error_display(report.error_display), request_id(report.request_id),
          attempts(report.attempts), answers(report.answers), last_error_(report.last_error()) {
        items.reserve(report.items.size());
        for (const account_result& each : report.items) {
            items.push_back(
                {std::string(each.to_account), std::string(each.result_info), each.result_code, each.outcome});
        }
    }

    std::vector<owned_account_result> items;
    unfriend::outcome outcome;
    unfriend::stop_reason stop_reason;
    std::optional<std::int32_t> error_code;
    std::string error_info;
    std::string error_display;
    std::string request_id;
    std::uint32_t attempts;
    std::uint32_t answers;

    bool answered() const noexcept { return answers != 0; }
    const error& last_error() const noexcept { return last_error_; }
    bool ok() const noexcept {
        return outcome == unfriend::outcome::deleted || outcome == unfriend::outcome::already_gone;
    }
    bool all_gone() const noexcept { return detail::all_gone(*this); }
    auto failures() const noexcept { return detail::failures_of<owned_account_result>(items); }

    explicit operator bool() const = delete; // a report is neither true nor false: ask answered(), ok() or all_gone()

private:
    error last_error_;
};

inline owned_call_result call_result::to_owned() const { return owned_call_result(*this); }

}} // namespace unfriend::v0_2

// ==== unfriend/call.hpp =========================================================================

// One call, from request to report, without clock, socket or thread:
//
//   operation          the state machine: sign, send, wait, retry
//   step               what it asks of its driver
//   channel            what the calls of a process share
//   credentials        who calls: credentials whose UserSig was made elsewhere
//   policy             time-outs, attempts and back-off
//   pacer              keeps calls below the service's frequency limit
//   pacing             what a pacer is, for one of one's own
//   observer           what can be seen of the calls
//   retry_budget       keeps retries from amplifying an outage
//   circuit            which of the two hosts can be reached
//   workspace          the memory that a call works in
//   account_result     the outcome of one account
//   call_result        the report of a call
//   owned_call_result  the same, with texts of its own

// The receiving side of "After a Friend Is Deleted"

// ==== unfriend/webhook/detail/command.hpp =======================================================

// Finds the event of a body before it is decoded.

namespace unfriend { inline namespace v0_2 { namespace detail {

/// `CallbackCommand` of "After a Friend Is Deleted".
inline constexpr std::string_view friend_delete_callback = "Sns.CallbackFriendDelete";

/// Removes white space and then `prefix` from the front of `text`. False when something else stands there.
inline bool consume_prefix(std::string_view& text, std::string_view prefix) noexcept {
    const char* const end = text.data() + text.size();
    text.remove_prefix(static_cast<std::size_t>(skip_space(text.data(), end) - text.data()));
    if (text.substr(0, prefix.size()) != prefix) return false;
    text.remove_prefix(prefix.size());
    return true;
}

/// Whether the first member of a body is the `CallbackCommand` of another event. False if the body does not begin like
/// those of the service. Changes nothing.
inline bool begins_with_other_command(std::string_view body) noexcept {
    if (!consume_prefix(body, "{") || !consume_prefix(body, R"("CallbackCommand")") || !consume_prefix(body, ":") ||
        !consume_prefix(body, R"(")") || body.empty()) {
        return false;
    }
    const text_end scanned = scan_json_text(body.data(), body.data() + body.size());
    if (!scanned.closed || scanned.escaped) return false;
    const std::string_view command = body.substr(0, static_cast<std::size_t>(scanned.stop - body.data()));
    return !command.empty() && command != friend_delete_callback;
}

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/webhook/platform.hpp =============================================================

// The platform that a deletion was made from: `OptPlatform` of "After a Friend Is Deleted". Depends on no other
// library.
//
//   if (event.opt_platform.value == unfriend::webhook::platform::rest_api) return; // our own deletion

namespace unfriend { inline namespace v0_2 { namespace webhook {

/// The documented values of `OptPlatform`.
enum class platform : std::uint8_t {
    absent, ///< the post has no `OptPlatform`
    rest_api,
    web,
    android,
    ios,
    windows,
    mac,
    ipad,
    unknown, ///< the service does not know it: it sent `Unknown`
    other,   ///< a value that is not documented
};

/// An `OptPlatform` with its text. `Text` is `std::string_view` or a string type that owns its text.
template <class Text>
struct basic_opt_platform {
    platform value = platform::absent;
    Text text{}; ///< the text as it was sent
};
/// An `OptPlatform` whose text is a view.
using opt_platform = basic_opt_platform<std::string_view>;

}}} // namespace unfriend::v0_2::webhook

namespace unfriend { inline namespace v0_2 { namespace detail {

struct platform_name {
    webhook::platform platform;
    std::string_view name;
};

inline constexpr platform_name platform_names[] = {
    {webhook::platform::rest_api, "RESTAPI"}, {webhook::platform::web, "Web"},
    {webhook::platform::android, "Android"},  {webhook::platform::ios, "iOS"},
    {webhook::platform::windows, "Windows"},  {webhook::platform::mac, "Mac"},
    {webhook::platform::ipad, "iPad"},        {webhook::platform::unknown, "Unknown"},
};

}}} // namespace unfriend::v0_2::detail

namespace unfriend { inline namespace v0_2 { namespace webhook {

/// The platform with the name `text`, in upper or lower case; `absent` if it is empty, `other` if it is not documented.
/// Allocates nothing.
constexpr platform parse_platform(std::string_view text) noexcept {
    if (text.empty()) return platform::absent;
    for (const detail::platform_name& entry : detail::platform_names) {
        if (detail::equal_ignoring_case(entry.name, text)) return entry.platform;
    }
    return platform::other;
}

/// The documented name, such as `RESTAPI`; empty for `absent` and `other`. Valid as long as the program runs.
constexpr std::string_view wire_value(platform value) noexcept {
    for (const detail::platform_name& entry : detail::platform_names) {
        if (entry.platform == value) return entry.name;
    }
    return {};
}

}}} // namespace unfriend::v0_2::webhook

// ==== unfriend/webhook/event.hpp ================================================================

// The event that the service sends to the app after each deletion, by an HTTP POST.
//
//   unfriend::webhook::event event;
//   if (auto failure = unfriend::webhook::decode(body, event)) …       // body: writable bytes
//   for (const auto& pair : event.pairs) forget(pair.from_account, pair.to_account);
//   char buffer[unfriend::webhook::max_ack_size];
//   reply(200, *unfriend::webhook::encode_ack(unfriend::webhook::ack::ok, buffer));
//
// Implements "After a Friend Is Deleted". Depends on RapidJSON only. authentication.hpp and replay_guard.hpp check
// whether a post is genuine.

namespace unfriend { inline namespace v0_2 { namespace webhook {

/// One direction of a friendship that ended. `Text` is `std::string_view`, which refers to the decoded bytes, or a
/// string type that owns its text.
template <class Text>
struct basic_friend_pair {
    using text_type = Text;

    Text from_account{}; ///< the owner of the list; never empty
    Text to_account{};   ///< the account that left the list; never empty
};
using friend_pair = basic_friend_pair<std::string_view>;

/// A pair that owns its text.
using owned_friend_pair = basic_friend_pair<std::string>;

/// The body of a post: the accounts that left a list. A two-way deletion has both directions.
///
/// `Items` is the storage of the pairs (items.hpp): `inline_items<N, friend_pair>`, `item_span<friend_pair>`,
/// `std::vector<owned_friend_pair>`, `each_item`. `Text` is the type of the other texts. `std::string_view` refers to
/// the decoded bytes, which must outlive it. The default takes 32 KB.
template <class Items = inline_items<1000, friend_pair>,
          class Text = typename detail::item_storage<friend_pair, Items>::text>
struct event {
    Items pairs{};                           ///< `PairList`
    Text client_ip{};                        ///< `ClientIP`; empty when the body has none
    basic_opt_platform<Text> opt_platform{}; ///< `OptPlatform`; absent when the body has none
    Text request_id{};                       ///< `RequestId`, for the service's support; empty when the body has none
    std::size_t omitted = 0;                 ///< number of pairs that `pairs` had no room for
};

template <class Items>
event(Items) -> event<Items>;

static_assert(sizeof(event<>) <= 32 * 1024, "the size that the comment names");

/// The app's answer to a post.
enum class ack : std::uint8_t {
    ok,      ///< the app has processed the event
    failure, ///< the app refused the post or could not process it
};

}}} // namespace unfriend::v0_2::webhook

namespace unfriend { inline namespace v0_2 { namespace detail {

/// The members as decoded: views into the bytes of the body.
struct event_head {
    std::string_view callback_command;
    std::string_view client_ip;
    std::string_view opt_platform;
    std::string_view request_id;
};

struct event_layout {
    using head = event_head;
    using item = webhook::friend_pair;
    static constexpr json_member<head> head_members[] = {
        {"CallbackCommand", &head::callback_command, true},
        {"ClientIP", &head::client_ip},
        {"OptPlatform", &head::opt_platform},
        {"RequestId", &head::request_id},
    };
    static constexpr std::string_view list_name = "PairList";
    static constexpr std::size_t varying_texts = 2;
    static constexpr bool needs_every_text = true;
    static constexpr json_member<item> item_members[] = {
        {"From_Account", &item::from_account},
        {"To_Account", &item::to_account},
    };
};

template <class Text>
struct item_conversion<webhook::basic_friend_pair<Text>, webhook::friend_pair> {
    static webhook::basic_friend_pair<Text> convert(const webhook::friend_pair& pair) {
        return {to_text<Text>(pair.from_account), to_text<Text>(pair.to_account)};
    }
};

template <>
struct item_conversion<webhook::friend_pair, webhook::friend_pair> {
    static const webhook::friend_pair& convert(const webhook::friend_pair& pair) noexcept { return pair; }
};

template <class Items, class Text>
void assign_event_head(webhook::event<Items, Text>& event, const event_head& head) {
    event.client_ip = to_text<Text>(head.client_ip);
    event.opt_platform.value = webhook::parse_platform(head.opt_platform);
    event.opt_platform.text = to_text<Text>(head.opt_platform);
    event.request_id = to_text<Text>(head.request_id);
}

/// Reads an event, which must be of this command and have a list, into `head` and `items`.
template <class Limits>
error read_event(char_span body, event_head& head, item_window<webhook::friend_pair>& items) {
    constexpr auto no_list = static_cast<std::size_t>(-1);
    if (begins_with_other_command({body.data(), body.size()})) return errc::webhook_other_command;
    items.seen = no_list; // until there is one
    if (const error failure = read_message<event_layout>(body, head, items, Limits::max_nesting)) return failure;
    if (head.callback_command.empty()) return {errc::missing_member, body.size()};
    if (head.callback_command != friend_delete_callback) return errc::webhook_other_command;
    if (items.seen == no_list) return {errc::missing_member, body.size()};
    return {};
}

}}} // namespace unfriend::v0_2::detail

namespace unfriend { inline namespace v0_2 { namespace webhook {

/// Decodes the JSON in `body` into `event`, in place: `body` is overwritten, and text views refer to it.
/// Members may be in any order, unknown or repeated: of `CallbackCommand` the first one counts, of any other member
/// the last one. `ClientIP`, `OptPlatform` and `RequestId` may be absent. `PairList` may be empty.
///
/// Errors, with the byte offset: `empty_body`, `html_body`, `truncated_json`, `malformed_json`,
/// `not_an_object`, `trailing_bytes`, `wrong_type`, `invalid_utf8`, `nesting_too_deep`, `repeated_items`, and
/// `missing_member` (`CallbackCommand`, `PairList` or an account of a pair is absent or empty). Without one:
/// `webhook_other_command`, when `CallbackCommand` is not `Sns.CallbackFriendDelete`. When it is the first member, as
/// in the posts of the service, this is the first check, and `body` is unchanged, for another handler. After any of
/// these, `event` is empty. `too_many_items` (detail: number of pairs): `event` has the pairs that fit, and
/// `event.omitted` is the number of the others. Linear in `body`; allocates nothing itself (a container or owning text
/// may).
template <class Limits = default_limits, class Items, class Text>
error decode(char_span body, event<Items, Text>& event) {
    using storage = detail::item_storage<friend_pair, Items>;
    storage::clear(event.pairs);
    detail::assign_event_head(event, {});
    event.omitted = 0;
    detail::event_head head;
    typename storage::filler filler(event.pairs);
    if (const error failure = detail::read_event<Limits>(body, head, filler.window())) {
        storage::clear(event.pairs);
        return failure;
    }
    event.omitted = filler.finish();
    detail::assign_event_head(event, head);
    if (event.omitted != 0) return {errc::too_many_items, filler.window().seen};
    return {};
}

/// Refused: decoding writes to the body.
template <class Limits = default_limits, class Bytes, class Response,
          class = std::enable_if_t<detail::is_read_only<Bytes>::value>>
error decode(Bytes&&, Response&) {
    static_assert(!detail::is_read_only<Bytes>::value,
                  "unfriend: decode works in place: pass a mutable copy of the body");
    return {};
}

/// The buffer size that is enough for any answer.
inline constexpr std::size_t max_ack_size = 64;

/// Writes the JSON body of the answer to a post, to be sent with HTTP status 200, into `buffer` and returns a view of
/// it: `OK` with ErrorCode 0, or `FAIL` with ErrorCode 1.
/// Errors: `buffer_too_small` (detail: bytes needed). Allocates nothing.
inline result<std::string_view> encode_ack(ack answer, char_span buffer UNFRIEND_LIFETIMEBOUND) noexcept {
    detail::fixed_writer json(buffer);
    json.append(answer == ack::ok ? R"({"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""})"
                                  : R"({"ActionStatus":"FAIL","ErrorCode":1,"ErrorInfo":""})");
    return json.finish();
}

}}} // namespace unfriend::v0_2::webhook

// ==== unfriend/webhook/parameter.hpp ============================================================

// The parameters that the service adds to the URL of a webhook. Implements "After a Friend Is Deleted" and "Webhook
// Overview".
//
//   log(unfriend::to_string(unfriend::webhook_parameter::request_time)); // "RequestTime"

namespace unfriend { inline namespace v0_2 {

/// The parameters that `webhook::authenticate` reads.
enum class webhook_parameter : unsigned char {
    sdk_app_id,
    callback_command,
    client_ip,
    opt_platform,
    request_time,
    sign,
};

/// The name of the parameter in the query: "SdkAppid", for example. Valid as long as the program runs.
constexpr const char* to_string(webhook_parameter parameter) noexcept {
    switch (parameter) {
    case webhook_parameter::sdk_app_id: return "SdkAppid";
    case webhook_parameter::callback_command: return "CallbackCommand";
    case webhook_parameter::client_ip: return "ClientIP";
    case webhook_parameter::opt_platform: return "OptPlatform";
    case webhook_parameter::request_time: return "RequestTime";
    case webhook_parameter::sign: return "Sign";
    }
    return "unknown";
}

}} // namespace unfriend::v0_2

// ==== unfriend/webhook.hpp ======================================================================

// The webhook of the service: "After a Friend Is Deleted".
//
//   event            decodes the body and encodes the response
//   platform         the values of OptPlatform
//   parameter        the parameters of the query
//   authentication   checks that a post is for this app, signed with its token and recent (OpenSSL)
//   replay_guard     refuses a post that was accepted before (OpenSSL)

#if UNFRIEND_WITH_USER_SIG

// ==== unfriend/webhook/detail/query.hpp =========================================================

// Reads the names and values of a query without copying it (URL Standard, application/x-www-form-urlencoded): pairs are
// separated by `&`; `%XX` encodes a byte and `+` a space.

namespace unfriend { inline namespace v0_2 { namespace detail {

/// The position of the first percent sign that is not followed by two hexadecimal digits, or `npos`.
inline std::size_t find_malformed_escape(std::string_view query) noexcept {
    for (std::size_t at = query.find('%'); at != std::string_view::npos; at = query.find('%', at + 3)) {
        if (query.size() - at < 3 || hex_value(query[at + 1]) < 0 || hex_value(query[at + 2]) < 0) return at;
    }
    return std::string_view::npos;
}

/// Decodes a name or value byte by byte. Its escapes must be well-formed.
class byte_decoder {
public:
    explicit byte_decoder(std::string_view text) noexcept : rest_(text) {}

    /// Stores the next byte; false at the end.
    bool next(char& byte) noexcept {
        if (rest_.empty()) return false;
        byte = rest_[0] == '+' ? ' ' : rest_[0];
        if (byte == '%') byte = static_cast<char>(hex_value(rest_[1]) * 16 + hex_value(rest_[2]));
        rest_.remove_prefix(rest_[0] == '%' ? 3 : 1);
        return true;
    }

private:
    std::string_view rest_;
};

/// Whether a name or value decodes to `plain`.
inline bool decodes_to(std::string_view encoded, std::string_view plain) noexcept {
    byte_decoder text(encoded);
    char byte = 0;
    for (const char c : plain) {
        if (!text.next(byte) || byte != c) return false;
    }
    return !text.next(byte);
}

/// A decoded name or value of at most `Capacity` bytes.
template <std::size_t Capacity>
class decoded_text {
public:
    /// Decodes `encoded`. False if it is longer; the text is then empty.
    bool assign(std::string_view encoded) noexcept {
        byte_decoder text(encoded);
        size_ = 0;
        for (char byte = 0; text.next(byte); bytes_[size_++] = byte) {
            if (size_ != Capacity) continue;
            size_ = 0;
            return false;
        }
        return true;
    }

    std::string_view view() const noexcept { return {bytes_, size_}; }

private:
    char bytes_[Capacity] = {};
    std::size_t size_ = 0;
};

/// A parameter, both parts still encoded. Without `=`, the value is empty.
struct encoded_parameter {
    std::string_view name;
    std::string_view value;
};

/// The parameters of a query, in order.
class query_reader {
public:
    explicit query_reader(std::string_view query) noexcept : rest_(query) {}

    /// Stores the next parameter; false at the end.
    bool next(encoded_parameter& parameter) noexcept {
        while (!rest_.empty()) {
            const std::string_view pair = rest_.substr(0, rest_.find('&'));
            rest_.remove_prefix(pair.size() == rest_.size() ? pair.size() : pair.size() + 1);
            if (pair.empty()) continue;
            const std::size_t equals = pair.find('=');
            parameter.name = pair.substr(0, equals);
            parameter.value = equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
            return true;
        }
        return false;
    }

private:
    std::string_view rest_;
};

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/webhook/detail/parameters.hpp ====================================================

// Finds the parameters in the query of a webhook.

namespace unfriend { inline namespace v0_2 { namespace detail {

class webhook_query {
public:
    /// Finds the parameters, in any order; unknown ones are ignored. The values are views of `query`.
    error read(std::string_view query, std::size_t max_size) noexcept {
        if (query.size() > max_size) return {errc::webhook_query_too_large, max_size};
        if (const std::size_t at = find_malformed_escape(query); at != std::string_view::npos) {
            return {errc::webhook_query_malformed, at};
        }
        query_reader reader(query);
        encoded_parameter found;
        while (reader.next(found)) {
            for (std::size_t i = 0; i < size; ++i) {
                if (!decodes_to(found.name, to_string(static_cast<webhook_parameter>(i)))) continue;
                if (values_[i].data() != nullptr)
                    return {errc::webhook_parameter_repeated, i, to_string(static_cast<webhook_parameter>(i))};
                values_[i] = found.value.data() != nullptr ? found.value : std::string_view("");
            }
        }
        return {};
    }

    bool has(webhook_parameter parameter) const noexcept { return value(parameter).data() != nullptr; }

    /// The value, still encoded; empty if there is none.
    std::string_view value(webhook_parameter parameter) const noexcept {
        return values_[static_cast<std::size_t>(parameter)];
    }

private:
    static constexpr std::size_t size = static_cast<std::size_t>(webhook_parameter::sign) + 1;

    std::string_view values_[size]{};
};

inline error missing(webhook_parameter parameter) noexcept {
    return {errc::webhook_parameter_missing, static_cast<std::size_t>(parameter), to_string(parameter)};
}

inline error invalid(webhook_parameter parameter) noexcept {
    return {errc::webhook_parameter_invalid, static_cast<std::size_t>(parameter), to_string(parameter)};
}

/// Reads `text` as a decimal number without sign or leading zeros. False if it is not one or too large.
template <class Number>
bool read_decimal(std::string_view text, Number& number) noexcept {
    constexpr Number largest = (std::numeric_limits<Number>::max)();
    if (text.empty() || (text[0] == '0' && text.size() > 1)) return false;
    number = 0;
    for (const char c : text) {
        const auto digit = static_cast<Number>(c - '0');
        if (!is_digit(c) || number > (largest - digit) / 10) return false;
        number = static_cast<Number>(number * 10 + digit);
    }
    return true;
}

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/webhook/authentication.hpp =======================================================

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

// ==== unfriend/webhook/replay_guard.hpp =========================================================

// Refuses a post that was accepted before.
//
//   static unfriend::webhook::replay_guard<> guard; // one for all posts, about 160 KiB
//   if (auto failure = guard.admit(*post, body, now)) return refuse(failure.message()); // before `decode`
//
// Someone who has seen a post can send it again as long as its `RequestTime` is within the window. The guard remembers
// it for as long.

namespace unfriend { inline namespace v0_2 { namespace webhook {

/// Remembers up to `Capacity` posts inside itself, 40 bytes each. A post is remembered until its `valid_until()`, up to
/// two windows: for the default window, a capacity of 120 times the posts of a second is enough.
///
/// If the guard is full, it refuses further posts: it does not forget one that could still be sent again. It remembers
/// only posts that were authenticated; all of them must be authenticated with the same window. One thread at a time:
/// hold a lock around `admit`.
template <std::size_t Capacity = 4096, class Sha256 = openssl_sha256>
class replay_guard {
    static_assert(Capacity > 0, "unfriend: the capacity of a replay guard must be at least 1");

public:
    /// Accepts a post that it has not accepted before, and remembers it. `body`: the body as it was received, before
    /// `decode` overwrites it. `now`: Unix seconds; if the clock is set back, replays are still refused. A post that
    /// was not authenticated, because the app has no token, is accepted and not remembered.
    ///
    /// Errors: `webhook_replayed`: a post with this `Sign` and body was accepted before. `webhook_time_mismatch`: the
    /// clock was set back to a time whose posts are forgotten. `webhook_guard_full` (detail: the capacity).
    /// `sha256_failed`. An error changes nothing. Linear in `body` and in the number of posts remembered; allocates
    /// nothing, except what `Sha256` does.
    error admit(const authentication& post, std::string_view body, std::int64_t now) {
        if (!post.is_authenticated()) return {};
        entry added;
        added.valid_until = post.valid_until();
        Sha256 hash;
        if (!hash.update(post.sign()) || !hash.update(body) || !hash.finish(added.fingerprint)) {
            return errc::sha256_failed;
        }
        entry* expired = nullptr; // the one that expired first
        for (entry* each = entries_; each != entries_ + size_; ++each) {
            if (std::memcmp(each->fingerprint, added.fingerprint, sizeof added.fingerprint) == 0) {
                return errc::webhook_replayed;
            }
            const bool is_expired = each->valid_until < now;
            if (is_expired && (expired == nullptr || each->valid_until < expired->valid_until)) expired = each;
        }
        if (added.valid_until <= forgotten_) return errc::webhook_time_mismatch;
        if (expired != nullptr) {
            forgotten_ = expired->valid_until > forgotten_ ? expired->valid_until : forgotten_;
            *expired = added;
        } else if (size_ < Capacity) {
            entries_[size_++] = added;
        } else {
            return {errc::webhook_guard_full, Capacity};
        }
        return {};
    }

private:
    struct entry {
        unsigned char fingerprint[32] = {};
        std::int64_t valid_until = 0;
    };

    entry entries_[Capacity];
    std::size_t size_ = 0;
    std::int64_t forgotten_ = INT64_MIN; ///< posts valid until this second may be forgotten
};

}}} // namespace unfriend::v0_2::webhook
#endif

// Drivers for threads, event loops, game loops, coroutines and bulk jobs

// ==== unfriend/clients/detail/callback.hpp ======================================================

// Holds a callable of any type. std::function does so too, and <functional> costs a fifth of this library to include.

#include <new>

namespace unfriend { inline namespace v0_2 { namespace detail {

/// A callable of `Argument`, or none. Can be moved and not copied, so the callable may own what cannot be copied. One
/// of up to four pointers is held inside; a larger one, or one whose move can throw, is allocated.
template <class Argument>
class callback {
    static constexpr std::size_t capacity = 4 * sizeof(void*);
    template <class Callable>
    static constexpr bool fits = sizeof(Callable) <= capacity &&
                                 alignof(Callable) <= alignof(void*) && std::is_nothrow_move_constructible_v<Callable>;

public:
    callback() noexcept = default;
    callback(std::nullptr_t) noexcept {}
    template <class Callable, class Held = std::decay_t<Callable>,
              class = std::enable_if_t<!std::is_same_v<Held, callback> && std::is_invocable_v<Held&, Argument>>>
    callback(Callable&& callable) {
        if (is_null(callable)) return;
        if constexpr (fits<Held>) {
            ::new (static_cast<void*>(memory_)) Held(std::forward<Callable>(callable));
            operations_ = &operations_of<Held, held_inside<Held>>;
        } else {
            auto* const held = new Held(std::forward<Callable>(callable));
            ::new (static_cast<void*>(memory_)) Held*(held);
            operations_ = &operations_of<Held*, held_outside<Held>>;
        }
    }
    callback(callback&& other) noexcept { take(other); }
    callback& operator=(callback&& other) noexcept {
        if (this == &other) return *this;
        reset();
        take(other);
        return *this;
    }
    ~callback() { reset(); }

    explicit operator bool() const noexcept { return operations_ != nullptr; }
    void operator()(Argument argument) { operations_->call(memory_, argument); }

    void reset() noexcept {
        if (operations_ != nullptr) std::exchange(operations_, nullptr)->destroy(memory_);
    }

private:
    struct operations {
        void (*call)(void* held, Argument argument);
        void (*move)(void* from, void* to) noexcept; // and ends what was moved from
        void (*destroy)(void* held) noexcept;
    };

    template <class Held>
    struct held_inside {
        static Held& callable(void* held) noexcept { return *static_cast<Held*>(held); }
        static void destroy(void* held) noexcept { static_cast<Held*>(held)->~Held(); }
    };
    template <class Held>
    struct held_outside {
        static Held& callable(void* held) noexcept { return **static_cast<Held**>(held); }
        static void destroy(void* held) noexcept { delete *static_cast<Held**>(held); }
    };
    template <class Stored, class Access>
    static constexpr operations operations_of = {
        [](void* held, Argument argument) { Access::callable(held)(argument); },
        [](void* from, void* to) noexcept {
            auto& stored = *static_cast<Stored*>(from);
            ::new (to) Stored(std::move(stored));
            stored.~Stored(); // NOLINT(bugprone-use-after-move): what was moved from is destroyed
        },
        Access::destroy,
    };

    /// A null pointer, or an empty std::function.
    template <class Callable, class = std::enable_if_t<std::is_assignable_v<Callable&, std::nullptr_t>>>
    static bool is_null_at(const Callable& callable, int) noexcept {
        return callable == nullptr;
    }
    template <class Callable>
    static bool is_null_at(const Callable&, long) noexcept {
        return false;
    }
    template <class Callable>
    static bool is_null(const Callable& callable) noexcept {
        return is_null_at(callable, 0);
    }

    void take(callback& other) noexcept {
        if (other.operations_ == nullptr) return;
        operations_ = std::exchange(other.operations_, nullptr);
        operations_->move(other.memory_, memory_);
    }

    const operations* operations_ = nullptr;
    alignas(void*) unsigned char memory_[capacity];
};

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/clients/detail/call_state.hpp ====================================================

// The memory of a polled call, which its transport may outlive.

namespace unfriend { inline namespace v0_2 { namespace detail {

/// A call together with the mailbox that its answer comes to. Owned by the `pending_call` and the completions.
template <class Channel, class Workspace, class Allocator>
class call_state : public mailbox {
    using traits = typename std::allocator_traits<Allocator>::template rebind_traits<call_state>;
    using allocator_type = typename traits::allocator_type;
    using pointer = typename traits::pointer;

public:
    /// Throws what the allocator does.
    static call_state* make(const Allocator& allocator, Channel& channel) {
        allocator_type from(allocator);
        const pointer place = traits::allocate(from, 1);
        return ::new (static_cast<void*>(&*place)) call_state(from, place, channel);
    }

    Workspace memory;
    operation<Channel> call;

private:
    call_state(const allocator_type& from, pointer place, Channel& channel) noexcept
        : mailbox(destroy), call(channel, memory), from_(from), place_(place) {}
    ~call_state() = default;

    static void destroy(mailbox& box) noexcept {
        auto& state = static_cast<call_state&>(box);
        allocator_type from(std::move(state.from_));
        const pointer place = state.place_;
        state.~call_state();
        traits::deallocate(from, place, 1);
    }

    allocator_type from_;
    pointer place_;
};

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/clients/pending_call.hpp =========================================================

// A call that is made while the program does other things: polled from a game loop or an event loop.
//
//   unfriend::pending_call call{channel, transport};
//   call.start(request, now());
//   …
//   call.poll(now());                                      // each tick
//   if (call.is_done()) use(call.result());

namespace unfriend { inline namespace v0_2 {

/// One call after the other, in memory that is allocated once, through `Allocator`.
///
/// `Transport`: one that finishes later (completion.hpp), or a blocking one. Everything but the completion is for one
/// thread at a time. The transport is called from `poll` alone. A call may be destroyed or cancelled while its
/// transport works on it: their memory lives until the last completion is called or dropped. Without a completion the
/// call ends with its deadline. Throws what `Allocator` and the transport do; what a transport had sent when it threw
/// is unknown, and the call goes on with the next `poll`.
template <class Channel, class Transport, class Workspace = small_workspace, class Allocator = std::allocator<char>>
class pending_call {
    static_assert(is_transport<Transport> || is_async_transport<Transport>,
                  "unfriend: a transport for calls that are polled is a callable of (const http_request&, completion), "
                  "or a blocking one of the shapes of transport.hpp");

public:
    /// What `poll` returns when nothing will be due.
    static constexpr std::chrono::nanoseconds never = (std::chrono::nanoseconds::max)();

    /// `channel` must outlive the call, as must a transport that is passed by `std::ref`.
    pending_call(Channel& channel UNFRIEND_LIFETIMEBOUND, Transport transport, const Allocator& allocator = {})
        : channel_(&channel), transport_(std::forward<Transport>(transport)), allocator_(allocator) {}
    pending_call(pending_call&& other) noexcept(std::is_nothrow_constructible_v<Transport, Transport&&>)
        : channel_(other.channel_), transport_(std::forward<Transport>(other.transport_)),
          allocator_(std::move(other.allocator_)), state_(std::exchange(other.state_, nullptr)), next_(other.next_) {}
    pending_call(const pending_call&) = delete;
    pending_call& operator=(const pending_call&) = delete;
    ~pending_call() {
        if (state_ == nullptr) return;
        state_->abandon();
        state_->drop_owner();
    }

    /// Begins a call, with the policy's time-out or terms of its own (see `operation`). A call under way is cancelled.
    /// The request is copied. Nothing is sent before the next `poll`.
    template <class Request>
    void start(const Request& request, timestamp now) {
        start(request, now, channel_->policy().call_timeout);
    }
    template <class Request, class Terms>
    void start(const Request& request, timestamp now, const Terms& terms) {
        cancel(now);
        take_state();
        expect_more();
        next_ = state_->call.start(request, now, terms);
    }
    /// The same as that of `operation`: for `bulk`.
    template <class Request>
    void extend(const Request& request) {
        state_->call.extend(request);
    }

    /// Takes a request and ends the call at once, for the reason given: its accounts are reported as failed, with
    /// nothing sent.
    template <class Request>
    void fail(const Request& request, error why) {
        take_state();
        next_ = state_->call.reject(request, why);
    }

    /// Does what is due at `now`: takes an answer, ends a wait, sends the next attempt. Returns how long nothing is due
    /// unless a completion comes. Zero: the call is done, or is to be polled again with the time as it is then.
    std::chrono::nanoseconds poll(timestamp now) {
        return poll(now, [](const operation<Channel>&) { return true; });
    }
    /// The same; `may_send(operation)` is asked right before each attempt. False ends the call with nothing sent.
    template <class MaySend>
    std::chrono::nanoseconds poll(timestamp now, MaySend may_send) {
        if (is_done()) return never;
        if (next_.kind == step_kind::wait) {
            next_ = state_->call.resume(now);
            if (next_.kind == step_kind::wait) return next_.duration;
        } else {
            error failure;
            const bool is_late = now.monotonic >= state_->call.deadline();
            const bool is_delivered = is_late ? state_->close(failure) : state_->collect(failure);
            if (!is_delivered && !is_late) return state_->call.deadline() - now.monotonic;
            expect_more();
            next_ = is_delivered ? state_->call.complete(now, failure) : state_->call.expire(now);
        }
        if (next_.kind == step_kind::send) {
            if (may_send(state_->call)) {
                send();
            } else {
                next_ = state_->call.withdraw(now, errc::cancelled);
            }
        }
        return std::chrono::nanoseconds::zero();
    }

    /// Ends the call: nothing more is sent. What a delivered answer says is kept; without one, the accounts of the
    /// attempt under way are unknown.
    void cancel(timestamp now, error why = errc::cancelled) {
        if (is_done()) return;
        error failure;
        const bool is_delivered = next_.kind == step_kind::send && state_->close(failure);
        next_ = is_delivered ? state_->call.complete_and_cancel(now, failure, why) : state_->call.cancel(now, why);
    }

    /// No call is under way.
    bool is_done() const noexcept { return state_ == nullptr || state_->call.is_done(); }

    /// The result of the last call; only after a `start`. Its texts live until the next one, or as long as this object.
    call_result result() const noexcept UNFRIEND_LIFETIMEBOUND { return state_->call.result(); }
    std::string_view from_account() const noexcept UNFRIEND_LIFETIMEBOUND { return state_->call.from_account(); }
    /// The call as a state machine; only after a `start`.
    const operation<Channel>& machine() const noexcept UNFRIEND_LIFETIMEBOUND { return state_->call; }

private:
    using shared_state = detail::call_state<Channel, Workspace, Allocator>;

    /// The state of the last call, unless a transport still has to do with it.
    void take_state() {
        if (state_ != nullptr && state_->abandon()) std::exchange(state_, nullptr)->drop_owner();
        if (state_ == nullptr) state_ = shared_state::make(allocator_, *channel_);
    }

    /// The next step is not in the mailbox, even when an exception of the observer keeps the step from being returned.
    void expect_more() noexcept { next_ = {step_kind::wait, {}, {}, {}}; }

    void send() {
        const http_request request = next_.request; // which the transport may outlive by cancelling the call
        const std::uint64_t attempt = state_->begin(state_->call.answer());
        completion done(*state_, attempt);
        if constexpr (is_transport<Transport>) {
            // If the transport throws, the completion is dropped, which ends the attempt.
            state_->end(attempt, perform(transport_, request, state_->call.answer()));
        } else {
            transport_(request, std::move(done));
        }
    }

    Channel* channel_;
    Transport transport_;
    Allocator allocator_;
    shared_state* state_ = nullptr;
    step next_;
};

template <class Channel, class Transport>
pending_call(Channel&, Transport) -> pending_call<Channel, Transport>;
template <class Channel, class Transport, class Allocator>
pending_call(Channel&, Transport, const Allocator&) -> pending_call<Channel, Transport, small_workspace, Allocator>;

}} // namespace unfriend::v0_2

// ==== unfriend/clients/async_client.hpp =========================================================

// Many calls at a time on one thread: each with a callback, all of them polled together.
//
//   unfriend::async_client client{channel, transport, 64};
//   auto id = client.start(request, now(), [](const unfriend::call_result& response) { … });
//   while (client.in_flight() != 0) wait_for_events(client.poll(now()));

namespace unfriend { inline namespace v0_2 {

/// Identifies a call of an `async_client`. No two calls have the same.
struct call_id {
    std::size_t slot = 0;
    std::uint64_t generation = 0;
};

/// A bounded number of calls in flight over one channel and one transport that finishes later.
///
/// Everything but the transport's completions is for one thread at a time. Callbacks run inside `poll` alone, and may
/// start and cancel calls, but not poll or destroy the client. Memory for each call (see `Workspace`) is allocated when
/// it is first needed and used again; a callback that starts a call while all others are in flight needs memory for one
/// more. When the client is destroyed, calls in flight end without their callbacks. `start` and `poll` take time linear
/// in `max_in_flight`. Throws what `Allocator`, the transport and moving a callback do.
template <class Channel, class Transport, class Workspace = small_workspace, class Allocator = std::allocator<char>>
class async_client {
public:
    /// Any callable of a `const call_result&`, or none. It is moved, and need not be copyable.
    using callback = detail::callback<const call_result&>;

    /// `channel` must outlive the client. `max_in_flight`: more calls are refused.
    async_client(Channel& channel UNFRIEND_LIFETIMEBOUND, Transport transport, std::size_t max_in_flight,
                 const Allocator& allocator = {})
        : channel_(channel), transport_(std::move(transport)), allocator_(allocator), max_in_flight_(max_in_flight),
          calls_(allocator) {
        calls_.reserve(max_in_flight + 1); // one more than are in flight: the call whose callback is running
    }
    async_client(const async_client&) = delete;
    async_client& operator=(const async_client&) = delete;

    /// Begins a call. A later `poll` calls `on_done` once, with the result, which lives until `on_done` returns.
    /// Nothing is sent before the next `poll`. The request is copied. Error: `too_many_calls`.
    template <class Request>
    result<call_id> start(const Request& request, timestamp now, callback on_done) {
        return start(request, now, std::move(on_done), channel_.policy().call_timeout);
    }
    template <class Request>
    result<call_id> start(const Request& request, timestamp now, callback on_done, std::chrono::milliseconds timeout) {
        if (in_flight_ >= max_in_flight_) return {errc::too_many_calls, max_in_flight_};
        const std::size_t slot = find_free();
        if (slot == calls_.size()) calls_.emplace_back(channel_, transport_, allocator_);
        entry& chosen = calls_[slot];
        chosen.call.start(request, now, timeout);
        chosen.on_done = std::move(on_done);
        chosen.generation = ++started_;
        ++in_flight_;
        return call_id{slot, chosen.generation};
    }

    /// Does what is due at `now`, and calls back for each call that is over. Returns how long nothing is due unless a
    /// completion comes. Zero: poll again with the time as it is then.
    std::chrono::nanoseconds poll(timestamp now) {
        auto idle_time = pending::never;
        for (std::size_t slot = 0; slot < calls_.size(); ++slot) {
            entry& each = calls_[slot];
            if (each.generation == 0 || each.is_ending) continue;
            idle_time = detail::smaller(idle_time, each.call.poll(now));
            if (!each.call.is_done()) continue;
            const call_end_guard over(each, in_flight_);
            callback on_done = std::move(each.on_done);
            if (on_done) on_done(each.call.result());
            idle_time = std::chrono::nanoseconds::zero(); // so that nobody waits for more when this was the last
        }
        return idle_time;
    }

    /// Ends a call, if it is still in flight: the next `poll` calls back. What a delivered answer says is kept.
    void cancel(call_id id, timestamp now) {
        if (id.slot < calls_.size() && calls_[id.slot].generation == id.generation) calls_[id.slot].call.cancel(now);
    }
    void cancel_all(timestamp now) {
        for (entry& each : calls_) each.call.cancel(now);
    }

    /// How many calls have not called back; the one whose callback is running does not count.
    std::size_t in_flight() const noexcept { return in_flight_; }

private:
    using pending = pending_call<Channel, Transport&, Workspace, Allocator>;
    struct entry {
        entry(Channel& channel, Transport& transport, const Allocator& allocator)
            : call(channel, transport, allocator) {}
        pending call;
        callback on_done{};
        std::uint64_t generation = 0; // 0: free
        bool is_ending = false;
    };
    /// Gives the slot of a call back once its callback has returned or thrown.
    class call_end_guard {
    public:
        call_end_guard(entry& over, std::size_t& in_flight) noexcept : over_(over) {
            over_.is_ending = true;
            --in_flight;
        }
        call_end_guard(const call_end_guard&) = delete;
        call_end_guard& operator=(const call_end_guard&) = delete;
        ~call_end_guard() {
            over_.on_done.reset();
            over_.generation = 0;
            over_.is_ending = false;
        }

    private:
        entry& over_;
    };
    using entry_allocator = typename std::allocator_traits<Allocator>::template rebind_alloc<entry>;

    std::size_t find_free() const noexcept {
        std::size_t slot = 0;
        while (slot != calls_.size() && calls_[slot].generation != 0) ++slot;
        return slot;
    }

    Channel& channel_;
    Transport transport_;
    Allocator allocator_;
    std::size_t max_in_flight_;
    std::vector<entry, entry_allocator> calls_; // never grows beyond what is reserved
    std::uint64_t started_ = 0;
    std::size_t in_flight_ = 0;
};

template <class Channel, class Transport>
async_client(Channel&, Transport, std::size_t) -> async_client<Channel, Transport>;

}} // namespace unfriend::v0_2

// ==== unfriend/clients/bulk_options.hpp =========================================================

// How a bulk job goes about its work, and why it stops before its end.
//
//   unfriend::bulk_options options;
//   options.concurrency = 16;
//   options.job_timeout = std::chrono::hours(2);

namespace unfriend { inline namespace v0_2 {

/// The settings of a bulk job. The channel's policy holds for each of its calls, with two exceptions: the time-out of a
/// call does not include its waits for the pacer, and a throttled attempt does not count (`forgive_throttling`).
struct bulk_options {
    unfriend::delete_type delete_type = unfriend::delete_type::unspecified;
    /// Calls in flight at a time, 1 to 4096; 1 with a transport that blocks. The job keeps as many again in memory:
    /// finished calls that wait for an earlier one, and calls that wait for another of their From_Account.
    std::size_t concurrency = 4;
    /// For the whole job. Pairs that are not sent by then are reported as not sent.
    std::chrono::milliseconds job_timeout = (std::chrono::milliseconds::max)();
    /// How long the job waits for more pairs before it sends a call that is not full, when the source has none yet.
    std::chrono::milliseconds linger{50};
    /// A throttled attempt does not count towards the `max_attempts` of the policy: a throttled pair is sent again
    /// until the service takes it or the job stops.
    bool forgive_throttling = true;
    /// The job stops after this number of calls in a row without a response. 0 counts as 1.
    std::uint32_t max_consecutive_failures = 3;
    /// The job stops when the service has answered calls for this long, and nothing was settled or reported. The time
    /// in which all calls wait for the pacer or for input does not count.
    std::chrono::milliseconds max_stall{60'000};
};

namespace detail {

/// The options with a number of calls in flight that is possible.
inline bulk_options with_lanes(bulk_options options, bool is_blocking) noexcept {
    constexpr std::size_t most = 4096;
    options.concurrency = is_blocking ? 1 : smaller(larger<std::size_t>(options.concurrency, 1), most);
    return options;
}

} // namespace detail

/// Why a bulk job sends nothing more.
enum class job_stop_reason : std::uint8_t {
    completed,         ///< all pairs are read, or the job still runs
    cancelled,         ///< the caller stopped or cancelled it
    deadline_exceeded, ///< `job_timeout`
    unanswered,        ///< `max_consecutive_failures`
    stalled,           ///< `max_stall`
    security_policy,   ///< the security policy refused three calls in a row (31707)
    refused,           ///< a refusal that holds for all calls: credentials, permission, quota
    not_journalled,    ///< the journal did not take a call
};

/// The reason in a sentence, for people. Static text.
constexpr std::string_view to_string(job_stop_reason reason) noexcept {
    switch (reason) {
    case job_stop_reason::completed: return "completed";
    case job_stop_reason::cancelled: return "cancelled";
    case job_stop_reason::deadline_exceeded: return "the time-out of the job has passed";
    case job_stop_reason::unanswered: return "the service does not respond";
    case job_stop_reason::stalled: return "the service responds, and deletes nothing";
    case job_stop_reason::security_policy: return "the security policy refuses call after call";
    case job_stop_reason::refused: return "the service refuses the call for a reason that holds for all calls";
    case job_stop_reason::not_journalled: break;
    }
    return "the journal cannot be written";
}

}} // namespace unfriend::v0_2

// ==== unfriend/clients/bulk_report.hpp ==========================================================

// What a bulk job reports: each pair, the totals, and to a journal what is about to be sent.
//
//   job.poll(now(), [](const unfriend::bulk_item& item) { print(item.from_account, item.account); });

namespace unfriend { inline namespace v0_2 {

/// The result of one pair. The texts live until the callback returns.
struct bulk_item {
    std::uint64_t index;           ///< in the input, from 0
    std::string_view from_account; ///< like `account.to_account`, cut to the length of a UserID if it is longer
    const account_result& account;
    const call_result& call; ///< the call that carried it, with its error if it had no response
};

/// How many pairs have been reported, by outcome.
struct bulk_totals {
    std::uint64_t deleted = 0;
    std::uint64_t already_gone = 0;
    std::uint64_t failed = 0;
    std::uint64_t unknown = 0;

    std::uint64_t all() const noexcept { return deleted + already_gone + failed + unknown; }
    /// A pair with this outcome has been reported.
    void count(outcome value) noexcept {
        switch (value) {
        case outcome::deleted: ++deleted; break;
        case outcome::already_gone: ++already_gone; break;
        case outcome::failed: ++failed; break;
        case outcome::unknown: ++unknown; break;
        }
    }
};

/// A journal that keeps nothing. One of the same two functions can keep what a later job needs to go on after this one
/// was cut off; `poll` takes it.
struct no_journal {
    /// The accounts, a range of `std::string_view`, are about to be sent for the first time in this job. False: this
    /// could not be noted; the accounts are not sent, and the job stops.
    template <class Accounts>
    bool before_sending(std::string_view /*from_account*/, const Accounts& /*to_accounts*/) const noexcept {
        return true;
    }
    /// A call that was sent has ended. Its accounts are reported later, in order.
    void after(std::string_view /*from_account*/, const call_result& /*response*/) const noexcept {}
};

}} // namespace unfriend::v0_2

// ==== unfriend/clients/pair_source.hpp ==========================================================

// Where a bulk job takes its pairs from: any input range, or a source that may have nothing yet.
//
//   struct socket_pairs {                      // a source of one's own: three functions
//       unfriend::source_state state();        // never blocks
//       account_pair front();                  // its texts live until `pop`
//       void pop();
//   };

namespace unfriend { inline namespace v0_2 {

/// What a source has at the moment.
enum class source_state : std::uint8_t {
    pair,    ///< a pair, until `pop`: `front` and `pop` may be called
    pending, ///< nothing yet: ask again later
    ended,   ///< nothing any more
};

namespace detail {

template <class T, class = void>
struct is_pair_source : std::false_type {};
template <class T>
struct is_pair_source<T, std::void_t<decltype(std::declval<T&>().front()), decltype(std::declval<T&>().pop())>>
    : std::is_same<decltype(std::declval<T&>().state()), source_state> {};

} // namespace detail

/// `T` has `source_state state()`, `front()` and `pop()`.
template <class T>
inline constexpr bool is_pair_source = detail::is_pair_source<T>::value;

/// An input range as a source that is never `pending`: its iterator may block. Reads each element once.
template <class Input, class Sentinel = Input>
class range_source {
public:
    /// What the iterators point into must outlive the source.
    range_source(Input first, Sentinel last) : first_(std::move(first)), last_(std::move(last)) {}
    template <class Range, class = std::enable_if_t<!is_pair_source<Range>>,
              class = decltype(std::begin(std::declval<Range&>()))>
    explicit range_source(Range& range) : range_source(std::begin(range), std::end(range)) {}

    source_state state() { return first_ != last_ ? source_state::pair : source_state::ended; }
    decltype(auto) front() { return *first_; }
    void pop() { ++first_; }

private:
    Input first_;
    Sentinel last_;
};

}} // namespace unfriend::v0_2

// ==== unfriend/clients/detail/bulk_chunk.hpp ====================================================

// The pairs that one call carries: taken from the front of a source.

namespace unfriend { inline namespace v0_2 { namespace detail {

template <class Text>
std::string_view view_of(const Text& text) noexcept {
    return text_access<Text>::view(text);
}

template <class Pair>
decltype(auto) first_of(const Pair& pair) noexcept {
    using std::get;
    return get<0>(pair);
}
template <class Pair>
decltype(auto) second_of(const Pair& pair) noexcept {
    using std::get;
    return get<1>(pair);
}

template <class Pair, class = void>
struct pair_access {
    static std::string_view from(const Pair& pair) noexcept { return view_of(first_of(pair)); }
    static std::string_view to(const Pair& pair) noexcept { return view_of(second_of(pair)); }
};
template <class Pair>
struct pair_access<Pair, std::void_t<decltype(std::declval<Pair>().from_account, std::declval<Pair>().to_account)>> {
    static std::string_view from(const Pair& pair) noexcept { return view_of(pair.from_account); }
    static std::string_view to(const Pair& pair) noexcept { return view_of(pair.to_account); }
};

template <class Pair, class = void>
struct pair_history {
    static bool may_have_applied(const Pair&) noexcept { return false; }
};
template <class Pair>
struct pair_history<Pair, std::void_t<decltype(std::declval<Pair>().may_have_applied)>> {
    static bool may_have_applied(const Pair& pair) noexcept { return pair.may_have_applied; }
};

struct bulk_delete; // friend_delete, as far as the wire is concerned

/// A request that takes its pairs from a source while a call loads it. The call can be extended with it later.
template <class Source>
struct bulk_chunk {
    using command = bulk_delete;

    Source* source;
    unfriend::delete_type delete_type;
    mutable std::size_t size = 0;     ///< how many pairs the call has
    mutable bool is_complete = false; ///< no further pair can join them
};

template <class Limits>
struct command_of<bulk_delete, Limits> {
    static constexpr command_entry entry = command_of<friend_delete, Limits>::entry;
    static constexpr bool is_extensible = true;

    /// Takes the pairs that the source has and that fit, as long as they have the From_Account of the first. An invalid
    /// To_Account is reported in its own result; a pair with an invalid From_Account makes a call of its own.
    template <class Source>
    static error fill(account_table& table, const bulk_chunk<Source>& chunk) {
        error failure;
        while (!table.is_full() || chunk.size == 0) {
            const source_state state = chunk.source->state();
            chunk.is_complete = state == source_state::ended;
            if (state != source_state::pair) return failure;
            decltype(auto) pair = chunk.source->front();
            using pair_type = std::remove_cv_t<std::remove_reference_t<decltype(pair)>>;
            using access = pair_access<pair_type>;
            chunk.is_complete = chunk.size != 0 && access::from(pair) != table.from_account();
            if (chunk.is_complete) return failure;
            if (chunk.size == 0) failure = table.begin(access::from(pair), chunk.delete_type);
            if (table.add(access::to(pair), pair_history<pair_type>::may_have_applied(pair)))
                table.add_invalid(access::to(pair));
            ++chunk.size;
            chunk.source->pop();
            if (failure) break;
        }
        chunk.is_complete = true;
        return failure;
    }
};

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/clients/detail/bulk_ring.hpp =====================================================

// The calls of a bulk job that are not reported yet, in the order of the input.

namespace unfriend { inline namespace v0_2 { namespace detail {

enum class bulk_stage : std::uint8_t {
    loaded,   // has pairs, and waits for its turn
    running,  // waits for the pacer, is in flight, or waits for its next attempt
    finished, // waits until the calls before it are reported
};

template <class Call>
struct bulk_entry {
    template <class Channel, class Transport, class Allocator>
    bulk_entry(Channel& channel, Transport& transport, const Allocator& allocator)
        : call(channel, transport, allocator) {}

    Call call;
    bulk_stage stage = bulk_stage::loaded;
    std::uint64_t first_index = 0;
    std::size_t size = 0; // pairs
    std::size_t delivered = 0;
    std::size_t pending = 0; // accounts that the service has not settled
    std::uint32_t answers = 0;
    bool is_behind = false;    // an earlier call of its From_Account is not finished
    bool is_announced = false; // to the journal
};

/// Entries keep their addresses. Every search is linear in the number of entries.
template <class Call, class Allocator>
class bulk_ring {
public:
    using entry = bulk_entry<Call>;

    template <class Channel, class Transport>
    bulk_ring(std::size_t size, Channel& channel, Transport& transport, const Allocator& allocator)
        : entries_(allocator) {
        entries_.reserve(size);
        for (std::size_t i = 0; i < size; ++i) entries_.emplace_back(channel, transport, allocator);
    }

    bool empty() const noexcept { return used_ == 0; }
    bool is_full() const noexcept { return used_ == entries_.size(); }
    std::size_t size() const noexcept { return used_; }
    entry& operator[](std::size_t position) noexcept { return entries_[(oldest_ + position) % entries_.size()]; }

    /// A new last entry; the ring must not be full.
    entry& push(std::uint64_t first_index) noexcept {
        entry& last = (*this)[used_++];
        last.stage = bulk_stage::loaded;
        last.first_index = first_index;
        last.size = last.delivered = last.pending = 0;
        last.answers = 0;
        last.is_behind = last.is_announced = false;
        return last;
    }
    void pop() noexcept {
        oldest_ = (oldest_ + 1) % entries_.size();
        --used_;
    }

    /// The last entry has its From_Account: it waits for an earlier call of the same.
    void find_place() noexcept {
        entry& last = (*this)[used_ - 1];
        for (std::size_t i = 0; i + 1 < used_ && !last.is_behind; ++i)
            last.is_behind = is_unfinished((*this)[i], last.call.from_account());
    }
    /// An entry is finished: the next one of its From_Account need not wait for it any more.
    void let_next_pass(const entry& finished) noexcept {
        for (std::size_t i = 0; i < used_; ++i) {
            entry& each = (*this)[i];
            if (each.first_index <= finished.first_index || !is_unfinished(each, finished.call.from_account()))
                continue;
            each.is_behind = false;
            return;
        }
    }

    /// A call waits for a response or for its back-off, and not for the pacer alone.
    bool is_any_active(timestamp now) noexcept {
        for (std::size_t i = 0; i < used_; ++i) {
            const entry& each = (*this)[i];
            if (each.stage == bulk_stage::running && !each.call.machine().is_waiting_for_pace(now)) return true;
        }
        return false;
    }

private:
    static bool is_unfinished(const entry& each, std::string_view from_account) noexcept {
        return each.stage != bulk_stage::finished && each.call.from_account() == from_account;
    }

    using entry_allocator = typename std::allocator_traits<Allocator>::template rebind_alloc<entry>;
    std::vector<entry, entry_allocator> entries_;
    std::size_t oldest_ = 0;
    std::size_t used_ = 0;
};

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/clients/detail/bulk_loader.hpp ===================================================

// Loads the calls of a bulk job with pairs from its source.

namespace unfriend { inline namespace v0_2 { namespace detail {

template <class Source, class Ring>
class bulk_loader {
    using nanoseconds = std::chrono::nanoseconds;
    using entry = typename Ring::entry;
    using chunk = bulk_chunk<std::remove_reference_t<Source>>;

public:
    bulk_loader(Source&& source, Ring& ring, const bulk_options& options)
        : source_(std::forward<Source>(source)), ring_(&ring), delete_type_(options.delete_type),
          linger_(larger<nanoseconds>(to_nanoseconds(options.linger), std::chrono::milliseconds(1))) {
        has_pair();
    }

    /// The source has ended, as far as it was read.
    bool is_over() const noexcept { return is_over_; }

    /// A call waits for its turn, or the source has not ended.
    bool has_unsent() const noexcept {
        for (std::size_t i = 0; i < ring_->size(); ++i) {
            if ((*ring_)[i].stage == bulk_stage::loaded) return true;
        }
        return !is_over_;
    }

    /// The first call that may be sent, loaded as far as need be; null when there is none at `now`.
    entry* choose(timestamp now, const job_terms& terms) {
        do {
            for (std::size_t i = 0; i < ring_->size(); ++i) {
                entry& each = (*ring_)[i];
                if (each.stage != bulk_stage::loaded || each.is_behind) continue;
                if (&each != open_ || now.monotonic >= lingers_until_) return &each;
            }
        } while (load(now, terms));
        return nullptr;
    }
    /// When `choose` found none: after which time it may find one.
    nanoseconds idle_time(timestamp now) const noexcept {
        if (open_ != nullptr && !open_->is_behind) return lingers_until_ - now.monotonic;
        return is_over_ || ring_->is_full() ? (nanoseconds::max)() : linger_;
    }

    /// Adds what the source has by now to a call that has sent nothing yet, unless it is complete.
    void extend(const entry& unsent, timestamp now, const job_terms& terms) {
        if (&unsent == open_) load(now, terms);
    }
    /// No pair can join this call any more.
    void close(const entry& each) noexcept {
        if (&each == open_) open_ = nullptr;
    }

    /// What is not sent yet fails for `why`, and so does what the source has. Whether there was anything.
    bool reject_all(timestamp now, const error& why) {
        bool has_worked = false;
        for (std::size_t i = 0; i < ring_->size(); ++i) {
            entry& each = (*ring_)[i];
            if (each.stage != bulk_stage::loaded) continue;
            each.call.cancel(now, why);
            each.stage = bulk_stage::finished;
            has_worked = true;
        }
        for (open_ = nullptr; !ring_->is_full() && has_pair(); has_worked = true) {
            entry& each = ring_->push(read_);
            const chunk pairs{&source_, delete_type_};
            each.call.fail(pairs, why);
            read_ += pairs.size;
            each.stage = bulk_stage::finished;
        }
        if (!ring_->is_full()) is_over_ = true;
        return has_worked;
    }

private:
    /// Reads on: into the open call, or else into a new one. Whether a call was completed.
    bool load(timestamp now, const job_terms& terms) {
        const bool is_new = open_ == nullptr;
        if (is_new && (ring_->is_full() || !has_pair())) return false;
        entry& each = is_new ? ring_->push(read_) : *open_;
        const chunk pairs{&source_, delete_type_, each.size};
        if (is_new) {
            each.call.start(pairs, now, terms);
            ring_->find_place();
        } else {
            each.call.extend(pairs);
        }
        if (pairs.size != each.size) lingers_until_ = now.monotonic + linger_;
        read_ += pairs.size - each.size;
        each.size = pairs.size;
        if (each.call.is_done()) each.stage = bulk_stage::finished; // none of its accounts is valid
        open_ = pairs.is_complete || each.call.is_done() ? nullptr : &each;
        has_pair();
        return open_ == nullptr;
    }

    bool has_pair() {
        const source_state state = source_.state();
        is_over_ = state == source_state::ended;
        return state == source_state::pair;
    }

    Source source_;
    Ring* ring_;
    unfriend::delete_type delete_type_;
    nanoseconds linger_;
    entry* open_ = nullptr; // the last call, when further pairs can join it
    nanoseconds lingers_until_{};
    std::uint64_t read_ = 0;
    bool is_over_ = false;
};

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/clients/detail/bulk_stop_rule.hpp ================================================

// Whether there is any use in going on with a bulk job. Knows calls and times, and nothing of pairs.

namespace unfriend { inline namespace v0_2 { namespace detail {

class bulk_stop_rule {
    using nanoseconds = std::chrono::nanoseconds;

public:
    explicit bulk_stop_rule(const bulk_options& options) noexcept
        : max_unanswered_(larger(options.max_consecutive_failures, std::uint32_t{1})),
          max_stall_(to_nanoseconds(options.max_stall)) {}

    /// `completed` while the job should go on.
    job_stop_reason reason() const noexcept { return reason_; }
    /// The error of the last call without a response, when that is the reason.
    const error& failure() const noexcept { return failure_; }
    /// The `ErrorCode` of the refusal that is the reason; otherwise empty.
    std::optional<std::int32_t> refusal() const noexcept { return refusal_; }

    /// Time passes. `is_active`: since the last time some call waited for a response or for its back-off.
    void pass(nanoseconds now, bool is_active) noexcept {
        if (is_active && is_stalling_) stalled_ += now - last_;
        last_ = now;
        if (is_stalling_ && stalled_ >= max_stall_) stop(job_stop_reason::stalled);
    }

    /// The service answered an attempt. `is_progress`: it settled some account.
    void on_answer(bool is_progress) noexcept {
        if (is_progress) return on_progress();
        is_stalling_ = true;
    }

    /// A call has ended, and its accounts are reported.
    void on_call(const call_result& response) noexcept {
        on_progress();
        if (response.attempts == 0) return; // it says nothing of the service
        unanswered_ = response.answered() ? 0 : unanswered_ + 1;
        if (unanswered_ >= max_unanswered_) {
            failure_ = response.last_error();
            stop(job_stop_reason::unanswered);
        }
        if (!response.answered()) return;
        const code_kind kind = kind_of(response.error_code);
        objections_ = is_objection(response, kind) ? objections_ + 1 : 0;
        if (objections_ == max_objections) refuse(job_stop_reason::security_policy, response.error_code);
        if (kind == code_kind::credentials || kind == code_kind::permission || kind == code_kind::quota)
            refuse(job_stop_reason::refused, response.error_code);
    }

private:
    static constexpr std::uint32_t max_objections = 3;

    /// The security policy refused the call, or accounts of it while none was deleted.
    static bool is_objection(const call_result& response, code_kind kind) noexcept {
        if (kind == code_kind::security_policy) return true;
        bool is_any_filtered = false;
        for (const account_result& item : response.items) {
            if (item.ok()) return false;
            is_any_filtered = is_any_filtered || kind_of(item.result_code) == code_kind::security_policy;
        }
        return is_any_filtered;
    }

    void on_progress() noexcept {
        is_stalling_ = false;
        stalled_ = {};
    }

    void stop(job_stop_reason reason) noexcept {
        if (reason_ == job_stop_reason::completed) reason_ = reason;
    }
    void refuse(job_stop_reason reason, std::optional<std::int32_t> code) noexcept {
        if (reason_ == job_stop_reason::completed) refusal_ = code;
        stop(reason);
    }

    std::uint32_t max_unanswered_;
    nanoseconds max_stall_;
    job_stop_reason reason_ = job_stop_reason::completed;
    std::uint32_t unanswered_ = 0; // in a row
    std::uint32_t objections_ = 0; // in a row
    std::optional<std::int32_t> refusal_;
    error failure_;
    bool is_stalling_ = false; // the service has answered since the last progress
    nanoseconds stalled_{};
    nanoseconds last_{};
};

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/clients/bulk.hpp =================================================================

// Any number of deletions: read from a source, sent in calls of up to 1000 accounts, reported one by one in order.
//
//   unfriend::bulk job{channel, transport, pairs};
//   while (!job.is_done())
//       wait_for_events(job.poll(now(), [](const unfriend::bulk_item& item) { … }));
//
// Implements "Deleting Friends" for many pairs, with the limits of "RESTful API Overview".

namespace unfriend { inline namespace v0_2 {

/// Deletes the pairs of a source. A pair is anything with `from_account` and `to_account`, or a pair of texts.
/// Consecutive pairs of one From_Account share calls. Calls of one From_Account are never in flight side by side, since
/// they would make write conflicts (30008); other From_Accounts use the free lanes.
///
/// A pair with a member `may_have_applied` that is true was sent before, by a job whose response is not known: its
/// outcome is `unknown` until a response settles it, and 31704 means `already_gone`.
///
/// - Each pair is reported exactly once, in order, whatever happens. Invalid accounts are reported as failed.
/// - A pair is taken from the source when it can be sent: at most one call waits for the pacer with unsent pairs, and
/// at
///   most `bulk_options::concurrency` calls wait for their From_Account.
/// - Throttled attempts cost a pair nothing. Other attempts that settle nothing count; after `max_attempts` of the
///   policy, or its `call_timeout` without the waits for the pacer, the pair is reported and the job goes on.
/// - The job stops by itself when there is no use in going on (`job_stop_reason`), and reports the rest as not sent.
///
/// Memory: two workspaces for each call in flight, whatever the length of the input. Throws what `Allocator`, the
/// source and the callbacks do. For one thread at a time.
template <class Channel, class Transport, class Source, class Workspace = workspace<>,
          class Allocator = std::allocator<char>>
class bulk {
public:
    /// All of [`first`, `last`), an input range. `channel` must outlive the job, as must what the iterators point into.
    /// `transport` may be a blocking one. The range is read inside `poll`; one that blocks holds up the calls in
    /// flight.
    template <class Input, class Sentinel, class = decltype(std::declval<Input&>() != std::declval<Sentinel&>())>
    bulk(Channel& channel UNFRIEND_LIFETIMEBOUND, Transport transport, Input first, Sentinel last,
         const bulk_options& options = {}, const Allocator& allocator = {})
        : bulk(source_tag{}, channel, std::move(transport), Source(std::move(first), std::move(last)), options,
               allocator) {}
    /// All of `input`, an input range or a source (pair_source.hpp), which must outlive the job too.
    template <class Input>
    bulk(Channel& channel UNFRIEND_LIFETIMEBOUND, Transport transport, Input& input UNFRIEND_LIFETIMEBOUND,
         const bulk_options& options = {}, const Allocator& allocator = {})
        : bulk(source_tag{}, channel, std::move(transport), static_cast<Source>(input), options, allocator) {}

    bulk(const bulk&) = delete;
    bulk& operator=(const bulk&) = delete;

    /// Does what is due at `now`, and calls `on_item(const bulk_item&)` for each pair whose turn it is. Returns how
    /// long there is nothing to do unless a completion comes or the source has a pair; zero: poll again, with the time
    /// as it is then. `journal`: see `no_journal`.
    template <class OnItem>
    std::chrono::nanoseconds poll(timestamp now, OnItem&& on_item) {
        no_journal nothing;
        return poll(now, on_item, nothing);
    }
    template <class OnItem, class Journal>
    std::chrono::nanoseconds poll(timestamp now, OnItem&& on_item, Journal& journal) {
        if (!deadline_) deadline_ = now.monotonic + detail::to_nanoseconds(options_.job_timeout);
        rule_.pass(now.monotonic, is_active_);
        auto idle_time = pending::never;
        for (std::size_t i = 0; i < ring_.size(); ++i)
            idle_time = detail::smaller(idle_time, advance(ring_[i], now, journal));
        bool has_worked = stop_if_due(now);
        has_worked = deliver_finished(on_item) || has_worked;
        has_worked = (stopped_ ? loader_.reject_all(now, stopped_) : send_more(now, journal, idle_time)) || has_worked;
        is_active_ = ring_.is_any_active(now);
        const bool can_deliver = !ring_.empty() && ring_[0].stage == stage::finished;
        if (has_worked || can_deliver) return std::chrono::nanoseconds::zero();
        return is_done() ? pending::never
                         : detail::smaller(idle_time, detail::larger(*deadline_ - now.monotonic, shortest_wait));
    }

    /// Sends nothing more: attempts under way are finished, and what the source has is read and reported as not sent. A
    /// source that has nothing at the moment counts as ended.
    void stop(error why = errc::cancelled) noexcept { stop(job_stop_reason::cancelled, why); }
    /// Gives up the attempts under way as well; their accounts are unknown.
    void cancel(timestamp now) {
        stop();
        for (std::size_t i = 0; i < ring_.size(); ++i) ring_[i].call.cancel(now);
    }

    /// Every pair has been reported.
    bool is_done() const noexcept { return ring_.empty() && loader_.is_over(); }
    /// Why the job stopped before its end, as an error; false when it did not.
    const error& stopped() const noexcept { return stopped_; }
    /// The same in more detail. See also `last_refusal`.
    job_stop_reason stop_reason() const noexcept { return reason_; }
    /// The `ErrorCode` of the refusal that stopped the job; otherwise empty.
    std::optional<std::int32_t> last_refusal() const noexcept { return rule_.refusal(); }
    const bulk_totals& totals() const noexcept { return totals_; }
    /// Calls that wait for the pacer, are in flight, or wait for their next attempt.
    std::size_t in_flight() const noexcept { return running_; }

private:
    using pending = pending_call<Channel, Transport&, Workspace, Allocator>;
    using ring = detail::bulk_ring<pending, Allocator>;
    using entry = typename ring::entry;
    using stage = detail::bulk_stage;
    struct source_tag {};

    bulk(source_tag, Channel& channel, Transport&& transport, Source&& source, const bulk_options& options,
         const Allocator& allocator)
        : channel_(channel), transport_(std::move(transport)),
          options_(detail::with_lanes(options, is_transport<Transport>)),
          ring_(2 * options_.concurrency, channel, transport_, allocator),
          loader_(std::forward<Source>(source), ring_, options), rule_(options) {}

    void stop(job_stop_reason reason, error why) noexcept {
        if (stopped_) return;
        stopped_ = why;
        reason_ = reason;
    }

    /// Whether the job stops now.
    bool stop_if_due(timestamp now) noexcept {
        if (stopped_) return false;
        if (rule_.reason() != job_stop_reason::completed) {
            stop(rule_.reason(), rule_.failure() ? rule_.failure() : error(errc::cancelled));
        } else if (now.monotonic >= *deadline_ && loader_.has_unsent()) {
            stop(job_stop_reason::deadline_exceeded, errc::deadline_exceeded);
        }
        return static_cast<bool>(stopped_);
    }

    template <class Journal>
    std::chrono::nanoseconds advance(entry& each, timestamp now, Journal& journal) {
        if (each.stage != stage::running) return pending::never;
        const auto& machine = each.call.machine();
        if (stopped_ && !machine.is_sending()) each.call.cancel(now, stopped_);
        const std::chrono::nanoseconds idle_time = each.call.poll(now, [&](const auto&) {
            if (stopped_ || each.is_announced) return !stopped_;
            each.is_announced = journal.before_sending(machine.from_account(), machine.pending());
            if (!each.is_announced) stop(job_stop_reason::not_journalled, errc::cancelled);
            return each.is_announced;
        });
        if (machine.answers() != each.answers) rule_.on_answer(machine.pending().size() < each.pending);
        each.answers = machine.answers();
        each.pending = machine.pending().size();
        if (each.call.is_done()) finish(each, journal);
        return idle_time;
    }

    template <class Journal>
    void finish(entry& each, Journal& journal) {
        each.stage = stage::finished;
        --running_;
        loader_.close(each);
        if (&each == next_) next_ = nullptr;
        ring_.let_next_pass(each);
        const call_result response = each.call.result();
        rule_.on_call(response);
        if (response.attempts == 0 && response.last_error() == errc::deadline_exceeded)
            stop(job_stop_reason::deadline_exceeded, errc::deadline_exceeded); // the pace leaves no time for it
        if (each.is_announced) journal.after(each.call.from_account(), response);
    }

    /// Fills the free lanes. Whether anything was sent or read.
    template <class Journal>
    bool send_more(timestamp now, Journal& journal, std::chrono::nanoseconds& idle_time) {
        const detail::job_terms terms{channel_.policy().call_timeout, *deadline_, options_.forgive_throttling};
        bool has_worked = false;
        while (!is_waiting_for_pace(now, terms) && running_ < options_.concurrency) {
            next_ = loader_.choose(now, terms);
            if (next_ == nullptr) {
                idle_time = detail::smaller(idle_time, loader_.idle_time(now));
                break;
            }
            next_->stage = stage::running;
            next_->pending = next_->call.machine().pending().size();
            ++running_;
            idle_time = detail::smaller(idle_time, advance(*next_, now, journal));
            has_worked = true;
        }
        return has_worked;
    }

    /// One call at a time asks the pacer for the pairs that were never sent. It takes in what comes meanwhile.
    bool is_waiting_for_pace(timestamp now, const detail::job_terms& terms) {
        if (next_ == nullptr) return false;
        if (next_->call.machine().attempts() == 0) {
            loader_.extend(*next_, now, terms);
            return true;
        }
        loader_.close(*next_);
        next_ = nullptr;
        return false;
    }

    template <class OnItem>
    bool deliver_finished(OnItem& on_item) {
        bool has_delivered = false;
        for (; !ring_.empty() && ring_[0].stage == stage::finished; ring_.pop()) {
            entry& finished = ring_[0];
            const call_result response = finished.call.result();
            while (finished.delivered != response.items.size()) {
                // Counted first: a callback that throws has seen the pair.
                const account_result& account = response.items[finished.delivered];
                const std::uint64_t index = finished.first_index + finished.delivered++;
                totals_.count(account.outcome);
                on_item(bulk_item{index, finished.call.from_account(), account, response});
            }
            has_delivered = true;
        }
        return has_delivered;
    }

    static constexpr std::chrono::nanoseconds shortest_wait = std::chrono::milliseconds(1);

    Channel& channel_;
    Transport transport_;
    bulk_options options_;
    ring ring_;
    detail::bulk_loader<Source, ring> loader_;
    detail::bulk_stop_rule rule_;
    entry* next_ = nullptr; // runs, and has sent nothing yet
    std::size_t running_ = 0;
    std::optional<std::chrono::nanoseconds> deadline_;
    bool is_active_ = false;
    job_stop_reason reason_ = job_stop_reason::completed;
    error stopped_;
    bulk_totals totals_;
};

template <class Channel, class Transport, class Input, class Sentinel,
          class = decltype(std::declval<Input&>() != std::declval<Sentinel&>())>
bulk(Channel&, Transport, Input, Sentinel, const bulk_options& = {})
    -> bulk<Channel, Transport, range_source<Input, Sentinel>>;
template <class Channel, class Transport, class Source, class = std::enable_if_t<is_pair_source<Source>>>
bulk(Channel&, Transport, Source&, const bulk_options& = {}) -> bulk<Channel, Transport, Source&>;
template <class Channel, class Transport, class Range, class = std::enable_if_t<!is_pair_source<Range>>,
          class = decltype(std::begin(std::declval<Range&>()))>
bulk(Channel&, Transport, Range&, const bulk_options& = {})
    -> bulk<Channel, Transport,
            range_source<decltype(std::begin(std::declval<Range&>())), decltype(std::end(std::declval<Range&>()))>>;

}} // namespace unfriend::v0_2

// ==== unfriend/call/detail/thrown.hpp ===========================================================

// A transport that throws is one that fails.

#include <exception>

namespace unfriend { inline namespace v0_2 { namespace detail {

/// The error of an attempt whose transport threw: its own code, if there is one.
inline error error_of(const std::system_error& thrown) noexcept {
    return thrown.code() ? error(thrown.code()) : error(errc::transport_failed);
}

/// `perform`, with a `std::exception` as the error of the attempt. Anything else that is thrown is not about the
/// attempt, and passes.
template <class Transport>
error perform_caught(Transport& transport, const http_request& request, http_response& response) {
#if defined(__cpp_exceptions)
    try {
        return perform(transport, request, response);
    } catch (const std::system_error& thrown) {
        return error_of(thrown);
    } catch (const std::exception&) {
        return errc::transport_failed;
    }
#else
    return perform(transport, request, response);
#endif
}

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/clients/detail/sleep.hpp =========================================================

// Blocks a thread for a while.

#if !__has_include(<unistd.h>)
#include <thread>
#endif

namespace unfriend { inline namespace v0_2 { namespace detail {

/// `duration` is not negative. Where there is POSIX, <thread> is not needed, which costs more to include than the
/// client.
inline void sleep_for(std::chrono::nanoseconds duration) noexcept {
#if __has_include(<unistd.h>)
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration);
    timespec left{};
    left.tv_sec = static_cast<std::time_t>(seconds.count());
    left.tv_nsec = static_cast<long>((duration - seconds).count());
    while (nanosleep(&left, &left) != 0) { // a signal came
    }
#else
    std::this_thread::sleep_for(duration);
#endif
}

}}} // namespace unfriend::v0_2::detail

// ==== unfriend/clients/client.hpp ===============================================================

// The blocking client: makes a call, and comes back when it is over.
//
//   unfriend::signer signer{1400000000, "administrator", unfriend::secret(key)};
//   unfriend::client client{signer, unfriend::region::singapore, my_transport};
//   const auto response = client(unfriend::friend_delete_request{"alice", friends});
//   if (!response.answered()) log(response.last_error().message());
//   for (const auto& account : response.failures()) …

namespace unfriend { inline namespace v0_2 {

/// The default way to wait.
struct thread_sleep {
    void operator()(std::chrono::nanoseconds duration) const { detail::sleep_for(duration); }
};

/// Calls the service through `Transport`, as often as the channel's policy allows and it takes.
///
/// `Channel`: a `channel`, or a reference to one that others use too. `Clock`: a callable that yields a
/// `timestamp`. `Wait`: one that takes the nanoseconds to wait.
template <class Channel, class Transport, class Clock = default_clock, class Wait = thread_sleep>
class client {
    static_assert(
        is_transport<Transport>,
        "unfriend: a transport is a callable of one of three shapes: reply(const http_request&) with reply.status "
        "and reply.body; std::error_code(const http_request&, http_response&); or an expected<reply> of a "
        "std::error_code, with operator* and error()");

public:
    /// With a channel of its own, and so with a pace and a retry budget of its own: several clients of one app
    /// share a channel instead. `credentials` must outlive the client.
    template <class Credentials>
    client(Credentials& credentials UNFRIEND_LIFETIMEBOUND, endpoint where, Transport transport,
           const call_policy& policy = {}, Clock clock = {}, Wait wait = {})
        : channel_(credentials, where, policy), transport_(std::move(transport)), clock_(std::move(clock)),
          wait_(std::move(wait)) {}
    /// Refused: temporary credentials.
    template <class Credentials, class = std::enable_if_t<!std::is_lvalue_reference_v<Credentials>>>
    client(Credentials&& credentials, endpoint where, Transport transport, const call_policy& policy = {})
        : client(credentials, where, std::move(transport), policy) {
        detail::refuse_temporary<Credentials>();
    }
    /// With a channel that others use too, which must outlive the client.
    client(Channel shared UNFRIEND_LIFETIMEBOUND, Transport transport, Clock clock = {}, Wait wait = {})
        : channel_(std::forward<Channel>(shared)), transport_(std::move(transport)), clock_(std::move(clock)),
          wait_(std::move(wait)) {}

    /// Makes a call and returns its report, whose texts live until the client's next call. One thread at a time: the
    /// call works in memory of the client's, which the first call allocates. The call ends by the policy's deadline, or
    /// by its own.
    ///
    /// A transport that throws a `std::exception` has failed, and may have sent the request: the error is the code of a
    /// `std::system_error`, else `transport_failed`. Any other exception leaves the call, and nothing is known of its
    /// accounts.
    ///
    /// `last_error()`, when there was no answer: what is wrong with the request, the credentials or the endpoint,
    /// before anything is sent; the transport's own; `http_status`; `body_too_large`; those of `decode`;
    /// `missing_member` for an answer that does not say how the call went; `deadline_exceeded`; `out_of_memory`.
    template <class Request>
    call_result operator()(const Request& request) UNFRIEND_LIFETIMEBOUND {
        return (*this)(request, channel_.policy().call_timeout);
    }
    template <class Request>
    call_result operator()(const Request& request, std::chrono::milliseconds timeout) UNFRIEND_LIFETIMEBOUND {
        if (!own_) own_.reset(new (std::nothrow) workspace<>);
        if (!own_) return call_result({errc::out_of_memory, sizeof(workspace<>)});
        return (*this)(request, *own_, timeout);
    }

    /// The same in memory of the caller's: allocates nothing outside the transport. As safe to share between
    /// threads as the channel and the transport are.
    template <class Request>
    call_result operator()(const Request& request, call_memory memory UNFRIEND_LIFETIMEBOUND) {
        return (*this)(request, memory, channel_.policy().call_timeout);
    }
    template <class Request>
    call_result operator()(const Request& request, call_memory memory UNFRIEND_LIFETIMEBOUND,
                           std::chrono::milliseconds timeout) {
        operation<std::remove_reference_t<Channel>> call(channel_, memory);
        step next = call.start(request, clock_(), timeout);
        while (next.kind != step_kind::done) {
            if (next.kind == step_kind::wait) {
                if (next.duration > std::chrono::nanoseconds::zero()) wait_(next.duration);
                next = call.resume(clock_());
            } else {
                const error failure = detail::perform_caught(transport_, next.request, call.answer());
                next = call.complete(clock_(), failure);
            }
        }
        return call.result();
    }

private:
    Channel channel_;
    Transport transport_;
    Clock clock_;
    Wait wait_;
    detail::owned<workspace<>> own_;
};

template <class Credentials, class Transport>
client(Credentials&, region, Transport, const call_policy& = {}) -> client<channel<Credentials>, Transport>;
template <class Credentials, class Transport>
client(Credentials&, endpoint, Transport, const call_policy& = {}) -> client<channel<Credentials>, Transport>;
template <class Credentials, class Host, class Transport,
          class = std::enable_if_t<std::is_convertible_v<const Host&, std::string_view>>>
client(Credentials&, const Host&, Transport, const call_policy& = {}) -> client<channel<Credentials>, Transport>;
template <class Credentials, class Where, class Transport, class = detail::enable_if_temporary<Credentials, Where>>
client(Credentials&&, const Where&, Transport, const call_policy& = {}) -> client<channel<Credentials>, Transport>;
template <class... Parts, class Transport>
client(channel<Parts...>&, Transport) -> client<channel<Parts...>&, Transport>;
template <class... Parts, class Transport, class Clock, class Wait>
client(channel<Parts...>&, Transport, Clock, Wait) -> client<channel<Parts...>&, Transport, Clock, Wait>;

}} // namespace unfriend::v0_2

// ==== unfriend/clients/coroutine_client.hpp =====================================================

// The client for coroutines: `co_await client(request)`, over any transport whose answer can be awaited.
//
//   unfriend::coroutine_client client{channel, transport, timer};
//   asio::awaitable<void> forget(std::string_view from, std::string_view to)
//   {
//       std::array accounts{to};
//       auto response = co_await client(unfriend::friend_delete_request{from, accounts});
//       …
//   }

#if defined(__cpp_impl_coroutine) && __has_include(<coroutine>)

#include <coroutine>

namespace unfriend { inline namespace v0_2 {

namespace detail {

/// The same kind of coroutine as `Task`, yielding a `T`.
template <class Task, class T>
struct rebound_task;
template <template <class, class...> class Task, class Old, class... Rest, class T>
struct rebound_task<Task<Old, Rest...>, T> {
    using type = Task<T, Rest...>;
};

} // namespace detail

/// The limit of a `coroutine_client` that has none: nothing can cancel its transport.
struct no_limit {};

/// Makes calls inside coroutines of the kind that the transport returns: `asio::awaitable`, for example, or an engine's
/// own task.
///
/// `Transport`: `task<reply>(const http_request&)` with `reply.status` and `reply.body`, or
/// `task<std::error_code>(const http_request&, http_response&)`. One that throws a `std::exception` has failed (see
/// `client`). `Timer`: a callable that takes nanoseconds and returns what is to be awaited for as long. `Channel`: a
/// `channel`, which must outlive the client.
///
/// `Limit`: a callable `(task<T>, nanoseconds)` whose result is awaited for a `std::optional<T>`: the task's result or,
/// when the time is up first, nothing, after it has cancelled the task and the task has ended. With it a call ends by
/// its deadline. Without it a call ends when its transport does: a transport that ignores the time-out of its request
/// holds the call beyond the deadline, and one that never ends holds it for ever.
template <class Channel, class Transport, class Timer, class Clock = default_clock, class Limit = no_limit>
class coroutine_client {
    static constexpr bool appends = std::is_invocable_v<Transport&, const http_request&, http_response&>;
    template <class T, bool = appends>
    struct answer_of {
        using type = std::invoke_result_t<T&, const http_request&, http_response&>;
    };
    template <class T>
    struct answer_of<T, false> {
        using type = std::invoke_result_t<T&, const http_request&>;
    };
    template <class T>
    using task = typename detail::rebound_task<typename answer_of<Transport>::type, T>::type;

public:
    coroutine_client(Channel& channel UNFRIEND_LIFETIMEBOUND, Transport transport, Timer timer, Clock clock = {},
                     Limit limit = {})
        : channel_(channel), transport_(std::move(transport)), timer_(std::move(timer)), clock_(std::move(clock)),
          limit_(std::move(limit)) {}

    /// Makes a call, with the policy's deadline or its own. The report owns its texts. Memory is allocated for the call
    /// and given back at its end; without any, the error is `out_of_memory`. Any number of calls may be under way; the
    /// client must outlive them. `request` is taken by value: what it refers to must live until the coroutine runs and
    /// first suspends.
    template <class Request>
    task<owned_call_result> operator()(Request request) {
        return (*this)(std::move(request), channel_.policy().call_timeout);
    }
    template <class Request>
    task<owned_call_result> operator()(Request request, std::chrono::milliseconds timeout) {
        detail::owned<workspace<>> memory(new (std::nothrow) workspace<>);
        if (!memory) co_return call_result({errc::out_of_memory, sizeof(workspace<>)}).to_owned();
        const call_result response = co_await(*this)(std::move(request), memory->memory(), timeout);
        co_return response.to_owned();
    }

    /// The same in memory of the caller's, which must outlive the call and its result.
    template <class Request>
    task<call_result> operator()(Request request, call_memory memory) {
        return (*this)(std::move(request), memory, channel_.policy().call_timeout);
    }
    template <class Request>
    task<call_result> operator()(Request request, call_memory memory, std::chrono::milliseconds timeout) {
        operation<Channel> call(channel_, memory);
        step next = call.start(request, clock_(), timeout);
        while (next.kind != step_kind::done) {
            if (next.kind == step_kind::wait) {
                if (next.duration > std::chrono::nanoseconds::zero()) co_await timer_(next.duration);
                next = call.resume(clock_());
                continue;
            }
            std::optional<error> ended; // nothing when the deadline passed first
#if defined(__cpp_exceptions)
            try {
#endif
                if constexpr (!has_limit && appends) {
                    ended = error(co_await transport_(next.request, call.answer()));
                } else if constexpr (!has_limit) {
                    auto reply = co_await transport_(next.request);
                    ended = detail::take_reply(reply, call.answer());
                } else if constexpr (appends) {
                    const auto code = co_await limit_(transport_(next.request, call.answer()), left(call));
                    if (code) ended = error(*code);
                } else {
                    auto reply = co_await limit_(transport_(next.request), left(call));
                    if (reply) ended = detail::take_reply(*reply, call.answer());
                }
#if defined(__cpp_exceptions)
            } catch (const std::system_error& thrown) {
                ended = detail::error_of(thrown);
            } catch (const std::exception&) {
                ended = errc::transport_failed;
            }
#endif
            next = ended ? call.complete(clock_(), *ended) : call.expire(clock_());
        }
        co_return call.result();
    }

private:
    static constexpr bool has_limit = !std::is_same_v<Limit, no_limit>;

    std::chrono::nanoseconds left(const operation<Channel>& call) {
        return detail::larger(call.deadline() - clock_().monotonic, std::chrono::nanoseconds::zero());
    }

    Channel& channel_;
    Transport transport_;
    Timer timer_;
    Clock clock_;
    Limit limit_;
};

template <class Channel, class Transport, class Timer>
coroutine_client(Channel&, Transport, Timer) -> coroutine_client<Channel, Transport, Timer>;
template <class Channel, class Transport, class Timer, class Clock>
coroutine_client(Channel&, Transport, Timer, Clock) -> coroutine_client<Channel, Transport, Timer, Clock>;
template <class Channel, class Transport, class Timer, class Clock, class Limit>
coroutine_client(Channel&, Transport, Timer, Clock, Limit) -> coroutine_client<Channel, Transport, Timer, Clock, Limit>;

}} // namespace unfriend::v0_2

#endif

// ==== unfriend/clients.hpp ======================================================================

// Drivers of calls, one for each way in which a program waits:
//
//   client             threads that may block
//   async_client       an event loop: many calls in flight, a callback for each
//   pending_call       a game loop: one call, polled each tick
//   coroutine_client   C++20 coroutines
//   bulk               any number of pairs, streamed
//   bulk_options       the settings of a bulk job, and why it stops
//   bulk_report        what it reports
//   pair_source        where its pairs come from
//
// Each keeps the channel, which the calls share, by reference, and the transport by value, as the standard library
// keeps callables: a lambda or a pointer can be a temporary. `std::ref(transport)` shares one that has a state or that
// cannot be copied; it must outlive the client then, as the channel must.

#endif
