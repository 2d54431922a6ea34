// refused: a transport is a callable of one of three shapes
#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <unfriend/unfriend.hpp>

int main() {
    unfriend::signer signer{1400000000, "administrator", unfriend::secret("key")};
    unfriend::client client{signer, unfriend::region::singapore, [](const std::string&) { return 200; }};
}
