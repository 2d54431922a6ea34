// The calls of a bulk job that are not reported yet, in the order of the input.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector> // and std::allocator_traits

#include "unfriend/core/clock.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

enum class bulk_stage : std::uint8_t {
    loaded,   // has pairs, and waits for its turn
    running,  // waits for the pacer, is in flight, or waits for its next attempt
    finished, // waits until the calls before it are reported
};

template <class Call>
struct bulk_entry {
    template <class Channel, class Transport, class Allocator>
    bulk_entry(Channel& channel, Transport& transport, const Allocator& allocator)
        : call(channel, transport, allocator) {}

    Call call;
    bulk_stage stage = bulk_stage::loaded;
    std::uint64_t first_index = 0;
    std::size_t size = 0; // pairs
    std::size_t delivered = 0;
    std::size_t pending = 0; // accounts that the service has not settled
    std::uint32_t answers = 0;
    bool is_behind = false;    // an earlier call of its From_Account is not finished
    bool is_announced = false; // to the journal
};

/// Entries keep their addresses. Every search is linear in the number of entries.
template <class Call, class Allocator>
class bulk_ring {
public:
    using entry = bulk_entry<Call>;

    template <class Channel, class Transport>
    bulk_ring(std::size_t size, Channel& channel, Transport& transport, const Allocator& allocator)
        : entries_(allocator) {
        entries_.reserve(size);
        for (std::size_t i = 0; i < size; ++i) entries_.emplace_back(channel, transport, allocator);
    }

    bool empty() const noexcept { return used_ == 0; }
    bool is_full() const noexcept { return used_ == entries_.size(); }
    std::size_t size() const noexcept { return used_; }
    entry& operator[](std::size_t position) noexcept { return entries_[(oldest_ + position) % entries_.size()]; }

    /// A new last entry; the ring must not be full.
    entry& push(std::uint64_t first_index) noexcept {
        entry& last = (*this)[used_++];
        last.stage = bulk_stage::loaded;
        last.first_index = first_index;
        last.size = last.delivered = last.pending = 0;
        last.answers = 0;
        last.is_behind = last.is_announced = false;
        return last;
    }
    void pop() noexcept {
        oldest_ = (oldest_ + 1) % entries_.size();
        --used_;
    }

    /// The last entry has its From_Account: it waits for an earlier call of the same.
    void find_place() noexcept {
        entry& last = (*this)[used_ - 1];
        for (std::size_t i = 0; i + 1 < used_ && !last.is_behind; ++i)
            last.is_behind = is_unfinished((*this)[i], last.call.from_account());
    }
    /// An entry is finished: the next one of its From_Account need not wait for it any more.
    void let_next_pass(const entry& finished) noexcept {
        for (std::size_t i = 0; i < used_; ++i) {
            entry& each = (*this)[i];
            if (each.first_index <= finished.first_index || !is_unfinished(each, finished.call.from_account()))
                continue;
            each.is_behind = false;
            return;
        }
    }

    /// A call waits for a response or for its back-off, and not for the pacer alone.
    bool is_any_active(timestamp now) noexcept {
        for (std::size_t i = 0; i < used_; ++i) {
            const entry& each = (*this)[i];
            if (each.stage == bulk_stage::running && !each.call.machine().is_waiting_for_pace(now)) return true;
        }
        return false;
    }

private:
    static bool is_unfinished(const entry& each, std::string_view from_account) noexcept {
        return each.stage != bulk_stage::finished && each.call.from_account() == from_account;
    }

    using entry_allocator = typename std::allocator_traits<Allocator>::template rebind_alloc<entry>;
    std::vector<entry, entry_allocator> entries_;
    std::size_t oldest_ = 0;
    std::size_t used_ = 0;
};

}}} // namespace unfriend::v0_2::detail
