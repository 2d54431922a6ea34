// The query of a URL as names and values (application/x-www-form-urlencoded of the URL Standard), read where it
// stands: `%XX` spells a byte, `+` a space, and pairs are set apart by `&`.
#pragma once

#include <cstddef>
#include <string_view>

#include "unfriend/core/detail/ascii.hpp"

namespace unfriend::detail {

/// Where a percent sign stands that two hexadecimal digits do not follow; `npos` when none does.
inline std::size_t find_malformed_escape(std::string_view query) noexcept {
    for (std::size_t at = query.find('%'); at != std::string_view::npos; at = query.find('%', at + 3)) {
        if (query.size() - at < 3 || hex_value(query[at + 1]) < 0 || hex_value(query[at + 2]) < 0) return at;
    }
    return std::string_view::npos;
}

/// A name or value, byte by byte as what it spells. Its escapes must be well-formed.
class encoded_text {
public:
    explicit encoded_text(std::string_view text) noexcept : rest_(text) {}

    /// The next byte; false at the end.
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

/// Whether a name or value spells `plain`.
inline bool spells(std::string_view encoded, std::string_view plain) noexcept {
    encoded_text text(encoded);
    char byte = 0;
    for (const char c : plain) {
        if (!text.next(byte) || byte != c) return false;
    }
    return !text.next(byte);
}

/// What a name or value spells, if that is no more than `Capacity` bytes.
template <std::size_t Capacity>
class decoded_text {
public:
    /// False when it is more; the text is then empty.
    bool assign(std::string_view encoded) noexcept {
        encoded_text text(encoded);
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

/// A parameter, both parts as they stand in the query. One without `=` has an empty value.
struct encoded_parameter {
    std::string_view name;
    std::string_view value;
};

/// The parameters of a query, in order.
class query_reader {
public:
    explicit query_reader(std::string_view query) noexcept : rest_(query) {}

    /// The next parameter; false at the end.
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

} // namespace unfriend::detail
