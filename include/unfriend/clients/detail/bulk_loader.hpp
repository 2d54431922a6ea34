// Loads the calls of a bulk job with pairs from its source.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "unfriend/call/detail/retry_schedule.hpp"
#include "unfriend/clients/bulk_options.hpp"
#include "unfriend/clients/detail/bulk_chunk.hpp"
#include "unfriend/clients/detail/bulk_ring.hpp"
#include "unfriend/clients/pair_source.hpp"
#include "unfriend/core/clock.hpp"
#include "unfriend/core/detail/bounds.hpp"
#include "unfriend/core/detail/durations.hpp"
#include "unfriend/core/error.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

template <class Source, class Ring>
class bulk_loader {
    using nanoseconds = std::chrono::nanoseconds;
    using entry = typename Ring::entry;
    using chunk = bulk_chunk<std::remove_reference_t<Source>>;

public:
    bulk_loader(Source&& source, Ring& ring, const bulk_options& options)
        : source_(std::forward<Source>(source)), ring_(&ring), delete_type_(options.delete_type),
          linger_(larger<nanoseconds>(to_nanoseconds(options.linger), std::chrono::milliseconds(1))) {
        has_pair();
    }

    /// The source has ended, as far as it was read.
    bool is_over() const noexcept { return is_over_; }

    /// A call waits for its turn, or the source has not ended.
    bool has_unsent() const noexcept {
        for (std::size_t i = 0; i < ring_->size(); ++i) {
            if ((*ring_)[i].stage == bulk_stage::loaded) return true;
        }
        return !is_over_;
    }

    /// The first call that may be sent, loaded as far as need be; null when there is none at `now`.
    entry* choose(timestamp now, const job_terms& terms) {
        do {
            for (std::size_t i = 0; i < ring_->size(); ++i) {
                entry& each = (*ring_)[i];
                if (each.stage != bulk_stage::loaded || each.is_behind) continue;
                if (&each != open_ || now.monotonic >= lingers_until_) return &each;
            }
        } while (load(now, terms));
        return nullptr;
    }
    /// When `choose` found none: after which time it may find one.
    nanoseconds idle_time(timestamp now) const noexcept {
        if (open_ != nullptr && !open_->is_behind) return lingers_until_ - now.monotonic;
        return is_over_ || ring_->is_full() ? (nanoseconds::max)() : linger_;
    }

    /// Adds what the source has by now to a call that has sent nothing yet, unless it is complete.
    void extend(const entry& unsent, timestamp now, const job_terms& terms) {
        if (&unsent == open_) load(now, terms);
    }
    /// No pair can join this call any more.
    void close(const entry& each) noexcept {
        if (&each == open_) open_ = nullptr;
    }

    /// What is not sent yet fails for `why`, and so does what the source has. Whether there was anything.
    bool reject_all(timestamp now, const error& why) {
        bool has_worked = false;
        for (std::size_t i = 0; i < ring_->size(); ++i) {
            entry& each = (*ring_)[i];
            if (each.stage != bulk_stage::loaded) continue;
            each.call.cancel(now, why);
            each.stage = bulk_stage::finished;
            has_worked = true;
        }
        for (open_ = nullptr; !ring_->is_full() && has_pair(); has_worked = true) {
            entry& each = ring_->push(read_);
            const chunk pairs{&source_, delete_type_};
            each.call.fail(pairs, why);
            read_ += pairs.size;
            each.stage = bulk_stage::finished;
        }
        if (!ring_->is_full()) is_over_ = true;
        return has_worked;
    }

private:
    /// Reads on: into the open call, or else into a new one. Whether a call was completed.
    bool load(timestamp now, const job_terms& terms) {
        const bool is_new = open_ == nullptr;
        if (is_new && (ring_->is_full() || !has_pair())) return false;
        entry& each = is_new ? ring_->push(read_) : *open_;
        const chunk pairs{&source_, delete_type_, each.size};
        if (is_new) {
            each.call.start(pairs, now, terms);
            ring_->find_place();
        } else {
            each.call.extend(pairs);
        }
        if (pairs.size != each.size) lingers_until_ = now.monotonic + linger_;
        read_ += pairs.size - each.size;
        each.size = pairs.size;
        if (each.call.is_done()) each.stage = bulk_stage::finished; // none of its accounts is valid
        open_ = pairs.is_complete || each.call.is_done() ? nullptr : &each;
        has_pair();
        return open_ == nullptr;
    }

    bool has_pair() {
        const source_state state = source_.state();
        is_over_ = state == source_state::ended;
        return state == source_state::pair;
    }

    Source source_;
    Ring* ring_;
    unfriend::delete_type delete_type_;
    nanoseconds linger_;
    entry* open_ = nullptr; // the last call, when further pairs can join it
    nanoseconds lingers_until_{};
    std::uint64_t read_ = 0;
    bool is_over_ = false;
};

}}} // namespace unfriend::v0_2::detail
