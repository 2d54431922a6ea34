#include <cassert>
#include <string>
#include <string_view>
#include <vector>

#include <unfriend/unfriend.hpp>

int main() {
    const std::string named = "carol";
    const unfriend::friend_delete_request request{"alice", {"bob", named}, unfriend::delete_type::both};
    char buffer[256];
    const auto body = unfriend::encode(request, buffer);
    assert(body && body->find(R"("To_Account":["bob","carol"])") != std::string_view::npos);
}
