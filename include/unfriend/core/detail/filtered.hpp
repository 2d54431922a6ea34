// A view of the elements of a range that satisfy a predicate.
#pragma once

#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

#include "unfriend/core/config.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

/// Filters `[first, last)` while it is iterated over. Valid as long as the range is; allocates nothing.
template <class Iterator, class Predicate>
class filtered {
public:
    class iterator {
    public:
        using iterator_category = std::forward_iterator_tag;
        using reference = decltype(*std::declval<const Iterator&>());
        using value_type = std::remove_cv_t<std::remove_reference_t<reference>>;
        using difference_type = std::ptrdiff_t;
        using pointer = std::remove_reference_t<reference>*;

        iterator() = default;
        iterator(Iterator at, Iterator last) : at_(at), last_(last) { skip(); }

        reference operator*() const { return *at_; }
        pointer operator->() const { return &*at_; }
        iterator& operator++() {
            ++at_;
            skip();
            return *this;
        }
        iterator operator++(int) {
            iterator before = *this;
            ++*this;
            return before;
        }
        friend bool operator==(const iterator& left, const iterator& right) { return left.at_ == right.at_; }
        friend bool operator!=(const iterator& left, const iterator& right) { return !(left == right); }

    private:
        void skip() {
            while (at_ != last_ && !Predicate{}(*at_)) ++at_;
        }

        Iterator at_{};
        Iterator last_{};
    };

    filtered(Iterator first, Iterator last) : first_(first), last_(last) {}

    iterator begin() const { return {first_, last_}; }
    iterator end() const { return {last_, last_}; }
    bool empty() const { return begin() == end(); }
    /// Linear in the range.
    std::size_t size() const {
        std::size_t size = 0;
        for (iterator at = begin(); at != end(); ++at) ++size;
        return size;
    }

private:
    Iterator first_;
    Iterator last_;
};

}}} // namespace unfriend::v0_2::detail
