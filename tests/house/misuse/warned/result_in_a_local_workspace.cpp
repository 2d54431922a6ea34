// warned: stack memory associated with local variable 'memory' returned
#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <unfriend/unfriend.hpp>

std::error_code post(const unfriend::http_request&, unfriend::http_response&);
using client_type = unfriend::client<unfriend::channel<unfriend::signer>, decltype(&post)>;

unfriend::call_result forget(client_type& client, std::string_view to_account);

unfriend::call_result forget(client_type& client, std::string_view to_account) {
    unfriend::small_workspace memory;
    return client(unfriend::friend_delete_request{"alice", {to_account}}, memory);
}
