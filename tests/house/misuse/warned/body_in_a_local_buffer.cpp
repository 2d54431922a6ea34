// warned: stack memory associated with local variable 'buffer' returned
#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <unfriend/unfriend.hpp>

unfriend::result<std::string_view> body_for(std::string_view to_account);

unfriend::result<std::string_view> body_for(std::string_view to_account) {
    char buffer[256];
    return unfriend::encode(unfriend::friend_delete_request{"alice", {to_account}}, buffer);
}
