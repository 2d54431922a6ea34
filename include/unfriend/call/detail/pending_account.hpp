// An account of a call that is not settled yet, and the names of those that are still to be sent.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "unfriend/call/account_result.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

struct pending_account {
    std::uint32_t index;   ///< into the results
    bool may_have_applied; ///< an earlier attempt may have deleted it
    bool is_mentioned;     ///< by the response being read
    bool is_settled;       ///< by that response
};

/// The names of pending accounts, in the order of the request: a range for `encode`.
class pending_names {
public:
    class iterator {
    public:
        using iterator_category = std::input_iterator_tag;
        using value_type = std::string_view;
        using difference_type = std::ptrdiff_t;
        using pointer = const std::string_view*;
        using reference = std::string_view;

        iterator(const account_result* results, const pending_account* at) noexcept : results_(results), at_(at) {}
        std::string_view operator*() const noexcept { return results_[at_->index].to_account; }
        iterator& operator++() noexcept {
            ++at_;
            return *this;
        }
        friend bool operator!=(const iterator& left, const iterator& right) noexcept { return left.at_ != right.at_; }

    private:
        const account_result* results_;
        const pending_account* at_;
    };

    pending_names(const account_result* results, const pending_account* pending, std::size_t size) noexcept
        : results_(results), pending_(pending), size_(size) {}
    std::size_t size() const noexcept { return size_; }
    iterator begin() const noexcept { return {results_, pending_}; }
    iterator end() const noexcept { return {results_, pending_ + size_}; }

private:
    const account_result* results_;
    const pending_account* pending_;
    std::size_t size_;
};

}}} // namespace unfriend::v0_2::detail
