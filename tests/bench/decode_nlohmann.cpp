// nlohmann's events (SAX), which are faster than its tree: the texts go into one string that is used again.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "decode.hpp"
#include "programs.hpp"

namespace bench {

namespace {

using nlohmann::json;

class answer_handler : public json::json_sax_t {
public:
    answer_handler(peer_answer& answer, std::string& texts) : answer_(answer), texts_(texts) {}
    answer_handler(const answer_handler&) = delete;
    answer_handler& operator=(const answer_handler&) = delete;
    ~answer_handler() override;

    bool key(std::string& name) override {
        if (name == "To_Account") {
            text_ = item_ != nullptr ? &item_->to_account : nullptr;
        } else if (name == "ResultCode") {
            number_ = item_ != nullptr ? &item_->result_code : nullptr;
        } else if (name == "ResultInfo") {
            text_ = item_ != nullptr ? &item_->result_info : nullptr;
        } else if (name == "ActionStatus") {
            text_ = &answer_.action_status;
        } else if (name == "ErrorCode") {
            number_ = &answer_.error_code;
        } else if (name == "ErrorInfo") {
            text_ = &answer_.error_info;
        } else if (name == "ErrorDisplay") {
            text_ = &answer_.error_display;
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
        item_ = answer_.items.add();
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
    peer_answer& answer_;
    std::string& texts_;
    peer_item* item_ = nullptr;
    std::string_view* text_ = nullptr;
    std::int32_t* number_ = nullptr;
    bool in_list_ = false;
};

answer_handler::~answer_handler() = default;

class nlohmann_reader {
public:
    nlohmann_reader(const std::string& text, shape) : text_(text) { texts_.reserve(text.size()); }

    bool read() {
        answer_->items.clear();
        texts_.clear();
        answer_handler handler(*answer_, texts_);
        return json::sax_parse(text_, &handler);
    }
    const peer_answer& answer() const { return *answer_; }

private:
    std::string text_;
    std::string texts_; ///< never longer than `text_`: it does not move
    std::unique_ptr<peer_answer> answer_ = std::make_unique<peer_answer>();
};

} // namespace

void add_decode_nlohmann() { add_decode<nlohmann_reader>("nlohmann"); }

} // namespace bench
