// warned: stack memory associated with local variable 'client' returned
#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <unfriend/unfriend.hpp>

std::error_code post(const unfriend::http_request&, unfriend::http_response&);

unfriend::call_result forget(unfriend::signer& signer, std::string_view to_account);

unfriend::call_result forget(unfriend::signer& signer, std::string_view to_account) {
    unfriend::client client{signer, unfriend::region::singapore, post};
    return client(unfriend::friend_delete_request{"alice", {to_account}});
}
