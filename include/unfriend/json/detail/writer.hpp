// Printable ASCII as JSON text.
#pragma once

#include <cstddef>
#include <string_view>

#include "unfriend/core/detail/fixed_writer.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

constexpr bool needs_json_escape(char c) noexcept { return c == '"' || c == '\\'; }

/// Writes printable ASCII as the inside of a JSON string.
inline void write_json_characters(fixed_writer& out, std::string_view printable) noexcept {
    const char* const end = printable.data() + printable.size();
    for (const char* plain = printable.data(); plain != end;) {
        const char* special = plain;
        while (special != end && !needs_json_escape(*special)) ++special;
        out.append(std::string_view(plain, static_cast<std::size_t>(special - plain)));
        plain = special;
        if (special != end) {
            out.append('\\');
            out.append(*plain++);
        }
    }
}

/// Writes printable ASCII as a JSON string, quotes included.
inline void write_json_text(fixed_writer& out, std::string_view printable) noexcept {
    out.append('"');
    write_json_characters(out, printable);
    out.append('"');
}

}}} // namespace unfriend::v0_2::detail
