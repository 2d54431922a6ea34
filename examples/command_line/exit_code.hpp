// What the command's exit status tells.
#pragma once

namespace example {

enum class exit_code : int {
    done = 0,           ///< every account is deleted; the UserSig is valid
    account_failed = 1, ///< some account is not deleted, or the results could not be written; the UserSig is not valid
    bad_input = 2,      ///< bad usage or local input: nothing was sent
    transport = 3,      ///< interrupted, or the service was not reached, or its answer could not be read
    refused = 4,        ///< the service refused the call
};

} // namespace example
