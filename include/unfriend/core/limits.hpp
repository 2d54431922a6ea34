// How much is too much: the bounds that encoding and decoding hold to.
//
//   struct wide : unfriend::default_limits { static constexpr std::size_t max_accounts = 2000; };
//   unfriend::encode<wide>(request, buffer);
//
// The defaults are the documented ones of "Deleting Friends"; widen them knowingly.
#pragma once

#include <cstddef>

namespace unfriend {

/// Bytes that are enough for any UserSig with a userbuf of up to 512 bytes.
inline constexpr std::size_t max_user_sig_size = 2048;

/// The bounds as a traits class: derive from it and redefine what shall differ.
struct default_limits {
    /// Bytes of a UserID.
    static constexpr std::size_t max_user_id_size = 32;
    /// Accounts in one call.
    static constexpr std::size_t max_accounts = 1000;
    /// Objects and arrays open at once in an answer, the root included. Decoding uses stack in
    /// proportion to it, about 200 bytes a level.
    static constexpr std::size_t max_nesting = 16;
    /// Bytes of the query that a webhook's post comes with.
    static constexpr std::size_t max_query_size = 8192;
};

} // namespace unfriend
