// Where a call goes: the service's regions with their backup hosts, or any host of the caller's. The addresses behind
// the service's hosts change: a firewall allows them by name.
//
//   unfriend::endpoint endpoint = unfriend::region::singapore;
//   unfriend::endpoint own("gateway.example:8443");
//
// Implements "RESTful API Overview". Needs no library.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>

#include "unfriend/http/detail/host.hpp"

namespace unfriend {

/// The data centre that the app lives in.
enum class region : std::uint8_t {
    china,
    singapore,
    seoul,
    tokyo, ///< documents of 2025
    frankfurt,
    mumbai, ///< documents of 2023; gone from later ones
    silicon_valley,
    jakarta, ///< documents of 2024 and later
};

/// One row of the service's table of hosts.
struct region_entry {
    unfriend::region region;
    std::string_view name;        ///< as `parse_region` takes it
    std::string_view host;        ///< to be used first
    std::string_view backup_host; ///< for when DNS is hijacked
};

/// Every region, in the order of `region`.
inline constexpr region_entry regions[] = {
    {region::china, "china", "console.tim.qq.com", "adminapi.my-imcloud.com"},
    {region::singapore, "singapore", "adminapisgp.im.qcloud.com", "adminapisgp.my-imcloud.com"},
    {region::seoul, "seoul", "adminapikr.im.qcloud.com", "adminapikr.my-imcloud.com"},
    {region::tokyo, "tokyo", "adminapijpn.im.qcloud.com", "adminapijpn.my-imcloud.com"},
    {region::frankfurt, "frankfurt", "adminapiger.im.qcloud.com", "adminapiger.my-imcloud.com"},
    {region::mumbai, "mumbai", "adminapiind.im.qcloud.com", "adminapiind.my-imcloud.com"},
    {region::silicon_valley, "silicon_valley", "adminapiusa.im.qcloud.com", "adminapiusa.my-imcloud.com"},
    {region::jakarta, "jakarta", "adminapiidn.im.qcloud.com", "adminapiidn.my-imcloud.com"},
};

/// The region of a name such as "singapore" or "silicon_valley"; nothing for any other text.
constexpr std::optional<region> parse_region(std::string_view name) noexcept {
    for (const region_entry& entry : regions) {
        if (entry.name == name) return entry.region;
    }
    return std::nullopt;
}

/// `HOST` or `HOST:PORT`, HOST being a name, an IPv4 address or an IPv6 address in brackets. Checked when
/// made; anything else makes one that is not `valid()`. Holds a view: the text must outlive it.
class host_name {
public:
    constexpr host_name() noexcept = default;
    constexpr host_name(std::string_view text) noexcept : text_(detail::is_host(text) ? text : std::string_view()) {}
    constexpr host_name(const char* text) noexcept : host_name(std::string_view(text)) {}

    constexpr bool valid() const noexcept { return !text_.empty(); }
    constexpr std::string_view text() const noexcept { return text_; }

private:
    friend class endpoint;

    struct checked {};
    constexpr host_name(std::string_view text, checked) noexcept : text_(text) {}

    std::string_view text_;
};

/// A host and its backup, both reached over HTTPS. Holds their texts, 262 bytes each; allocates nothing.
class endpoint {
public:
    constexpr endpoint(region where) noexcept
        : endpoint(host_name(regions[static_cast<std::size_t>(where)].host),
                   host_name(regions[static_cast<std::size_t>(where)].backup_host)) {}
    /// A host that is not valid is refused by the first call, `errc::invalid_host`.
    constexpr endpoint(host_name host, host_name backup_host = {}) noexcept : host_(host), backup_host_(backup_host) {}
    /// The same for any text: `endpoint("gateway.example:8443")`, a `std::string`. The text is copied.
    template <class Host, class = std::enable_if_t<std::is_convertible_v<const Host&, std::string_view>>>
    constexpr endpoint(const Host& host, std::string_view backup_host = {}) noexcept
        : endpoint(host_name(std::string_view(host)), host_name(backup_host)) {}

    /// Valid as long as the endpoint is.
    constexpr host_name host() const noexcept { return host_.view(); }
    /// Not valid when there is none.
    constexpr host_name backup_host() const noexcept { return backup_host_.view(); }

private:
    /// The text of a host, kept inside.
    class kept_host {
    public:
        constexpr explicit kept_host(host_name host) noexcept : size_(host.text().size()) {
            for (std::size_t i = 0; i < size_; ++i) text_[i] = host.text()[i];
        }
        constexpr host_name view() const noexcept { return {std::string_view(text_, size_), host_name::checked()}; }

    private:
        char text_[detail::max_host_size] = {};
        std::size_t size_;
    };

    kept_host host_;
    kept_host backup_host_;
};

} // namespace unfriend
