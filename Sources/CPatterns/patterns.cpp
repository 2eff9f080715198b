// C cannot call RE2, and Swift's C++ interoperability would put a mode switch on every importing module: these few lines
// are the bridge. RE2 throws nothing, so no exception can cross it.

#include "CPatterns.h"

#include <cstdio>
#include <re2/re2.h>

struct ws_pattern {
    re2::RE2 expression;
};

static re2::RE2::Options quiet() {
    re2::RE2::Options options;
    options.set_log_errors(false);  // RE2 would write the pattern to stderr
    options.set_dot_nl(true);       // a value of several lines is one value
    options.set_max_mem(8 << 20);
    return options;
}

ws_pattern *ws_pattern_compile(const char *pattern, size_t length, char *error, size_t error_capacity) {
    auto *result = new ws_pattern{re2::RE2(re2::StringPiece(pattern, length), quiet())};
    if (result->expression.ok()) {
        return result;
    }
    // RE2 quotes the part that it stumbled over, which may be a secret that was put in the wrong place.
    std::string reason = result->expression.error();
    const std::string part = ": " + result->expression.error_arg();
    if (reason.size() > part.size() && reason.compare(reason.size() - part.size(), part.size(), part) == 0) {
        reason.resize(reason.size() - part.size());
    }
    std::snprintf(error, error_capacity, "%s", reason.c_str());
    delete result;
    return nullptr;
}

int ws_pattern_matches(const ws_pattern *pattern, const char *text, size_t length) {
    return re2::RE2::FullMatch(re2::StringPiece(text, length), pattern->expression);
}

void ws_pattern_free(ws_pattern *pattern) { delete pattern; }
