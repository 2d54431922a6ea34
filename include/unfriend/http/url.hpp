// The URL of a call.
//
//   char buffer[unfriend::max_user_sig_size + 1024];
//   auto url = unfriend::encode_url(endpoint.host(), unfriend::friend_delete::path,
//                                   {sdk_app_id, "administrator", user_sig, random()}, buffer);
//
// Implements "RESTful API Overview". Depends on no other library.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "unfriend/core/char_span.hpp"
#include "unfriend/core/config.hpp"
#include "unfriend/core/detail/ascii.hpp"
#include "unfriend/core/detail/fixed_writer.hpp"
#include "unfriend/core/detail/simd.hpp"
#include "unfriend/core/limits.hpp"
#include "unfriend/core/result.hpp"
#include "unfriend/http/detail/percent_encoding.hpp"
#include "unfriend/http/endpoint.hpp"

namespace unfriend { inline namespace v0_2 {

/// The path of a URL: a slash, then any number of slashes and unreserved characters (RFC 3986, section 2.3). The text
/// is checked on construction; any other text gives a path that is not valid. Holds a view: the text must outlive it.
class url_path {
public:
    /// A path that is not valid.
    constexpr url_path() noexcept = default;
    /// The path `text`, if it is one.
    constexpr url_path(std::string_view text) noexcept : text_(detail::is_path(text) ? text : std::string_view()) {}
    constexpr url_path(const char* text) noexcept : url_path(std::string_view(text)) {}

    /// Whether the text is a path.
    constexpr bool valid() const noexcept { return !text_.empty(); }
    /// The text, or an empty one if the path is not valid.
    constexpr std::string_view text() const noexcept { return text_; }

private:
    std::string_view text_;
};

/// The parameters of the query. Holds views.
struct url_query {
    std::uint32_t sdk_app_id = 0; ///< the app; not zero
    std::string_view identifier;  ///< the UserID of an app admin; `encode_url` percent-encodes it
    std::string_view user_sig;    ///< a UserSig of that admin
    std::uint32_t random = 0;     ///< a random number, another for each request
};

/// Writes `https://HOSTPATH?sdkappid=…&identifier=…&usersig=…&random=…&contenttype=json` into `buffer`, and a NUL
/// behind it. Returns a view of it without the NUL, valid as long as `buffer` is.
///
/// Errors: `invalid_host`, `invalid_path`, `invalid_sdk_app_id`, `invalid_identifier`, `invalid_user_sig_text`,
/// `buffer_too_small` (detail: bytes needed, the NUL included). Linear in the size of the URL; allocates nothing.
template <class Limits = default_limits>
result<std::string_view> encode_url(host_name host, url_path path, const url_query& query,
                                    char_span buffer UNFRIEND_LIFETIMEBOUND) noexcept {
    if (!host.valid()) return errc::invalid_host;
    if (!path.valid()) return errc::invalid_path;
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
    const std::size_t size = scheme.size() + host.text().size() + path.text().size() + app_name.size() +
                             app.view().size() + identifier_name.size() + identifier_size + user_sig_name.size() +
                             query.user_sig.size() + random_name.size() + random.view().size() + ending.size();
    if (buffer.size() <= size) return {errc::buffer_too_small, size + 1};
    char* out = detail::write_text(scheme, buffer.data());
    out = detail::write_text(host.text(), out);
    out = detail::write_text(path.text(), out);
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

/// Bytes that any URL fits into whose host, path, identifier and UserSig have at most the sizes given, the NUL
/// included.
constexpr std::size_t max_url_size(std::size_t host, std::size_t path, std::size_t identifier,
                                   std::size_t user_sig) noexcept {
    constexpr std::size_t fixed = 8 + 10 + 10 + 12 + 9 + 8 + 10 + 17 + 1;
    return fixed + host + path + 3 * identifier + user_sig;
}

}} // namespace unfriend::v0_2
