// The accounts of one call: what was asked for, what is still to do, and what became of each.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <string_view>

#include "unfriend/call/account_result.hpp"
#include "unfriend/call/workspace.hpp"
#include "unfriend/core/char_span.hpp"
#include "unfriend/core/detail/ascii.hpp"
#include "unfriend/core/detail/simd.hpp"
#include "unfriend/core/error.hpp"
#include "unfriend/messages/delete_type.hpp"
#include "unfriend/messages/service_code.hpp"

namespace unfriend::detail {

/// What an answer's items say of the accounts together.
struct item_signs {
    bool is_progress = false;  // some account is done with
    bool is_throttled = false; // some account was refused for coming too fast
    bool is_filtered = false;  // some account was refused by the security policy
};

/// The texts of the accounts still to do, in the order of the request.
class pending_texts {
public:
    class iterator {
    public:
        using iterator_category = std::input_iterator_tag;
        using value_type = std::string_view;
        using difference_type = std::ptrdiff_t;
        using pointer = const std::string_view*;
        using reference = std::string_view;

        iterator(const account_result* results, const pending_account* at) noexcept : results_(results), at_(at) {}
        std::string_view operator*() const noexcept { return results_[at_->index].to_account; }
        iterator& operator++() noexcept {
            ++at_;
            return *this;
        }
        friend bool operator!=(const iterator& left, const iterator& right) noexcept { return left.at_ != right.at_; }

    private:
        const account_result* results_;
        const pending_account* at_;
    };

    pending_texts(const account_result* results, const pending_account* pending, std::size_t size) noexcept
        : results_(results), pending_(pending), size_(size) {}
    iterator begin() const noexcept { return {results_, pending_}; }
    iterator end() const noexcept { return {results_, pending_ + size_}; }

private:
    const account_result* results_;
    const pending_account* pending_;
    std::size_t size_;
};

class account_table {
public:
    account_table(const call_memory& memory, std::size_t max_user_id_size, std::size_t max_accounts) noexcept
        : memory_(memory), max_user_id_size_(max_user_id_size),
          max_accounts_(std::min(memory.max_accounts, max_accounts)) {}

    void clear() noexcept { size_ = pending_size_ = listed_ = texts_size_ = 0; }

    /// Forgets all accounts and begins a request.
    error begin(std::string_view from_account, delete_type type) noexcept {
        clear();
        delete_type_ = type;
        from_account_ = keep(from_account.substr(0, max_user_id_size_));
        if (!is_user_id(from_account, max_user_id_size_)) return errc::invalid_from_account;
        return from_account_.empty() ? error(errc::buffer_too_small, from_account.size()) : error();
    }

    /// A further account.
    error add(std::string_view to_account) noexcept {
        if (size_ == max_accounts_) return {errc::too_many_accounts, max_accounts_};
        const std::size_t size = to_account.size();
        if (size == 0 || size > max_user_id_size_) return {errc::invalid_to_account, size_};
        if (size > memory_.texts.size() - texts_size_) return {errc::buffer_too_small, texts_size_ + size};
        char* const kept = memory_.texts.data() + texts_size_;
        if (!copy_plain(to_account.data(), size, kept) && !is_printable_ascii(to_account))
            return {errc::invalid_to_account, size_};
        texts_size_ += size;
        push({kept, size});
        listed_ = size_;
        return {};
    }

