// The platform that a deletion was made from: `OptPlatform` of "After a Friend Is Deleted". Depends on no other
// library.
//
//   if (event.opt_platform.value == unfriend::webhook::platform::rest_api) return; // our own deletion
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "unfriend/core/detail/ascii.hpp"

namespace unfriend { inline namespace v0_2 { namespace webhook {

/// The documented values of `OptPlatform`.
enum class platform : std::uint8_t {
    absent, ///< the post has no `OptPlatform`
    rest_api,
    web,
    android,
    ios,
    windows,
    mac,
    ipad,
    unknown, ///< the service does not know it: it sent `Unknown`
    other,   ///< a value that is not documented
};

/// An `OptPlatform` with its text. `Text` is `std::string_view` or a string type that owns its text.
template <class Text>
struct basic_opt_platform {
    platform value = platform::absent;
    Text text{}; ///< the text as it was sent
};
/// An `OptPlatform` whose text is a view.
using opt_platform = basic_opt_platform<std::string_view>;

}}} // namespace unfriend::v0_2::webhook

namespace unfriend { inline namespace v0_2 { namespace detail {

struct platform_name {
    webhook::platform platform;
    std::string_view name;
};

inline constexpr platform_name platform_names[] = {
    {webhook::platform::rest_api, "RESTAPI"}, {webhook::platform::web, "Web"},
    {webhook::platform::android, "Android"},  {webhook::platform::ios, "iOS"},
    {webhook::platform::windows, "Windows"},  {webhook::platform::mac, "Mac"},
    {webhook::platform::ipad, "iPad"},        {webhook::platform::unknown, "Unknown"},
};

}}} // namespace unfriend::v0_2::detail

namespace unfriend { inline namespace v0_2 { namespace webhook {

/// The platform with the name `text`, in upper or lower case; `absent` if it is empty, `other` if it is not documented.
/// Allocates nothing.
constexpr platform parse_platform(std::string_view text) noexcept {
    if (text.empty()) return platform::absent;
    for (const detail::platform_name& entry : detail::platform_names) {
        if (detail::equal_ignoring_case(entry.name, text)) return entry.platform;
    }
    return platform::other;
}

/// The documented name, such as `RESTAPI`; empty for `absent` and `other`. Valid as long as the program runs.
constexpr std::string_view wire_value(platform value) noexcept {
    for (const detail::platform_name& entry : detail::platform_names) {
        if (entry.platform == value) return entry.name;
    }
    return {};
}

}}} // namespace unfriend::v0_2::webhook
