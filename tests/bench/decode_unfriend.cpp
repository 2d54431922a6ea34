#include <memory>
#include <string>

#include "unfriend/messages/friend_delete.hpp"

#include "decode.hpp"
#include "programs.hpp"

namespace bench {

namespace {

class unfriend_reader {
public:
    unfriend_reader(const std::string& text, shape) : text_(text) {}

    bool read() {
        char* const data = text_.restore();
        return !unfriend::decode({data, text_.size()}, *response_);
    }
    const unfriend::friend_delete_response<>& answer() const { return *response_; }

private:
    restored_text text_;
    std::unique_ptr<unfriend::friend_delete_response<>> response_ =
        std::make_unique<unfriend::friend_delete_response<>>();
};

} // namespace

void add_decode_unfriend() { add_decode<unfriend_reader>("unfriend"); }

} // namespace bench
