// simdjson on demand, with a parser that is used again and members asked for in the order in which they come. It
// leaves the text as it is, and so needs no copy of it.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <simdjson.h>

#include "decode.hpp"
#include "programs.hpp"

namespace bench {

namespace {

namespace ondemand = simdjson::ondemand;

/// How a member is looked for: from where reading stands, or anywhere in the object.
struct in_order {
    template <class Object>
    static auto find(Object& object, std::string_view key) {
        return object.find_field(key);
    }
};

struct in_any_order {
    template <class Object>
    static auto find(Object& object, std::string_view key) {
        return object.find_field_unordered(key);
    }
};

class simdjson_reader {
public:
    simdjson_reader(const std::string& text, shape looks) : text_(text), in_order_(looks != shape::reordered) {}

    bool read() { return in_order_ ? read_with<in_order>() : read_with<in_any_order>(); }
    const peer_answer& answer() const { return *answer_; }

private:
    template <class Order>
    bool read_with() {
        answer_->items.clear();
        ondemand::document document;
        if (parser_.iterate(text_).get(document) != simdjson::SUCCESS) return false;
        ondemand::array list;
        if (Order::find(document, "ResultItem").get_array().get(list) != simdjson::SUCCESS) return false;
        for (auto element : list) {
            ondemand::object object;
            peer_item* const item = answer_->items.add();
            if (item == nullptr || element.get_object().get(object) != simdjson::SUCCESS) return false;
            if (!read_text<Order>(object, "To_Account", item->to_account)) return false;
            if (!read_number<Order>(object, "ResultCode", item->result_code)) return false;
            if (!read_text<Order>(object, "ResultInfo", item->result_info)) return false;
        }
        return read_text<Order>(document, "ActionStatus", answer_->action_status) &&
               read_number<Order>(document, "ErrorCode", answer_->error_code) &&
               read_text<Order>(document, "ErrorInfo", answer_->error_info) &&
               read_text<Order>(document, "ErrorDisplay", answer_->error_display);
    }

    template <class Order, class Object>
    static bool read_text(Object& object, std::string_view key, std::string_view& text) {
        return Order::find(object, key).get_string().get(text) == simdjson::SUCCESS;
    }

    template <class Order, class Object>
    static bool read_number(Object& object, std::string_view key, std::int32_t& number) {
        std::int64_t value = 0;
        if (Order::find(object, key).get_int64().get(value) != simdjson::SUCCESS) return false;
        number = static_cast<std::int32_t>(value);
        return true;
    }

    simdjson::padded_string text_;
    ondemand::parser parser_;
    std::unique_ptr<peer_answer> answer_ = std::make_unique<peer_answer>();
    bool in_order_;
};

} // namespace

void add_decode_simdjson() { add_decode<simdjson_reader>("simdjson"); }

} // namespace bench
