// Moves past the value of an unknown member, however deep it is nested, in a loop.
#pragma once

#include <cstddef>

#include "unfriend/json/detail/reader_state.hpp"
#include "unfriend/json/detail/steps.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

/// The position behind the object or array at `at`, or null at an error: then `place` is the last one that was reached.
inline const char* skip_container(const char* at, json_steps& steps, reading_place& place,
                                  std::size_t max_depth) noexcept {
    const std::size_t outside = place.open.depth();
    reading_place reached = place; // in registers
    for (;;) {
        if (steps.is_at(at, '{') || steps.is_at(at, '[')) {
            if (reached.open.depth() == max_depth) break;
            at = reached.enter(at, steps.begin(), *at == '{');
        } else {
            const char* const behind = steps.skip_scalar(at);
            if (behind == nullptr) break;
            at = reached.reach(behind, steps.begin());
        }
        at = steps.skip_space(at);
        while (steps.is_at(at, reached.open.closing_bracket())) {
            at = reached.leave(at, steps.begin());
            if (reached.open.depth() == outside) {
                place = reached;
                return at;
            }
            at = steps.skip_space(at);
        }
        if (reached.has_value) {
            if (!steps.is_at(at, ',')) break;
            at = steps.skip_space(at + 1);
        }
        if (reached.open.is_in_object()) {
            at = steps.skip_name(at);
            if (at == nullptr) break;
            reached.reach_value(at, steps.begin());
        }
    }
    place = reached;
    return nullptr;
}

/// The same of a value of any kind, whose name stands before it.
inline const char* skip_value(const char* at, json_steps& steps, reading_place& place, std::size_t max_depth) noexcept {
    place.reach_value(at, steps.begin());
    const bool is_container = steps.is_at(at, '{') || steps.is_at(at, '[');
    return is_container ? skip_container(at, steps, place, max_depth) : steps.skip_scalar(at);
}

}}} // namespace unfriend::v0_2::detail
