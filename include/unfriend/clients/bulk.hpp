// Any number of deletions, streamed: read from a range, sent in calls of as many accounts as one may carry, told
// one by one in the order of the range.
//
//   unfriend::bulk job{channel, transport, std::begin(pairs), std::end(pairs)};
//   while (!job.is_done())
//       wait_for_events(job.poll(now(), [](const unfriend::bulk_item& item) { … }));
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "unfriend/call/account_result.hpp"
#include "unfriend/call/call_result.hpp"
#include "unfriend/call/workspace.hpp"
#include "unfriend/clients/detail/bulk_chunk.hpp"
#include "unfriend/clients/pending_call.hpp"
#include "unfriend/core/clock.hpp"
#include "unfriend/core/detail/durations.hpp"
#include "unfriend/core/error.hpp"
#include "unfriend/http/transport.hpp"
#include "unfriend/messages/delete_type.hpp"
#include "unfriend/messages/service_code.hpp"

namespace unfriend {

/// What became of one pair. The texts live until the callback returns.
struct bulk_item {
    std::uint64_t index;           ///< in the range, from 0
    std::string_view from_account; ///< like `account.to_account`, cut to the length of a UserID when it is none
    const account_result& account;
    const call_result& call; ///< the call that carried it, with its error if it had no answer
};

/// How a bulk job goes about it.
struct bulk_options {
    unfriend::delete_type delete_type = unfriend::delete_type::unspecified;
    /// Calls in flight at a time, 1 to 4096; one with a transport that blocks. As many again may be held back until
    /// it is their turn to be told.
    std::size_t concurrency = 4;
    /// The job stops by itself after so many calls in a row that the service never answered; 0 counts as 1.
    std::uint32_t max_consecutive_failures = 3;
    /// For the whole job: what is not sent by then is told as not done. The channel's policy holds for each call.
    std::chrono::milliseconds job_timeout = std::chrono::milliseconds::max();
};

/// How many pairs have been told, by outcome.
struct bulk_totals {
    std::uint64_t deleted = 0;
    std::uint64_t already_gone = 0;
    std::uint64_t failed = 0;
    std::uint64_t unknown = 0;

    std::uint64_t all() const noexcept { return deleted + already_gone + failed + unknown; }
};

/// Deletes the pairs of [`first`, `last`), an input range read once and in step with the calls: anything with
/// `from_account` and `to_account`, or a pair of texts. Consecutive pairs of one `from_account` share calls.
///
/// Each pair is told exactly once and in order, whatever happens. Accounts that are no UserIDs are told as failed
/// where they stand, and hold nothing up. The job stops by itself, and tells the rest as not done, when the
/// service refuses calls for a reason that holds for all of them, or is away (`max_consecutive_failures`).
///
/// Memory: two workspaces for each call in flight, whatever the length of the range; throws what `Allocator`
/// does. One thread at a time. The range is read inside `poll`, up to a whole call at once, so a range that blocks
/// holds up the calls in flight; its iterator must not throw.
template <class Channel, class Transport, class Input, class Sentinel = Input, class Workspace = workspace<>,
          class Allocator = std::allocator<char>>
class bulk {
public:
    /// `channel` and `transport`, which may be a blocking one, must outlive the job.
    bulk(Channel& channel, Transport& transport, Input first, Sentinel last, const bulk_options& options = {},
         const Allocator& allocator = {})
        : channel_(channel), options_(options), first_(std::move(first)), last_(std::move(last)), ring_(allocator) {
        options_.concurrency = std::clamp<std::size_t>(options_.concurrency, 1, most_concurrency);
        if constexpr (is_transport<Transport>) options_.concurrency = 1;
        ring_.reserve(2 * options_.concurrency);
        for (std::size_t i = 0; i < 2 * options_.concurrency; ++i) ring_.emplace_back(channel, transport, allocator);
    }

    /// Does what is due at `now`, and tells `on_item(const bulk_item&)` of the pairs whose turn it is. Returns how
    /// long there is nothing to do unless a completion comes; zero: poll again, with the time as it is then.
    template <class OnItem>
    std::chrono::nanoseconds poll(timestamp now, OnItem&& on_item) {
        if (!deadline_) deadline_ = now.monotonic + detail::to_nanoseconds(options_.job_timeout);
        auto idle_time = pending::never;
        for (std::size_t i = 0; i < used_; ++i) idle_time = std::min(idle_time, poll(call_at(i), now));
        const bool has_delivered = deliver_finished(on_item);
        const bool has_begun = begin(now);
        return has_delivered || has_begun ? std::chrono::nanoseconds::zero() : idle_time;
    }

    /// Sends nothing new: calls in flight go on, and the rest of the range is read and told as not done, so that an
    /// endless range has no end even then.
    void stop(error why = errc::cancelled) noexcept {
        if (!stopped_) stopped_ = why;
    }
    /// Gives up the calls in flight as well; what they were to do is told as unknown.
    void cancel(timestamp now) {
        stop();
        for (std::size_t i = 0; i < used_; ++i) call_at(i).call.cancel(now);
    }

