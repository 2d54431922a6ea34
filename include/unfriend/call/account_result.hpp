// The outcome of one account of a call.
//
//   for (const auto& item : response.failures())
//       if (!item.is_gone()) log(item.to_account, unfriend::to_string(item.outcome), item.result_code);
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "unfriend/messages/service_code.hpp"

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
