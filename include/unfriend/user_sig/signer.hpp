// Credentials that make their own UserSig, use it again, and renew it before it expires.
//
//   unfriend::signer signer{1400000000, "administrator", unfriend::secret(key)};   // one for the whole process
//   unfriend::client client{signer, unfriend::region::singapore, transport};       // any number of these
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <utility>

#include "unfriend/core/char_span.hpp"
#include "unfriend/core/config.hpp"
#include "unfriend/core/detail/lock.hpp"
#include "unfriend/core/limits.hpp"
#include "unfriend/core/random.hpp"
#include "unfriend/core/result.hpp"
#include "unfriend/user_sig/detail/seqlock_text.hpp"
#include "unfriend/user_sig/generator.hpp"

namespace unfriend { inline namespace v0_2 {

/// Signs for one admin of one app. Safe to share between threads. As long as the current UserSig will do, a thread
/// copies it without a lock and allocates nothing. While one thread makes the next UserSig, the others use the current
/// one.
///
/// A UserSig is renewed after 80 to 90 % of its life, at a time drawn for each, so that the processes of a fleet do not
/// renew together. One from the future, made when the clock was wrong, is renewed at once.
template <class Generator = user_sig_generator, class Random = random_sequence>
class basic_signer {
public:
    /// `key`: the app's secret key. `expire`: seconds that each UserSig is valid. `random`: draws the times of renewal.
    /// Wrong arguments are reported by the first `user_sig`.
    basic_signer(std::uint32_t sdk_app_id, std::string_view identifier, const secret& key, std::int64_t expire = 86400,
                 Random random = {})
        : generator_(sdk_app_id, identifier, key), random_(std::move(random)), expire_(expire) {}

    std::uint32_t sdk_app_id() const noexcept { return generator_.sdk_app_id(); }
    std::string_view identifier() const noexcept UNFRIEND_LIFETIMEBOUND { return generator_.identifier(); }

    /// Copies a UserSig that is valid at `now` (Unix seconds) to `buffer`, of `max_user_sig_size` bytes or more.
    /// Errors: those of `generate`; `buffer_too_small` (detail: bytes needed).
    result<std::string_view> user_sig(std::int64_t now, char_span buffer) {
        if (buffer.size() < max_user_sig_size) return {errc::buffer_too_small, max_user_sig_size};
        current_user_sig current;
        const bool is_read = seqlock_.read(buffer.data(), current.text, current.period);
        if (is_read && current.is_due_after(now)) return current.text;
        if (!renewing_.try_lock()) {
            if (is_read && current.is_valid(now, margin())) return current.text;
            renewing_.lock();
        }
        const detail::lock_guard renewing(renewing_, detail::lock_guard::adopt());
        seqlock_.read(buffer.data(), current.text, current.period); // no writer is in the way now
        if (current.is_due_after(now)) return current.text;
        return renew(now, buffer);
    }

    /// The service refused `user_sig` as expired, so the clocks differ: the next call of `user_sig` generates a new
    /// one. Does nothing when it was renewed meanwhile. True: there is, or will be, another UserSig.
    bool invalidate(std::string_view user_sig) {
        const detail::lock_guard renewing(renewing_);
        char buffer[max_user_sig_size];
        current_user_sig current;
        seqlock_.read(buffer, current.text, current.period);
        if (current.text == user_sig) seqlock_.publish(user_sig, refused);
        return true;
    }

    /// Signs with `key` from the next `user_sig` on, which makes a new UserSig. Calls under way keep theirs, so the
    /// service should have both keys until these calls are over. May be called while calls run. An error changes
    /// nothing: `invalid_secret_key`, or what was wrong with the constructor's arguments.
    error rotate(const secret& key) {
        const detail::lock_guard renewing(renewing_);
        const error failure = generator_.rotate(key);
        if (!failure) seqlock_.publish({}, refused);
        return failure;
    }

private:
    static constexpr std::int64_t never = (std::numeric_limits<std::int64_t>::min)();
    static constexpr detail::user_sig_period refused{0, never};

    struct current_user_sig {
        std::string_view text;
        detail::user_sig_period period;

        bool is_due_after(std::int64_t now) const noexcept {
            return !text.empty() && now < period.renewal && !is_from_future(now);
        }
        /// It was due at most `margin` seconds ago.
        bool is_valid(std::int64_t now, std::int64_t margin) const noexcept {
            return !text.empty() && period.renewal != never && now - period.renewal < margin && !is_from_future(now);
        }
        /// Threads may differ in what they take for `now`.
        bool is_from_future(std::int64_t now) const noexcept { return now < period.made - clock_slack; }
    };
    static constexpr std::int64_t clock_slack = 60; // seconds

    std::int64_t margin() const noexcept { return expire_ / 10; }

    result<std::string_view> renew(std::int64_t now, char_span buffer) {
        const result<std::string_view> made = generator_.generate(now, expire_, buffer);
        if (!made) return made;
        const std::int64_t jitter = margin() == 0 ? 0 : static_cast<std::int64_t>(random_()) % margin();
        seqlock_.publish(*made, {now, now + expire_ - margin() - jitter});
        return made;
    }

    Generator generator_;
    Random random_;
    std::int64_t expire_;
    detail::mutex renewing_;
    detail::seqlock_text<max_user_sig_size> seqlock_;
};

using signer = basic_signer<>;

}} // namespace unfriend::v0_2
