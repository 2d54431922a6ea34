// Which account of a call an item of the response is about.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "unfriend/call/account_result.hpp"
#include "unfriend/call/detail/name_order.hpp"
#include "unfriend/call/detail/pending_account.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

/// Finds accounts by name. Items mostly come in the order of the request, so the account in the same position is tried
/// first; only an item that does not match it makes an index, in memory of the caller's: `by_name`, one entry for each
/// pending account.
class item_matcher {
public:
    item_matcher(const account_result* results, pending_account* pending, std::size_t size,
                 std::uint32_t* by_name) noexcept
        : results_(results), pending_(pending), size_(size), by_name_(by_name) {}

    /// The account that item `position` names; null when the call has none of that name.
    pending_account* find(std::size_t position, std::string_view name) noexcept {
        if (!is_sorted_ && position < size_ && name_of(pending_[position]) == name) return pending_ + position;
        sort();
        return find_by_name(name);
    }

    /// Every item so far matched the account in its own position.
    bool is_in_order() const noexcept { return !is_sorted_; }

    /// Calls `visit(account)` for the accounts in the order of their names; those of one name in that of the request.
    template <class Visit>
    void for_each_by_name(Visit visit) noexcept {
        sort();
        for (std::size_t i = 0; i < size_; ++i) visit(pending_[by_name_[i]]);
    }

    std::string_view name_of(const pending_account& account) const noexcept {
        return results_[account.index].to_account;
    }

private:
    void sort() noexcept {
        if (is_sorted_) return;
        is_sorted_ = true;
        sort_by_name(by_name_, size_, names());
    }

    /// The first account of that name that the response has not mentioned yet; if it has mentioned all, the last.
    pending_account* find_by_name(std::string_view name) const noexcept {
        pending_account* found = nullptr;
        for (std::size_t at = find_name(by_name_, size_, names(), name);
             at != size_ && name_of(pending_[by_name_[at]]) == name; ++at) {
            found = pending_ + by_name_[at];
            if (!found->is_mentioned) break;
        }
        return found;
    }

    account_names names() const noexcept { return {results_, pending_}; }

    const account_result* results_;
    pending_account* pending_;
    std::size_t size_;
    std::uint32_t* by_name_;
    bool is_sorted_ = false;
};

}}} // namespace unfriend::v0_2::detail
