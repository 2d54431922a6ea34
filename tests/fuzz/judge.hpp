// What decoding a body has to give, found with RapidJSON's DOM: it says whether the body is JSON, and has its values.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <rapidjson/document.h>

#include "unfriend/core/errc.hpp"
#include "unfriend/core/limits.hpp"

/// The members of a message by name. Those of an item may all be texts that it needs.
struct judged_schema {
    std::vector<std::string_view> head_texts;
    std::string_view head_integer;
    std::string_view list;
    std::vector<std::string_view> item_texts;
    std::string_view item_integer;
    bool needs_every_text;
    std::string_view first_counts;
};

inline judged_schema friend_delete_schema() {
    return {{"ActionStatus", "ErrorInfo", "ErrorDisplay", "RequestId"},
            "ErrorCode",
            "ResultItem",
            {"To_Account", "ResultInfo"},
            "ResultCode",
            false,
            {}};
}

inline judged_schema friend_delete_all_schema() {
    return {{"ActionStatus", "ErrorInfo", "ErrorDisplay", "RequestId"}, "ErrorCode", {}, {}, {}, false, {}};
}

inline judged_schema event_schema() {
    return {{"CallbackCommand", "ClientIP", "OptPlatform", "RequestId"},
            {},
            "PairList",
            {"From_Account", "To_Account"},
            {},
            true,
            "CallbackCommand"};
}

struct judged_item {
    std::vector<std::string> texts{};
    std::optional<std::int32_t> integer{};

    bool operator==(const judged_item& other) const { return texts == other.texts && integer == other.integer; }
};

/// What a body says, or its first fault. `is_json` is false if RapidJSON refuses it: then the fault is not known.
class judgement {
public:
    bool is_json = false;
    /// Whether there is a number beyond the range of double, which only RapidJSON's DOM refuses: nothing is known.
    bool is_undecided = false;
    std::optional<unfriend::errc> fault{};
    judged_item head{};
    std::vector<judged_item> items{};
    std::size_t lists = 0;

    judgement(std::string_view body, judged_schema schema) : schema_(std::move(schema)) {
        constexpr unsigned flags =
            RAPIDJSON_NAMESPACE::kParseValidateEncodingFlag | RAPIDJSON_NAMESPACE::kParseIterativeFlag;
        // RapidJSON's DOM takes a NUL for the end of its text, and skips each byte of a byte order mark.
        if (body.find('\0') != std::string_view::npos || (!body.empty() && (body.front() & 0x80) != 0)) return;
        RAPIDJSON_NAMESPACE::Document document;
        document.Parse<flags>(body.data(), body.size());
        is_undecided = document.GetParseError() == RAPIDJSON_NAMESPACE::kParseErrorNumberTooBig;
        if (document.HasParseError()) return;
        is_json = true;
        if (!document.IsObject()) {
            fault = has_lone_surrogate(document) ? unfriend::errc::invalid_utf8 : unfriend::errc::not_an_object;
            return;
        }
        head.texts.resize(schema_.head_texts.size());
        for (const auto& member : document.GetObject()) {
            if (fault) return;
            read_head_member(text_of(member.name), member.value);
        }
    }

private:
    using json = RAPIDJSON_NAMESPACE::Value;

    static std::string_view text_of(const json& value) { return {value.GetString(), value.GetStringLength()}; }

