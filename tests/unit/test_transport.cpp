// The three shapes of a transport, and what is not one.
#include <array>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "unfriend/result.hpp"
#include "unfriend/transport.hpp"

#include "check.hpp"

namespace {

using unfriend::errc;
using unfriend::http_request;
using unfriend::http_response;

template <class Body>
struct reply {
    int status;
    Body body;
};

/// An expected as other libraries have it.
class foreign_expected {
public:
    explicit foreign_expected(reply<std::string> value) : value_(std::move(value)) {}
    explicit foreign_expected(std::error_code reason) : reason_(reason) {}
    explicit operator bool() const noexcept { return !reason_; }
    reply<std::string>& operator*() noexcept { return value_; }
    const std::error_code& error() const noexcept { return reason_; }

private:
    reply<std::string> value_{0, {}};
    std::error_code reason_;
};

struct outcome {
    unfriend::error failure;
    int status;
    std::string body;
};

template <class Transport>
outcome performed(Transport transport, std::size_t capacity = 64) {
    std::vector<char> memory(capacity);
    http_response response(memory);
    const unfriend::error failure = unfriend::perform(transport, http_request{}, response);
    return {failure, response.status, std::string(response.body().data(), response.body().size())};
}

void check_delivered(const outcome& delivered) {
    CHECK(!delivered.failure);
    CHECK(delivered.status == 201);
    CHECK(delivered.body == "bytes");
}

} // namespace

TEST_CASE("a transport may return a status and bytes of any kind") {
    check_delivered(performed([](const http_request&) { return reply<std::string>{201, "bytes"}; }));
    check_delivered(performed([](const http_request&) { return reply<std::string_view>{201, "bytes"}; }));
    check_delivered(performed([](const http_request&) {
        return reply<std::vector<unsigned char>>{201, {'b', 'y', 't', 'e', 's'}};
    }));
    check_delivered(performed([](const http_request&) {
        return reply<std::array<std::byte, 5>>{201, {std::byte{'b'}, std::byte{'y'}, std::byte{'t'}, std::byte{'e'},
                                                     std::byte{'s'}}};
    }));
}

TEST_CASE("a transport may return a reference to a reply that it keeps") {
    reply<std::string> kept{201, "bytes"};
    check_delivered(performed([&kept](const http_request&) -> reply<std::string>& { return kept; }));
}

TEST_CASE("a transport may append to our buffer, in pieces") {
    check_delivered(performed([](const http_request&, http_response& response) {
        response.status = 201;
        CHECK(response.append("by", 2));
        CHECK(response.append("", 0));
        CHECK(response.append("tes", 3));
        return std::error_code();
    }));
}

TEST_CASE("a transport that starts over forgets what it appended") {
    check_delivered(performed([](const http_request&, http_response& response) {
        response.status = 500;
        response.append("other", 5);
        response.clear();
        response.status = 201;
        response.append("bytes", 5);
        return std::error_code();
    }));
}

TEST_CASE("a transport may return an expected, ours or anyone's") {
    check_delivered(performed([](const http_request&) {
        return unfriend::result<reply<std::string>>(reply<std::string>{201, "bytes"});
    }));
    check_delivered(performed([](const http_request&) { return foreign_expected(reply<std::string>{201, "bytes"}); }));
}

TEST_CASE("a transport that cannot be copied is lent by reference") {
    struct immovable {
        immovable() = default;
        immovable(const immovable&) = delete;
        immovable& operator=(const immovable&) = delete;
        reply<std::string> operator()(const http_request&) { return {201, "bytes"}; }
    } transport;
    check_delivered(performed(std::ref(transport)));
}

TEST_CASE("a transport's own error arrives as it is, in its own category") {
    const std::error_code refused = std::make_error_code(std::errc::connection_refused);
    CHECK(performed([&](const http_request&, http_response&) { return refused; }).failure.code() == refused);
    CHECK(performed([&](const http_request&) { return foreign_expected(refused); }).failure.code() == refused);
    CHECK(performed([](const http_request&) {
              return unfriend::result<reply<std::string>>(errc::transport_failed);
          }).failure == errc::transport_failed);
}

TEST_CASE("bytes that do not fit are an error, whatever the transport makes of it") {
    const auto appended = [](const http_request&, http_response& response) {
        CHECK(response.append("1234", 4));
        CHECK_FALSE(response.append("5", 1));
        CHECK_FALSE(response.append("", 0));
        return std::make_error_code(std::errc::io_error);
    };
    CHECK(performed(appended, 4).failure == errc::body_too_large);
    CHECK(performed(appended, 4).failure.detail() == 4);
    const auto returned = [](const http_request&) { return reply<std::string>{200, "12345"}; };
    CHECK(performed(returned, 4).failure == errc::body_too_large);
    CHECK(!performed(returned, 5).failure);
}

TEST_CASE("what is not a transport is told apart at compile time") {
    using nothing = void (*)(const http_request&);
    using no_body = int (*)(const http_request&);
    using wide_body = reply<std::wstring> (*)(const http_request&);
    using wrong_argument = reply<std::string> (*)(int);
    using no_error = int (*)(const http_request&, http_response&);
    CHECK_FALSE(unfriend::is_transport<nothing>);
    CHECK_FALSE(unfriend::is_transport<no_body>);
    CHECK_FALSE(unfriend::is_transport<wide_body>);
    CHECK_FALSE(unfriend::is_transport<wrong_argument>);
    CHECK_FALSE(unfriend::is_transport<no_error>);
    CHECK_FALSE(unfriend::is_transport<std::string>);
}
