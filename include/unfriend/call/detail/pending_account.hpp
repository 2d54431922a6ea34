// An account of a call that is not settled yet.
#pragma once

#include <cstdint>

namespace unfriend::detail {

/// An account that is not done with: which one, and what is known of its attempts.
struct pending_account {
    std::uint32_t index; // into the results
    bool is_answer_lost; // an earlier attempt may have reached the service
    bool is_mentioned;   // by the answer being read
    bool is_settled;     // by that answer
};

} // namespace unfriend::detail
