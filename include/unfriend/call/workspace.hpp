// The memory that one call works in.
//
//   static unfriend::workspace<> memory;                   // one for each call in flight
//   auto response = client(request, memory);               // its texts live in `memory`
#pragma once

#include <cstddef>
#include <cstdint>

#include "unfriend/call/account_result.hpp"
#include "unfriend/call/detail/pending_account.hpp"
#include "unfriend/core/char_span.hpp"
#include "unfriend/core/config.hpp"
#include "unfriend/core/limits.hpp"
#include "unfriend/messages/friend_delete.hpp"

namespace unfriend { inline namespace v0_2 {

/// Where a call puts its texts and its accounts. Points into a `workspace` or into any memory of the caller's,
/// which is the call's alone until it is over and its result no longer looked at.
struct call_memory {
    char_span user_sig;
    char_span url;
    char_span request;
    char_span answer; ///< decoded in place: texts of the result look into it
    char_span texts;  ///< the accounts themselves, and what the service said of some in earlier attempts
    account_result* results = nullptr;
    detail::pending_account* pending = nullptr;
    std::uint32_t* by_name = nullptr;
    result_item* items = nullptr;
    std::size_t max_accounts = 0; ///< how many each of the four arrays holds
};

/// Memory for one call at a time: static, on the heap or in a pool; too large for most stacks.
///
/// `Accounts`: how many one call may carry. `AnswerSize`: bytes of the largest answer to accept; one of 1000 failures
/// takes about 150 KB. The default takes 490 KB, `small_workspace` 17 KB.
template <std::size_t Accounts = default_limits::max_accounts, std::size_t AnswerSize = 256 * 1024,
          class Limits = default_limits>
class workspace {
    static_assert(Accounts > 0, "unfriend: a call carries one account at least");

public:
    call_memory memory() noexcept UNFRIEND_LIFETIMEBOUND {
        return {user_sig_, url_, request_, answer_, texts_, results_, pending_, by_name_, items_, Accounts};
    }
    operator call_memory() noexcept UNFRIEND_LIFETIMEBOUND { return memory(); }

private:
    static constexpr std::size_t note_size = 32; // on average

    char user_sig_[max_user_sig_size];
    char url_[max_user_sig_size + 1024];
    char request_[friend_delete::max_encoded_size<Limits>(Accounts)];
    char answer_[AnswerSize];
    char texts_[Limits::max_user_id_size + Accounts * (Limits::max_user_id_size + note_size)];
    account_result results_[Accounts];
    detail::pending_account pending_[Accounts];
    std::uint32_t by_name_[Accounts];
    result_item items_[Accounts];
};

/// Enough for a call of up to 16 accounts.
using small_workspace = workspace<16, 8 * 1024>;

static_assert(sizeof(workspace<>) <= 490 * 1024, "the size that the comments name");
static_assert(sizeof(small_workspace) <= 17 * 1024, "the size that the comments name");

}} // namespace unfriend::v0_2
