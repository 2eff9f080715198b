internal import CPatterns

var e = [CChar](repeating: 0, count: 100)
print(unsafe ws_pattern_compile("a+", 2, &e, 100) != nil)
