// The body of a webhook's post: what it says, where its pairs go, and what is refused.
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "unfriend/webhook.hpp"

#include "bytes.hpp"
#include "check.hpp"
#include "samples.hpp"

namespace {

namespace webhook = unfriend::webhook;
using unfriend::errc;
using webhook::friend_pair;
using webhook::owned_friend_pair;
using webhook::platform;

using pair_texts = std::vector<std::pair<std::string, std::string>>;

template <class Pairs>
pair_texts texts_of(const Pairs& pairs) {
    pair_texts texts;
    for (const auto& pair : pairs) texts.emplace_back(pair.from_account, pair.to_account);
    return texts;
}

std::string body_of(std::string_view pairs) {
    return R"({"CallbackCommand":"Sns.CallbackFriendDelete","PairList":[)" + std::string(pairs) + "]}";
}

std::string body_of(const pair_texts& pairs) {
    std::string json;
    for (const auto& [from, to] : pairs) {
        if (!json.empty()) json += ',';
        json.append(R"({"From_Account":")").append(from).append(R"(","To_Account":")").append(to).append("\"}");
    }
    return body_of(json);
}

struct decoded {
    unfriend::error failure;
    pair_texts pairs;
};

decoded decode(std::string_view body) {
    const exact_bytes bytes(body);
    webhook::event event;
    decoded found{webhook::decode(bytes.span(), event), {}};
    found.pairs = texts_of(event.pairs);
    return found;
}

unfriend::error refusal_of(std::string_view body) {
    const decoded found = decode(body);
    CHECK(found.pairs == pair_texts());
    return found.failure;
}

pair_texts numbered_pairs(std::size_t size) {
    pair_texts pairs;
    for (std::size_t i = 0; i < size; ++i) {
        const std::string friend_name = "friend" + std::to_string(i / 2);
        pairs.emplace_back("alice", friend_name);
        if (i % 2 == 1) std::swap(pairs.back().first, pairs.back().second);
    }
    return pairs;
}

} // namespace

TEST_CASE("the document's own event") {
    const std::string sample = read_test_data("samples/friend_delete_webhook.json");
    const pair_texts expected{{"id", "id1"}, {"id", "id2"}, {"id", "id3"}};
    for (const std::string& body : {sample, minified(sample)}) {
        const exact_bytes bytes(body);
        webhook::event event;
        REQUIRE(!webhook::decode(bytes.span(), event));
        CHECK(texts_of(event.pairs) == expected);
        CHECK(event.client_ip == "");
        CHECK(event.opt_platform.value == platform::absent);
        CHECK(event.request_id == "");
        CHECK(event.omitted == 0);
    }
}

TEST_CASE("members come in any order, and others are passed over") {
    const pair_texts expected{{"a", "b"}, {"b", "a"}};
    const std::string_view bodies[] = {
        R"({"PairList":[{"From_Account":"a","To_Account":"b"},{"From_Account":"b","To_Account":"a"}],"CallbackCommand":"Sns.CallbackFriendDelete"})",
        R"({"CallbackCommand":"Sns.CallbackFriendDelete","RequestId":"x","PairList":[{"To_Account":"b","From_Account":"a"},{"To_Account":"a","From_Account":"b"}]})",
        R"({"EventTime":1669872112,"Extra":{"deep":[1,2,{"To_Account":"c"}]},"CallbackCommand":"Sns.CallbackFriendDelete","PairList":[{"Why":null,"From_Account":"a","To_Account":"b"},{"From_Account":"b","Why":[],"To_Account":"a","Then":1e3}]})",
        "\n{ \"CallbackCommand\" : \"Sns.CallbackFriendDelete\" ,\r\n\t\"PairList\" : [ { \"From_Account\" : \"a\" , "
        "\"To_Account\" : \"b\" } , { \"From_Account\" : \"b\" , \"To_Account\" : \"a\" } ] } \n",
        R"({"CallbackCommand":"Sns.\u0043allbackFriendDelete","PairList":[{"From_Account":"\u0061","To_Account":"\u0062"},{"From_\u0041ccount":"b","To_Account":"a"}]})",
        R"({"PairList":[],"CallbackCommand":"Sns.CallbackFriendDelete","PairList":[{"From_Account":"a","To_Account":"b"},{"From_Account":"b","To_Account":"a"}],"CallbackCommand":"Sns.CallbackFriendDelete"})",
    };
    for (const std::string_view body : bodies) {
        CAPTURE(body);
        const decoded found = decode(body);
        CHECK(!found.failure);
        CHECK(found.pairs == expected);
    }
}

