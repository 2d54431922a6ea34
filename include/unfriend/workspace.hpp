// The memory that one call works in: URL, request body, answer.
//
//   static unfriend::workspace<> memory;                  // one for each call in flight
//   auto failure = client.call(request, response, memory);
#pragma once

#include <cstddef>

#include "unfriend/credentials.hpp"
#include "unfriend/friend_delete.hpp"
#include "unfriend/text.hpp"

namespace unfriend {

/// Where a call puts its texts. Points into a `workspace` or into any memory of the caller's.
struct call_buffers {
    char_span user_sig;
    char_span url;
    char_span request;
    char_span answer; ///< decoded in place: the texts of the response look into it
};

/// Memory for one call at a time, 332 KB by default; static, on the heap or in a pool, but hardly on the
/// stack. `AnswerSize`: bytes of the largest answer to accept; an answer of 1000 failures takes about 150 KB.
template <std::size_t RequestSize = friend_delete::max_encoded_size(), std::size_t AnswerSize = 256 * 1024>
class workspace {
public:
    call_buffers buffers() noexcept { return {user_sig_, url_, request_, answer_}; }

private:
    char user_sig_[max_user_sig_size];
    char url_[max_user_sig_size + 1024];
    char request_[RequestSize];
    char answer_[AnswerSize];
};

} // namespace unfriend
