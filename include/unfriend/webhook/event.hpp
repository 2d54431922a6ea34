// The event that the service sends to the app after each deletion, by an HTTP POST.
//
//   unfriend::webhook::event event;
//   if (auto failure = unfriend::webhook::decode(body, event)) …       // body: writable bytes
//   for (const auto& pair : event.pairs) forget(pair.from_account, pair.to_account);
//   char buffer[unfriend::webhook::max_ack_size];
//   reply(200, *unfriend::webhook::encode_ack(unfriend::webhook::ack::ok, buffer));
//
// Implements "After a Friend Is Deleted". Depends on RapidJSON only. authentication.hpp and replay_guard.hpp check
// whether a post is genuine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

#include "unfriend/core/char_span.hpp"
#include "unfriend/core/config.hpp"
#include "unfriend/core/detail/fixed_writer.hpp"
#include "unfriend/core/limits.hpp"
#include "unfriend/core/result.hpp"
#include "unfriend/json/detail/message_reader.hpp"
#include "unfriend/messages/detail/item_storage.hpp"
#include "unfriend/messages/items.hpp"
#include "unfriend/webhook/detail/command.hpp"
#include "unfriend/webhook/platform.hpp"

namespace unfriend { inline namespace v0_2 { namespace webhook {

/// One direction of a friendship that ended. `Text` is `std::string_view`, which refers to the decoded bytes, or a
/// string type that owns its text.
template <class Text>
struct basic_friend_pair {
    using text_type = Text;

    Text from_account{}; ///< the owner of the list; never empty
    Text to_account{};   ///< the account that left the list; never empty
};
using friend_pair = basic_friend_pair<std::string_view>;

/// A pair that owns its text.
using owned_friend_pair = basic_friend_pair<std::string>;

/// The body of a post: the accounts that left a list. A two-way deletion has both directions.
///
/// `Items` is the storage of the pairs (items.hpp): `inline_items<N, friend_pair>`, `item_span<friend_pair>`,
/// `std::vector<owned_friend_pair>`, `each_item`. `Text` is the type of the other texts. `std::string_view` refers to
/// the decoded bytes, which must outlive it. The default takes 32 KB.
template <class Items = inline_items<1000, friend_pair>,
          class Text = typename detail::item_storage<friend_pair, Items>::text>
struct event {
    Items pairs{};                           ///< `PairList`
    Text client_ip{};                        ///< `ClientIP`; empty when the body has none
    basic_opt_platform<Text> opt_platform{}; ///< `OptPlatform`; absent when the body has none
    Text request_id{};                       ///< `RequestId`, for the service's support; empty when the body has none
    std::size_t omitted = 0;                 ///< number of pairs that `pairs` had no room for
};

template <class Items>
event(Items) -> event<Items>;

static_assert(sizeof(event<>) <= 32 * 1024, "the size that the comment names");

/// The app's answer to a post.
enum class ack : std::uint8_t {
    ok,      ///< the app has processed the event
    failure, ///< the app refused the post or could not process it
};

}}} // namespace unfriend::v0_2::webhook

