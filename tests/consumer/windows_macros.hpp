// windows.h as Microsoft's compiler has it: MinGW's leaves these two out in C++.
#pragma once

#include <windows.h>

#ifndef min
#define min(a, b) (((a) < (b)) ? (a) : (b))
#define max(a, b) (((a) > (b)) ? (a) : (b))
#endif
