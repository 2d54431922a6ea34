// How the library reads the text of a caller's types, and where it writes.
//
//   template <>                                             // an engine's own string as a UserID
//   struct unfriend::text_access<engine::string> {
//       static std::string_view view(const engine::string& text) noexcept { return {text.raw(), text.length()}; }
//   };
#pragma once

#include <cstddef>
#include <iterator>
#include <string_view>
#include <type_traits>
#include <utility>

namespace unfriend {

/// The one customisation point for string types: specialise it with a static
/// `std::string_view view(const T&) noexcept`. Everything convertible to `std::string_view` works as
/// it is. The view need only live as long as the object it was taken from.
template <class T, class = void>
struct text_access {
    static_assert(!std::is_same_v<T, T>,
                  "unfriend: accounts must be convertible to std::string_view, or unfriend::text_access must be "
                  "specialised for their type");
};

template <class T>
struct text_access<T, std::enable_if_t<std::is_convertible_v<const T&, std::string_view>>> {
    static std::string_view view(const T& text) noexcept { return text; }
};

/// A caller's writable bytes: where the library may write, and how far. Owns nothing; the bytes must
/// outlive every view that a function returns into them.
class char_span {
public:
    constexpr char_span() noexcept = default;
    constexpr char_span(char* data, std::size_t size) noexcept : data_(data), size_(size) {}
    template <std::size_t N>
    constexpr char_span(char (&array)[N]) noexcept : data_(array), size_(N) {}
    /// Any contiguous container of `char`: `std::array`, `std::string`, `std::vector`, `std::span`. All of
    /// its `size()` bytes may be overwritten.
    template <class Container,
              class = std::enable_if_t<std::is_same_v<decltype(std::data(std::declval<Container&>())), char*>>>
    constexpr char_span(Container& bytes) noexcept : data_(std::data(bytes)), size_(std::size(bytes)) {}

    constexpr char* data() const noexcept { return data_; }
    constexpr std::size_t size() const noexcept { return size_; }

private:
    char* data_ = nullptr;
    std::size_t size_ = 0;
};

} // namespace unfriend
