// Remembers the posts that were taken, to refuse the same one twice.
//
//   unfriend::webhook::replay_guard<> guard;                            // one for all posts; about 160 KiB
//   if (auto failure = guard.admit(*post, body, now)) return refuse(failure.message());   // before `decode`
//
// A post can be replayed as long as `RequestTime` is within the window; the guard remembers it just as long.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "unfriend/core/error.hpp"
#include "unfriend/crypto/openssl_sha256.hpp"
#include "unfriend/webhook/authentication.hpp"

namespace unfriend::webhook {

/// Room for `Capacity` posts, 40 bytes each, inside itself; a post takes its place until `valid_until()` is past,
/// which is up to two windows. So the posts of a second, times 120, make a capacity for the default window.
///
/// When every place is taken a further post is refused: nothing that could still be replayed is ever forgotten.
/// Only posts that were authenticated take a place. All must be authenticated with the same window. One thread at a
/// time: hold a lock around `admit`.
template <std::size_t Capacity = 4096, class Sha256 = openssl_sha256>
class replay_guard {
    static_assert(Capacity > 0, "unfriend: a replay guard remembers at least one post");

public:
    /// Takes a post that comes for the first time, and remembers it. `body` is as it was received: `decode` overwrites
    /// it. `now`: Unix seconds; should the clock be set back, replays are refused all the same. A post that was not
    /// authenticated, for want of a token, is taken and not remembered.
    ///
    /// Errors: `webhook_replayed`: its `Sign` and body were taken before; `webhook_time_mismatch`: the clock was set
    /// back, to a time of which posts are already forgotten; `webhook_guard_full` (detail: the capacity);
    /// `sha256_failed`. After any of them nothing has changed. Linear in `body` and in the number of posts remembered;
    /// allocates nothing but what `Sha256` does.
    error admit(const authentication& post, std::string_view body, std::int64_t now) {
        if (!post.is_authenticated()) return {};
        entry taken;
        taken.valid_until = post.valid_until();
        Sha256 hash;
        if (!hash.update(post.sign()) || !hash.update(body) || !hash.finish(taken.fingerprint)) {
            return errc::sha256_failed;
        }
        entry* place = nullptr; // that of the post which is past the longest
        for (entry* each = entries_; each != entries_ + size_; ++each) {
            if (std::memcmp(each->fingerprint, taken.fingerprint, sizeof taken.fingerprint) == 0) {
                return errc::webhook_replayed;
            }
            if (each->valid_until < now && (place == nullptr || each->valid_until < place->valid_until)) place = each;
        }
        if (taken.valid_until <= forgotten_) return errc::webhook_time_mismatch;
        if (place != nullptr) {
            forgotten_ = place->valid_until > forgotten_ ? place->valid_until : forgotten_;
        } else if (size_ < Capacity) {
            place = &entries_[size_++];
        } else {
            return {errc::webhook_guard_full, Capacity};
        }
        *place = taken;
        return {};
    }

private:
    struct entry {
        unsigned char fingerprint[32] = {};
        std::int64_t valid_until = 0;
    };

    entry entries_[Capacity];
    std::size_t size_ = 0;
    std::int64_t forgotten_ = INT64_MIN; ///< posts valid until then may be forgotten
};

} // namespace unfriend::webhook