    /// An account that no call can carry, whose beginning shall have its place among the results all the same.
    void add_invalid(std::string_view to_account) noexcept {
        if (size_ == max_accounts_) return;
        push(keep(to_account.substr(0, max_user_id_size_)));
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
    pending_texts pending() const noexcept { return {memory_.results, memory_.pending, pending_size_}; }
    bool is_full() const noexcept { return size_ == max_accounts_; }
    bool is_done() const noexcept { return pending_size_ == 0; }

    /// The results, in the order of the request.
    const account_result* results() const noexcept { return memory_.results; }
    std::size_t listed() const noexcept { return listed_; }
    std::size_t size() const noexcept { return size_; }

    /// The answer to an attempt is lost: whatever was to do may be done.
    void lose() noexcept {
        for (std::size_t i = 0; i < pending_size_; ++i) lose(memory_.pending[i], {});
    }

    /// The service refused the call.
    void refuse(std::int32_t code, std::string_view info) noexcept {
        for (std::size_t i = 0; i < pending_size_; ++i) {
            account_result& result = result_of(memory_.pending[i]);
            result.result_code = code;
            result.result_info = info;
        }
    }

    /// Nothing was sent, for a reason that holds for all that is to do. `why` is static text.
    void give_up(std::string_view why) noexcept {
        for (std::size_t i = 0; i < pending_size_; ++i) {
            account_result& result = result_of(memory_.pending[i]);
            if (result.result_code == absent_code && result.result_info.empty()) result.result_info = why;
        }
    }

    /// The service took the call and answers each account with an item. Those that it does not mention are lost.
    item_signs settle(const result_item* items, std::size_t size) noexcept {
        item_signs signs;
        bool is_sorted = false;
        for (std::size_t i = 0; i < pending_size_; ++i)
            memory_.pending[i].is_mentioned = memory_.pending[i].is_settled = false;
        for (std::size_t i = 0; i < size; ++i) {
            pending_account* named = memory_.pending + i;
            if (is_sorted || i >= pending_size_ || text_of(*named) != items[i].to_account) {
                if (!is_sorted) sort_by_name();
                is_sorted = true;
                named = find(items[i].to_account);
            }
            if (named != nullptr) take(*named, items[i].result_code, items[i].result_info, signs);
        }
        if (size < pending_size_ || is_sorted) settle_unmentioned(is_sorted, signs);
        signs.is_progress = drop_settled();
        return signs;
    }

    /// The service took the call and answers it as a whole.
    void settle_everyone() noexcept {
        item_signs signs;
        if (pending_size_ != 0) take(memory_.pending[0], 0, {}, signs);
        drop_settled();
    }

    /// Moves what the answer said of the accounts out of its way, as far as there is room: the next attempt's
    /// answer comes into the same memory.
    void keep_notes() noexcept {
        std::string_view shared; // a refusal is the same text for all accounts
        std::string_view kept;
        for (std::size_t i = 0; i < size_; ++i) {
            std::string_view& info = memory_.results[i].result_info;
            if (!is_in(info, memory_.answer)) continue;
            if (info.data() != shared.data() || info.size() != shared.size()) {
                shared = info;
                kept = keep(info);
            }
            info = kept;
        }
    }

private:
    static bool is_in(std::string_view text, char_span memory) noexcept {
        const std::less_equal<const char*> is_not_behind;
        return !text.empty() && is_not_behind(memory.data(), text.data()) &&
               is_not_behind(text.data() + text.size(), memory.data() + memory.size());
    }

    account_result& result_of(const pending_account& pending) noexcept { return memory_.results[pending.index]; }
    std::string_view text_of(const pending_account& pending) const noexcept {
        return memory_.results[pending.index].to_account;
    }

    /// Empty when there is no room.
    std::string_view keep(std::string_view text) noexcept {
        if (text.size() > memory_.texts.size() - texts_size_) return {};
        char* const kept = memory_.texts.data() + texts_size_;
        text.copy(kept, text.size());
        texts_size_ += text.size();
        return {kept, text.size()};
    }

    void push(std::string_view to_account) noexcept {
        account_result& result = memory_.results[size_];
        result = {};
        result.to_account = to_account;
        memory_.pending[pending_size_++] = {static_cast<std::uint32_t>(size_++), false, false, false};
    }

    void lose(pending_account& pending, std::string_view why) noexcept {
        pending.is_answer_lost = true;
        account_result& result = result_of(pending);
        result.became = outcome::unknown;
        result.result_code = absent_code;
        result.result_info = why;
    }

    void take(pending_account& pending, std::int32_t code, std::string_view info, item_signs& signs) noexcept {
        pending.is_mentioned = true;
        pending.is_settled = false;
        if (code == absent_code) return lose(pending, "the answer says nothing of the account");
        account_result& result = result_of(pending);
        result.result_code = code;
        result.result_info = info;
        if (code == 0) {
            result.became = outcome::deleted;
            pending.is_settled = true;
        } else {
            take_failure(pending, result, signs);
        }
    }

    static void take_failure(pending_account& pending, account_result& result, item_signs& signs) noexcept {
        const service_code code = lookup(result.result_code);
        pending.is_settled = code.retry != retry_advice::later;
        signs.is_throttled = signs.is_throttled || code.kind == code_class::throttled;
        signs.is_filtered = signs.is_filtered || code.kind == code_class::policy;
        result.became = outcome::failed;
        if (!pending.is_answer_lost) return;
        // A refusal of the moment does not tell what an attempt whose answer was lost has done.
        const bool is_of_the_moment = !pending.is_settled || code.kind == code_class::policy;
        if (is_of_the_moment) result.became = outcome::unknown;
        if (code.kind == code_class::already_gone) result.became = outcome::already_gone;
    }

    void sort_by_name() noexcept {
        for (std::size_t i = 0; i < pending_size_; ++i) memory_.by_name[i] = static_cast<std::uint32_t>(i);
        std::sort(memory_.by_name, memory_.by_name + pending_size_, [this](std::uint32_t left, std::uint32_t right) {
            const int order = text_of(memory_.pending[left]).compare(text_of(memory_.pending[right]));
            return order < 0 || (order == 0 && left < right);
        });
    }

    /// The first account of that name that the answer has not mentioned yet; if it has them all, the last.
    pending_account* find(std::string_view name) noexcept {
        const auto is_before = [this](std::uint32_t each, std::string_view text) {
            return text_of(memory_.pending[each]) < text;
        };
        std::uint32_t* const end = memory_.by_name + pending_size_;
        pending_account* found = nullptr;
        for (std::uint32_t* at = std::lower_bound(memory_.by_name, end, name, is_before);
             at != end && text_of(memory_.pending[*at]) == name; ++at) {
            found = memory_.pending + *at;
            if (!found->is_mentioned) break;
        }
        return found;
    }

    /// An account that was named twice may be answered once; one that is not answered at all is lost.
    void settle_unmentioned(bool is_sorted, item_signs& signs) noexcept {
        if (!is_sorted) sort_by_name();
        const account_result* twin = nullptr;
        for (std::size_t i = 0; i < pending_size_; ++i) {
            pending_account& pending = memory_.pending[memory_.by_name[i]];
            if (pending.is_mentioned) {
                twin = &result_of(pending);
            } else if (twin != nullptr && twin->to_account == text_of(pending)) {
                take(pending, twin->result_code, twin->result_info, signs);
            } else {
                lose(pending, "the answer does not mention the account");
            }
        }
    }

    /// Whether there were any.
    bool drop_settled() noexcept {
        pending_account* const end = memory_.pending + pending_size_;
        pending_account* const kept =
            std::remove_if(memory_.pending, end, [](const pending_account& pending) { return pending.is_settled; });
        pending_size_ = static_cast<std::size_t>(kept - memory_.pending);
        return kept != end;
    }

    call_memory memory_;
    std::size_t max_user_id_size_;
    std::size_t max_accounts_;
    std::size_t size_ = 0;
    std::size_t pending_size_ = 0;
    std::size_t listed_ = 0;
    std::size_t texts_size_ = 0;
    std::string_view from_account_;
    unfriend::delete_type delete_type_ = unfriend::delete_type::unspecified;
};

} // namespace unfriend::detail
