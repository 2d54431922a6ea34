// Where a call goes: the service's regions with their backup hosts, any host of the caller's, and the URL.
//
//   unfriend::endpoint endpoint = unfriend::region::singapore;
//   char buffer[1024];
//   auto url = unfriend::encode_url(endpoint.host(), friend_delete::path, {app_id, "administrator", sig, random},
//   buffer);
//
// Implements "RESTful API Overview". Needs no library.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "unfriend/detail/fixed_writer.hpp"
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
    std::string_view text_;
};

/// A host and its backup, both reached over HTTPS.
class endpoint {
public:
    constexpr endpoint(region where) noexcept
        : endpoint(regions[static_cast<std::size_t>(where)].host,
                   regions[static_cast<std::size_t>(where)].backup_host) {}
    /// A host that is not valid is refused by `encode_url`.
    constexpr explicit endpoint(host_name host, host_name backup_host = {}) noexcept
        : host_(host), backup_host_(backup_host) {}

    constexpr host_name host() const noexcept { return host_; }
    /// Not valid when there is none.
    constexpr host_name backup_host() const noexcept { return backup_host_; }

private:
    host_name host_;
    host_name backup_host_;
};

/// The parameters that every call carries.
struct url_query {
    std::uint32_t sdk_app_id = 0; ///< the app; not zero
    std::string_view identifier;  ///< the app admin's UserID; any printable ASCII
    std::string_view user_sig;    ///< of that admin
    std::uint32_t random = 0;     ///< anything, fresh for each request
};

/// Writes `https://HOST/PATH?sdkappid=…&identifier=…&usersig=…&random=…&contenttype=json` into `buffer`, with
/// a NUL behind it for C interfaces, and returns a view of it without the NUL.
///
/// Errors: `invalid_host`, `invalid_sdk_app_id`, `invalid_identifier`, `invalid_user_sig_text`,
/// `buffer_too_small` (detail: bytes needed, the NUL included). Allocates nothing.
template <class Limits = default_limits>
result<std::string_view> encode_url(host_name host, std::string_view path, const url_query& query,
                                    char_span buffer) noexcept {
    if (!host.valid()) return errc::invalid_host;
    if (query.sdk_app_id == 0) return errc::invalid_sdk_app_id;
    if (!detail::is_user_id(query.identifier, Limits::max_user_id_size)) return errc::invalid_identifier;
    if (!detail::is_token(query.user_sig.data(), query.user_sig.size())) return errc::invalid_user_sig_text;

    constexpr std::string_view scheme = "https://";
    constexpr std::string_view app_name = "?sdkappid=";
    constexpr std::string_view identifier_name = "&identifier=";
    constexpr std::string_view user_sig_name = "&usersig=";
    constexpr std::string_view random_name = "&random=";
    constexpr std::string_view ending = "&contenttype=json";
    const detail::decimal app(query.sdk_app_id);
    const detail::decimal random(query.random);
    const std::size_t identifier_size = detail::percent_encoded_size(query.identifier);
    const std::size_t size = scheme.size() + host.text().size() + path.size() + app_name.size() + app.view().size() +
                             identifier_name.size() + identifier_size + user_sig_name.size() + query.user_sig.size() +
                             random_name.size() + random.view().size() + ending.size();
    if (buffer.size() <= size) return {errc::buffer_too_small, size + 1};
    char* out = detail::write_text(scheme, buffer.data());
    out = detail::write_text(host.text(), out);
    out = detail::write_text(path, out);
    out = detail::write_text(app_name, out);
    out = detail::write_text(app.view(), out);
    out = detail::write_text(identifier_name, out);
    out = identifier_size == query.identifier.size() ? detail::write_text(query.identifier, out)
                                                     : detail::write_percent_encoded(query.identifier, out);
    out = detail::write_text(user_sig_name, out);
    out = detail::write_text(query.user_sig, out);
    out = detail::write_text(random_name, out);
    out = detail::write_text(random.view(), out);
    out = detail::write_text(ending, out);
    *out = '\0';
    return std::string_view(buffer.data(), size);
}

/// Bytes that are enough for any URL with such lengths, the NUL included.
constexpr std::size_t max_url_size(std::size_t host, std::size_t path, std::size_t identifier,
                                   std::size_t user_sig) noexcept {
    constexpr std::size_t fixed = 8 + 10 + 10 + 12 + 9 + 8 + 10 + 17 + 1;
    return fixed + host + path + 3 * identifier + user_sig;
}

} // namespace unfriend
