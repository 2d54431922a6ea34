// What became of one account of a call.
#pragma once

#include <cstdint>
#include <string_view>

#include "unfriend/messages/service_code.hpp"

namespace unfriend {

/// What became of a deletion, as far as is known here.
enum class outcome : std::uint8_t {
    failed,       ///< not done: it was refused, or never sent
    deleted,      ///< done
    already_gone, ///< done, by an earlier attempt of the same call whose answer was lost
    unknown,      ///< it may have been done: the answer to an attempt was lost, and none since has told
};

/// The outcome in a word: "already_gone", say.
constexpr std::string_view name(outcome became) noexcept {
    switch (became) {
    case outcome::deleted: return "deleted";
    case outcome::already_gone: return "already_gone";
    case outcome::unknown: return "unknown";
    case outcome::failed: break;
    }
    return "failed";
}

/// One account and what became of it. The texts live where the call was made (see `workspace`).
struct account_result {
    std::string_view to_account;
    std::string_view result_info;           ///< what the service says of it; or static text
    std::int32_t result_code = absent_code; ///< the service's last word on it; `absent_code`: it said nothing
    outcome became = outcome::failed;

    /// The account is deleted.
    bool ok() const noexcept { return became == outcome::deleted || became == outcome::already_gone; }
    /// It is not, as far as is known, but calling again may succeed.
    bool retryable() const noexcept {
        return became == outcome::unknown ||
               (!ok() && (result_code == absent_code || unfriend::retryable(result_code)));
    }
};

} // namespace unfriend
