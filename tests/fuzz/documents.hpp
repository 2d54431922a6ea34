// Bodies as the service writes them, in every style, and then damaged.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Chance that is the same in every run and on every machine.
class chance {
public:
    explicit chance(std::uint64_t seed) : engine_(seed) {}

    /// From 0 to `bound`, which is not included.
    std::size_t below(std::size_t bound) { return static_cast<std::size_t>(engine_() % bound); }
    bool one_in(std::size_t bound) { return below(bound) == 0; }

    template <std::size_t size>
    std::string_view any_of(const std::string_view (&texts)[size]) {
        return texts[below(size)];
    }

private:
    std::mt19937_64 engine_;
};

/// Makes one body after the other, each in a style of its own: compact or indented, the members in the documented
/// order or another, with or without failures, escapes, UTF-8 and members that are unknown.
class document_maker {
public:
    explicit document_maker(std::uint64_t seed) : chance_(seed) {}

    std::string friend_delete() {
        choose_style();
        members head = response_head();
        members items;
        for (std::size_t left = chance_.below(9); left != 0; --left) items.push_back(result_item());
        const std::string list = member("ResultItem", joined('[', items, ']', 1));
        head.insert(chance_.one_in(4) ? head.end() : head.begin(), list);
        return document(std::move(head));
    }

    std::string friend_delete_all() {
        choose_style();
        return document(response_head());
    }

    std::string webhook() {
        choose_style();
        members head{member("CallbackCommand", R"("Sns.CallbackFriendDelete")")};
        members pairs;
        for (std::size_t left = chance_.below(9); left != 0; --left) pairs.push_back(friend_pair());
        head.push_back(member("PairList", joined('[', pairs, ']', 1)));
        if (chance_.one_in(2)) head.push_back(member("ClientIP", R"("192.0.2.1")"));
        if (chance_.one_in(2)) head.push_back(member("OptPlatform", R"("RESTAPI")"));
        return document(std::move(head));
    }

    /// The document inside a UserSig.
    std::string user_sig() {
        choose_style();
        return document({member("TLS.ver", R"("2.0")"), member("TLS.identifier", account()),
                         member("TLS.sdkappid", number()), member("TLS.expire", number()), member("TLS.time", number()),
                         member("TLS.sig", text(1))});
    }

    /// The body with up to three wounds, or as it was.
    std::string damaged(std::string body) {
        for (std::size_t left = chance_.below(4); left != 0; --left) wound(body);
        return body;
    }

    /// How many items there is to be room for: mostly enough.
    std::size_t capacity() { return chance_.one_in(4) ? chance_.below(9) : 64; }

private:
    using members = std::vector<std::string>;

    void choose_style() {
        static constexpr std::string_view lines[] = {"", "", "", "\n", " ", "\r\n\t"};
        static constexpr std::string_view colons[] = {":", ":", ":", " : ", ":\n"};
        line_ = chance_.any_of(lines);
        colon_ = chance_.any_of(colons);
        indented_ = line_ == "\n";
        reordered_ = chance_.one_in(5);
        mixed_ = chance_.one_in(2);
        surprising_ = chance_.one_in(4);
    }

    members response_head() {
        return {member("ActionStatus", R"("OK")"), member("ErrorCode", chance_.one_in(8) ? number() : "0"),
                member("ErrorInfo", text(4)), member("ErrorDisplay", text(4)), member("RequestId", text(4))};
    }

    std::string result_item() {
        const bool failed = mixed_ && chance_.one_in(6);
        members item{member("To_Account", account()), member("ResultCode", failed ? number() : "0"),
                     member("ResultInfo", failed ? text(1) : R"("")")};
        return joined('{', arranged(std::move(item)), '}', 2);
    }

    std::string friend_pair() {
        members pair{member("From_Account", account()), member("To_Account", account())};
        return joined('{', arranged(std::move(pair)), '}', 2);
    }

    /// In the document's order of members, with an unknown one or without one that is known, where it is to surprise.
    members arranged(members item) {
        if (reordered_) std::rotate(item.begin(), std::next(item.begin()), item.end());
        if (!surprising_) return item;
        if (chance_.one_in(8)) item.push_back(unknown_member());
        if (chance_.one_in(16)) item.pop_back();
        if (chance_.one_in(16)) std::swap(item.front(), item.back());
        return item;
    }

    std::string document(members head) {
        if (reordered_) std::rotate(head.begin(), std::next(head.begin()), head.end());
        if (surprising_ && chance_.one_in(2)) {
            head.insert(std::next(head.begin(), static_cast<std::ptrdiff_t>(chance_.below(head.size() + 1))),
                        unknown_member());
        }
        return joined('{', head, '}', 0);
    }

