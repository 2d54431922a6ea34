#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "unfriend/messages/friend_delete.hpp"

#include "decode.hpp"
#include "programs.hpp"

namespace bench {

namespace {

class unfriend_reader {
public:
    explicit unfriend_reader(const std::vector<document>& all) : buffer_(all) {}

    bool read(const std::string& text, std::size_t) {
        return !unfriend::decode({buffer_.receive(text), text.size()}, *response_);
    }
    const unfriend::friend_delete_response<>& response() const { return *response_; }

private:
    receive_buffer buffer_;
    std::unique_ptr<unfriend::friend_delete_response<>> response_ =
        std::make_unique<unfriend::friend_delete_response<>>();
};

} // namespace

void add_decode_unfriend() { add_decode<unfriend_reader>("unfriend"); }

} // namespace bench
