// What `--version` prints: this program, and the libraries that it was built with and runs with.
#pragma once

#include <string>
#include <string_view>

#include <curl/curl.h>
#include <openssl/crypto.h>
#include <openssl/opensslv.h>
#include <rapidjson/rapidjson.h>
#include <zlib.h>

#include <unfriend/core/config.hpp>

namespace example {

/// MAJOR.MINOR.PATCH of this program, which is that of the library.
inline std::string version() {
    return std::to_string(UNFRIEND_VERSION_MAJOR) + "." + std::to_string(UNFRIEND_VERSION_MINOR) + "." +
           std::to_string(UNFRIEND_VERSION_PATCH);
}

namespace detail {

inline std::string version_line(std::string_view name, std::string_view runs_with, std::string_view built_with) {
    std::string line(name);
    line.resize(11, ' ');
    return line.append(runs_with).append(", built with ").append(built_with).append("\n");
}

} // namespace detail

/// A line for the program, and one for each library.
inline std::string versions() {
    const curl_version_info_data& curl = *curl_version_info(CURLVERSION_NOW);
    std::string text = "unfriend " + version() + "\n";
    text += detail::version_line("libcurl", curl.version, LIBCURL_VERSION);
    text.append("  TLS by   ").append(curl.ssl_version == nullptr ? "nothing" : curl.ssl_version).append("\n");
    text += detail::version_line("OpenSSL", OpenSSL_version(OPENSSL_VERSION), OPENSSL_VERSION_TEXT);
    text += detail::version_line("zlib", zlibVersion(), ZLIB_VERSION);
    return text.append("RapidJSON  ").append(RAPIDJSON_VERSION_STRING).append(", headers alone\n");
}

} // namespace example
