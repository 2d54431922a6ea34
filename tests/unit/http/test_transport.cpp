// Transports: whatever is callable in one of three shapes, and what is not.
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "unfriend/http/transport.hpp"

#include "bytes.hpp"
#include "check.hpp"
#include "transports.hpp"

namespace {

using unfriend::errc;
using unfriend::http_request;
using unfriend::http_response;
using unfriend::is_transport;

constexpr std::string_view text = "bytes of an answer";

/// What a transport makes of any request, in a buffer of `room` bytes.
struct performed {
    template <class Transport>
    explicit performed(Transport&& transport, std::size_t room = 64) : buffer(room), response(buffer.span()) {
        failure = unfriend::perform(transport, http_request{}, response);
        CHECK(buffer.intact());
    }

    std::string_view body() const { return {response.body().data(), response.body().size()}; }

    guarded_bytes buffer;
    http_response response;
    unfriend::error failure;
};

template <class Body>
void check_reply(const Body& body) {
    const performed seen([&](const http_request&) { return reply_of<Body>{201, body}; });
    CHECK(!seen.failure);
    CHECK(seen.response.status == 201);
    CHECK(seen.body() == text);
    const performed expected([&](const http_request&) { return own_expected<reply_of<Body>>({202, body}); });
    CHECK(!expected.failure);
    CHECK(expected.response.status == 202);
    CHECK(expected.body() == text);
}

template <class Byte>
std::vector<Byte> bytes_of(std::string_view characters) {
    std::vector<Byte> bytes;
    for (const char c : characters) bytes.push_back(static_cast<Byte>(c));
    return bytes;
}

struct wide_reply {
    int status;
    std::u32string body;
};

struct no_status {
    std::string body;
};

template <class Result, class... Arguments>
using function = Result(Arguments...);

static_assert(is_transport<appending_transport>);
static_assert(is_transport<function<reply_of<std::string>, const http_request&>*>);
static_assert(is_transport<function<unfriend::error, const http_request&, http_response&>*>);
static_assert(is_transport<std::function<reply_of<std::string>(const http_request&)>>);
static_assert(!is_transport<int>);
static_assert(!is_transport<function<void>*>);
static_assert(!is_transport<function<void, const http_request&>*>);
static_assert(!is_transport<function<std::string, const http_request&>*>);
static_assert(!is_transport<function<int, const http_request&, http_response&>*>);
static_assert(!is_transport<function<wide_reply, const http_request&>*>);
static_assert(!is_transport<function<no_status, const http_request&>*>);
static_assert(!is_transport<function<own_expected<int>, const http_request&>*>);
static_assert(!is_transport<function<reply_of<std::string>, http_request&>*>);

} // namespace

TEST_CASE("a request is a POST of JSON unless it says otherwise") {
    const http_request request;
    CHECK(request.method == "POST");
    CHECK(request.content_type == "application/json");
    CHECK(request.timeout.count() == 0);
}

TEST_CASE("a reply may hold its body in any container of bytes") {
    check_reply(std::string(text));
    check_reply(text);
    check_reply(bytes_of<char>(text));
    check_reply(bytes_of<unsigned char>(text));
    check_reply(bytes_of<std::byte>(text));
    check_reply(bytes_of<std::uint8_t>(text));
}

TEST_CASE("a reply may hold its body in an array") {
    const std::array<char, 3> body{'a', 'b', 'c'};
    const performed seen([&](const http_request&) { return reply_of<std::array<char, 3>>{200, body}; });
    CHECK(seen.body() == "abc");
}

TEST_CASE("a reply may have a status of another integer type, and refer to what lives elsewhere") {
    struct long_status {
        long status;
        std::string body;
    } kept{404, std::string(text)};
    const performed seen([&](const http_request&) -> long_status& { return kept; });
    CHECK(seen.response.status == 404);
    CHECK(seen.body() == text);
    CHECK(kept.body == text);
}

TEST_CASE("a reply may bring the text of Retry-After, and a transport that appends may set it") {
    struct patient_reply {
        int status;
        std::string body;
        std::string retry_after;
    };
    const std::string date = "Sun, 06 Nov 1994 08:49:37 GMT";
    const auto replies = [&](const http_request&) { return patient_reply{503, "busy", date}; };
    CHECK(performed(replies).response.retry_after() == date);
    const auto expects = [&](const http_request&) { return own_expected<patient_reply>({503, "busy", date}); };
    CHECK(performed(expects).response.retry_after() == date);
    const auto appends = [](const http_request&, http_response& response) {
        response.set_retry_after("120");
        return std::error_code();
    };
    CHECK(performed(appends).response.retry_after() == "120");
    CHECK(performed([](const http_request&) {
              return reply_of<std::string>{503, "busy"};
          }).response.retry_after() == "");
}

