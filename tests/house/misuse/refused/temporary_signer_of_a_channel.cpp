// refused: the credentials are a temporary, which dies before the first call: give the signer a name
#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <unfriend/unfriend.hpp>

int main() {
    unfriend::channel channel{unfriend::fixed_credentials{1400000000, "administrator", "sig"}, "gateway.example:8443"};
    return channel.endpoint().host().valid() ? 0 : 1;
}
