// Finds the parameters in the query of a webhook.
#pragma once

#include <cstddef>
#include <limits>
#include <string_view>

#include "unfriend/core/detail/ascii.hpp"
#include "unfriend/core/error.hpp"
#include "unfriend/webhook/detail/query.hpp"
#include "unfriend/webhook/parameter.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

class webhook_query {
public:
    /// Finds the parameters, in any order; unknown ones are ignored. The values are views of `query`.
    error read(std::string_view query, std::size_t max_size) noexcept {
        if (query.size() > max_size) return {errc::webhook_query_too_large, max_size};
        if (const std::size_t at = find_malformed_escape(query); at != std::string_view::npos) {
            return {errc::webhook_query_malformed, at};
        }
        query_reader reader(query);
        encoded_parameter found;
        while (reader.next(found)) {
            for (std::size_t i = 0; i < size; ++i) {
                if (!decodes_to(found.name, to_string(static_cast<webhook_parameter>(i)))) continue;
                if (values_[i].data() != nullptr)
                    return {errc::webhook_parameter_repeated, i, to_string(static_cast<webhook_parameter>(i))};
                values_[i] = found.value.data() != nullptr ? found.value : std::string_view("");
            }
        }
        return {};
    }

    bool has(webhook_parameter parameter) const noexcept { return value(parameter).data() != nullptr; }

    /// The value, still encoded; empty if there is none.
    std::string_view value(webhook_parameter parameter) const noexcept {
        return values_[static_cast<std::size_t>(parameter)];
    }

private:
    static constexpr std::size_t size = static_cast<std::size_t>(webhook_parameter::sign) + 1;

    std::string_view values_[size]{};
};

inline error missing(webhook_parameter parameter) noexcept {
    return {errc::webhook_parameter_missing, static_cast<std::size_t>(parameter), to_string(parameter)};
}

inline error invalid(webhook_parameter parameter) noexcept {
    return {errc::webhook_parameter_invalid, static_cast<std::size_t>(parameter), to_string(parameter)};
}

/// Reads `text` as a decimal number without sign or leading zeros. False if it is not one or too large.
template <class Number>
bool read_decimal(std::string_view text, Number& number) noexcept {
    constexpr Number largest = (std::numeric_limits<Number>::max)();
    if (text.empty() || (text[0] == '0' && text.size() > 1)) return false;
    number = 0;
    for (const char c : text) {
        const auto digit = static_cast<Number>(c - '0');
        if (!is_digit(c) || number > (largest - digit) / 10) return false;
        number = static_cast<Number>(number * 10 + digit);
    }
    return true;
}

}}} // namespace unfriend::v0_2::detail