TEST_CASE("an event of no pairs is one") {
    const decoded found = decode(body_of(""));
    CHECK(!found.failure);
    CHECK(found.pairs.empty());
}

TEST_CASE("a thousand pairs, whatever repeats among them, are all told and in order") {
    pair_texts both_ways = numbered_pairs(1000);
    pair_texts one_way = both_ways;
    for (auto& pair : one_way) pair.first = "alice";
    pair_texts with_surprises = both_ways;
    for (std::size_t i = 0; i < with_surprises.size(); i += 7) with_surprises[i].second = "\xE5\xB0\x8F\xE6\x98\x8E";
    for (const pair_texts& pairs : {both_ways, one_way, with_surprises}) {
        const decoded found = decode(body_of(pairs));
        CHECK(!found.failure);
        CHECK(found.pairs == pairs);
    }
}

TEST_CASE("pairs with escapes between pairs without") {
    std::string json;
    pair_texts expected;
    for (int i = 0; i < 60; ++i) {
        const std::string number = std::to_string(i);
        if (i != 0) json += ',';
        if (i % 5 == 3) {
            json += R"({"From_Account":"\"a\\)" + number + R"(","To_Account":"b\u00e9"})";
            expected.emplace_back("\"a\\" + number, "b\xC3\xA9");
        } else {
            json += R"({"From_Account":"a)" + number + R"(","To_Account":"b"})";
            expected.emplace_back("a" + number, "b");
        }
    }
    const decoded found = decode(body_of(json));
    CHECK(!found.failure);
    CHECK(found.pairs == expected);
}

TEST_CASE("what the service adds of client and platform") {
    const exact_bytes bytes(std::string_view(
        R"({"CallbackCommand":"Sns.CallbackFriendDelete","ClientIP":"127.0.0.1","OptPlatform":"restAPI","PairList":[],"RequestId":"Id-1"})"));
    webhook::event event;
    REQUIRE(!webhook::decode(bytes.span(), event));
    CHECK(event.client_ip == "127.0.0.1");
    CHECK(event.opt_platform.value == platform::rest_api);
    CHECK(event.opt_platform.text == "restAPI");
    CHECK(event.request_id == "Id-1");
}

TEST_CASE("an identifier of the post that is no text is refused, as any other member is") {
    for (const std::string_view value : {"1", "null", "{}", "[\"Id-1\"]"}) {
        CAPTURE(value);
        exact_bytes bytes(std::string(R"({"CallbackCommand":"Sns.CallbackFriendDelete","PairList":[],"RequestId":)")
                              .append(value)
                              .append("}"));
        webhook::event event;
        CHECK(webhook::decode(bytes.span(), event) == errc::wrong_type);
    }
}

TEST_CASE("a platform is known in letters of either case, and an unknown one keeps its text") {
    using row = std::pair<std::string_view, platform>;
    const row table[] = {
        {"RESTAPI", platform::rest_api}, {"Web", platform::web},         {"Android", platform::android},
        {"iOS", platform::ios},          {"Windows", platform::windows}, {"Mac", platform::mac},
        {"iPad", platform::ipad},        {"Unknown", platform::unknown}, {"IOS", platform::ios},
        {"restapi", platform::rest_api}, {"IPAD", platform::ipad},       {"", platform::absent},
        {"Harmony", platform::other},    {"We", platform::other},        {"Web ", platform::other},
        {"[eb", platform::other},
    };
    for (const auto& each : table) {
        const auto text = each.first;
        const auto value = each.second;
        CAPTURE(text);
        CHECK(webhook::parse_platform(text) == value);
        const exact_bytes bytes(R"({"CallbackCommand":"Sns.CallbackFriendDelete","PairList":[],"OptPlatform":")" +
                                std::string(text) + "\"}");
        webhook::event event;
        REQUIRE(!webhook::decode(bytes.span(), event));
        CHECK(event.opt_platform.value == value);
        CHECK(event.opt_platform.text == text);
    }
    for (const auto value : {platform::rest_api, platform::ipad, platform::unknown}) {
        CHECK(webhook::parse_platform(webhook::wire_value(value)) == value);
    }
    CHECK(webhook::wire_value(platform::other) == "");
    CHECK(webhook::wire_value(platform::absent) == "");
}

