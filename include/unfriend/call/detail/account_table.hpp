// The accounts of one call: those of the request, those that are still pending, and the outcome of each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "unfriend/call/account_result.hpp"
#include "unfriend/call/detail/duplicates.hpp"
#include "unfriend/call/detail/item_matcher.hpp"
#include "unfriend/call/detail/pending_account.hpp"
#include "unfriend/call/detail/settlement.hpp"
#include "unfriend/call/detail/text_store.hpp"
#include "unfriend/call/workspace.hpp"
#include "unfriend/core/detail/ascii.hpp"
#include "unfriend/core/detail/bounds.hpp"
#include "unfriend/core/detail/simd.hpp"
#include "unfriend/core/error.hpp"
#include "unfriend/messages/delete_type.hpp"
#include "unfriend/messages/service_code.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

/// What the items of a response say together.
struct item_summary {
    bool is_progress = false;     // some account is settled
    bool is_throttled = false;    // some account was refused for coming too fast
    bool is_filtered = false;     // some account was refused by the security policy
    bool is_charged = false;      // some account is not settled, and not because it came too fast
    bool is_any_stranger = false; // some account was no friend, and no attempt may have deleted it

    void add(code_kind kind, const settlement& now) noexcept {
        const bool is_stranger = kind == code_kind::already_gone && now.outcome == outcome::failed;
        is_any_stranger = is_any_stranger || is_stranger;
        is_throttled = is_throttled || kind == code_kind::throttled;
        is_filtered = is_filtered || kind == code_kind::security_policy;
        is_charged = is_charged || (!now.is_settled && kind != code_kind::throttled);
    }
    /// What the answer says of the pace.
    code_kind kind() const noexcept {
        if (is_filtered) return code_kind::security_policy;
        return is_throttled ? code_kind::throttled : code_kind::success;
    }
};

class account_table {
public:
    account_table(const call_memory& memory, std::size_t max_user_id_size, std::size_t max_accounts) noexcept
        : memory_(memory), texts_(memory.texts), max_user_id_size_(max_user_id_size),
          max_accounts_(smaller(memory.max_accounts, max_accounts)) {}

    void clear() noexcept {
        size_ = pending_size_ = listed_ = 0;
        texts_.clear();
    }

    /// Forgets all accounts and begins a request.
    error begin(std::string_view from_account, delete_type type) noexcept {
        clear();
        delete_type_ = type;
        from_account_ = texts_.append(cut_text(from_account, max_user_id_size_));
        if (!is_user_id(from_account, max_user_id_size_)) return errc::invalid_from_account;
        return from_account_.empty() ? error(errc::buffer_too_small, from_account.size()) : error();
    }

    /// Adds an account. `may_have_applied`: an earlier call may have deleted it.
    error add(std::string_view to_account, bool may_have_applied = false) noexcept {
        if (size_ == max_accounts_) return {errc::too_many_accounts, max_accounts_};
        const std::size_t size = to_account.size();
        if (size == 0 || size > max_user_id_size_) return {errc::invalid_to_account, size_};
        char* const saved = texts_.prepare(size);
        if (saved == nullptr) return {errc::buffer_too_small, texts_.size() + size};
        if (!copy_plain(to_account.data(), size, saved) && !is_printable_ascii(to_account))
            return {errc::invalid_to_account, size_};
        push(texts_.commit(size));
        listed_ = size_;
        if (may_have_applied) mark_unknown(memory_.pending[pending_size_ - 1], {});
        return {};
    }

    /// Adds an account that no call can carry: it has a result, cut to the length of a UserID, and is not sent.
    void add_invalid(std::string_view to_account) noexcept {
        if (size_ == max_accounts_) return;
        push(texts_.append(cut_text(to_account, max_user_id_size_)));
        listed_ = size_;
        --pending_size_;
        memory_.results[size_ - 1].result_info = describe(errc::invalid_to_account);
    }

    /// All friends, whoever they are: one result, which is not in the list.
    error add_everyone() noexcept {
        if (max_accounts_ == 0) return {errc::too_many_accounts, 0};
        push({});
        return {};
    }

    std::string_view from_account() const noexcept { return from_account_; }
    unfriend::delete_type delete_type() const noexcept { return delete_type_; }
    pending_names pending() const noexcept { return {memory_.results, memory_.pending, pending_size_}; }
    bool is_full() const noexcept { return size_ == max_accounts_; }
    bool is_done() const noexcept { return pending_size_ == 0; }

    /// The results, in the order of the request.
    const account_result* results() const noexcept { return memory_.results; }
    std::size_t listed() const noexcept { return listed_; }
    std::size_t size() const noexcept { return size_; }

    /// The attempt got no answer and may have been applied: every pending account may be deleted.
    void mark_unknown() noexcept {
        for (std::size_t i = 0; i < pending_size_; ++i) mark_unknown(memory_.pending[i], {});
    }

    /// The service refused the call, or lost track of it.
    void mark_refused(const service_code& code, std::string_view info) noexcept {
        for (std::size_t i = 0; i < pending_size_; ++i) {
            if (code.may_have_applied) mark_unknown(memory_.pending[i], {});
            account_result& result = result_of(memory_.pending[i]);
            result.result_code = code.code;
            result.result_info = info;
        }
    }

