// simdjson on demand, with a parser that is used again, in the two ways that its users know: each member asked for by
// name (`find_field`, in the order in which members come), and all members visited and told apart by their raw keys.
// It leaves the text as it is, and so needs no copy of it.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "decode.hpp"
#include "programs.hpp"

namespace bench {

namespace {

namespace ondemand = simdjson::ondemand;

class simdjson_reader {
public:
    explicit simdjson_reader(const std::vector<document>& all) {
        for (const document& one : all) texts_.emplace_back(one.text);
        std::size_t longest = 0;
        for (const document& one : all) longest = std::max(longest, one.text.size());
        allocated_ = parser_.allocate(longest) == simdjson::SUCCESS;
    }

    const peer_response& response() const { return *response_; }

protected:
    bool start(std::size_t index, ondemand::document& document) {
        response_->items.clear();
        return allocated_ && parser_.iterate(texts_[index]).get(document) == simdjson::SUCCESS;
    }

    template <class Value>
    static bool read_text(Value&& value, std::string_view& text) {
        return value.get_string().get(text) == simdjson::SUCCESS;
    }

    template <class Value>
    static bool read_number(Value&& value, std::int32_t& number) {
        std::int64_t wide = 0;
        if (value.get_int64().get(wide) != simdjson::SUCCESS) return false;
        number = static_cast<std::int32_t>(wide);
        return true;
    }

    std::unique_ptr<peer_response> response_ = std::make_unique<peer_response>();

private:
    std::vector<simdjson::padded_string> texts_;
    ondemand::parser parser_;
    bool allocated_ = false;
};

/// Asks for the members by name: in their order, or in any order where they come in another.
class finding_reader : public simdjson_reader {
public:
    explicit finding_reader(const std::vector<document>& all)
        : simdjson_reader(all), in_order_(all.front().text.find("ResultItem") < all.front().text.find("ErrorCode")) {}

    bool read(const std::string&, std::size_t index) {
        ondemand::document document;
        if (!start(index, document)) return false;
        return in_order_ ? read_in<in_order>(document) : read_in<in_any_order>(document);
    }

private:
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

    template <class Order>
    bool read_in(ondemand::document& document) {
        ondemand::array list;
        if (Order::find(document, "ResultItem").get_array().get(list) != simdjson::SUCCESS) return false;
        for (auto element : list) {
            ondemand::object object;
            peer_item* const item = response_->items.add();
            if (item == nullptr || element.get_object().get(object) != simdjson::SUCCESS) return false;
            if (!read_text(Order::find(object, "To_Account"), item->to_account)) return false;
            if (!read_number(Order::find(object, "ResultCode"), item->result_code)) return false;
            if (!read_text(Order::find(object, "ResultInfo"), item->result_info)) return false;
        }
        return read_text(Order::find(document, "ActionStatus"), response_->action_status) &&
               read_number(Order::find(document, "ErrorCode"), response_->error_code) &&
               read_text(Order::find(document, "ErrorInfo"), response_->error_info) &&
               read_text(Order::find(document, "ErrorDisplay"), response_->error_display);
    }

    bool in_order_;
};

/// Visits the members, in whatever order they come.
class iterating_reader : public simdjson_reader {
public:
    using simdjson_reader::simdjson_reader;

    bool read(const std::string&, std::size_t index) {
        ondemand::document document;
        ondemand::object root;
        if (!start(index, document) || document.get_object().get(root) != simdjson::SUCCESS) return false;
        for (auto member : root) {
            ondemand::raw_json_string key;
            if (member.key().get(key) != simdjson::SUCCESS || !read_member(key, member)) return false;
        }
        return true;
    }

private:
    template <class Member>
    bool read_member(ondemand::raw_json_string key, Member& member) {
        if (key.unsafe_is_equal("ResultItem")) return read_list(member.value());
        if (key.unsafe_is_equal("ActionStatus")) return read_text(member.value(), response_->action_status);
        if (key.unsafe_is_equal("ErrorCode")) return read_number(member.value(), response_->error_code);
        if (key.unsafe_is_equal("ErrorInfo")) return read_text(member.value(), response_->error_info);
        if (key.unsafe_is_equal("ErrorDisplay")) return read_text(member.value(), response_->error_display);
        return true;
    }

    template <class Value>
    bool read_list(Value&& value) {
        ondemand::array list;
        if (value.get_array().get(list) != simdjson::SUCCESS) return false;
        for (auto element : list) {
            ondemand::object object;
            peer_item* const item = response_->items.add();
            if (item == nullptr || element.get_object().get(object) != simdjson::SUCCESS) return false;
            for (auto member : object) {
                ondemand::raw_json_string key;
                if (member.key().get(key) != simdjson::SUCCESS || !read_item_member(key, member, *item)) return false;
            }
        }
        return true;
    }

    template <class Member>
    static bool read_item_member(ondemand::raw_json_string key, Member& member, peer_item& item) {
        if (key.unsafe_is_equal("To_Account")) return read_text(member.value(), item.to_account);
        if (key.unsafe_is_equal("ResultCode")) return read_number(member.value(), item.result_code);
        if (key.unsafe_is_equal("ResultInfo")) return read_text(member.value(), item.result_info);
        return true;
    }
};

} // namespace

std::string simdjson_version() {
    const std::string first = simdjson::get_active_implementation()->name();
    const std::string second = SIMDJSON_STRINGIFY(SIMDJSON_BUILTIN_IMPLEMENTATION);
    return std::string(SIMDJSON_STRINGIFY(SIMDJSON_VERSION))
        .append(" ")
        .append(first)
        .append(first == second ? "" : " and " + second);
}

void add_decode_simdjson() {
    add_decode<finding_reader>("simdjson");
    add_decode<iterating_reader>("simdjson_iterate");
}

} // namespace bench
