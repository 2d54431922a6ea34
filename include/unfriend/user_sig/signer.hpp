// Credentials that make their own UserSig, use it again, and renew it before it expires.
//
//   unfriend::signer signer{1400000000, "administrator", unfriend::secret(key)};   // one for the whole process
//   unfriend::client client{signer, unfriend::region::singapore, transport};       // any number of these
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <mutex>
#include <string_view>
#include <utility>

#include "unfriend/core/char_span.hpp"
#include "unfriend/core/limits.hpp"
#include "unfriend/core/random.hpp"
#include "unfriend/core/result.hpp"
#include "unfriend/user_sig/detail/seqlock_text.hpp"
#include "unfriend/user_sig/generator.hpp"

namespace unfriend {

/// Signs for one admin of one app. Safe to share between threads: as long as the UserSig at hand will do,
/// taking it is lock-free and allocates nothing; while one thread makes the next, the others go on with it.
///
/// A UserSig is renewed after 80 to 90 % of its life, at a moment drawn anew for each, so that a fleet of
/// processes does not renew in step.
template <class Generator = user_sig_generator, class Random = random_sequence>
class basic_signer {
public:
    /// `key`: the app's secret key. `expire`: seconds that each UserSig is valid. `random`: draws the moments
    /// of renewal. Wrong arguments are reported by the first `user_sig`.
    basic_signer(std::uint32_t sdk_app_id, std::string_view identifier, const secret& key, std::int64_t expire = 86400,
                 Random random = {})
        : generator_(sdk_app_id, identifier, key), random_(std::move(random)), expire_(expire) {}

    std::uint32_t sdk_app_id() const noexcept { return generator_.sdk_app_id(); }
    std::string_view identifier() const noexcept { return generator_.identifier(); }

    /// Copies a UserSig that is valid at `now` (Unix seconds) to `buffer`, of `max_user_sig_size` bytes or more.
    /// Errors: those of `generate`; `buffer_too_small` (detail: bytes needed).
    result<std::string_view> user_sig(std::int64_t now, char_span buffer) {
        if (buffer.size() < max_user_sig_size) return {errc::buffer_too_small, max_user_sig_size};
        std::int64_t renewal = 0;
        const std::string_view current = seqlock_.read(buffer.data(), renewal);
        if (!current.empty() && now < renewal) return current;
        std::unique_lock<std::mutex> renewing(renewing_, std::try_to_lock);
        if (!renewing) {
            const bool still_valid = renewal != refused && now - renewal < margin();
            if (!current.empty() && still_valid) return current;
            renewing.lock();
        }
        const std::string_view renewed = seqlock_.read(buffer.data(), renewal);
        if (!renewed.empty() && now < renewal) return renewed;
        return renew(now, buffer);
    }

    /// The service refused `user_sig` as expired, so the clocks differ: the next call of `user_sig` generates a new
    /// one. Does nothing when it was renewed meanwhile. True: there is, or will be, another UserSig.
    bool invalidate(std::string_view user_sig) {
        const std::lock_guard<std::mutex> renewing(renewing_);
        char buffer[max_user_sig_size];
        std::int64_t renewal = 0;
        if (seqlock_.read(buffer, renewal) == user_sig) seqlock_.publish(user_sig, refused);
        return true;
        return true;
    }

private:
    static constexpr std::int64_t refused = std::numeric_limits<std::int64_t>::min();

    std::int64_t margin() const noexcept { return expire_ / 10; }

    result<std::string_view> renew(std::int64_t now, char_span buffer) {
        const result<std::string_view> made = generator_.generate(now, expire_, buffer);
        if (!made) return made;
        const std::int64_t jitter = margin() == 0 ? 0 : static_cast<std::int64_t>(random_()) % margin();
        seqlock_.publish(*made, now + expire_ - margin() - jitter);
        return made;
    }

    Generator generator_;
    Random random_;
    std::int64_t expire_;
    std::mutex renewing_;
    detail::seqlock_text<max_user_sig_size> seqlock_;
};

using signer = basic_signer<>;

} // namespace unfriend
