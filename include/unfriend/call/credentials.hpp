// Who calls: the app, its admin and a UserSig of that admin. A class of one's own with the same functions can take the
// place of `fixed_credentials`; `signer` (user_sig/signer.hpp) is one that generates its UserSigs.
//
//   unfriend::fixed_credentials admin{1400000000, "administrator", user_sig}; // from a signing service
//   unfriend::client client{admin, unfriend::region::singapore, transport};
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "unfriend/core/char_span.hpp"
#include "unfriend/core/config.hpp"
#include "unfriend/core/result.hpp"

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
