// Refuses a post that was accepted before.
//
//   static unfriend::webhook::replay_guard<> guard; // one for all posts, about 160 KiB
//   if (auto failure = guard.admit(*post, body, now)) return refuse(failure.message()); // before `decode`
//
// Someone who has seen a post can send it again as long as its `RequestTime` is within the window. The guard remembers
// it for as long.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "unfriend/core/error.hpp"
#include "unfriend/crypto/openssl_sha256.hpp"
#include "unfriend/webhook/authentication.hpp"

namespace unfriend { inline namespace v0_2 { namespace webhook {

/// Remembers up to `Capacity` posts inside itself, 40 bytes each. A post is remembered until its `valid_until()`, up to
/// two windows: for the default window, a capacity of 120 times the posts of a second is enough.
///
/// If the guard is full, it refuses further posts: it does not forget one that could still be sent again. It remembers
/// only posts that were authenticated; all of them must be authenticated with the same window. One thread at a time:
/// hold a lock around `admit`.
template <std::size_t Capacity = 4096, class Sha256 = openssl_sha256>
class replay_guard {
    static_assert(Capacity > 0, "unfriend: the capacity of a replay guard must be at least 1");

public:
    /// Accepts a post that it has not accepted before, and remembers it. `body`: the body as it was received, before
    /// `decode` overwrites it. `now`: Unix seconds; if the clock is set back, replays are still refused. A post that
    /// was not authenticated, because the app has no token, is accepted and not remembered.
    ///
    /// Errors: `webhook_replayed`: a post with this `Sign` and body was accepted before. `webhook_time_mismatch`: the
    /// clock was set back to a time whose posts are forgotten. `webhook_guard_full` (detail: the capacity).
    /// `sha256_failed`. An error changes nothing. Linear in `body` and in the number of posts remembered; allocates
    /// nothing, except what `Sha256` does.
    error admit(const authentication& post, std::string_view body, std::int64_t now) {
        if (!post.is_authenticated()) return {};
        entry added;
        added.valid_until = post.valid_until();
        Sha256 hash;
        if (!hash.update(post.sign()) || !hash.update(body) || !hash.finish(added.fingerprint)) {
            return errc::sha256_failed;
        }
        entry* expired = nullptr; // the one that expired first
        for (entry* each = entries_; each != entries_ + size_; ++each) {
            if (std::memcmp(each->fingerprint, added.fingerprint, sizeof added.fingerprint) == 0) {
                return errc::webhook_replayed;
            }
            const bool is_expired = each->valid_until < now;
            if (is_expired && (expired == nullptr || each->valid_until < expired->valid_until)) expired = each;
        }
        if (added.valid_until <= forgotten_) return errc::webhook_time_mismatch;
        if (expired != nullptr) {
            forgotten_ = expired->valid_until > forgotten_ ? expired->valid_until : forgotten_;
            *expired = added;
        } else if (size_ < Capacity) {
            entries_[size_++] = added;
        } else {
            return {errc::webhook_guard_full, Capacity};
        }
        return {};
    }

private:
    struct entry {
        unsigned char fingerprint[32] = {};
        std::int64_t valid_until = 0;
    };

    entry entries_[Capacity];
    std::size_t size_ = 0;
    std::int64_t forgotten_ = INT64_MIN; ///< posts valid until this second may be forgotten
};

}}} // namespace unfriend::v0_2::webhook
