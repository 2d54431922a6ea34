// Where a bulk job takes its pairs from: any input range, or a source that may have nothing yet.
//
//   struct socket_pairs {                      // a source of one's own: three functions
//       unfriend::source_state state();        // never blocks
//       account_pair front();                  // its texts live until `pop`
//       void pop();
//   };
#pragma once

#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>

#include "unfriend/core/config.hpp"

namespace unfriend { inline namespace v0_2 {

/// What a source has at the moment.
enum class source_state : std::uint8_t {
    pair,    ///< a pair, until `pop`: `front` and `pop` may be called
    pending, ///< nothing yet: ask again later
    ended,   ///< nothing any more
};

namespace detail {

template <class T, class = void>
struct is_pair_source : std::false_type {};
template <class T>
struct is_pair_source<T, std::void_t<decltype(std::declval<T&>().front()), decltype(std::declval<T&>().pop())>>
    : std::is_same<decltype(std::declval<T&>().state()), source_state> {};

} // namespace detail

/// `T` has `source_state state()`, `front()` and `pop()`.
template <class T>
inline constexpr bool is_pair_source = detail::is_pair_source<T>::value;

/// An input range as a source that is never `pending`: its iterator may block. Reads each element once.
template <class Input, class Sentinel = Input>
class range_source {
public:
    /// What the iterators point into must outlive the source.
    range_source(Input first, Sentinel last) : first_(std::move(first)), last_(std::move(last)) {}
    template <class Range, class = std::enable_if_t<!is_pair_source<Range>>,
              class = decltype(std::begin(std::declval<Range&>()))>
    explicit range_source(Range& range) : range_source(std::begin(range), std::end(range)) {}

    source_state state() { return first_ != last_ ? source_state::pair : source_state::ended; }
    decltype(auto) front() { return *first_; }
    void pop() { ++first_; }

private:
    Input first_;
    Sentinel last_;
};

}} // namespace unfriend::v0_2
