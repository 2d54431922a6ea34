// A fuzz target: any texts as the host, the path and the query of a call's URL. A line of the input is a part.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <arpa/inet.h>

#include "unfriend/http.hpp"

#include "target.hpp"

namespace {

using unfriend::errc;

constexpr std::string_view digits = "0123456789";
constexpr std::string_view hex_digits = "0123456789abcdefABCDEF";
constexpr std::string_view alphanumeric = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

bool is_of(std::string_view text, std::string_view characters, std::string_view more = "") {
    return std::all_of(text.begin(), text.end(), [&](char c) {
        return characters.find(c) != std::string_view::npos || more.find(c) != std::string_view::npos;
    });
}

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts(1);
    for (const char c : text) {
        if (c == separator) {
            parts.emplace_back();
        } else {
            parts.back() += c;
        }
    }
    return parts;
}

/// An address by the C library's judgement.
bool is_address(int family, std::string_view text) {
    unsigned char address[16];
    return text.find('\0') == std::string_view::npos && inet_pton(family, std::string(text).c_str(), address) == 1;
}

bool is_domain(std::string_view text) {
    if (!text.empty() && text.back() == '.') text.remove_suffix(1);
    if (text.empty() || text.size() > 253) return false;
    const std::vector<std::string> labels = split(text, '.');
    for (const std::string& label : labels) {
        if (label.empty() || label.size() > 63 || !is_of(label, alphanumeric, "-_")) return false;
        if (label.front() == '-' || label.back() == '-') return false;
    }
    const std::string& last = labels.back();
    const bool is_hexadecimal =
        last.size() > 1 && last[0] == '0' && (last[1] == 'x' || last[1] == 'X') && is_of(last.substr(2), hex_digits);
    return !is_of(last, digits) && !is_hexadecimal;
}

bool is_host(std::string_view text) {
    std::string_view host = text;
    std::optional<std::string_view> port;
    const std::size_t behind = text.substr(0, 1) == "[" ? std::min(text.find(']'), text.size()) : 0;
    if (const std::size_t colon = text.find(':', behind); colon != std::string_view::npos) {
        host = text.substr(0, colon);
        port = text.substr(colon + 1);
    }
    if (port && (port->empty() || port->size() > 5 || port->front() == '0' || !is_of(*port, digits) ||
                 std::stoi(std::string(*port)) > 65535)) {
        return false;
    }
    if (host.substr(0, 1) == "[") {
        return host.back() == ']' && host.size() > 2 && is_address(AF_INET6, host.substr(1, host.size() - 2));
    }
    return is_address(AF_INET, host) || is_domain(host);
}

bool is_path(std::string_view text) { return text.substr(0, 1) == "/" && is_of(text, alphanumeric, "/-._~"); }

bool is_user_id(std::string_view text) {
    return !text.empty() && text.size() <= 32 &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c <= 0x7E; });
}

bool is_user_sig(std::string_view text) { return !text.empty() && is_of(text, alphanumeric, "*-_"); }

std::string percent_decoded(std::string_view text) {
    std::string plain;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '%') {
            plain += text[at];
            continue;
        }
        require(text.size() - at > 2, "an escape has two digits");
        plain += static_cast<char>(std::stoi(std::string(text.substr(at + 1, 2)), nullptr, 16));
        at += 2;
    }
    return plain;
}

struct parts {
    std::string_view host;
    std::string_view path;
    std::string_view identifier;
    std::string_view user_sig;
    std::uint32_t app_id;
    std::uint32_t random;
};

errc fault_of(const parts& all) {
    if (!is_host(all.host)) return errc::invalid_host;
    if (!is_path(all.path)) return errc::invalid_path;
    if (all.app_id == 0) return errc::invalid_sdk_app_id;
    if (!is_user_id(all.identifier)) return errc::invalid_identifier;
    return is_user_sig(all.user_sig) ? errc() : errc::invalid_user_sig_text;
}

/// The URL is read again, and says what it was made of.
void check_url(std::string_view url, const parts& all) {
    require(is_of(url, alphanumeric, "-._~:/?&=%[]*"), "a URL has no other characters");
    const std::string before = "https://" + std::string(all.host) + std::string(all.path) +
                               "?sdkappid=" + std::to_string(all.app_id) + "&identifier=";
    const std::string behind =
        "&usersig=" + std::string(all.user_sig) + "&random=" + std::to_string(all.random) + "&contenttype=json";
    require(url.size() > before.size() + behind.size(), "a URL has all its parts");
    require(url.substr(0, before.size()) == before, "the parts before the identifier are those that were given");
    require(url.substr(url.size() - behind.size()) == behind, "the parts behind the identifier are those given");
    const std::string_view encoded = url.substr(before.size(), url.size() - before.size() - behind.size());
    require(is_of(encoded, alphanumeric, "-._~%"), "the identifier is encoded");
    require(percent_decoded(encoded) == all.identifier, "the identifier is the one that was given");
}

void check(const parts& all, std::size_t room) {
    require(unfriend::host_name(all.host).valid() == is_host(all.host), "a host is judged by the standards");
    require(unfriend::url_path(all.path).valid() == is_path(all.path), "a path is judged by the standards");
    const auto encode = [&](unfriend::char_span buffer) {
        return unfriend::encode_url(all.host, all.path, {all.app_id, all.identifier, all.user_sig, all.random}, buffer);
    };
    const errc fault = fault_of(all);
    const auto needed = encode({});
    require(!needed, "nothing fits into no bytes");
    if (fault != errc()) return require(needed.error() == fault, "the first fault is the one that is reported");
    require(needed.error() == errc::buffer_too_small, "what is valid needs room only");
    const std::size_t size = needed.error().detail();
    require(size <=
                unfriend::max_url_size(all.host.size(), all.path.size(), all.identifier.size(), all.user_sig.size()),
            "the largest size is the largest");
    // Buffers of exactly their size: one that suffices, and one that does not.
    for (const std::size_t given : {size, room % size}) {
        const auto buffer = std::make_unique<char[]>(given);
        const auto url = encode({buffer.get(), given});
        require(url.has_value() == (given == size), "what fits is written");
        if (!url) {
            require(url.error().detail() == size, "the size that is needed does not depend on the buffer");
            continue;
        }
        require(url->size() + 1 == size && buffer[size - 1] == '\0', "a NUL is behind the URL");
        check_url(*url, all);
    }
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    input_bytes input(data, size);
    parts all{};
    all.host = input.take_line();
    all.path = input.take_line();
    all.user_sig = input.take_line();
    all.app_id = input.take_byte() % 8 == 0 ? 0 : input.take_byte() * 16'777'619U;
    all.random = input.take_byte() * 16'843'009U;
    const std::size_t room = input.take_byte();
    all.identifier = input.rest();
    check(all, room);
    return 0;
}
