// The macros of platforms and engines that take the place of ordinary names, as a program has them that includes those
// headers first. The values are those of the originals, or do what they do.
#pragma once

// windows.h without NOMINMAX and WIN32_LEAN_AND_MEAN: also rpcndr.h, wingdi.h, winnt.h
#define min(a, b) (((a) < (b)) ? (a) : (b))
#define max(a, b) (((a) > (b)) ? (a) : (b))
#define near
#define far
#define NEAR
#define FAR
#define pascal
#define cdecl
#define interface struct
#define small char
#define hyper long long
#define IN
#define OUT
#define OPTIONAL
#define CONST const
#define VOID void
#define TRUE 1
#define FALSE 0
#define ERROR 0
#define DELETE (0x00010000L)
#define DIFFERENCE 11
#define ABSOLUTE 1
#define RELATIVE 2
#define OPAQUE 2
#define TRANSPARENT 1
#define STRICT 1
#define NO_ERROR 0L
#define IGNORE 0
#define INFINITE 0xFFFFFFFF
#define GetObject GetObjectA
#define GetMessage GetMessageA
#define SendMessage SendMessageA
#define DeleteFile DeleteFileA
#define GetCurrentTime() 0

// X11/Xlib.h, X.h
#define Bool int
#define Status int
#define True 1
#define False 0
#define None 0L
#define Always 2
#define Never 0
#define Success 0
#define CurrentTime 0L
#define Complex 0
#define Unsorted 0
#define Above 0
#define Below 1
#define KeyPress 2
#define FocusIn 9
#define Expose 12
#define ControlMask 4
#define GrayScale 1
#define CursorShape 0

// Unreal Engine
#define check(expression)                                                                                              \
    { (void)(expression); }
#define verify(expression)                                                                                             \
    { (void)(expression); }
#define ensure(expression) (!!(expression))
#define unimplemented() check(false)
#define TEXT(text) L##text
#define UI
#define PI (3.1415926535897932f)
#define SMALL_NUMBER (1.e-8f)
#define FORCEINLINE inline

// Apple's AssertMacros.h
#define require(assertion, label)                                                                                      \
    do {                                                                                                               \
        if (!(assertion)) goto label;                                                                                  \
    } while (0)
#define require_noerr(code, label) require((code) == 0, label)
#define check_noerr(code) check((code) == 0)
#define nil 0
#define YES 1
#define NO 0

// Qt without QT_NO_KEYWORDS
#define signals public
#define slots
#define emit
#define foreach(variable, container) for (variable : container)
#define forever for (;;)

// POSIX and compilers
#define major(device) ((device) >> 8)
#define minor(device) ((device)&0xff)
#define linux 1
#define unix 1
