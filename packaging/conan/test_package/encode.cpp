// Encodes a request, and makes a UserSig where it can; it succeeds when the package is whole.
#include <array>
#include <string_view>

#include <unfriend/unfriend.hpp>

#if UNFRIEND_WITH_USER_SIG
static bool makes_a_user_sig() {
    unfriend::user_sig_generator generator{1400000000, "administrator", unfriend::secret("a key of the app's")};
    char buffer[unfriend::max_user_sig_size];
    return static_cast<bool>(generator.generate(1700000000, 60, buffer));
}
#else
static bool makes_a_user_sig() { return true; }
#endif

int main() {
    const std::array<std::string_view, 2> friends{"bob", "carol"};
    char buffer[unfriend::friend_delete::max_encoded_size(2)];
    const auto body = unfriend::encode(unfriend::friend_delete_request{"alice", friends}, buffer);
    return body && makes_a_user_sig() ? 0 : 1;
}