TEST_CASE("pairs live where the event's type says") {
    const pair_texts expected = numbered_pairs(40);
    const std::string body = body_of(expected);

    SUBCASE("inside the event") {
        const exact_bytes bytes(body);
        webhook::event<unfriend::inline_items<40, friend_pair>> event;
        CHECK(!webhook::decode(bytes.span(), event));
        CHECK(texts_of(event.pairs) == expected);
    }
    SUBCASE("in an array of the caller's") {
        const exact_bytes bytes(body);
        friend_pair array[50];
        webhook::event event{unfriend::item_span{array}};
        CHECK(!webhook::decode(bytes.span(), event));
        CHECK(texts_of(event.pairs) == expected);
        CHECK(event.pairs.begin() == array);
    }
    SUBCASE("in an array that owns its text") {
        std::array<owned_friend_pair, 50> array;
        webhook::event event{unfriend::item_span{array}};
        {
            const exact_bytes bytes(body);
            CHECK(!webhook::decode(bytes.span(), event));
        }
        CHECK(texts_of(event.pairs) == expected);
    }
    SUBCASE("in a vector") {
        const exact_bytes bytes(body);
        webhook::event<std::vector<friend_pair>> event;
        event.pairs.resize(3);
        CHECK(!webhook::decode(bytes.span(), event));
        CHECK(texts_of(event.pairs) == expected);
    }
    SUBCASE("in a vector that outlives the bytes, with every other text") {
        webhook::event<std::vector<owned_friend_pair>> event;
        {
            std::string more = body;
            more.insert(more.size() - 1, R"(,"OptPlatform":"Fridge","RequestId":"Id-\u0031","ClientIP":"::1")");
            const exact_bytes bytes(more);
            CHECK(!webhook::decode(bytes.span(), event));
        }
        CHECK(texts_of(event.pairs) == expected);
        CHECK(event.client_ip == "::1");
        CHECK(event.opt_platform.text == "Fridge");
        CHECK(event.request_id == "Id-1");
    }
    SUBCASE("nowhere: told one by one") {
        const exact_bytes bytes(body);
        pair_texts told;
        webhook::event event{unfriend::each_item{
            [&](const friend_pair& pair) { told.emplace_back(pair.from_account, pair.to_account); }}};
        CHECK(!webhook::decode(bytes.span(), event));
        CHECK(told == expected);
    }
}

TEST_CASE("more pairs than fit are counted, and those that fit are kept") {
    const pair_texts pairs = numbered_pairs(45);
    const exact_bytes bytes(body_of(pairs));
    webhook::event<unfriend::inline_items<40, friend_pair>> event;
    const unfriend::error failure = webhook::decode(bytes.span(), event);
    CHECK(failure == errc::too_many_items);
    CHECK(failure.detail() == 45);
    CHECK(event.omitted == 5);
    CHECK(texts_of(event.pairs) == pair_texts(pairs.begin(), pairs.begin() + 40));
}

TEST_CASE("another event is told apart from a bad one, and its body is as it was") {
    const std::string_view bodies[] = {
        R"({"CallbackCommand":"Sns.CallbackFriendAdd","PairList":[{"From_Account":"a\u0062","To_Account":"b"}]})",
        R"({ "CallbackCommand" : "C2C.CallbackAfterSendMsg" , "MsgBody":[{"MsgContent":{"Text":"\"hi\""}}]})",
        R"({"CallbackCommand":"sns.callbackfrienddelete","PairList":[]})",
        R"({"CallbackCommand":"Sns.CallbackFriendDeleteAll","PairList":[]})",
        R"({"CallbackCommand":"Sns.CallbackFriendDelet","PairList":[]})",
    };
    for (const std::string_view body : bodies) {
        CAPTURE(body);
        const exact_bytes bytes(body);
        webhook::event event;
        CHECK(webhook::decode(bytes.span(), event) == errc::webhook_other_command);
        CHECK(std::string_view(bytes.span().data(), bytes.span().size()) == body);
        CHECK(event.pairs.empty());
    }
}

TEST_CASE("another event is told apart wherever its command stands") {
    CHECK(refusal_of(
              R"({"PairList":[{"From_Account":"a","To_Account":"b"}],"CallbackCommand":"Sns.CallbackFriendAdd"})") ==
          errc::webhook_other_command);
    CHECK(refusal_of(R"({"CallbackCommand":"Sns\u002eCallbackFriendAdd","PairList":[]})") ==
          errc::webhook_other_command);
}

