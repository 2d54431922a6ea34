// Deletes friends: encodes the request and decodes the response, without heap allocations.
//
//   std::array<std::string_view, 3> friends{"bob", "carol", "dave"};
//   unfriend::friend_delete_request request{"alice", friends, unfriend::delete_type::both};
//   char buffer[unfriend::friend_delete::max_encoded_size(3)];
//   auto body = unfriend::encode(request, buffer);           // result<std::string_view>
//   …
//   unfriend::friend_delete_response response;
//   if (auto failure = unfriend::decode({bytes, size}, response)) …
//
// Implements "Deleting Friends". Depends on RapidJSON only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "unfriend/core/char_span.hpp"
#include "unfriend/core/config.hpp"
#include "unfriend/core/detail/filtered.hpp"
#include "unfriend/core/detail/text_range.hpp"
#include "unfriend/core/limits.hpp"
#include "unfriend/core/result.hpp"
#include "unfriend/core/text.hpp"
#include "unfriend/json/detail/message_reader.hpp"
#include "unfriend/messages/delete_type.hpp"
#include "unfriend/messages/detail/item_storage.hpp"
#include "unfriend/messages/detail/request_text.hpp"
#include "unfriend/messages/detail/request_writer.hpp"
#include "unfriend/messages/detail/response_head.hpp"
#include "unfriend/messages/items.hpp"
#include "unfriend/messages/service_code.hpp"

namespace unfriend { inline namespace v0_2 {

/// The service's result for one account. `Text` is `std::string_view`, which refers to the decoded bytes, or a string
/// type that owns its text.
template <class Text>
struct basic_result_item {
    using text_type = Text;

    Text to_account{};                         ///< the account to delete
    std::optional<std::int32_t> result_code{}; ///< 0: deleted; empty: no such member
    Text result_info{};                        ///< reason of a failure; empty on success

    /// Whether the account was deleted.
    bool ok() const noexcept { return result_code == 0; }
    /// Whether it was not deleted, but a retry can succeed.
    bool retryable() const noexcept { return unfriend::retryable(result_code); }
};

/// An item that owns its text.
using owned_result_item = basic_result_item<std::string>;

struct friend_delete;

/// A request to delete `to_account` from `from_account`'s friends.
///
/// `Accounts` is any range whose elements are text (see `text_access`): a vector of strings, an array of
/// `string_view`, a set, a lazy view, or names in braces. The request refers to an lvalue, of either member, which must
/// outlive it; it takes over an rvalue. `encode` iterates over the range once.
template <class Accounts, class From = std::string_view>
struct friend_delete_request {
    using command = friend_delete;

    From from_account;   ///< a UserID
    Accounts to_account; ///< 1 to 1000 UserIDs
    unfriend::delete_type delete_type = unfriend::delete_type::unspecified;
};

template <class From, class Accounts>
friend_delete_request(From&&, Accounts&&, delete_type = delete_type::unspecified)
    -> friend_delete_request<Accounts, detail::kept_text<From>>;
template <class From, std::size_t Size>
friend_delete_request(From&&, const detail::listed_account (&)[Size], delete_type = delete_type::unspecified)
    -> friend_delete_request<detail::listed_accounts<Size>, detail::kept_text<From>>;

/// The response to a `friend_delete_request`.
///
/// `Items` is the storage of the items (items.hpp), `Text` the type of the other texts. `std::string_view` refers to
/// the decoded bytes, which must outlive it. The default takes 40 KB.
template <class Items = inline_items<1000>, class Text = typename detail::item_storage<result_item, Items>::text>
struct friend_delete_response {
    Items items{};        ///< `ResultItem`: one for each account
    Text action_status{}; ///< `OK` or `FAIL`
    /// 0: the call succeeded, although some accounts may have failed; empty: no such member.
    std::optional<std::int32_t> error_code{};
    Text error_info{};       ///< details, for developers
    Text error_display{};    ///< details, for users
    Text request_id{};       ///< identifies the call to the service's support; empty where there is none
    std::size_t omitted = 0; ///< number of items that `items` had no room for

    /// Whether the call succeeded and no item was omitted. Some accounts may still have failed.
    bool ok() const noexcept { return omitted == 0 && detail::is_success(action_status, error_code); }

    /// The items that were not deleted, in order: a range that is evaluated lazily.
    auto failures() const { return filter<is_failure>(); }
    /// The failures that may succeed when they are sent again.
    auto retryable() const { return filter<is_retryable>(); }

private:
    struct is_failure {
        template <class Item>
        bool operator()(const Item& item) const noexcept {
            return !item.ok();
        }
    };
    struct is_retryable {
        template <class Item>
        bool operator()(const Item& item) const noexcept {
            return item.retryable();
        }
    };

