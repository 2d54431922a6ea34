// Requests: the bytes on the wire, whatever holds the accounts.
#include <array>
#include <cstddef>
#include <list>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "unfriend/messages/friend_delete.hpp"
#include "unfriend/messages/friend_delete_all.hpp"

#include "accounts.hpp"
#include "bytes.hpp"
#include "check.hpp"
#include "samples.hpp"

namespace {

using namespace std::string_view_literals;

/// The body of a request, encoded into a buffer of exactly the size announced, between margins.
template <class Request>
std::string encoded(const Request& request) {
    const unfriend::result<std::size_t> size = unfriend::encoded_size(request);
    CHECK(!size.error());
    if (!size) return {};
    guarded_bytes buffer(*size);
    const unfriend::result<std::string_view> body = unfriend::encode(request, buffer.span());
    CHECK(body.has_value());
    if (!body) return {};
    CHECK(body->data() == buffer.span().data());
    CHECK(body->size() == *size);
    CHECK(buffer.intact());
    return std::string(*body);
}

constexpr std::string_view three_friends = R"({"From_Account":"alice","To_Account":["bob","carol","dave"]})";

} // namespace

TEST_CASE("the documents' own requests are reproduced") {
    const std::vector<std::string> friends{"id1", "id2", "id3"};
    const auto both = read_test_data("samples/friend_delete_request_both.json");
    const auto single = read_test_data("samples/friend_delete_request_single.json");
    REQUIRE(!both.empty());
    REQUIRE(!single.empty());
    CHECK(encoded(unfriend::friend_delete_request{"id", friends, unfriend::delete_type::both}) == minified(both));
    CHECK(encoded(unfriend::friend_delete_request{"id", friends, unfriend::delete_type::single}) == minified(single));
}

TEST_CASE("DeleteType is left out unless it is asked for") {
    const std::array<std::string_view, 1> friends{"bob"};
    CHECK(encoded(unfriend::friend_delete_request{"alice", friends}) ==
          R"({"From_Account":"alice","To_Account":["bob"]})");
    CHECK(encoded(unfriend::friend_delete_request{"alice", friends, unfriend::delete_type::unspecified}) ==
          R"({"From_Account":"alice","To_Account":["bob"]})");
    CHECK(encoded(unfriend::friend_delete_request{"alice", friends, unfriend::delete_type::single}) ==
          R"({"From_Account":"alice","To_Account":["bob"],"DeleteType":"Delete_Type_Single"})");
    CHECK(encoded(unfriend::friend_delete_request{"alice", friends, unfriend::delete_type::both}) ==
          R"({"From_Account":"alice","To_Account":["bob"],"DeleteType":"Delete_Type_Both"})");
}

TEST_CASE("any range of text is a list of accounts") {
    SUBCASE("a vector of strings") {
        const std::vector<std::string> friends{"bob", "carol", "dave"};
        CHECK(encoded(unfriend::friend_delete_request{"alice", friends}) == three_friends);
    }
    SUBCASE("a vector that the request owns") {
        std::vector<std::string> friends{"bob", "carol", "dave"};
        const unfriend::friend_delete_request request{"alice", std::move(friends)};
        friends = {"mallory"};
        CHECK(encoded(request) == three_friends);
    }
    SUBCASE("a vector that the request refers to") {
        std::vector<std::string> friends{"bob", "carol"};
        const unfriend::friend_delete_request request{"alice", friends};
        friends.emplace_back("dave");
        CHECK(encoded(request) == three_friends);
    }
    SUBCASE("an array of views") {
        const std::array<std::string_view, 3> friends{"bob", "carol", "dave"};
        CHECK(encoded(unfriend::friend_delete_request{"alice", friends}) == three_friends);
    }
    SUBCASE("a set") {
        const std::set<std::string> friends{"dave", "bob", "carol"};
        CHECK(encoded(unfriend::friend_delete_request{"alice", friends}) == three_friends);
    }
    SUBCASE("a list of views") {
        const std::list<std::string_view> friends{"bob", "carol", "dave"};
        CHECK(encoded(unfriend::friend_delete_request{"alice", friends}) == three_friends);
    }
    SUBCASE("a C array of C strings") {
        const char* const friends[] = {"bob", "carol", "dave"};
        CHECK(encoded(unfriend::friend_delete_request{"alice", friends}) == three_friends);
    }
    SUBCASE("a container of an engine's own string type") {
        const std::vector<engine::text> friends{engine::text("bob"), engine::text("carol"), engine::text("dave")};
        CHECK(encoded(unfriend::friend_delete_request{"alice", friends}) == three_friends);
    }
    SUBCASE("a lazy view, whose strings live no longer than a step") {
        CHECK(encoded(unfriend::friend_delete_request{"alice", numbered_accounts(3)}) ==
              R"({"From_Account":"alice","To_Account":["friend0","friend1","friend2"]})");
    }
}

