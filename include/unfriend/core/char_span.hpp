// Writable memory of the caller.
//
//   char buffer[1024];
//   auto body = unfriend::encode(request, buffer); // an array, a std::string and a std::span convert to char_span
#pragma once

#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

#include "unfriend/core/config.hpp"

namespace unfriend { inline namespace v0_2 {

/// A pointer to writable bytes of the caller, and their number. Does not own them: they must outlive every view into
/// them that a function returns.
class char_span {
public:
    /// No bytes.
    constexpr char_span() noexcept = default;
    /// The `size` bytes from `data`.
    constexpr char_span(char* data UNFRIEND_LIFETIMEBOUND, std::size_t size) noexcept : data_(data), size_(size) {}
    /// All of an array.
    template <std::size_t N>
    constexpr char_span(char (&array UNFRIEND_LIFETIMEBOUND)[N]) noexcept : data_(array), size_(N) {}
    /// All `size()` bytes of a contiguous container of `char`: `std::array`, `std::string`, `std::vector`, `std::span`.
    template <class Container,
              class = std::enable_if_t<std::is_same_v<decltype(std::data(std::declval<Container&>())), char*>>>
    constexpr char_span(Container& bytes) noexcept : data_(std::data(bytes)), size_(std::size(bytes)) {}

    /// The first byte, and the number of bytes.
    constexpr char* data() const noexcept { return data_; }
    constexpr std::size_t size() const noexcept { return size_; }

private:
    char* data_ = nullptr;
    std::size_t size_ = 0;
};

namespace detail {

template <class Bytes>
using data_of = decltype(std::data(std::declval<const std::remove_reference_t<Bytes>&>()));

/// Whether a `Bytes&&` holds characters that a function may not overwrite: const, a literal, a view, a temporary.
template <class Bytes, class = void>
struct is_read_only : std::false_type {};
template <class Bytes>
struct is_read_only<Bytes, std::void_t<data_of<Bytes>>>
    : std::bool_constant<std::is_same_v<data_of<Bytes>, const char*> && !std::is_convertible_v<Bytes, char_span>> {};

} // namespace detail

}} // namespace unfriend::v0_2
