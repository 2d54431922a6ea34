// nlohmann's events (SAX), which are faster than its tree: the texts go into one string that is used again.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "decode.hpp"
#include "programs.hpp"

namespace bench {

namespace {

using nlohmann::json;

class response_handler : public json::json_sax_t {
public:
    response_handler(peer_response& response, std::string& texts) : response_(response), texts_(texts) {}
    response_handler(const response_handler&) = delete;
    response_handler& operator=(const response_handler&) = delete;
    ~response_handler() override;

    bool key(std::string& name) override {
        if (name == "To_Account") {
            text_ = item_ != nullptr ? &item_->to_account : nullptr;
        } else if (name == "ResultCode") {
            number_ = item_ != nullptr ? &item_->result_code : nullptr;
        } else if (name == "ResultInfo") {
            text_ = item_ != nullptr ? &item_->result_info : nullptr;
        } else if (name == "ActionStatus") {
            text_ = &response_.action_status;
        } else if (name == "ErrorCode") {
            number_ = &response_.error_code;
        } else if (name == "ErrorInfo") {
            text_ = &response_.error_info;
        } else if (name == "ErrorDisplay") {
            text_ = &response_.error_display;
        }
        return true;
    }
    bool string(std::string& value) override {
        if (text_ != nullptr) {
            const std::size_t at = texts_.size();
            texts_ += value;
            *text_ = std::string_view(texts_).substr(at);
        }
        text_ = nullptr;
        return true;
    }
    bool number_integer(std::int64_t value) override {
        if (number_ != nullptr) *number_ = static_cast<std::int32_t>(value);
        number_ = nullptr;
        return true;
    }
    bool number_unsigned(std::uint64_t value) override { return number_integer(static_cast<std::int64_t>(value)); }
    bool number_float(double, const std::string&) override { return true; }
    bool null() override { return true; }
    bool boolean(bool) override { return true; }
    bool binary(json::binary_t&) override { return true; }
    bool start_object(std::size_t) override {
        if (!in_list_) return true;
        item_ = response_.items.add();
        return item_ != nullptr;
    }
    bool end_object() override {
        item_ = nullptr;
        return true;
    }
    bool start_array(std::size_t) override {
        in_list_ = true;
        return true;
    }
    bool end_array() override {
        in_list_ = false;
        return true;
    }
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

private:
    peer_response& response_;
    std::string& texts_;
    peer_item* item_ = nullptr;
    std::string_view* text_ = nullptr;
    std::int32_t* number_ = nullptr;
    bool in_list_ = false;
};

response_handler::~response_handler() = default;

class nlohmann_reader {
public:
    explicit nlohmann_reader(const std::vector<document>& all) {
        std::size_t longest = 0;
        for (const document& one : all) longest = std::max(longest, one.text.size());
        texts_.reserve(longest);
    }

    bool read(const std::string& text, std::size_t) {
        response_->items.clear();
        texts_.clear();
        response_handler handler(*response_, texts_);
        return json::sax_parse(text, &handler);
    }
    const peer_response& response() const { return *response_; }

private:
    std::string texts_; ///< never longer than the document: it does not move
    std::unique_ptr<peer_response> response_ = std::make_unique<peer_response>();
};

} // namespace

void add_decode_nlohmann() { add_decode<nlohmann_reader>("nlohmann"); }

} // namespace bench
