// Reads the names and values of a query without copying it (URL Standard, application/x-www-form-urlencoded): pairs are
// separated by `&`; `%XX` encodes a byte and `+` a space.
#pragma once

#include <cstddef>
#include <string_view>

#include "unfriend/core/detail/ascii.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

/// The position of the first percent sign that is not followed by two hexadecimal digits, or `npos`.
inline std::size_t find_malformed_escape(std::string_view query) noexcept {
    for (std::size_t at = query.find('%'); at != std::string_view::npos; at = query.find('%', at + 3)) {
        if (query.size() - at < 3 || hex_value(query[at + 1]) < 0 || hex_value(query[at + 2]) < 0) return at;
    }
    return std::string_view::npos;
}

/// Decodes a name or value byte by byte. Its escapes must be well-formed.
class byte_decoder {
public:
    explicit byte_decoder(std::string_view text) noexcept : rest_(text) {}

    /// Stores the next byte; false at the end.
    bool next(char& byte) noexcept {
        if (rest_.empty()) return false;
        byte = rest_[0] == '+' ? ' ' : rest_[0];
        if (byte == '%') byte = static_cast<char>(hex_value(rest_[1]) * 16 + hex_value(rest_[2]));
        rest_.remove_prefix(rest_[0] == '%' ? 3 : 1);
        return true;
    }

private:
    std::string_view rest_;
};

/// Whether a name or value decodes to `plain`.
inline bool decodes_to(std::string_view encoded, std::string_view plain) noexcept {
    byte_decoder text(encoded);
    char byte = 0;
    for (const char c : plain) {
        if (!text.next(byte) || byte != c) return false;
    }
    return !text.next(byte);
}

/// A decoded name or value of at most `Capacity` bytes.
template <std::size_t Capacity>
class decoded_text {
public:
    /// Decodes `encoded`. False if it is longer; the text is then empty.
    bool assign(std::string_view encoded) noexcept {
        byte_decoder text(encoded);
        size_ = 0;
        for (char byte = 0; text.next(byte); bytes_[size_++] = byte) {
            if (size_ != Capacity) continue;
            size_ = 0;
            return false;
        }
        return true;
    }

    std::string_view view() const noexcept { return {bytes_, size_}; }

private:
    char bytes_[Capacity] = {};
    std::size_t size_ = 0;
};

/// A parameter, both parts still encoded. Without `=`, the value is empty.
struct encoded_parameter {
    std::string_view name;
    std::string_view value;
};

/// The parameters of a query, in order.
class query_reader {
public:
    explicit query_reader(std::string_view query) noexcept : rest_(query) {}

    /// Stores the next parameter; false at the end.
    bool next(encoded_parameter& parameter) noexcept {
        while (!rest_.empty()) {
            const std::string_view pair = rest_.substr(0, rest_.find('&'));
            rest_.remove_prefix(pair.size() == rest_.size() ? pair.size() : pair.size() + 1);
            if (pair.empty()) continue;
            const std::size_t equals = pair.find('=');
            parameter.name = pair.substr(0, equals);
            parameter.value = equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
            return true;
        }
        return false;
    }

private:
    std::string_view rest_;
};

}}} // namespace unfriend::v0_2::detail
