// Requests that are refused before anything is sent, and by which name.
#include <array>
#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "unfriend/messages/friend_delete.hpp"
#include "unfriend/messages/friend_delete_all.hpp"

#include "accounts.hpp"
#include "bytes.hpp"
#include "check.hpp"

namespace {

using unfriend::errc;

struct refusal {
    const char* what;
    std::string_view from;
    std::vector<std::string> to;
    errc code;
    std::size_t detail;
};

/// Encodes with room to spare, and with none: the answer must be the same.
template <class Limits = unfriend::default_limits, class Request>
unfriend::error refusal_of(const Request& request) {
    std::vector<char> buffer(1024 * 1024);
    const auto body = unfriend::encode<Limits>(request, buffer);
    const auto size = unfriend::encoded_size<Limits>(request);
    CHECK(body.has_value() == size.has_value());
    CHECK(body.error().code() == size.error().code());
    CHECK(body.error().detail() == size.error().detail());
    return body.error();
}

struct wide_limits : unfriend::default_limits {
    static constexpr std::size_t max_accounts = 2000;
    static constexpr std::size_t max_user_id_size = 64;
};

struct narrow_limits : unfriend::default_limits {
    static constexpr std::size_t max_accounts = 2;
    static constexpr std::size_t max_user_id_size = 4;
};

} // namespace

TEST_CASE("a request that the service would refuse is refused here, and the field is named") {
    const std::string longest(32, 'x');
    const std::string too_long(33, 'x');
    const std::string far_too_long(5000, 'x');
    const refusal table[] = {
        {"From_Account is empty", "", {"bob"}, errc::invalid_from_account, 0},
        {"From_Account has 33 bytes", too_long, {"bob"}, errc::invalid_from_account, 0},
        {"From_Account has 5000 bytes", far_too_long, {"bob"}, errc::invalid_from_account, 0},
        {"From_Account holds a newline", "al\nice", {"bob"}, errc::invalid_from_account, 0},
        {"From_Account is not ASCII",
         "al\xC3\xAF"
         "ce",
         {"bob"},
         errc::invalid_from_account,
         0},
        {"no accounts", "alice", {}, errc::no_accounts, 0},
        {"the first account is empty", "alice", {"", "bob"}, errc::invalid_to_account, 0},
        {"the last account is empty", "alice", {"bob", "carol", ""}, errc::invalid_to_account, 2},
        {"an account has 33 bytes", "alice", {longest, too_long}, errc::invalid_to_account, 1},
        {"an account has 5000 bytes", "alice", {longest, far_too_long}, errc::invalid_to_account, 1},
        {"an account holds a tab", "alice", {"bob", "ca\trol"}, errc::invalid_to_account, 1},
        {"an account ends in a NUL", "alice", {std::string("bob\0", 4)}, errc::invalid_to_account, 0},
        {"an account is not ASCII", "alice", {"bob", "carol", "\xE5\xBC\xA0"}, errc::invalid_to_account, 2},
        {"the first of two faults is named", "alice", {"bob", "", "\n"}, errc::invalid_to_account, 1},
        {"From_Account's fault comes before an account's", "", {""}, errc::invalid_from_account, 0},
        {"From_Account's fault comes before there being no accounts", "", {}, errc::invalid_from_account, 0},
    };
    for (const refusal& row : table) {
        INFO(row.what);
        const unfriend::error failure = refusal_of(unfriend::friend_delete_request{row.from, row.to});
        CHECK(failure == row.code);
        CHECK(failure.detail() == row.detail);
    }
}

TEST_CASE("a UserID takes printable ASCII only, wherever the byte stands and however long the UserID is") {
    std::size_t wrong = 0;
    std::array<char, 128> buffer{};
    for (std::size_t size = 1; size <= 32; ++size) {
        for (std::size_t at = 0; at < size; ++at) {
            for (int byte = 0; byte < 256; ++byte) {
                std::string id(size, 'x');
                id[at] = static_cast<char>(byte);
                const bool printable = byte >= 0x20 && byte <= 0x7E;
                const std::array<std::string_view, 1> friends{id};
                const auto to = unfriend::encode(unfriend::friend_delete_request{"a", friends}, buffer);
                const auto from = unfriend::encode(unfriend::friend_delete_all_request{id}, buffer);
                wrong += to.has_value() == printable && from.has_value() == printable ? 0U : 1U;
                if (!printable && to.error() != errc::invalid_to_account) ++wrong;
                if (!printable && from.error() != errc::invalid_from_account) ++wrong;
            }
        }
    }
    CHECK(wrong == 0);
}

