// What a UserSig says, when it is read or validated (generator.hpp).
// Implements "Generating UserSig".
#pragma once

#include <cstdint>
#include <string_view>

namespace unfriend {

/// What a UserSig says. Texts look into the scratch buffer that it was read with.
struct user_sig_claims {
    std::uint32_t sdk_app_id = 0; ///< the app
    std::string_view identifier;  ///< the UserID it was made for
    std::int64_t time = 0;        ///< when it was made, Unix seconds
    std::int64_t expire = 0;      ///< how long it is valid, seconds
    std::string_view user_buf;    ///< the base64 of the bytes signed along; empty when there are none
};

} // namespace unfriend
