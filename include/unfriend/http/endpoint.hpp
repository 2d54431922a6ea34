// The hosts of a call: those of a region of the service, or the caller's own. The addresses of the service's hosts
// change: a firewall must allow them by name.
//
//   unfriend::endpoint endpoint = unfriend::region::singapore;
//   unfriend::endpoint own("gateway.example:8443");
//
// Implements "RESTful API Overview". Depends on no other library.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>

#include "unfriend/core/config.hpp"
#include "unfriend/http/detail/host.hpp"

namespace unfriend { inline namespace v0_2 {

/// The data centre of the app.
enum class region : std::uint8_t {
    china,
    singapore,
    seoul,
    tokyo, ///< in documents of 2025
    frankfurt,
    mumbai, ///< in documents of 2023, not in later ones
    silicon_valley,
    jakarta, ///< in documents of 2024 and later
};

/// A row of the table of hosts. Its texts are valid as long as the program runs.
struct region_entry {
    unfriend::region region;
    std::string_view name;        ///< "singapore", for example: see `parse_region`
    std::string_view host;        ///< the host to use first
    std::string_view backup_host; ///< the host to use when DNS is hijacked
};

namespace detail {

using std::literals::string_view_literals::operator""sv; // a length that the compiler need not compute

inline constexpr region_entry region_table[] = {
    {region::china, "china"sv, "console.tim.qq.com"sv, "adminapi.my-imcloud.com"sv},
    {region::singapore, "singapore"sv, "adminapisgp.im.qcloud.com"sv, "adminapisgp.my-imcloud.com"sv},
    {region::seoul, "seoul"sv, "adminapikr.im.qcloud.com"sv, "adminapikr.my-imcloud.com"sv},
    {region::tokyo, "tokyo"sv, "adminapijpn.im.qcloud.com"sv, "adminapijpn.my-imcloud.com"sv},
    {region::frankfurt, "frankfurt"sv, "adminapiger.im.qcloud.com"sv, "adminapiger.my-imcloud.com"sv},
    {region::mumbai, "mumbai"sv, "adminapiind.im.qcloud.com"sv, "adminapiind.my-imcloud.com"sv},
    {region::silicon_valley, "silicon_valley"sv, "adminapiusa.im.qcloud.com"sv, "adminapiusa.my-imcloud.com"sv},
    {region::jakarta, "jakarta"sv, "adminapiidn.im.qcloud.com"sv, "adminapiidn.my-imcloud.com"sv},
};

} // namespace detail

/// Every region, in the order of `region`.
inline constexpr const auto& regions = detail::region_table;

/// The region with the name `name`, "silicon_valley" for example. No value if there is none. Allocates nothing.
constexpr std::optional<region> parse_region(std::string_view name) noexcept {
    for (const region_entry& entry : regions) {
        if (entry.name == name) return entry.region;
    }
    return std::nullopt;
}

/// The host of a URL, with or without a port: `HOST` or `HOST:PORT`. HOST is a domain name (RFC 1123), an IPv4 address
/// or an IPv6 address in brackets (RFC 3986); PORT is 1 to 65535. The text is checked on construction; any other text
/// gives a host that is not valid. Holds a view: the text must outlive it.
class host_name {
public:
    /// A host that is not valid.
    constexpr host_name() noexcept = default;
    /// The host `text`, if it is one.
    constexpr host_name(std::string_view text UNFRIEND_LIFETIMEBOUND) noexcept
        : text_(detail::is_host(text) ? text : std::string_view()) {}
    constexpr host_name(const char* text UNFRIEND_LIFETIMEBOUND) noexcept : host_name(std::string_view(text)) {}

    /// Whether the text is a host.
    constexpr bool valid() const noexcept { return !text_.empty(); }
    /// The text, or an empty one if the host is not valid.
    constexpr std::string_view text() const noexcept { return text_; }

private:
    friend class endpoint;

    struct checked {};
    constexpr host_name(std::string_view text, checked) noexcept : text_(text) {}

    std::string_view text_;
};

/// A host and its backup, both reached over HTTPS. Holds copies of their texts, 262 bytes each. Allocates nothing.
class endpoint {
public:
    /// The hosts of a region.
    constexpr endpoint(region where) noexcept
        : endpoint(host_name(regions[static_cast<std::size_t>(where)].host),
                   host_name(regions[static_cast<std::size_t>(where)].backup_host)) {}
    /// Hosts of the caller. If `host` is not valid, calls fail with `errc::invalid_host`.
    constexpr endpoint(host_name host, host_name backup_host = {}) noexcept : host_(host), backup_host_(backup_host) {}
    /// The same from any text, such as `"gateway.example:8443"` or a `std::string`.
    template <class Host, class = std::enable_if_t<std::is_convertible_v<const Host&, std::string_view>>>
    constexpr endpoint(const Host& host, std::string_view backup_host = {}) noexcept
        : endpoint(host_name(std::string_view(host)), host_name(backup_host)) {}

    /// The host to use first. Its text is valid as long as the endpoint is.
    constexpr host_name host() const noexcept UNFRIEND_LIFETIMEBOUND { return host_.view(); }
    /// The host to use when the first cannot be reached; not valid if there is none.
    constexpr host_name backup_host() const noexcept UNFRIEND_LIFETIMEBOUND { return backup_host_.view(); }

private:
    class stored_host {
    public:
        constexpr explicit stored_host(host_name host) noexcept : size_(host.text().size()) {
            for (std::size_t i = 0; i < size_; ++i) text_[i] = host.text()[i];
        }
        constexpr host_name view() const noexcept { return {std::string_view(text_, size_), host_name::checked()}; }

    private:
        char text_[detail::max_host_size] = {};
        std::size_t size_;
    };

    stored_host host_;
    stored_host backup_host_;
};

}} // namespace unfriend::v0_2
