#include <string>
#include <string_view>
#include <vector>

#include "unfriend/messages/friend_delete.hpp"

#include "encode.hpp"
#include "programs.hpp"

namespace bench {

namespace {

class unfriend_writer {
public:
    std::string_view write(const std::vector<std::string>& accounts) {
        const auto text = unfriend::encode(
            unfriend::friend_delete_request{from_account, accounts, unfriend::delete_type::both}, buffer_);
        return text ? *text : std::string_view();
    }

private:
    std::vector<char> buffer_ = std::vector<char>(unfriend::friend_delete::max_encoded_size());
};

} // namespace

void add_encode_unfriend() { add_encode<unfriend_writer>("unfriend"); }

} // namespace bench