    /// RapidJSON's DOM accepts the escape of a low surrogate that stands alone.
    static bool has_lone_surrogate(const json& value) {
        if (!value.IsString()) return false;
        const std::string_view text = text_of(value);
        for (std::size_t at = text.find('\xED'); at != std::string_view::npos; at = text.find('\xED', at + 1)) {
            if (at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) >= 0xA0U) return true;
        }
        return false;
    }

    void refuse(unfriend::errc reason) {
        if (!fault) fault = reason;
    }

    bool check_opened(std::size_t depth) {
        if (depth > unfriend::default_limits::max_nesting) refuse(unfriend::errc::nesting_too_deep);
        return !fault;
    }

    /// The first fault of a value that nobody asks for, in an object or array of `depth` levels.
    void pass_over(const json& value, std::size_t depth) {
        if (value.IsObject() && check_opened(depth + 1)) {
            for (const auto& member : value.GetObject()) {
                if (has_lone_surrogate(member.name)) refuse(unfriend::errc::invalid_utf8);
                if (fault) return;
                pass_over(member.value, depth + 1);
            }
        } else if (value.IsArray() && check_opened(depth + 1)) {
            for (const auto& element : value.GetArray()) {
                if (fault) return;
                pass_over(element, depth + 1);
            }
        } else if (has_lone_surrogate(value)) {
            refuse(unfriend::errc::invalid_utf8);
        }
    }

    void read_text(const json& value, std::string& text, bool keeps_first) {
        if (has_lone_surrogate(value)) return refuse(unfriend::errc::invalid_utf8);
        if (!value.IsString()) return refuse(unfriend::errc::wrong_type);
        if (!keeps_first) text = text_of(value);
    }

    void read_integer(const json& value, std::optional<std::int32_t>& integer) {
        if (has_lone_surrogate(value)) return refuse(unfriend::errc::invalid_utf8);
        if (value.IsInt()) {
            integer = value.GetInt();
        } else if (value.IsInt64() || value.IsUint64() ||
                   (value.IsDouble() && (value.GetDouble() >= 0x1p63 || value.GetDouble() <= -0x1p63))) {
            refuse(unfriend::errc::integer_out_of_range);
        } else {
            refuse(unfriend::errc::wrong_type);
        }
    }

    /// Whether `name` is a member with a meaning, which was read.
    bool read_known(std::string_view name, const json& value, const std::vector<std::string_view>& texts,
                    std::string_view integer, judged_item& to) {
        const auto found = std::find(texts.begin(), texts.end(), name);
        if (found != texts.end()) {
            const auto index = static_cast<std::size_t>(found - texts.begin());
            const bool keeps_first = name == schema_.first_counts && has_first_;
            if (name == schema_.first_counts) has_first_ = true;
            read_text(value, to.texts[index], keeps_first);
            return true;
        }
        if (integer.empty() || name != integer) return false;
        read_integer(value, to.integer);
        return true;
    }

    void read_head_member(std::string_view name, const json& value) {
        json text(RAPIDJSON_NAMESPACE::StringRef(name.data(), name.size()));
        if (has_lone_surrogate(text)) return refuse(unfriend::errc::invalid_utf8);
        if (!schema_.list.empty() && name == schema_.list) return read_list(value);
        if (!read_known(name, value, schema_.head_texts, schema_.head_integer, head)) pass_over(value, 1);
    }

    void read_list(const json& value) {
        if (has_lone_surrogate(value)) return refuse(unfriend::errc::invalid_utf8);
        if (!value.IsArray()) return refuse(unfriend::errc::wrong_type);
        ++lists;
        items.clear();
        for (const auto& element : value.GetArray()) {
            if (has_lone_surrogate(element)) return refuse(unfriend::errc::invalid_utf8);
            if (!element.IsObject()) return refuse(unfriend::errc::wrong_type);
            judged_item& item = items.emplace_back();
            item.texts.resize(schema_.item_texts.size());
            for (const auto& member : element.GetObject()) {
                if (has_lone_surrogate(member.name)) return refuse(unfriend::errc::invalid_utf8);
                if (!read_known(text_of(member.name), member.value, schema_.item_texts, schema_.item_integer, item)) {
                    pass_over(member.value, 3);
                }
                if (fault) return;
            }
            const bool lacks =
                std::any_of(item.texts.begin(), item.texts.end(), [](const std::string& text) { return text.empty(); });
            if (schema_.needs_every_text && lacks) return refuse(unfriend::errc::missing_member);
        }
    }

    judged_schema schema_;
    bool has_first_ = false;
};