    /// The call ends: gives `why`, static text, to every pending account of which the service said nothing.
    void explain_unsettled(std::string_view why) noexcept {
        for (std::size_t i = 0; i < pending_size_; ++i) {
            account_result& result = result_of(memory_.pending[i]);
            if (!result.result_code && result.result_info.empty()) result.result_info = why;
        }
    }

    /// The service took the call and answers each account with an item; an account without one may be deleted.
    item_summary apply_items(const result_item* items, std::size_t size) noexcept {
        item_summary summary;
        item_matcher accounts(memory_.results, memory_.pending, pending_size_, memory_.by_name);
        for (std::size_t i = 0; i < pending_size_; ++i)
            memory_.pending[i].is_mentioned = memory_.pending[i].is_settled = false;
        for (std::size_t i = 0; i < size; ++i) {
            pending_account* const named = accounts.find(i, items[i].to_account);
            if (named != nullptr) apply(*named, items[i].result_code, items[i].result_info, summary);
        }
        if (size < pending_size_ || !accounts.is_in_order()) apply_to_unmentioned(accounts, summary);
        if (summary.is_any_stranger) credit_duplicates(memory_.results, size_, memory_.by_name);
        summary.is_progress = drop_settled();
        return summary;
    }

    /// The service took the call and answers it as a whole.
    void apply_success_to_everyone() noexcept {
        item_summary summary;
        if (pending_size_ != 0) apply(memory_.pending[0], 0, {}, summary);
        drop_settled();
    }

    /// Copies the texts of results out of the response's memory, as far as there is room: the next attempt's response
    /// goes into the same memory.
    void save_result_info() noexcept {
        std::string_view shared; // a refusal is the same text for all accounts
        std::string_view saved;
        for (std::size_t i = 0; i < size_; ++i) {
            std::string_view& info = memory_.results[i].result_info;
            if (!is_in(info, memory_.answer)) continue;
            if (info.data() != shared.data() || info.size() != shared.size()) {
                shared = info;
                saved = texts_.append(info);
            }
            info = saved;
        }
    }

private:
    account_result& result_of(const pending_account& pending) noexcept { return memory_.results[pending.index]; }

    void push(std::string_view to_account) noexcept {
        account_result& result = memory_.results[size_];
        result = {};
        result.to_account = to_account;
        memory_.pending[pending_size_++] = {static_cast<std::uint32_t>(size_++), false, false, false};
    }

    void mark_unknown(pending_account& pending, std::string_view why) noexcept {
        pending.may_have_applied = true;
        account_result& result = result_of(pending);
        result.outcome = outcome::unknown;
        result.result_code.reset();
        result.result_info = why;
    }

    void apply(pending_account& pending, std::optional<std::int32_t> code, std::string_view info,
               item_summary& summary) noexcept {
        // An account that the answer repeats: deleted stays deleted, and 31704 of it says just that.
        if (pending.is_settled && result_of(pending).outcome == outcome::deleted) return;
        pending.is_mentioned = true;
        pending.is_settled = false;
        if (!code) {
            summary.is_charged = true;
            return mark_unknown(pending, "the answer says nothing of the account");
        }
        const service_code meaning = lookup(*code);
        pending.may_have_applied = pending.may_have_applied || meaning.may_have_applied;
        const settlement now = settle(meaning, pending.may_have_applied);
        summary.add(meaning.kind, now);
        pending.is_settled = now.is_settled;
        account_result& result = result_of(pending);
        result.outcome = now.outcome;
        result.result_code = code;
        result.result_info = info;
    }

    /// An account that the request names twice may be answered once; one without any answer may be deleted.
    void apply_to_unmentioned(item_matcher& accounts, item_summary& summary) noexcept {
        const account_result* duplicate = nullptr;
        accounts.for_each_by_name([&](pending_account& pending) {
            if (pending.is_mentioned) {
                duplicate = &result_of(pending);
            } else if (duplicate != nullptr && duplicate->to_account == accounts.name_of(pending)) {
                apply(pending, duplicate->result_code, duplicate->result_info, summary);
            } else {
                summary.is_charged = true;
                mark_unknown(pending, "the answer does not mention the account");
            }
        });
    }

    /// Whether there were any.
    bool drop_settled() noexcept {
        std::size_t left = 0;
        for (std::size_t i = 0; i < pending_size_; ++i) {
            if (!memory_.pending[i].is_settled) memory_.pending[left++] = memory_.pending[i];
        }
        return std::exchange(pending_size_, left) != left;
    }

    call_memory memory_;
    text_store texts_;
    std::size_t max_user_id_size_;
    std::size_t max_accounts_;
    std::size_t size_ = 0;
    std::size_t pending_size_ = 0;
    std::size_t listed_ = 0;
    std::string_view from_account_;
    unfriend::delete_type delete_type_ = unfriend::delete_type::unspecified;
};

}}} // namespace unfriend::v0_2::detail
