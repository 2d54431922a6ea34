// A fuzz target: any bytes, decoded as the body of a webhook's post, hold what RapidJSON's DOM finds in them.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "unfriend/webhook.hpp"

#include "judge.hpp"
#include "target.hpp"

namespace {

namespace webhook = unfriend::webhook;
using unfriend::errc;

constexpr std::string_view command = "Sns.CallbackFriendDelete";

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// Whether the body begins with the CallbackCommand of another event, written without escapes: that is the first check.
bool begins_with_other_command(std::string_view body) {
    for (const std::string_view part : {"{", "\"CallbackCommand\"", ":", "\""}) {
        while (!body.empty() && is_space(body.front())) body.remove_prefix(1);
        if (body.substr(0, part.size()) != part) return false;
        body.remove_prefix(part.size());
    }
    const std::string_view value = body.substr(0, body.find('"'));
    if (value.size() == body.size() || value.empty() || value == command) return false;
    if (value.find('\\') != std::string_view::npos) return false;
    RAPIDJSON_NAMESPACE::Document text;
    const std::string quoted = '"' + std::string(value) + '"';
    text.Parse<RAPIDJSON_NAMESPACE::kParseValidateEncodingFlag>(quoted.data(), quoted.size());
    return !text.HasParseError() && value.find('\0') == std::string_view::npos;
}

errc fault_of(const judgement& expected) {
    if (expected.fault) return *expected.fault;
    const std::string& name = expected.head.texts[0];
    if (name.empty()) return errc::missing_member;
    if (name != command) return errc::webhook_other_command;
    return expected.lists == 0 ? errc::missing_member : errc();
}

template <class Event>
void check(std::string_view body, const judgement& expected, Event event, std::size_t capacity) {
    const auto copy = std::make_unique<char[]>(body.size());
    body.copy(copy.get(), body.size());
    const unfriend::error failure = webhook::decode({copy.get(), body.size()}, event);
    if (begins_with_other_command(body)) {
        require(failure == errc::webhook_other_command, "another event is recognised at once");
        require(std::equal(body.begin(), body.end(), copy.get()), "the body of another event is unchanged");
        return;
    }
    if (expected.is_undecided) return;
    if (!expected.is_json) return require(static_cast<bool>(failure), "what is no JSON is refused");
    if (const errc fault = fault_of(expected); fault != errc()) {
        require(failure == fault, "the first fault is the one that is reported");
        require(event.pairs.size() == 0 && event.client_ip.empty() && event.omitted == 0, "nothing is left after it");
        return;
    }
    const std::size_t kept = std::min(capacity, expected.items.size());
    require(kept == expected.items.size()
                ? !failure
                : failure == errc::too_many_items && failure.detail() == expected.items.size(),
            "what has no fault is accepted");
    require(event.pairs.size() == kept && event.omitted == expected.items.size() - kept, "the pairs are all there");
    for (std::size_t i = 0; i != kept; ++i) {
        require(event.pairs[i].from_account == expected.items[i].texts[0], "From_Account is that of the body");
        require(event.pairs[i].to_account == expected.items[i].texts[1], "To_Account is that of the body");
    }
    require(event.client_ip == expected.head.texts[1], "ClientIP is that of the body");
    require(event.opt_platform.text == expected.head.texts[2], "OptPlatform is that of the body");
    require(event.request_id == expected.head.texts[3], "RequestId is that of the body");
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view body(reinterpret_cast<const char*>(data), size);
    const judgement expected(body, event_schema());
    using webhook::friend_pair;
    using webhook::owned_friend_pair;
    check(body, expected, webhook::event<std::vector<friend_pair>>(), SIZE_MAX);
    check(body, expected, webhook::event<std::vector<owned_friend_pair>>(), SIZE_MAX);
    check(body, expected, webhook::event<unfriend::inline_items<3, friend_pair>>(), 3);
    check(body, expected, webhook::event<unfriend::inline_items<2, owned_friend_pair>>(), 2);
    return 0;
}
