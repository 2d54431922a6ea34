// Deletes all friends of an account.
//
//   unfriend::friend_delete_all_request request{"alice", unfriend::delete_type::both};
//   char buffer[unfriend::friend_delete_all::max_encoded_size()];
//   auto body = unfriend::encode(request, buffer);
//
// Implements "Deleting All Friends". Depends on RapidJSON only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "unfriend/core/char_span.hpp"
#include "unfriend/core/config.hpp"
#include "unfriend/core/detail/text_range.hpp"
#include "unfriend/core/limits.hpp"
#include "unfriend/core/result.hpp"
#include "unfriend/json/detail/message_reader.hpp"
#include "unfriend/messages/delete_type.hpp"
#include "unfriend/messages/detail/request_text.hpp"
#include "unfriend/messages/detail/request_writer.hpp"
#include "unfriend/messages/detail/response_head.hpp"

namespace unfriend { inline namespace v0_2 {

struct friend_delete_all;

/// A request to delete every friend of `from_account`. An lvalue is referred to and must outlive the request; an rvalue
/// that owns its text is moved in.
template <class From = std::string_view>
struct friend_delete_all_request {
    using command = friend_delete_all;

    From from_account; ///< a UserID
    unfriend::delete_type delete_type = unfriend::delete_type::unspecified;
};

template <class From>
friend_delete_all_request(From&&, delete_type = delete_type::unspecified)
    -> friend_delete_all_request<detail::kept_text<From>>;

/// The response. `std::string_view` refers to the decoded bytes, which must outlive it.
template <class Text = std::string_view>
struct friend_delete_all_response {
    Text action_status{};                     ///< `OK` or `FAIL`
    std::optional<std::int32_t> error_code{}; ///< 0: every friend was deleted; empty: no such member
    Text error_info{};                        ///< details, for developers
    Text error_display{};                     ///< details, for users
    Text request_id{}; ///< identifies the call to the service's support; empty where there is none

    /// Whether every friend was deleted.
    bool ok() const noexcept { return detail::is_success(action_status, error_code); }
};

/// Describes the command to the layers above.
struct friend_delete_all {
    static constexpr std::string_view path = "/v4/sns/friend_delete_all";

    template <class From = std::string_view>
    using request = friend_delete_all_request<From>;
    using response = friend_delete_all_response<>;

    /// The buffer size that is enough for any request.
    template <class Limits = default_limits>
    static constexpr std::size_t max_encoded_size() noexcept {
        return detail::max_request_size(0, Limits::max_user_id_size);
    }
};

namespace detail {

struct friend_delete_all_layout : no_list {
    using head = response_head;
    static constexpr auto& head_members = response_head_members;
};

} // namespace detail

/// Writes the request's JSON body into `buffer` and returns a view of it.
/// Errors: `invalid_from_account`; `buffer_too_small` (detail: bytes needed). Allocates nothing.
template <class Limits = default_limits, class From>
result<std::string_view> encode(const friend_delete_all_request<From>& request,
                                char_span buffer UNFRIEND_LIFETIMEBOUND) {
    detail::request_writer writer(buffer, Limits::max_user_id_size, 0);
    writer.begin(detail::view_text(request.from_account));
    writer.end(request.delete_type);
    return writer.finish();
}

/// The exact number of bytes that `encode` needs, or the error that it returns for a buffer of any size.
template <class Limits = default_limits, class From>
result<std::size_t> encoded_size(const friend_delete_all_request<From>& request) {
    const result<std::string_view> body = encode<Limits>(request, char_span{});
    if (body.error() == errc::buffer_too_small) return body.error().detail();
    return body.error();
}

/// Decodes the JSON in `body` into `response`, in place, with the errors of `decode` for `friend_delete_response`,
/// except those of items. After an error, `response` is empty. Linear in `body`; allocates nothing itself (owning text
/// may).
template <class Limits = default_limits, class Text>
error decode(char_span body, friend_delete_all_response<Text>& response) {
    detail::assign_head(response, {});
    detail::response_head head;
    detail::item_window<detail::no_item> no_items;
    const error failure =
        detail::read_message<detail::friend_delete_all_layout>(body, head, no_items, Limits::max_nesting);
    if (!failure) detail::assign_head(response, head);
    return failure;
}

}} // namespace unfriend::v0_2
