// RapidJSON in situ, as its two interfaces read: events (SAX) and a tree (DOM). Neither checks UTF-8, which is
// its default and its fastest.
#include "rapidjson_peer.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "decode.hpp"
#include "programs.hpp"

namespace bench {

namespace {

/// A handler as one would write it for this response.
class response_handler : public rapidjson_peer::BaseReaderHandler<rapidjson_peer::UTF8<>, response_handler> {
public:
    explicit response_handler(peer_response& response) : response_(response) {}

    bool Key(const char* text, rapidjson_peer::SizeType size, bool) {
        const std::string_view key(text, size);
        if (key == "To_Account") {
            text_ = item_ != nullptr ? &item_->to_account : nullptr;
        } else if (key == "ResultCode") {
            number_ = item_ != nullptr ? &item_->result_code : nullptr;
        } else if (key == "ResultInfo") {
            text_ = item_ != nullptr ? &item_->result_info : nullptr;
        } else if (key == "ActionStatus") {
            text_ = &response_.action_status;
        } else if (key == "ErrorCode") {
            number_ = &response_.error_code;
        } else if (key == "ErrorInfo") {
            text_ = &response_.error_info;
        } else if (key == "ErrorDisplay") {
            text_ = &response_.error_display;
        }
        return true;
    }
    bool String(const char* text, rapidjson_peer::SizeType size, bool) {
        if (text_ != nullptr) *text_ = std::string_view(text, size);
        text_ = nullptr;
        return true;
    }
    bool Int(int value) {
        if (number_ != nullptr) *number_ = value;
        number_ = nullptr;
        return true;
    }
    bool Uint(unsigned value) { return Int(static_cast<int>(value)); }
    bool StartObject() {
        if (!in_list_) return true;
        item_ = response_.items.add();
        return item_ != nullptr;
    }
    bool EndObject(rapidjson_peer::SizeType) {
        item_ = nullptr;
        return true;
    }
    bool StartArray() {
        in_list_ = true;
        return true;
    }
    bool EndArray(rapidjson_peer::SizeType) {
        in_list_ = false;
        return true;
    }

private:
    peer_response& response_;
    peer_item* item_ = nullptr;
    std::string_view* text_ = nullptr;
    std::int32_t* number_ = nullptr;
    bool in_list_ = false;
};

class rapidjson_reader {
public:
    explicit rapidjson_reader(const std::vector<document>& all) : buffer_(all) {}

    const peer_response& response() const { return *response_; }

protected:
    receive_buffer buffer_;
    std::unique_ptr<peer_response> response_ = std::make_unique<peer_response>();
};

class sax_reader : public rapidjson_reader {
public:
    using rapidjson_reader::rapidjson_reader;

    bool read(const std::string& text, std::size_t) {
        response_->items.clear();
        rapidjson_peer::InsituStringStream stream(buffer_.receive(text));
        response_handler handler(*response_);
        return !reader_.Parse<rapidjson_peer::kParseInsituFlag>(stream, handler).IsError();
    }

private:
    rapidjson_peer::Reader reader_;
};

class dom_reader : public rapidjson_reader {
public:
    using rapidjson_reader::rapidjson_reader;

    bool read(const std::string& text, std::size_t) {
        response_->items.clear();
        rapidjson_peer::Document document;
        document.ParseInsitu(buffer_.receive(text));
        if (document.HasParseError()) return false;
        for (const auto& element : document["ResultItem"].GetArray()) {
            peer_item* const item = response_->items.add();
            if (item == nullptr) return false;
            item->to_account = text_of(element["To_Account"]);
            item->result_code = element["ResultCode"].GetInt();
            item->result_info = text_of(element["ResultInfo"]);
        }
        response_->action_status = text_of(document["ActionStatus"]);
        response_->error_code = document["ErrorCode"].GetInt();
        response_->error_info = text_of(document["ErrorInfo"]);
        response_->error_display = text_of(document["ErrorDisplay"]);
        return true;
    }

private:
    static std::string_view text_of(const rapidjson_peer::Value& value) {
        return {value.GetString(), value.GetStringLength()};
    }
};

} // namespace

void add_decode_rapidjson() {
    add_decode<sax_reader>("rapidjson_sax");
    add_decode<dom_reader>("rapidjson_dom");
}

} // namespace bench
