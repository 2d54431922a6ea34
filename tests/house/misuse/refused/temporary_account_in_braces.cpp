// refused: an account in braces is a temporary string
#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <unfriend/unfriend.hpp>

int main() {
    const std::string name = "bob";
    const unfriend::friend_delete_request request{"alice", {name + "1", name + "2"}};
    return request.to_account.begin() == request.to_account.end() ? 1 : 0;
}