namespace unfriend { inline namespace v0_2 { namespace detail {

/// The members as decoded: views into the bytes of the body.
struct event_head {
    std::string_view callback_command;
    std::string_view client_ip;
    std::string_view opt_platform;
    std::string_view request_id;
};

struct event_layout {
    using head = event_head;
    using item = webhook::friend_pair;
    static constexpr json_member<head> head_members[] = {
        {"CallbackCommand", &head::callback_command, true},
        {"ClientIP", &head::client_ip},
        {"OptPlatform", &head::opt_platform},
        {"RequestId", &head::request_id},
    };
    static constexpr std::string_view list_name = "PairList";
    static constexpr std::size_t varying_texts = 2;
    static constexpr bool needs_every_text = true;
    static constexpr json_member<item> item_members[] = {
        {"From_Account", &item::from_account},
        {"To_Account", &item::to_account},
    };
};

template <class Text>
struct item_conversion<webhook::basic_friend_pair<Text>, webhook::friend_pair> {
    static webhook::basic_friend_pair<Text> convert(const webhook::friend_pair& pair) {
        return {to_text<Text>(pair.from_account), to_text<Text>(pair.to_account)};
    }
};

template <>
struct item_conversion<webhook::friend_pair, webhook::friend_pair> {
    static const webhook::friend_pair& convert(const webhook::friend_pair& pair) noexcept { return pair; }
};

template <class Items, class Text>
void assign_event_head(webhook::event<Items, Text>& event, const event_head& head) {
    event.client_ip = to_text<Text>(head.client_ip);
    event.opt_platform.value = webhook::parse_platform(head.opt_platform);
    event.opt_platform.text = to_text<Text>(head.opt_platform);
    event.request_id = to_text<Text>(head.request_id);
}

/// Reads an event, which must be of this command and have a list, into `head` and `items`.
template <class Limits>
error read_event(char_span body, event_head& head, item_window<webhook::friend_pair>& items) {
    constexpr auto no_list = static_cast<std::size_t>(-1);
    if (begins_with_other_command({body.data(), body.size()})) return errc::webhook_other_command;
    items.seen = no_list; // until there is one
    if (const error failure = read_message<event_layout>(body, head, items, Limits::max_nesting)) return failure;
    if (head.callback_command.empty()) return {errc::missing_member, body.size()};
    if (head.callback_command != friend_delete_callback) return errc::webhook_other_command;
    if (items.seen == no_list) return {errc::missing_member, body.size()};
    return {};
}

}}} // namespace unfriend::v0_2::detail

namespace unfriend { inline namespace v0_2 { namespace webhook {

/// Decodes the JSON in `body` into `event`, in place: `body` is overwritten, and text views refer to it.
/// Members may be in any order, unknown or repeated: of `CallbackCommand` the first one counts, of any other member
/// the last one. `ClientIP`, `OptPlatform` and `RequestId` may be absent. `PairList` may be empty.
///
/// Errors, with the byte offset: `empty_body`, `html_body`, `truncated_json`, `malformed_json`,
/// `not_an_object`, `trailing_bytes`, `wrong_type`, `invalid_utf8`, `nesting_too_deep`, `repeated_items`, and
/// `missing_member` (`CallbackCommand`, `PairList` or an account of a pair is absent or empty). Without one:
/// `webhook_other_command`, when `CallbackCommand` is not `Sns.CallbackFriendDelete`. When it is the first member, as
/// in the posts of the service, this is the first check, and `body` is unchanged, for another handler. After any of
/// these, `event` is empty. `too_many_items` (detail: number of pairs): `event` has the pairs that fit, and
/// `event.omitted` is the number of the others. Linear in `body`; allocates nothing itself (a container or owning text
/// may).
template <class Limits = default_limits, class Items, class Text>
error decode(char_span body, event<Items, Text>& event) {
    using storage = detail::item_storage<friend_pair, Items>;
    storage::clear(event.pairs);
    detail::assign_event_head(event, {});
    event.omitted = 0;
    detail::event_head head;
    typename storage::filler filler(event.pairs);
    if (const error failure = detail::read_event<Limits>(body, head, filler.window())) {
        storage::clear(event.pairs);
        return failure;
    }
    event.omitted = filler.finish();
    detail::assign_event_head(event, head);
    if (event.omitted != 0) return {errc::too_many_items, filler.window().seen};
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

/// The buffer size that is enough for any answer.
inline constexpr std::size_t max_ack_size = 64;

/// Writes the JSON body of the answer to a post, to be sent with HTTP status 200, into `buffer` and returns a view of
/// it: `OK` with ErrorCode 0, or `FAIL` with ErrorCode 1.
/// Errors: `buffer_too_small` (detail: bytes needed). Allocates nothing.
inline result<std::string_view> encode_ack(ack answer, char_span buffer UNFRIEND_LIFETIMEBOUND) noexcept {
    detail::fixed_writer json(buffer);
    json.append(answer == ack::ok ? R"({"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""})"
                                  : R"({"ActionStatus":"FAIL","ErrorCode":1,"ErrorInfo":""})");
    return json.finish();
}

}}} // namespace unfriend::v0_2::webhook
