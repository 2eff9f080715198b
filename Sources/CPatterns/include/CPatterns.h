#ifndef C_PATTERNS_H
#define C_PATTERNS_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A compiled regular expression in RE2's syntax; matching takes time linear in the text.
typedef struct ws_pattern ws_pattern;

/// Compiles a pattern of `length` bytes of UTF-8. Where it is malformed, returns NULL and writes why, cut to fit and
/// NUL-terminated, to `error`; no part of the pattern is in it.
ws_pattern *ws_pattern_compile(const char *pattern, size_t length, char *error, size_t error_capacity);

/// Whether the whole of `text`, any `length` bytes, matches.
int ws_pattern_matches(const ws_pattern *pattern, const char *text, size_t length);

void ws_pattern_free(ws_pattern *pattern);

#ifdef __cplusplus
}
#endif

#endif
