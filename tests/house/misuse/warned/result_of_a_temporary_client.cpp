// warned: temporary whose address is used as value of local variable 'response'
#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <unfriend/unfriend.hpp>

std::error_code post(const unfriend::http_request&, unfriend::http_response&);

int main() {
    unfriend::signer signer{1400000000, "administrator", unfriend::secret("key")};
    const auto response =
        unfriend::client{signer, unfriend::region::singapore, post}(unfriend::friend_delete_request{"alice", {"bob"}});
    return response.ok() ? 0 : 1;
}
