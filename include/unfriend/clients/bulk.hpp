// Any number of deletions: read from a source, sent in calls of up to 1000 accounts, reported one by one in order.
//
//   unfriend::bulk job{channel, transport, pairs};
//   while (!job.is_done())
//       wait_for_events(job.poll(now(), [](const unfriend::bulk_item& item) { … }));
//
// Implements "Deleting Friends" for many pairs, with the limits of "RESTful API Overview".
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string> // std::allocator
#include <string_view>
#include <type_traits>
#include <utility>

#include "unfriend/call/account_result.hpp"
#include "unfriend/call/call_result.hpp"
#include "unfriend/call/detail/retry_schedule.hpp"
#include "unfriend/call/workspace.hpp"
#include "unfriend/clients/bulk_options.hpp"
#include "unfriend/clients/bulk_report.hpp"
#include "unfriend/clients/detail/bulk_loader.hpp"
#include "unfriend/clients/detail/bulk_ring.hpp"
#include "unfriend/clients/detail/bulk_stop_rule.hpp"
#include "unfriend/clients/pair_source.hpp"
#include "unfriend/clients/pending_call.hpp"
#include "unfriend/core/clock.hpp"
#include "unfriend/core/config.hpp"
#include "unfriend/core/detail/bounds.hpp"
#include "unfriend/core/detail/durations.hpp"
#include "unfriend/core/error.hpp"
#include "unfriend/http/transport.hpp"

namespace unfriend { inline namespace v0_2 {

/// Deletes the pairs of a source. A pair is anything with `from_account` and `to_account`, or a pair of texts.
/// Consecutive pairs of one From_Account share calls. Calls of one From_Account are never in flight side by side, since
/// they would make write conflicts (30008); other From_Accounts use the free lanes.
///
/// A pair with a member `may_have_applied` that is true was sent before, by a job whose response is not known: its
/// outcome is `unknown` until a response settles it, and 31704 means `already_gone`.
///
/// - Each pair is reported exactly once, in order, whatever happens. Invalid accounts are reported as failed.
/// - A pair is taken from the source when it can be sent: at most one call waits for the pacer with unsent pairs, and
/// at
///   most `bulk_options::concurrency` calls wait for their From_Account.
/// - Throttled attempts cost a pair nothing. Other attempts that settle nothing count; after `max_attempts` of the
///   policy, or its `call_timeout` without the waits for the pacer, the pair is reported and the job goes on.
/// - The job stops by itself when there is no use in going on (`job_stop_reason`), and reports the rest as not sent.
///
/// Memory: two workspaces for each call in flight, whatever the length of the input. Throws what `Allocator`, the
/// source and the callbacks do. For one thread at a time.
template <class Channel, class Transport, class Source, class Workspace = workspace<>,
          class Allocator = std::allocator<char>>
class bulk {
public:
    /// All of [`first`, `last`), an input range. `channel` must outlive the job, as must what the iterators point into.
    /// `transport` may be a blocking one. The range is read inside `poll`; one that blocks holds up the calls in
    /// flight.
    template <class Input, class Sentinel, class = decltype(std::declval<Input&>() != std::declval<Sentinel&>())>
    bulk(Channel& channel UNFRIEND_LIFETIMEBOUND, Transport transport, Input first, Sentinel last,
         const bulk_options& options = {}, const Allocator& allocator = {})
        : bulk(source_tag{}, channel, std::move(transport), Source(std::move(first), std::move(last)), options,
               allocator) {}
    /// All of `input`, an input range or a source (pair_source.hpp), which must outlive the job too.
    template <class Input>
    bulk(Channel& channel UNFRIEND_LIFETIMEBOUND, Transport transport, Input& input UNFRIEND_LIFETIMEBOUND,
         const bulk_options& options = {}, const Allocator& allocator = {})
        : bulk(source_tag{}, channel, std::move(transport), static_cast<Source>(input), options, allocator) {}

    bulk(const bulk&) = delete;
    bulk& operator=(const bulk&) = delete;

