// RapidJSON's Writer, into a buffer that is used again.
#include "rapidjson_peer.hpp"

#include <string>
#include <string_view>
#include <vector>

#include "encode.hpp"
#include "programs.hpp"

namespace bench {

namespace {

class rapidjson_writer {
public:
    std::string_view write(const std::vector<std::string>& accounts) {
        buffer_.Clear();
        writer_.Reset(buffer_);
        writer_.StartObject();
        write_text("From_Account");
        write_text(from_account);
        write_text("To_Account");
        writer_.StartArray();
        for (const std::string& account : accounts) write_text(account);
        writer_.EndArray();
        write_text("DeleteType");
        write_text("Delete_Type_Both");
        writer_.EndObject();
        return {buffer_.GetString(), buffer_.GetSize()};
    }

private:
    void write_text(std::string_view text) {
        writer_.String(text.data(), static_cast<rapidjson_peer::SizeType>(text.size()));
    }

    rapidjson_peer::StringBuffer buffer_;
    rapidjson_peer::Writer<rapidjson_peer::StringBuffer> writer_;
};

} // namespace

void add_encode_rapidjson() { add_encode<rapidjson_writer>("rapidjson_writer"); }

} // namespace bench
