// Where a call goes: the service's regions with their backup hosts, any host of the caller's, and the URL.
//
//   unfriend::endpoint endpoint = unfriend::region::singapore;
//   char buffer[1024];
//   auto url = unfriend::encode_url(endpoint.host(), friend_delete::path, {app_id, "administrator", sig, random}, buffer);
//
// Implements "RESTful API Overview". Needs no library.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "unfriend/detail/url_writer.hpp"
#include "unfriend/limits.hpp"
#include "unfriend/result.hpp"
#include "unfriend/text.hpp"

namespace unfriend {

/// The data centre that the app lives in.
enum class region : std::uint8_t {
    china,
    singapore,
    seoul,
    tokyo, ///< documents of 2025; no backup host is documented
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
    std::string_view backup_host; ///< for when DNS is hijacked; empty where none is documented
};

/// Every region, in the order of `region`.
inline constexpr region_entry regions[] = {
    {region::china, "china", "console.tim.qq.com", "adminapi.my-imcloud.com"},
    {region::singapore, "singapore", "adminapisgp.im.qcloud.com", "adminapisgp.my-imcloud.com"},
    {region::seoul, "seoul", "adminapikr.im.qcloud.com", "adminapikr.my-imcloud.com"},
    {region::tokyo, "tokyo", "adminapijpn.im.qcloud.com", {}},
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

/// A host and its backup. Holds views: hosts that are the caller's must outlive it.
class endpoint {
public:
    constexpr endpoint(region where) noexcept
        : endpoint(regions[static_cast<std::size_t>(where)].host, regions[static_cast<std::size_t>(where)].backup_host) {}
    /// `HOST` or `HOST:PORT`, reached over HTTPS; what is neither is refused by `encode_url`.
    constexpr explicit endpoint(std::string_view host, std::string_view backup_host = {}) noexcept
        : host_(host), backup_host_(backup_host) {}

    constexpr std::string_view host() const noexcept { return host_; }
    /// Empty when there is none.
    constexpr std::string_view backup_host() const noexcept { return backup_host_; }

private:
    std::string_view host_;
    std::string_view backup_host_;
};

/// The parameters that every call carries.
struct url_query {
    std::uint32_t sdk_app_id = 0;  ///< the app; not zero
    std::string_view identifier;   ///< the app admin's UserID; any printable ASCII
    std::string_view user_sig;     ///< of that admin
    std::uint32_t random = 0;      ///< anything, fresh for each request
};

/// Writes `https://HOST/PATH?sdkappid=…&identifier=…&usersig=…&random=…&contenttype=json` into `buffer`, with
/// a NUL behind it for C interfaces, and returns a view of it without the NUL.
///
/// Errors: `invalid_host`, `invalid_sdk_app_id`, `invalid_identifier`, `invalid_user_sig_text`,
/// `buffer_too_small` (detail: bytes needed, the NUL included). Allocates nothing.
template <class Limits = default_limits>
result<std::string_view> encode_url(std::string_view host, std::string_view path, const url_query& query,
                                    char_span buffer) noexcept {
    if (!detail::is_host(host)) return errc::invalid_host;
    if (query.sdk_app_id == 0) return errc::invalid_sdk_app_id;
    if (!detail::is_user_id(query.identifier, Limits::max_user_id_size)) return errc::invalid_identifier;
    if (!detail::is_user_sig_text(query.user_sig)) return errc::invalid_user_sig_text;
    detail::url_writer url(buffer);
    url.raw("https://");
    url.raw(host);
    url.raw(path);
    url.raw("?sdkappid=");
    url.number(query.sdk_app_id);
    url.raw("&identifier=");
    url.percent_encoded(query.identifier);
    url.raw("&usersig=");
    url.raw(query.user_sig);
    url.raw("&random=");
    url.number(query.random);
    url.raw("&contenttype=json");
    return url.finish();
}

/// Bytes that are enough for any URL with such lengths, the NUL included.
constexpr std::size_t max_url_size(std::size_t host, std::size_t path, std::size_t identifier,
                                   std::size_t user_sig) noexcept {
    constexpr std::size_t fixed = 8 + 10 + 10 + 12 + 9 + 8 + 10 + 17 + 1;
    return fixed + host + path + 3 * identifier + user_sig;
}

} // namespace unfriend
