// The limits of encoding and decoding.
//
//   struct wide_limits : unfriend::default_limits {
//       static constexpr std::size_t max_accounts = 2000;
//   };
//   const auto body = unfriend::encode<wide_limits>(request, buffer);
//
// The defaults are those of "Deleting Friends". The service refuses what exceeds its own limits.
#pragma once

#include <cstddef>

#include "unfriend/core/config.hpp"

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
