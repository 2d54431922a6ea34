// Decodes a message of any layout: speculatively at first, and with RapidJSON where that stops.
#pragma once

#include <cstddef>

#include "unfriend/core/char_span.hpp"
#include "unfriend/core/error.hpp"
#include "unfriend/json/detail/item_window.hpp"
#include "unfriend/json/detail/message_handler.hpp"
#include "unfriend/json/detail/reader_state.hpp"
#include "unfriend/json/detail/sax_reader.hpp"
#include "unfriend/json/detail/speculative_reader.hpp"
#include "unfriend/json/detail/text.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

/// Whether `body` begins like HTML or XML.
inline bool is_markup(char_span body) noexcept {
    const char* const end = body.data() + body.size();
    const char* const begin = skip_space(body.data(), end);
    return begin != end && *begin == '<';
}

/// Decodes `body` in place into `head` and `items`. On failure both hold what was read before it.
template <class Layout>
error read_message(char_span body, typename Layout::head& head, item_window<typename Layout::item>& items,
                   std::size_t max_nesting) {
    message_state<Layout> state{head, items};
    if (speculative_reader<Layout>(body, state, max_nesting).read()) return {};
    message_handler<Layout> handler(state, max_nesting);
    const error failure = read_json(body, handler, state.place.offset, lead_in(state.place).text());
    if (failure == errc::malformed_json && is_markup(body)) return {errc::html_body, failure.detail()};
    return failure;
}

}}} // namespace unfriend::v0_2::detail
