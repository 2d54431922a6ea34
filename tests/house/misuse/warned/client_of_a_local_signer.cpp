// warned: stack memory associated with local variable 'signer' returned
#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <unfriend/unfriend.hpp>

std::error_code post(const unfriend::http_request&, unfriend::http_response&);
using client_type = unfriend::client<unfriend::channel<unfriend::signer>, decltype(&post)>;

client_type make_client();

client_type make_client() {
    unfriend::signer signer{1400000000, "administrator", unfriend::secret("key")};
    return client_type{signer, unfriend::region::singapore, post};
}
