// The program around the example that needs C++20.
#include <array>
#include <chrono>
#include <string_view>
#include <system_error>

#include <asio/awaitable.hpp>

#include <unfriend/unfriend.hpp>

namespace program {

asio::awaitable<std::error_code> transport(const unfriend::http_request& request, unfriend::http_response& response);
asio::awaitable<void> timer(std::chrono::nanoseconds duration);
extern unfriend::channel<unfriend::signer> channel;

// example: clients/coroutine_client.hpp

} // namespace program
