// Who calls, as the environment says: UNFRIEND_SDK_APP_ID, UNFRIEND_IDENTIFIER, UNFRIEND_SECRET_KEY.
#pragma once

#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

#include <unfriend/crypto/secret.hpp>

namespace example {

struct credentials {
    std::uint32_t sdk_app_id = 0;
    std::string identifier;
    unfriend::secret key;
};

/// Reads the whole of `text` as a decimal number; false when it is none or does not fit.
template <class Number>
bool parse_number(std::string_view text, Number& number) noexcept {
    const char* const end = text.data() + text.size();
    const auto [rest, failure] = std::from_chars(text.data(), end, number);
    return failure == std::errc{} && rest == end;
}

/// Fills `found` from the environment and returns what is wrong with it; empty when nothing is. Whether identifier
/// and key are well-formed is for the library to say. Values are not part of the message.
inline std::string read_credentials(credentials& found) {
    const auto read = [](const char* name) -> std::string_view {
        const char* value = std::getenv(name);
        return value == nullptr ? std::string_view() : value;
    };
    for (const char* name : {"UNFRIEND_SDK_APP_ID", "UNFRIEND_IDENTIFIER", "UNFRIEND_SECRET_KEY"}) {
        if (read(name).empty()) return std::string(name) + " is not set";
    }
    if (!parse_number(read("UNFRIEND_SDK_APP_ID"), found.sdk_app_id)) {
        return "UNFRIEND_SDK_APP_ID is not a number of 1 to 4294967295";
    }
    found.identifier = read("UNFRIEND_IDENTIFIER");
    found.key = unfriend::secret(read("UNFRIEND_SECRET_KEY"));
    return {};
}

} // namespace example