    /// Does what is due at `now`, and calls `on_item(const bulk_item&)` for each pair whose turn it is. Returns how
    /// long there is nothing to do unless a completion comes or the source has a pair; zero: poll again, with the time
    /// as it is then. `journal`: see `no_journal`.
    template <class OnItem>
    std::chrono::nanoseconds poll(timestamp now, OnItem&& on_item) {
        no_journal nothing;
        return poll(now, on_item, nothing);
    }
    template <class OnItem, class Journal>
    std::chrono::nanoseconds poll(timestamp now, OnItem&& on_item, Journal& journal) {
        if (!deadline_) deadline_ = now.monotonic + detail::to_nanoseconds(options_.job_timeout);
        rule_.pass(now.monotonic, is_active_);
        auto idle_time = pending::never;
        for (std::size_t i = 0; i < ring_.size(); ++i)
            idle_time = detail::smaller(idle_time, advance(ring_[i], now, journal));
        bool has_worked = stop_if_due(now);
        has_worked = deliver_finished(on_item) || has_worked;
        has_worked = (stopped_ ? loader_.reject_all(now, stopped_) : send_more(now, journal, idle_time)) || has_worked;
        is_active_ = ring_.is_any_active(now);
        const bool can_deliver = !ring_.empty() && ring_[0].stage == stage::finished;
        if (has_worked || can_deliver) return std::chrono::nanoseconds::zero();
        return is_done() ? pending::never
                         : detail::smaller(idle_time, detail::larger(*deadline_ - now.monotonic, shortest_wait));
    }

    /// Sends nothing more: attempts under way are finished, and what the source has is read and reported as not sent. A
    /// source that has nothing at the moment counts as ended.
    void stop(error why = errc::cancelled) noexcept { stop(job_stop_reason::cancelled, why); }
    /// Gives up the attempts under way as well; their accounts are unknown.
    void cancel(timestamp now) {
        stop();
        for (std::size_t i = 0; i < ring_.size(); ++i) ring_[i].call.cancel(now);
    }

    /// Every pair has been reported.
    bool is_done() const noexcept { return ring_.empty() && loader_.is_over(); }
    /// Why the job stopped before its end, as an error; false when it did not.
    const error& stopped() const noexcept { return stopped_; }
    /// The same in more detail. See also `last_refusal`.
    job_stop_reason stop_reason() const noexcept { return reason_; }
    /// The `ErrorCode` of the refusal that stopped the job; otherwise empty.
    std::optional<std::int32_t> last_refusal() const noexcept { return rule_.refusal(); }
    const bulk_totals& totals() const noexcept { return totals_; }
    /// Calls that wait for the pacer, are in flight, or wait for their next attempt.
    std::size_t in_flight() const noexcept { return running_; }

private:
    using pending = pending_call<Channel, Transport&, Workspace, Allocator>;
    using ring = detail::bulk_ring<pending, Allocator>;
    using entry = typename ring::entry;
    using stage = detail::bulk_stage;
    struct source_tag {};

    bulk(source_tag, Channel& channel, Transport&& transport, Source&& source, const bulk_options& options,
         const Allocator& allocator)
        : channel_(channel), transport_(std::move(transport)),
          options_(detail::with_lanes(options, is_transport<Transport>)),
          ring_(2 * options_.concurrency, channel, transport_, allocator),
          loader_(std::forward<Source>(source), ring_, options), rule_(options) {}

    void stop(job_stop_reason reason, error why) noexcept {
        if (stopped_) return;
        stopped_ = why;
        reason_ = reason;
    }

    /// Whether the job stops now.
    bool stop_if_due(timestamp now) noexcept {
        if (stopped_) return false;
        if (rule_.reason() != job_stop_reason::completed) {
            stop(rule_.reason(), rule_.failure() ? rule_.failure() : error(errc::cancelled));
        } else if (now.monotonic >= *deadline_ && loader_.has_unsent()) {
            stop(job_stop_reason::deadline_exceeded, errc::deadline_exceeded);
        }
        return static_cast<bool>(stopped_);
    }

    template <class Journal>
    std::chrono::nanoseconds advance(entry& each, timestamp now, Journal& journal) {
        if (each.stage != stage::running) return pending::never;
        const auto& machine = each.call.machine();
        if (stopped_ && !machine.is_sending()) each.call.cancel(now, stopped_);
        const std::chrono::nanoseconds idle_time = each.call.poll(now, [&](const auto&) {
            if (stopped_ || each.is_announced) return !stopped_;
            each.is_announced = journal.before_sending(machine.from_account(), machine.pending());
            if (!each.is_announced) stop(job_stop_reason::not_journalled, errc::cancelled);
            return each.is_announced;
        });
        if (machine.answers() != each.answers) rule_.on_answer(machine.pending().size() < each.pending);
        each.answers = machine.answers();
        each.pending = machine.pending().size();
        if (each.call.is_done()) finish(each, journal);
        return idle_time;
    }