TEST_CASE("of a command that is repeated the first one counts, whatever stands before it") {
    const std::string ours = R"("CallbackCommand":"Sns.CallbackFriendDelete")";
    const std::string spelled = R"("Callback\u0043ommand":"Sns.Callback\u0046riendDelete")";
    const std::string other = R"("CallbackCommand":"Sns.CallbackFriendAdd")";
    const std::string empty = R"("CallbackCommand":"")";
    const std::string pairs = R"("PairList":[{"From_Account":"a","To_Account":"b"}])";
    for (const std::string before : {"", " ", R"("ClientIP":"192.0.2.1",)", R"("x":[{}],)", R"("x":"\n",)"}) {
        CAPTURE(before);
        const auto body = [&](const std::string& first, const std::string& second) {
            return "{" + before + first + "," + second + "," + pairs + "}";
        };
        CHECK(decode(body(ours, other)).pairs.size() == 1);
        CHECK(decode(body(spelled, other)).pairs.size() == 1);
        CHECK(decode(body(ours, empty)).pairs.size() == 1);
        CHECK(refusal_of(body(other, ours)) == errc::webhook_other_command);
        CHECK(refusal_of(body(other, spelled)) == errc::webhook_other_command);
        CHECK(refusal_of(body(empty, ours)) == errc::missing_member);
    }
}

TEST_CASE("what is not an event is refused, and nothing of it is kept") {
    struct row {
        std::string body;
        errc code;
    };
    const std::string pair = R"({"From_Account":"a","To_Account":"b"})";
    const row table[] = {
        {"", errc::empty_body},
        {"   ", errc::empty_body},
        {"<html></html>", errc::html_body},
        {"[]", errc::not_an_object},
        {"\"Sns.CallbackFriendDelete\"", errc::not_an_object},
        {"{}", errc::missing_member},
        {R"({"CallbackCommand":"Sns.CallbackFriendDelete"})", errc::missing_member},
        {R"({"PairList":[]})", errc::missing_member},
        {R"({"CallbackCommand":"","PairList":[]})", errc::missing_member},
        {R"({"CallbackCommand":null,"PairList":[]})", errc::wrong_type},
        {R"({"CallbackCommand":7,"PairList":[]})", errc::wrong_type},
        {R"({"CallbackCommand":"Sns.CallbackFriendDelete","PairList":{}})", errc::wrong_type},
        {R"({"CallbackCommand":"Sns.CallbackFriendDelete","PairList":null})", errc::wrong_type},
        {R"({"CallbackCommand":"Sns.CallbackFriendDelete","PairList":[],"OptPlatform":1})", errc::wrong_type},
        {R"({"CallbackCommand":"Sns.CallbackFriendDelete","PairList":[],"ClientIP":[]})", errc::wrong_type},
        {body_of("{}"), errc::missing_member},
        {body_of(R"({"From_Account":"a"})"), errc::missing_member},
        {body_of(R"({"To_Account":"b"})"), errc::missing_member},
        {body_of(R"({"From_Account":"","To_Account":"b"})"), errc::missing_member},
        {body_of(R"({"From_Account":"a","To_Account":""})"), errc::missing_member},
        {body_of(pair + "," + pair + "," + pair + R"(,{"From_Account":"","To_Account":"b"})"), errc::missing_member},
        {body_of(pair + "," + pair + "," + pair + R"(,{"From_Account":"a","To_Account":""})"), errc::missing_member},
        {body_of(pair + "," + pair + "," + pair + R"(,{"From_Account":"a"})"), errc::missing_member},
        {body_of(pair + "," + pair + R"(,{"From_Account":"","To_Account":"b"},)" + pair), errc::missing_member},
        {body_of(pair + "," + pair + R"(,{"From_Account":"a","To_Account":""},)" + pair), errc::missing_member},
        {body_of(R"({"From_Account":1,"To_Account":"b"})"), errc::wrong_type},
        {body_of(R"({"From_Account":"a","To_Account":null})"), errc::wrong_type},
        {body_of(R"({"From_Account":"a","To_Account":["b"]})"), errc::wrong_type},
        {body_of("\"a\""), errc::wrong_type},
        {body_of("[]"), errc::wrong_type},
        {body_of(pair + ","), errc::malformed_json},
        {body_of("{\"From_Account\":\"\xFF\",\"To_Account\":\"b\"}"), errc::invalid_utf8},
        {body_of(R"({"From_Account":"\ud800","To_Account":"b"})"), errc::invalid_utf8},
        {body_of(R"({"From_Account":"\q","To_Account":"b"})"), errc::malformed_json},
        {body_of(pair) + "x", errc::trailing_bytes},
        {body_of(pair) + std::string(1, '\0'), errc::trailing_bytes},
        {R"({"Deep":)" + std::string(100, '[') + std::string(100, ']') + "}", errc::nesting_too_deep},
    };
    for (const row& each : table) {
        CAPTURE(each.body);
        CHECK(refusal_of(each.body) == each.code);
    }
}

