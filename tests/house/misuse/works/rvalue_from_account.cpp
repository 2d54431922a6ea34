#include <cassert>
#include <string>
#include <string_view>
#include <vector>

#include <unfriend/unfriend.hpp>

int main() {
    const std::vector<std::string> friends{"bob", "carol"};
    const unfriend::friend_delete_request request{"a_user_with_a_long_name_" + std::to_string(7), friends};
    const unfriend::friend_delete_all_request everyone{"a_user_with_a_long_name_" + std::to_string(8)};
    char buffer[256];
    const auto body = unfriend::encode(request, buffer);
    assert(body && body->find("a_user_with_a_long_name_7") != std::string_view::npos);
    const auto body_of_everyone = unfriend::encode(everyone, buffer);
    assert(body_of_everyone && body_of_everyone->find("a_user_with_a_long_name_8") != std::string_view::npos);
}