TEST_CASE("Retry-After is kept until the response is cleared, and left out when it is too long to be one") {
    http_response response(unfriend::char_span{});
    for (const std::size_t size : {0U, 1U, 40U}) {
        response.set_retry_after(std::string(size, '1'));
        CHECK(response.retry_after() == std::string(size, '1'));
    }
    response.set_retry_after(std::string(41, '1'));
    CHECK(response.retry_after().empty());
    response.set_retry_after("1");
    response.clear();
    CHECK(response.retry_after().empty());
}

TEST_CASE("a transport may append piece by piece and report a std::error_code or an error") {
    exchange traffic;
    traffic.status = 503;
    traffic.answer = text;
    const performed seen(appending_transport{&traffic});
    CHECK(!seen.failure);
    CHECK(seen.response.status == 503);
    CHECK(seen.body() == text);
    CHECK(traffic.calls == 1);
    const performed refused(
        [](const http_request&, http_response&) { return unfriend::error(errc::body_too_large, 7); });
    CHECK(refused.failure == errc::body_too_large);
    CHECK(refused.failure.detail() == 7);
}

TEST_CASE("a transport may be referred to, or be a function") {
    exchange traffic;
    traffic.answer = text;
    appending_transport transport{&traffic};
    CHECK(performed(std::ref(transport)).body() == text);
    CHECK(traffic.calls == 1);
    const std::function<reply_of<std::string>(const http_request&)> function_object = [](const http_request&) {
        return reply_of<std::string>{200, std::string(text)};
    };
    CHECK(performed(function_object).body() == text);
    reply_of<std::string_view> (*const pointer)(const http_request&) = [](const http_request&) {
        return reply_of<std::string_view>{200, text};
    };
    CHECK(performed(pointer).body() == text);
}

TEST_CASE("a transport may change from call to call") {
    int calls = 0;
    auto transport = [calls](const http_request&) mutable { return reply_of<std::string>{++calls, {}}; };
    for (int call = 1; call <= 3; ++call) {
        char buffer[8];
        http_response response(buffer);
        CHECK(!unfriend::perform(transport, http_request{}, response));
        CHECK(response.status == call);
    }
    CHECK(calls == 0);
}

TEST_CASE("the request reaches the transport as it is") {
    http_request request;
    request.url = "https://h/p";
    request.body = "{}";
    exchange traffic;
    appending_transport transport{&traffic};
    char buffer[8];
    http_response response(buffer);
    CHECK(!unfriend::perform(transport, request, response));
    CHECK(traffic.method == "POST");
    CHECK(traffic.url == "https://h/p");
    CHECK(traffic.content_type == "application/json");
    CHECK(traffic.body == "{}");
}

TEST_CASE("a transport's own error is passed on with its category") {
    const std::error_code timed_out = std::make_error_code(std::errc::timed_out);
    exchange traffic;
    traffic.failure = timed_out;
    CHECK(performed(appending_transport{&traffic}).failure.code() == timed_out);
    const performed expected([&](const http_request&) { return own_expected<reply_of<std::string>>(timed_out); });
    CHECK(expected.failure.code() == timed_out);
    CHECK(expected.failure.code().category() == std::generic_category());
}

TEST_CASE("an expected that has neither a reply nor a reason is a failure still") {
    const performed seen([](const http_request&) { return own_expected<reply_of<std::string>>(std::error_code()); });
    CHECK(seen.failure == errc::transport_failed);
}

TEST_CASE("a body that fills the buffer is taken and one byte more is refused") {
    exchange traffic;
    traffic.answer = text;
    const auto replying = [](const http_request&) { return reply_of<std::string_view>{200, text}; };
    const auto expecting = [](const http_request&) { return own_expected<reply_of<std::string_view>>({200, text}); };
    CHECK(performed(appending_transport{&traffic}, text.size()).body() == text);
    CHECK(performed(replying, text.size()).body() == text);
    CHECK(performed(expecting, text.size()).body() == text);
    for (const std::size_t room : {text.size() - 1, std::size_t{1}, std::size_t{0}}) {
        const performed appended(appending_transport{&traffic}, room);
        const performed replied(replying, room);
        const performed expected(expecting, room);
        for (const performed* seen : {&appended, &replied, &expected}) {
            CHECK(seen->failure == errc::body_too_large);
            CHECK(seen->failure.detail() == room);
        }
    }
}

TEST_CASE("what did not fit stays refused, until the response is cleared") {
    guarded_bytes buffer(4);
    http_response response(buffer.span());
    CHECK(response.capacity() == 4);
    CHECK(response.append("ab", 2));
    CHECK(!response.append("cde", 3));
    CHECK(response.overflowed());
    CHECK(!response.append("c", 1));
    CHECK(response.body().size() == 2);
    response.status = 200;
    response.clear();
    CHECK(!response.overflowed());
    CHECK(response.status == 0);
    CHECK(response.body().size() == 0);
    CHECK(response.append("abcd", 4));
    CHECK(response.append(nullptr, 0));
    CHECK(!response.append("e", 1));
    CHECK(buffer.intact());
}
