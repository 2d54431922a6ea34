// The program around the snippet that shares a channel.
#include <chrono>
#include <string>
#include <system_error>
#include <vector>

#include <unfriend/unfriend.hpp>

namespace program {

std::error_code my_transport(const unfriend::http_request& request, unfriend::http_response& response);
extern unfriend::signer signer;
void log(const std::string& sentence);
extern const unfriend::friend_delete_request<std::vector<std::string>> request;

void snippet();

void snippet() {
    // snippet
}

} // namespace program