    std::string member(std::string_view name, std::string_view value) const {
        return std::string("\"").append(name).append("\"").append(colon_).append(value);
    }

    std::string unknown_member() {
        static constexpr std::string_view values[] = {
            R"("Id-70d3b1f1")",
            "null",
            "true",
            "17",
            "-2.5e3",
            "[]",
            R"({"a":[1,"b"]})",
            R"("\ud83d\ude00")",
            R"([{},[[],{"To_Account":"z","b":[null]}],"\n"])",
            "1e400",
            "[ 1.5 , [ ] , { } ]",
        };
        return member("RequestID", chance_.any_of(values));
    }

    std::string joined(char before, const members& parts, char behind, std::size_t depth) const {
        const std::string inner = line_ + std::string(indented_ ? 4 * (depth + 1) : 0, ' ');
        std::string all(1, before);
        for (const std::string& part : parts) all.append(&part == &parts.front() ? "" : ",").append(inner).append(part);
        return all.append(line_).append(indented_ ? 4 * depth : 0, ' ') += behind;
    }

    std::string number() {
        static constexpr std::string_view numbers[] = {
            "31704",      "30003",       "-1",          "999999999",  "1000000000",          "2147483647",
            "2147483648", "-2147483648", "-2147483649", "1700000000", "9223372036854775807",
        };
        return std::string(chance_.any_of(numbers));
    }

    std::string account() {
        std::string name = "\"" + std::string(chance_.below(chance_.one_in(8) ? 40 : 12), 'a');
        name += std::to_string(chance_.below(100'000));
        if (mixed_ && chance_.one_in(20)) name += R"(\")";
        return name += '"';
    }

    /// A string that is empty in all but one of `bound` cases.
    std::string text(std::size_t bound) {
        static constexpr std::string_view texts[] = {
            "0",
            "not a friend",
            "\xC3\xA9",
            "n\xC3\xA9t \\u00e9",
            "\xE5\xA5\xBD\xE5\x8F\x8B",
            "\xF0\x9F\x98\x80",
            R"(a\/b\n)",
            "\x7F",
            R"(\uD83D\uDE00)",
        };
        return chance_.one_in(bound) ? std::string("\"").append(chance_.any_of(texts)).append("\"") : R"("")";
    }

    void wound(std::string& body) {
        const std::size_t at = chance_.below(body.size() + 1);
        switch (chance_.below(6)) {
        case 0: body.insert(at, fragment()); break;
        case 1: body.erase(at, 1 + chance_.below(3)); break;
        case 2: // a byte replaced
            if (at != body.size()) body[at] = static_cast<char>(chance_.below(256));
            break;
        case 3: // a bit turned
            if (at != body.size())
                body[at] = static_cast<char>(static_cast<unsigned char>(body[at]) ^ (1U << chance_.below(8)));
            break;
        case 4: { // a piece of the body once more, elsewhere
            const std::size_t from = chance_.below(body.size() + 1);
            body.insert(at, body.substr(from, chance_.below(80)));
            break;
        }
        default: // the end lost
            if (chance_.one_in(8)) body.resize(at);
            break;
        }
    }

    std::string fragment() {
        using namespace std::string_view_literals;
        static constexpr std::string_view fragments[] = {
            "\"",
            "\\",
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            " ",
            "\n",
            "\0"sv,
            "0",
            "-",
            "1e3",
            "1.5",
            "null",
            "true",
            "{}",
            "[]",
            R"(\u00e9)",
            R"(\ud83d\ude00)",
            R"(\ud83d)",
            R"(\udc00)",
            R"(\n)",
            R"(\x)",
            "\xC3\xA9",
            "\xED\xA0\x80",
            "\xFF",
            "\x7F",
            "2147483648",
            "9223372036854775808",
            "1e400",
            R"("To_Account":)",
            R"("To_Account":"z",)",
            R"("From_Account":"",)",
            R"("ResultCode":)",
            R"("ResultCode":7,)",
            R"("RequestId":"x",)",
            R"("ResultItem":[{}],)",
            R"("PairList":[],)",
            R"("ErrorCode":7,)",
            R"("Error\u0043ode":8,)",
            R"("To\u005fAccount":"z",)",
            R"("x":[{"y":)",
            "}]",
            R"("CallbackCommand":"Other",)",
            R"(","ResultCode":0,"ResultInfo":""},{"To_Account":")",
            R"("},{"From_Account":")",
            "[[[[[[[[[[[[[[[[",
            "<",
        };
        return std::string(chance_.any_of(fragments));
    }

    chance chance_;
    std::string line_;
    std::string colon_;
    bool indented_ = false;
    bool reordered_ = false;
    bool mixed_ = false;
    bool surprising_ = false;
};
