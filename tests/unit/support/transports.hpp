// Transports of every shape, which answer what a test says and note what they were sent.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "unfriend/http/transport.hpp"

/// An answer by value, with any type of body.
template <class Body>
struct reply_of {
    int status;
    Body body;
};

/// An expected of one's own: a value or an error code, with nothing else in its interface.
template <class T>
class own_expected {
public:
    own_expected(T value) : value_(std::move(value)), has_value_(true) {}
    own_expected(std::error_code failure) : error_(failure) {}

    explicit operator bool() const noexcept { return has_value_; }
    T& operator*() noexcept { return value_; }
    std::error_code error() const noexcept { return error_; }

private:
    T value_{};
    std::error_code error_{};
    bool has_value_ = false;
};

/// What transports of a test answer, and what they were sent.
struct exchange {
    int status = 200;
    std::string answer{};
    std::error_code failure{};
    int calls = 0;
    std::string method{};
    std::string url{};
    std::string content_type{};
    std::string body{};

    void note(const unfriend::http_request& request) {
        ++calls;
        method = request.method;
        url = request.url;
        content_type = request.content_type;
        body = request.body;
    }
};

/// Appends its answer, a few bytes at a time.
struct appending_transport {
    exchange* traffic;

    std::error_code operator()(const unfriend::http_request& request, unfriend::http_response& response) const {
        traffic->note(request);
        response.status = traffic->status;
        for (std::string_view rest = traffic->answer; !rest.empty();
             rest.remove_prefix(rest.size() < 7 ? rest.size() : 7)) {
            if (!response.append(rest.data(), rest.size() < 7 ? rest.size() : 7)) break;
        }
        return traffic->failure;
    }
};

/// Answers as a script says, one reply after the other and then the last again. Allocates nothing.
struct scripted_transport {
    const std::vector<reply_of<std::string>>* script;
    std::size_t* next;

    std::error_code operator()(const unfriend::http_request&, unfriend::http_response& response) const {
        const reply_of<std::string>& reply = (*script)[*next];
        if (*next + 1 < script->size()) ++*next;
        response.status = reply.status;
        response.append(reply.body.data(), reply.body.size());
        return reply.status == 0 ? std::make_error_code(std::errc::connection_reset) : std::error_code();
    }
};
