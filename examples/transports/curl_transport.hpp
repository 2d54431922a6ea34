// A transport over libcurl, to be copied, with curl_request.hpp, into any program that has libcurl; it finds unfriend
// as one header or as many:
//
//   curl_library library;                                // once a program, before its threads start
//   curl_transport transport(library);
//   unfriend::client client{signer, unfriend::region::singapore, std::move(transport)};
//
// For many calls in flight on one thread there is curl_multi_transport.hpp.
#pragma once

#include <system_error>

#include <curl/curl.h>

#include "curl_request.hpp"

namespace example {

/// One connection, kept alive and used again. One thread at a time; a moved-from one is not to be called.
class curl_transport {
public:
    /// `library` must outlive the transport.
    explicit curl_transport(const curl_library& library, const curl_options& options = {})
        : request_(library, options) {}

    /// Sends `request` and appends the body of the answer to `response`; an answer that does not fit is
    /// abandoned. Whatever the HTTP status, an answer is a success here.
    std::error_code operator()(const unfriend::http_request& request, unfriend::http_response& response) {
        CURLcode outcome = request_.prepare(request, response);
        if (outcome != CURLE_OK) return request_.error_of(outcome);
        outcome = curl_easy_perform(request_.handle());
        request_.finish(response);
        return request_.error_of(outcome);
    }

private:
    curl_request request_;
};

} // namespace example