TEST_CASE("a missing member is missed where it should have stood") {
    const std::string pairs = R"({"From_Account":"a","To_Account":"b"},{"From_Account":"c"})";
    CHECK(refusal_of(body_of(pairs)).detail() == body_of("").size() - 2 + pairs.size());
    CHECK(refusal_of("{ }").detail() == 3);
}

TEST_CASE("a body cut short anywhere is refused") {
    const std::string bodies[] = {body_of(numbered_pairs(6)),
                                  minified(read_test_data("samples/friend_delete_webhook.json")),
                                  read_test_data("samples/friend_delete_webhook.json")};
    for (const std::string& body : bodies) {
        const std::size_t end = body.rfind('}');
        for (std::size_t size = 0; size <= end; ++size) {
            CAPTURE(size);
            const unfriend::error failure = refusal_of(std::string_view(body).substr(0, size));
            CHECK(bool(failure));
            CHECK(failure == (size == 0 ? errc::empty_body : errc::truncated_json));
        }
    }
}

TEST_CASE("a list that is repeated replaces the first, or is refused where that cannot be taken back") {
    const std::string_view body =
        R"({"CallbackCommand":"Sns.CallbackFriendDelete","PairList":[{"From_Account":"x","To_Account":"y"}],"PairList":[{"From_Account":"a","To_Account":"b"}]})";
    CHECK(decode(body).pairs == pair_texts{{"a", "b"}});
    const exact_bytes bytes(body);
    webhook::event event{unfriend::each_item{[](const friend_pair&) {}}};
    CHECK(webhook::decode(bytes.span(), event) == errc::repeated_items);
}

TEST_CASE("megabytes of anything get an answer") {
    constexpr std::size_t size = 4 * 1024 * 1024;
    const std::string hostile[] = {
        std::string(size, '{'),
        std::string(size, '['),
        std::string(size, ' '),
        std::string(size, '\0'),
        std::string(size, '\xFF'),
        R"({"CallbackCommand":")" + std::string(size, 'x'),
        R"({"CallbackCommand":"Sns.CallbackFriendDelete","PairList":[)" + std::string(size, '{'),
        R"({"CallbackCommand":"Sns.CallbackFriendDelete","PairList":[{"From_Account":")" + std::string(size, '\\'),
        R"({"Deep":)" + std::string(size, '['),
    };
    for (const std::string& body : hostile) CHECK(bool(refusal_of(body)));

    std::string many = body_of(numbered_pairs(60'000));
    webhook::event event;
    CHECK(webhook::decode(many, event) == errc::too_many_items);
    CHECK(event.omitted == 59'000);
}

TEST_CASE("an event that is decoded into again keeps nothing of the last one") {
    webhook::event event;
    const exact_bytes first(
        R"({"CallbackCommand":"Sns.CallbackFriendDelete","ClientIP":"1.2.3.4","OptPlatform":"Web","RequestId":"Id-1","PairList":[{"From_Account":"a","To_Account":"b"}]})");
    REQUIRE(!webhook::decode(first.span(), event));
    const exact_bytes second(std::string_view("{"));
    CHECK(webhook::decode(second.span(), event) == errc::truncated_json);
    CHECK(event.pairs.empty());
    CHECK(event.client_ip == "");
    CHECK(event.opt_platform.value == platform::absent);
    CHECK(event.opt_platform.text == "");
    CHECK(event.request_id == "");
}

TEST_CASE("the acks are the documented ones") {
    char buffer[webhook::max_ack_size];
    CHECK(*webhook::encode_ack(webhook::ack::ok, buffer) == R"({"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""})");
    CHECK(*webhook::encode_ack(webhook::ack::failure, buffer) ==
          R"({"ActionStatus":"FAIL","ErrorCode":1,"ErrorInfo":""})");
}

TEST_CASE("an ack that does not fit says how much it needs") {
    for (const auto answer : {webhook::ack::ok, webhook::ack::failure}) {
        char buffer[webhook::max_ack_size];
        const std::size_t size = webhook::encode_ack(answer, buffer)->size();
        for (std::size_t room = 0; room < size; ++room) {
            guarded_bytes bytes(room);
            const auto encoded = webhook::encode_ack(answer, bytes.span());
            CHECK(encoded.error() == errc::buffer_too_small);
            CHECK(encoded.error().detail() == size);
            CHECK(bytes.intact());
        }
    }
}