    template <class Predicate>
    auto filter() const {
        using iterator = decltype(std::begin(items));
        return detail::filtered<iterator, Predicate>(std::begin(items), std::end(items));
    }
};

template <class Items>
friend_delete_response(Items) -> friend_delete_response<Items>;

static_assert(sizeof(friend_delete_response<>) <= 40 * 1024, "the size that the comment names");

/// Describes the command to the layers above.
struct friend_delete {
    static constexpr std::string_view path = "/v4/sns/friend_delete";

    template <class Accounts, class From = std::string_view>
    using request = friend_delete_request<Accounts, From>;
    using response = friend_delete_response<>;

    /// The buffer size that is enough for any request with `accounts` accounts.
    template <class Limits = default_limits>
    static constexpr std::size_t max_encoded_size(std::size_t accounts = Limits::max_accounts) noexcept {
        return detail::max_request_size(accounts, Limits::max_user_id_size);
    }
};

namespace detail {

struct friend_delete_layout {
    using head = response_head;
    using item = result_item;
    static constexpr auto& head_members = response_head_members;
    static constexpr std::string_view list_name = "ResultItem";
    static constexpr std::size_t varying_texts = 1;
    static constexpr bool needs_every_text = false;
    static constexpr json_member<item> item_members[] = {
        {"To_Account", &item::to_account},
        {"ResultCode", &item::result_code},
        {"ResultInfo", &item::result_info},
    };
};

template <class Text>
struct item_conversion<basic_result_item<Text>, result_item> {
    static basic_result_item<Text> convert(const result_item& item) {
        return {to_text<Text>(item.to_account), item.result_code, to_text<Text>(item.result_info)};
    }
};

template <>
struct item_conversion<result_item, result_item> {
    static const result_item& convert(const result_item& item) noexcept { return item; }
};

} // namespace detail

/// Writes the request's JSON body into `buffer` and returns a view of it.
///
/// Errors: `invalid_from_account`; `invalid_to_account` (detail: its index); `no_accounts`;
/// `too_many_accounts`; `buffer_too_small` (detail: bytes needed). Linear in the text; allocates nothing.
template <class Limits = default_limits, class Accounts, class From>
result<std::string_view> encode(const friend_delete_request<Accounts, From>& request,
                                char_span buffer UNFRIEND_LIFETIMEBOUND) {
    detail::request_writer writer(buffer, Limits::max_user_id_size, Limits::max_accounts);
    writer.begin(detail::view_text(request.from_account));
    writer.accounts(detail::iterable(request.to_account));
    writer.end(request.delete_type);
    return writer.finish();
}

/// The exact number of bytes that `encode` needs, or the error that it returns for a buffer of any size.
/// Linear in the text; allocates nothing. Iterates over the accounts, so the range must allow a second pass.
template <class Limits = default_limits, class Accounts, class From>
result<std::size_t> encoded_size(const friend_delete_request<Accounts, From>& request) {
    const result<std::string_view> body = encode<Limits>(request, char_span{});
    if (body.error() == errc::buffer_too_small) return body.error().detail();
    return body.error();
}

/// Decodes the JSON in `body` into `response`, in place: `body` is overwritten, and text views refer to it.
/// Members may be in any order, absent, unknown or repeated (the last one counts).
///
/// Errors, with the byte offset: `empty_body`, `html_body`, `truncated_json`, `malformed_json`,
/// `not_an_object`, `trailing_bytes`, `wrong_type`, `integer_out_of_range`, `invalid_utf8`,
/// `nesting_too_deep`, `repeated_items`; after these, `response` is empty.
/// `too_many_items` (detail: number of items): `response` has the items that fit, and `response.ok()` is false.
/// Linear in `body`; allocates nothing itself (a container or owning text may).
template <class Limits = default_limits, class Items, class Text>
error decode(char_span body, friend_delete_response<Items, Text>& response) {
    using storage = detail::item_storage<result_item, Items>;
    storage::clear(response.items);
    detail::assign_head(response, {});
    response.omitted = 0;
    detail::response_head head;
    typename storage::filler filler(response.items);
    const error failure =
        detail::read_message<detail::friend_delete_layout>(body, head, filler.window(), Limits::max_nesting);
    if (failure) {
        storage::clear(response.items);
        return failure;
    }
    response.omitted = filler.finish();
    detail::assign_head(response, head);
    if (response.omitted != 0) return {errc::too_many_items, filler.window().seen};
    return {};
}

/// Refused: decoding writes to the body.
template <class Limits = default_limits, class Bytes, class Response,
          class = std::enable_if_t<detail::is_read_only<Bytes>::value>>
error decode(Bytes&&, Response&) {
    static_assert(!detail::is_read_only<Bytes>::value,
                  "unfriend: decode works in place: pass a mutable copy of the body");
    return {};
}

}} // namespace unfriend::v0_2
