// The program around the snippet that deletes any number of pairs.
#include <chrono>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <unfriend/unfriend.hpp>

namespace program {

std::error_code my_transport(const unfriend::http_request& request, unfriend::http_response& response);
void use(std::string_view from_account, const unfriend::account_result& account);
unfriend::timestamp now();
void sleep(std::chrono::nanoseconds duration);

extern unfriend::channel<unfriend::signer> channel;

void snippet();

void snippet() {
    // snippet
}

} // namespace program
