#include <cassert>
#include <string>
#include <string_view>

#include <unfriend/unfriend.hpp>

namespace {

std::string configured_host() { return "a-gateway-with-a-long-name.example:8443"; }

unfriend::endpoint configured_endpoint() { return unfriend::endpoint(configured_host().c_str()); }

} // namespace

int main() {
    const unfriend::endpoint where = configured_endpoint();
    assert(where.host().text() == "a-gateway-with-a-long-name.example:8443");
    const unfriend::endpoint two_hosts(configured_host(), configured_host());
    assert(two_hosts.backup_host().text() == where.host().text());
    assert(!unfriend::endpoint("not a host").host().valid());
}
