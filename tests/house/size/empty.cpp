// Links the libraries, and has of this one nothing.
#include <openssl/crypto.h>
#include <zlib.h>

int main() { return OpenSSL_version_num() == 0 || zlibVersion() == nullptr ? 1 : 0; }
