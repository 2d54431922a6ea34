// The calls that wait for permission to send, in the order in which they came, with two priorities.
#pragma once

#include <chrono>
#include <cstdint>
#include <utility>

#include "unfriend/call/pacing.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

/// A call's place in a `send_queue`, which links it to others: it must not move while it waits.
struct queue_entry {
    std::uint64_t number = 0;            // by order of arrival
    std::uint64_t round = 0;             // in which it was present last
    std::uint64_t turn_after = 0;        // how many of its priority have left, at most
    std::chrono::nanoseconds asked_at{}; // the last time
    call_priority priority = call_priority::interactive;
    bool is_passed_over = false; // it had the turn and was absent
    queue_entry* child = nullptr;
    queue_entry* next = nullptr;     // sibling
    queue_entry* previous = nullptr; // sibling, or the parent of a first child
};

/// Two pairing heaps of entries, one for each priority, the earliest on top. An entry is present, and in its heap, from
/// when it asks until `pass_over_absent`. Takes constant time but for `leave` and `leave_with_permission`, which take
/// time logarithmic in the number of entries (amortised). Allocates nothing. Not safe to share between threads.
class send_queue {
public:
    bool empty() const noexcept { return waiting(call_priority::interactive) + waiting(call_priority::bulk) == 0; }

    /// At the end of the line.
    void enter(queue_entry& entry, call_priority priority, std::chrono::nanoseconds now) noexcept {
        line& mine = of(priority);
        entry.asked_at = now;
        entry.priority = priority;
        entry.is_passed_over = false;
        entry.number = ++entered_;
        entry.turn_after = mine.left + waiting(priority);
        ++mine.entered;
        add(entry);
    }

    /// An entry that waits asks again.
    void come_back(queue_entry& entry, std::chrono::nanoseconds now) noexcept {
        entry.asked_at = now;
        if (entry.round != round_) add(entry);
    }

    void leave(queue_entry& entry) noexcept {
        line& mine = of(entry.priority);
        if (entry.round == round_) remove(mine, entry);
        ++mine.left;
    }

    void leave_with_permission(queue_entry& entry) noexcept {
        if (entry.priority == call_priority::bulk) {
            turns_since_bulk_ = 0;
        } else if (of(call_priority::bulk).first != nullptr) {
            ++turns_since_bulk_;
        }
        leave(entry);
    }

    /// Whose turn it is; null when nobody is present.
    queue_entry* front() const noexcept {
        queue_entry* const interactive = of(call_priority::interactive).first;
        queue_entry* const bulk = of(call_priority::bulk).first;
        if (interactive == nullptr || bulk == nullptr) return interactive == nullptr ? bulk : interactive;
        return turns_since_bulk_ < interactive_turns ? interactive : bulk;
    }

    /// How many of its priority are before an entry, at least.
    std::uint64_t ahead_of(const queue_entry& entry) const noexcept {
        const std::uint64_t left = of(entry.priority).left;
        return entry.turn_after > left ? entry.turn_after - left : 0;
    }

    /// Nobody is present until it asks again. Everybody's place in the line stays.
    void pass_over_absent() noexcept {
        if (queue_entry* const absent = front()) absent->is_passed_over = true;
        ++round_;
        for (line& each : lines_) each.first = nullptr;
    }

private:
    static constexpr std::uint32_t interactive_turns = 3; // to one of bulk

    struct line {
        queue_entry* first = nullptr; // of those present: the root of the heap
        std::uint64_t entered = 0;
        std::uint64_t left = 0;
    };

    line& of(call_priority priority) noexcept { return lines_[priority == call_priority::bulk ? 1 : 0]; }
    const line& of(call_priority priority) const noexcept { return lines_[priority == call_priority::bulk ? 1 : 0]; }
    std::uint64_t waiting(call_priority priority) const noexcept { return of(priority).entered - of(priority).left; }

    void add(queue_entry& entry) noexcept {
        line& mine = of(entry.priority);
        entry.round = round_;
        entry.child = entry.next = entry.previous = nullptr;
        mine.first = merge(mine.first, &entry);
    }

    static void remove(line& mine, queue_entry& entry) noexcept {
        queue_entry* const orphans = merge_siblings(entry.child);
        if (mine.first == &entry) {
            mine.first = orphans;
            return;
        }
        (entry.previous->child == &entry ? entry.previous->child : entry.previous->next) = entry.next;
        if (entry.next != nullptr) entry.next->previous = entry.previous;
        mine.first = merge(mine.first, orphans);
    }

    /// One heap of two, either of which may be empty.
    static queue_entry* merge(queue_entry* first, queue_entry* second) noexcept {
        if (first == nullptr || second == nullptr) return first == nullptr ? second : first;
        if (second->number < first->number) std::swap(first, second);
        second->previous = first;
        second->next = first->child;
        if (first->child != nullptr) first->child->previous = second;
        first->child = second;
        return first;
    }

    /// One heap of siblings: of pairs from left to right, and of these from right to left, as a pairing heap has it.
    static queue_entry* merge_siblings(queue_entry* sibling) noexcept {
        queue_entry* pairs = nullptr;
        while (sibling != nullptr) {
            queue_entry* const second = detach(sibling);
            queue_entry* const rest = second == nullptr ? nullptr : detach(second);
            queue_entry* const pair = merge(sibling, second);
            pair->next = pairs;
            pairs = pair;
            sibling = rest;
        }
        queue_entry* whole = nullptr;
        while (pairs != nullptr) {
            queue_entry* const rest = detach(pairs);
            whole = merge(whole, pairs);
            pairs = rest;
        }
        return whole;
    }

    /// From its siblings; the next of them.
    static queue_entry* detach(queue_entry* entry) noexcept {
        entry->previous = nullptr;
        return std::exchange(entry->next, nullptr);
    }

    line lines_[2];
    std::uint64_t entered_ = 0;
    std::uint64_t round_ = 0;
    std::uint32_t turns_since_bulk_ = 0; // that bulk entries let pass
};

}}} // namespace unfriend::v0_2::detail
