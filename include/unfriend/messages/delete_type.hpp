// One-way or two-way deletion. Implements `DeleteType` of "Deleting Friends" and "Deleting All Friends".
//
//   unfriend::friend_delete_request request{"alice", friends, unfriend::delete_type::both};
#pragma once

#include <cstdint>
#include <string_view>

#include "unfriend/core/config.hpp"

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