TEST_CASE("1000 accounts are taken and a 1001st is refused") {
    CHECK(!refusal_of(unfriend::friend_delete_request{"alice", numbered_accounts(1000)}));
    for (const unsigned count : {1001U, 1002U, 5000U}) {
        const unfriend::error failure = refusal_of(unfriend::friend_delete_request{"alice", numbered_accounts(count)});
        CHECK(failure == errc::too_many_accounts);
        CHECK(failure.detail() == 1000);
    }
}

TEST_CASE("a range without end is given up at the 1001st account") {
    const numbered_accounts endless(std::numeric_limits<std::size_t>::max());
    const unfriend::error failure = refusal_of(unfriend::friend_delete_request{"alice", endless});
    CHECK(failure == errc::too_many_accounts);
}

TEST_CASE("the index of a bad account is told up to the last one") {
    for (const unsigned at : {0U, 1U, 31U, 500U, 999U}) {
        std::vector<std::string> friends = account_list(1000);
        friends[at] = "\x7F";
        const unfriend::error failure = refusal_of(unfriend::friend_delete_request{"alice", friends});
        CHECK(failure == errc::invalid_to_account);
        CHECK(failure.detail() == at);
    }
}

TEST_CASE("a buffer that is too small is refused with the size needed, and nothing beside it is touched") {
    const std::string longest(32, 'x');
    const std::array<std::string_view, 6> friends{"bob", "ca\"rol", "dave", longest, longest, "erin"};
    const unfriend::friend_delete_request request{"alice", friends, unfriend::delete_type::both};
    const auto size = unfriend::encoded_size(request);
    REQUIRE(size.has_value());
    for (std::size_t room = 0; room < *size; ++room) {
        guarded_bytes guarded(room);
        const exact_bytes exact(room);
        INFO("room: ", room);
        for (const unfriend::char_span buffer : {guarded.span(), exact.span()}) {
            const auto body = unfriend::encode(request, buffer);
            CHECK(body.error() == errc::buffer_too_small);
            CHECK(body.error().detail() == *size);
        }
        CHECK(guarded.intact());
    }
    const exact_bytes enough(*size);
    CHECK(unfriend::encode(request, enough.span()).has_value());
}

TEST_CASE("deleting all friends refuses what deleting some refuses") {
    CHECK(refusal_of(unfriend::friend_delete_all_request{""}) == errc::invalid_from_account);
    CHECK(refusal_of(unfriend::friend_delete_all_request{std::string(33, 'x')}) == errc::invalid_from_account);
    CHECK(refusal_of(unfriend::friend_delete_all_request{"al\rice"}) == errc::invalid_from_account);
    CHECK(!refusal_of(unfriend::friend_delete_all_request{std::string(32, 'x')}));
    const unfriend::friend_delete_all_request request{"alice", unfriend::delete_type::both};
    const auto size = unfriend::encoded_size(request);
    REQUIRE(size.has_value());
    for (std::size_t room = 0; room < *size; ++room) {
        guarded_bytes buffer(room);
        const auto body = unfriend::encode(request, buffer.span());
        CHECK(body.error() == errc::buffer_too_small);
        CHECK(body.error().detail() == *size);
        CHECK(buffer.intact());
    }
}

TEST_CASE("limits can be widened knowingly") {
    const std::string id(64, 'x');
    const std::vector<std::string> friends(2000, id);
    CHECK(!refusal_of<wide_limits>(unfriend::friend_delete_request{id, friends}));
    CHECK(!refusal_of<wide_limits>(unfriend::friend_delete_all_request{id}));
    std::vector<char> buffer(unfriend::friend_delete::max_encoded_size<wide_limits>());
    CHECK(unfriend::encode<wide_limits>(unfriend::friend_delete_request{id, friends}, buffer).has_value());

    const std::vector<std::string> more(2001, id);
    const unfriend::error too_many = refusal_of<wide_limits>(unfriend::friend_delete_request{id, more});
    CHECK(too_many == errc::too_many_accounts);
    CHECK(too_many.detail() == 2000);
    const std::vector<std::string> longer{id + 'x'};
    CHECK(refusal_of<wide_limits>(unfriend::friend_delete_request{id, longer}) == errc::invalid_to_account);
    CHECK(refusal_of<wide_limits>(unfriend::friend_delete_all_request{id + 'x'}) == errc::invalid_from_account);
}

TEST_CASE("limits can be narrowed too") {
    const std::vector<std::string> three{"bob", "eve", "dan"};
    const unfriend::error too_many = refusal_of<narrow_limits>(unfriend::friend_delete_request{"al", three});
    CHECK(too_many == errc::too_many_accounts);
    CHECK(too_many.detail() == 2);
    const std::vector<std::string> long_one{"bob", "carol"};
    const unfriend::error too_long = refusal_of<narrow_limits>(unfriend::friend_delete_request{"al", long_one});
    CHECK(too_long == errc::invalid_to_account);
    CHECK(too_long.detail() == 1);
}
