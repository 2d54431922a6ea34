// Credentials that make their own UserSig.
#pragma once

#include <cstdint>
#include <string_view>

#include "unfriend/result.hpp"
#include "unfriend/text.hpp"
#include "unfriend/user_sig.hpp"

namespace unfriend {

/// Signs for one admin of one app. One thread at a time.
template <class Generator = user_sig_generator>
class basic_signer {
public:
    /// `key`: the app's secret key. `expire`: seconds that each UserSig is valid.
    basic_signer(std::uint32_t sdk_app_id, std::string_view identifier, const secret& key, std::int64_t expire = 86400)
        : generator_(sdk_app_id, identifier, key), expire_(expire) {}

    std::uint32_t sdk_app_id() const noexcept { return generator_.sdk_app_id(); }
    std::string_view identifier() const noexcept { return generator_.identifier(); }

    /// A UserSig valid at `now` (Unix seconds), in `buffer`. Errors: those of `generate`.
    result<std::string_view> user_sig(std::int64_t now, char_span buffer) {
        return generator_.generate(now, expire_, buffer);
    }

private:
    Generator generator_;
    std::int64_t expire_;
};

using signer = basic_signer<>;

} // namespace unfriend