    template <class Journal>
    void finish(entry& each, Journal& journal) {
        each.stage = stage::finished;
        --running_;
        loader_.close(each);
        if (&each == next_) next_ = nullptr;
        ring_.let_next_pass(each);
        const call_result response = each.call.result();
        rule_.on_call(response);
        if (response.attempts == 0 && response.last_error() == errc::deadline_exceeded)
            stop(job_stop_reason::deadline_exceeded, errc::deadline_exceeded); // the pace leaves no time for it
        if (each.is_announced) journal.after(each.call.from_account(), response);
    }

    /// Fills the free lanes. Whether anything was sent or read.
    template <class Journal>
    bool send_more(timestamp now, Journal& journal, std::chrono::nanoseconds& idle_time) {
        const detail::job_terms terms{channel_.policy().call_timeout, *deadline_, options_.forgive_throttling};
        bool has_worked = false;
        while (!is_waiting_for_pace(now, terms) && running_ < options_.concurrency) {
            next_ = loader_.choose(now, terms);
            if (next_ == nullptr) {
                idle_time = detail::smaller(idle_time, loader_.idle_time(now));
                break;
            }
            next_->stage = stage::running;
            next_->pending = next_->call.machine().pending().size();
            ++running_;
            idle_time = detail::smaller(idle_time, advance(*next_, now, journal));
            has_worked = true;
        }
        return has_worked;
    }

    /// One call at a time asks the pacer for the pairs that were never sent. It takes in what comes meanwhile.
    bool is_waiting_for_pace(timestamp now, const detail::job_terms& terms) {
        if (next_ == nullptr) return false;
        if (next_->call.machine().attempts() == 0) {
            loader_.extend(*next_, now, terms);
            return true;
        }
        loader_.close(*next_);
        next_ = nullptr;
        return false;
    }

    template <class OnItem>
    bool deliver_finished(OnItem& on_item) {
        bool has_delivered = false;
        for (; !ring_.empty() && ring_[0].stage == stage::finished; ring_.pop()) {
            entry& finished = ring_[0];
            const call_result response = finished.call.result();
            while (finished.delivered != response.items.size()) {
                // Counted first: a callback that throws has seen the pair.
                const account_result& account = response.items[finished.delivered];
                const std::uint64_t index = finished.first_index + finished.delivered++;
                totals_.count(account.outcome);
                on_item(bulk_item{index, finished.call.from_account(), account, response});
            }
            has_delivered = true;
        }
        return has_delivered;
    }

    static constexpr std::chrono::nanoseconds shortest_wait = std::chrono::milliseconds(1);

    Channel& channel_;
    Transport transport_;
    bulk_options options_;
    ring ring_;
    detail::bulk_loader<Source, ring> loader_;
    detail::bulk_stop_rule rule_;
    entry* next_ = nullptr; // runs, and has sent nothing yet
    std::size_t running_ = 0;
    std::optional<std::chrono::nanoseconds> deadline_;
    bool is_active_ = false;
    job_stop_reason reason_ = job_stop_reason::completed;
    error stopped_;
    bulk_totals totals_;
};

template <class Channel, class Transport, class Input, class Sentinel,
          class = decltype(std::declval<Input&>() != std::declval<Sentinel&>())>
bulk(Channel&, Transport, Input, Sentinel, const bulk_options& = {})
    -> bulk<Channel, Transport, range_source<Input, Sentinel>>;
template <class Channel, class Transport, class Source, class = std::enable_if_t<is_pair_source<Source>>>
bulk(Channel&, Transport, Source&, const bulk_options& = {}) -> bulk<Channel, Transport, Source&>;
template <class Channel, class Transport, class Range, class = std::enable_if_t<!is_pair_source<Range>>,
          class = decltype(std::begin(std::declval<Range&>()))>
bulk(Channel&, Transport, Range&, const bulk_options& = {})
    -> bulk<Channel, Transport,
            range_source<decltype(std::begin(std::declval<Range&>())), decltype(std::end(std::declval<Range&>()))>>;

}} // namespace unfriend::v0_2
