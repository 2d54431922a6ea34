// One account to delete, and what became of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <unfriend/text.hpp>

namespace example {

enum class outcome : std::uint8_t { deleted, already_gone, failed };

struct account {
    std::string_view user_id;
    outcome became = outcome::failed;
    /// Gone already, and by an earlier attempt of this very call, whose answer was lost.
    bool by_lost_attempt = false;
    std::optional<std::int32_t> result_code;     ///< the service's last word, if there was one
    std::string result_info = "it was not sent"; ///< the service's, or why there is no result code

    /// What the command was to do is done.
    bool is_done() const noexcept { return became == outcome::deleted || by_lost_attempt; }
};

constexpr std::string_view name(outcome became) noexcept {
    switch (became) {
    case outcome::deleted: return "deleted";
    case outcome::already_gone: return "already_gone";
    case outcome::failed: break;
    }
    return "failed";
}

} // namespace example

/// Lets a list of accounts be the To_Account of a request.
template <>
struct unfriend::text_access<example::account*> {
    static std::string_view view(const example::account* account) noexcept { return account->user_id; }
};
