// The members of a UserSig. Implements "Generating UserSig", version 2.0.
//
//   auto claims = unfriend::inspect_user_sig(user_sig, scratch);
//   if (claims) log(claims->identifier, claims->time + claims->expire); // not validated: for logs only
#pragma once

#include <cstdint>
#include <string_view>

#include "unfriend/core/config.hpp"

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
