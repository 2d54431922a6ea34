#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "encode.hpp"
#include "programs.hpp"

namespace bench {

namespace {

class nlohmann_writer {
public:
    std::string_view write(const std::vector<std::string>& accounts) {
        const nlohmann::ordered_json document{
            {"From_Account", from_account}, {"To_Account", accounts}, {"DeleteType", "Delete_Type_Both"}};
        text_ = document.dump();
        return text_;
    }

private:
    std::string text_;
};

} // namespace

void add_encode_nlohmann() { add_encode<nlohmann_writer>("nlohmann"); }

} // namespace bench