TEST_CASE("a range that can be walked only once is encoded in one walk") {
    std::istringstream stream("bob carol dave");
    char buffer[unfriend::friend_delete::max_encoded_size(3)];
    const auto body = unfriend::encode(unfriend::friend_delete_request{"alice", stream_words(stream)}, buffer);
    REQUIRE(body.has_value());
    CHECK(*body == three_friends);
}

TEST_CASE("a quote and a backslash are escaped, and nothing else of printable ASCII is") {
    for (char c = 0x20; c <= 0x7E; ++c) {
        const std::string id(1, c);
        const std::string escaped = c == '"' || c == '\\' ? std::string("\\") + c : id;
        const std::vector<std::string> friends{id, id + id};
        INFO("character: ", id);
        CHECK(encoded(unfriend::friend_delete_request{id, friends}) == R"({"From_Account":")" + escaped +
                                                                           R"(","To_Account":[")" + escaped + R"(",")" +
                                                                           escaped + escaped + R"("]})");
    }
}

TEST_CASE("a quote is escaped wherever it stands in a UserID of any length") {
    for (std::size_t size = 1; size <= 32; ++size) {
        for (std::size_t at = 0; at < size; ++at) {
            std::string id(size, 'x');
            id[at] = '"';
            const std::vector<std::string> friends{id};
            std::string escaped = id;
            escaped.insert(at, 1, '\\');
            INFO("size: ", size, " at: ", at);
            CHECK(encoded(unfriend::friend_delete_request{"a", friends}) ==
                  R"({"From_Account":"a","To_Account":[")" + escaped + R"("]})");
        }
    }
}

TEST_CASE("UserIDs of 1 to 32 bytes are encoded whole") {
    for (std::size_t size = 1; size <= 32; ++size) {
        const std::string id = std::string("~!0123456789abcdefghijklmnopqrstuvwxyz").substr(0, size);
        const std::vector<std::string> friends{id, id};
        CHECK(encoded(unfriend::friend_delete_request{id, friends}) ==
              R"({"From_Account":")" + id + R"(","To_Account":[")" + id + R"(",")" + id + R"("]})");
    }
}

TEST_CASE("the size announced is the size taken, for any number of accounts") {
    for (const unsigned count : {1U, 2U, 3U, 10U, 100U, 999U, 1000U}) {
        const std::vector<std::string> friends = account_list(count);
        const std::string body = encoded(unfriend::friend_delete_request{"alice", friends});
        INFO("accounts: ", count);
        CHECK(body.size() <= unfriend::friend_delete::max_encoded_size(count));
        std::string expected = R"({"From_Account":"alice","To_Account":[)";
        for (const std::string& account : friends) expected += '"' + account + "\",";
        expected.back() = ']';
        CHECK(body == expected + '}');
    }
}

TEST_CASE("the largest request takes no more than max_encoded_size") {
    const std::string id(32, '"');
    const std::vector<std::string> friends(1000, id);
    const unfriend::friend_delete_request request{id, friends, unfriend::delete_type::single};
    std::vector<char> buffer(unfriend::friend_delete::max_encoded_size());
    const auto body = unfriend::encode(request, buffer);
    REQUIRE(body.has_value());
    CHECK(body->size() <= unfriend::friend_delete::max_encoded_size());
    char small[unfriend::friend_delete_all::max_encoded_size()];
    CHECK(unfriend::encode(unfriend::friend_delete_all_request{id, unfriend::delete_type::single}, small).has_value());
}

TEST_CASE("a larger buffer than needed is written as far as needed and no further") {
    guarded_bytes buffer(200);
    const std::array<std::string_view, 1> friends{"bob"};
    const auto body = unfriend::encode(unfriend::friend_delete_request{"alice", friends}, buffer.span());
    REQUIRE(body.has_value());
    const std::string_view rest(body->data() + body->size(), 200 - body->size());
    CHECK(rest.find_first_not_of('\xC7') == std::string_view::npos);
    CHECK(buffer.intact());
}

TEST_CASE("deleting all friends takes an account and perhaps a DeleteType") {
    CHECK(encoded(unfriend::friend_delete_all_request{"alice"}) == R"({"From_Account":"alice"})");
    CHECK(encoded(unfriend::friend_delete_all_request{"alice", unfriend::delete_type::single}) ==
          R"({"From_Account":"alice","DeleteType":"Delete_Type_Single"})");
    CHECK(encoded(unfriend::friend_delete_all_request{"al\"ice", unfriend::delete_type::both}) ==
          R"({"From_Account":"al\"ice","DeleteType":"Delete_Type_Both"})");
}

TEST_CASE("each command has its documented path") {
    CHECK(unfriend::friend_delete::path == "/v4/sns/friend_delete"sv);
    CHECK(unfriend::friend_delete_all::path == "/v4/sns/friend_delete_all"sv);
}