    /// Every pair has been told.
    bool is_done() const { return used_ == 0 && !(first_ != last_); }
    /// Why the job stopped before its end; false when it did not. See also `last_refusal`.
    const error& stopped() const noexcept { return stopped_; }
    /// The `ErrorCode` of the refusal that stopped the job; `absent_code` when none did.
    std::int32_t last_refusal() const noexcept { return last_refusal_; }
    const bulk_totals& totals() const noexcept { return totals_; }
    std::size_t in_flight() const noexcept { return in_flight_; }

private:
    using pending = pending_call<Channel, Transport, Workspace, Allocator>;
    struct ring_entry {
        ring_entry(Channel& channel, Transport& transport, const Allocator& allocator)
            : call(channel, transport, allocator) {}
        pending call;
        std::uint64_t first_index = 0;
        std::size_t delivered = 0;
        bool is_in_flight = false;
    };
    using entry_allocator = typename std::allocator_traits<Allocator>::template rebind_alloc<ring_entry>;

    /// The calls that are not told yet, in the order of the range.
    ring_entry& call_at(std::size_t position) noexcept { return ring_[(oldest_ + position) % ring_.size()]; }

    std::chrono::nanoseconds poll(ring_entry& each, timestamp now) {
        if (!each.is_in_flight) return pending::never;
        const std::chrono::nanoseconds idle_time = each.call.poll(now);
        if (each.call.is_done()) {
            each.is_in_flight = false;
            --in_flight_;
            learn(each.call.result());
        }
        return idle_time;
    }

    /// Whether there is any use in going on.
    void learn(const call_result& response) noexcept {
        if (response->attempts == 0) return; // it says nothing of the service
        unanswered_ = response ? 0 : unanswered_ + 1;
        if (unanswered_ != 0 && unanswered_ >= options_.max_consecutive_failures) stop(response.error());
        const code_kind kind = kind_of(response->error_code);
        const bool is_hopeless =
            kind == code_kind::credentials || kind == code_kind::permission || kind == code_kind::quota;
        if (!response || !is_hopeless || stopped_) return;
        last_refusal_ = response->error_code;
        stop();
    }

    /// Begins calls while there is room for them.
    bool begin(timestamp now) {
        bool has_begun = false;
        if (now.monotonic >= *deadline_ && first_ != last_) stop(errc::deadline_exceeded);
        while (in_flight_ < options_.concurrency && used_ < ring_.size() && first_ != last_) {
            ring_entry& next = call_at(used_);
            detail::bulk_chunk<Input, Sentinel> chunk{&first_, &last_, options_.delete_type, 0};
            if (stopped_) {
                next.call.fail(chunk, stopped_);
            } else {
                next.call.start(chunk, now, time_for_call(now));
                next.is_in_flight = true;
                ++in_flight_;
            }
            next.first_index = read_;
            next.delivered = 0;
            read_ += chunk.size;
            ++used_;
            has_begun = true;
        }
        return has_begun;
    }

    std::chrono::milliseconds time_for_call(timestamp now) const noexcept {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(*deadline_ - now.monotonic);
        return std::min(left, channel_.policy().call_timeout);
    }

    template <class OnItem>
    bool deliver_finished(OnItem& on_item) {
        bool has_delivered = false;
        for (; used_ != 0 && !call_at(0).is_in_flight; --used_, oldest_ = (oldest_ + 1) % ring_.size()) {
            ring_entry& finished = call_at(0);
            const call_result response = finished.call.result();
            while (finished.delivered != response->items.size()) {
                // Counted first: a callback that throws has been told all the same.
                const account_result& account = response->items[finished.delivered];
                const std::uint64_t index = finished.first_index + finished.delivered++;
                count(account.outcome);
                on_item(bulk_item{index, finished.call.from_account(), account, response});
            }
            has_delivered = true;
        }
        return has_delivered;
    }

    void count(outcome value) noexcept {
        switch (value) {
        case outcome::deleted: ++totals_.deleted; break;
        case outcome::already_gone: ++totals_.already_gone; break;
        case outcome::failed: ++totals_.failed; break;
        case outcome::unknown: ++totals_.unknown; break;
        }
    }

    static constexpr std::size_t most_concurrency = 4096;

    Channel& channel_;
    bulk_options options_;
    Input first_;
    Sentinel last_;
    std::vector<ring_entry, entry_allocator> ring_;
    std::size_t oldest_ = 0;
    std::size_t used_ = 0;
    std::size_t in_flight_ = 0;
    std::uint64_t read_ = 0;
    std::uint32_t unanswered_ = 0;
    std::int32_t last_refusal_ = absent_code;
    std::optional<std::chrono::nanoseconds> deadline_;
    error stopped_;
    bulk_totals totals_;
};

template <class Channel, class Transport, class Input, class Sentinel>
bulk(Channel&, Transport&, Input, Sentinel, const bulk_options& = {}) -> bulk<Channel, Transport, Input, Sentinel>;

} // namespace unfriend
