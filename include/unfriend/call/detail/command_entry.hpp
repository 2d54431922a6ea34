// A command as the calls see it: how its accounts get into the table, and how those still to do get out.
#pragma once

#include <cstddef>
#include <string_view>
#include <type_traits>

#include "unfriend/call/detail/account_table.hpp"
#include "unfriend/core/char_span.hpp"
#include "unfriend/core/detail/text_range.hpp"
#include "unfriend/core/error.hpp"
#include "unfriend/core/result.hpp"
#include "unfriend/core/text.hpp"
#include "unfriend/http/url.hpp"
#include "unfriend/messages/friend_delete.hpp"
#include "unfriend/messages/friend_delete_all.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

struct command_entry {
    url_path path; // checked when the program is compiled
    result<std::string_view> (*encode)(const account_table& table, char_span buffer);
    bool has_items; // its answer has one for each account
};

template <class Command, class Limits>
struct command_of;

template <class Limits>
struct command_of<friend_delete, Limits> {
    static result<std::string_view> encode(const account_table& table, char_span buffer) {
        const pending_names accounts = table.pending();
        return unfriend::encode<Limits>(friend_delete_request{table.from_account(), accounts, table.delete_type()},
                                        buffer);
    }
    static constexpr command_entry entry{friend_delete::path, encode, true};
    static constexpr bool is_extensible = false;

    template <class Accounts, class From>
    static error fill(account_table& table, const friend_delete_request<Accounts, From>& request) {
        error failure = table.begin(text_access<From>::view(request.from_account), request.delete_type);
        if (!failure) failure = add_all(table, iterable(request.to_account));
        if (failure) table.clear();
        return failure;
    }

private:
    template <class Accounts>
    static error add_all(account_table& table, Accounts&& accounts) {
        std::size_t count = 0;
        for (auto&& account : accounts) {
            using account_type = std::remove_cv_t<std::remove_reference_t<decltype(account)>>;
            if (++count > Limits::max_accounts) break; // the range may be endless
            if (table.is_full()) continue;
            if (const error failure = table.add(text_access<account_type>::view(account))) return failure;
        }
        if (count > Limits::max_accounts) return {errc::too_many_accounts, Limits::max_accounts};
        if (count > table.size()) return {errc::workspace_too_small, count};
        return count == 0 ? error(errc::no_accounts) : error();
    }
};

template <class Limits>
struct command_of<friend_delete_all, Limits> {
    static result<std::string_view> encode(const account_table& table, char_span buffer) {
        return unfriend::encode<Limits>(friend_delete_all_request{table.from_account(), table.delete_type()}, buffer);
    }
    static constexpr command_entry entry{friend_delete_all::path, encode, false};
    static constexpr bool is_extensible = false;

    template <class From>
    static error fill(account_table& table, const friend_delete_all_request<From>& request) noexcept {
        const error failure = table.begin(text_access<From>::view(request.from_account), request.delete_type);
        return failure ? failure : table.add_everyone();
    }
};

}}} // namespace unfriend::v0_2::detail
