// A transport that throws is one that fails.
#pragma once

#include <exception>
#include <system_error>

#include "unfriend/core/error.hpp"
#include "unfriend/http/transport.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

/// The error of an attempt whose transport threw: its own code, if there is one.
inline error error_of(const std::system_error& thrown) noexcept {
    return thrown.code() ? error(thrown.code()) : error(errc::transport_failed);
}

/// `perform`, with a `std::exception` as the error of the attempt. Anything else that is thrown is not about the
/// attempt, and passes.
template <class Transport>
error perform_caught(Transport& transport, const http_request& request, http_response& response) {
#if defined(__cpp_exceptions)
    try {
        return perform(transport, request, response);
    } catch (const std::system_error& thrown) {
        return error_of(thrown);
    } catch (const std::exception&) {
        return errc::transport_failed;
    }
#else
    return perform(transport, request, response);
#endif
}

}}} // namespace unfriend::v0_2::detail
