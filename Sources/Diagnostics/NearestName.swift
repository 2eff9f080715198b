/// The candidate that `name` was most likely meant to be, for a "did you mean".
///
/// Distance is that of Damerau and Levenshtein in its restricted form (optimal string alignment), so that a swap of two
/// neighbours counts once. A candidate is near when at most a third of its letters differ, and at least one
/// may: what is further away may be a pasted secret and must not be repeated to the screen.
///
/// - Returns: the nearest candidate, the first of several equally near, or `nil` when none is near.
package func nearestName(to name: String, among candidates: some Sequence<String>) -> String? {
    let typed = Array(name.lowercased())
    var best: (name: String, distance: Int)?
    for candidate in candidates {
        let letters = Array(candidate.lowercased())
        let allowance = max(1, max(letters.count, typed.count) / 3)
        guard abs(letters.count - typed.count) <= allowance else { continue }
        let distance = editDistance(typed, letters)
        if distance <= allowance, distance < letters.count, distance < best?.distance ?? .max {
            best = (candidate, distance)
        }
    }
    return best?.name
}

private func editDistance(_ left: [Character], _ right: [Character]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for row in left.indices {
        var current = [row + 1]
        for column in right.indices {
            let substitution = last[column] + (left[row] == right[column] ? 0 : 1)
            var distance = min(substitution, last[column + 1] + 1, current[column] + 1)
            if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                distance = min(distance, beforeLast[column - 1] + 1)
            }
            current.append(distance)
        }
        (beforeLast, last) = (last, current)
    }
    return last[right.count]
}

/// The hint that offers what `nearestName` found.
package func didYouMean(_ name: String) -> String { "did you mean '\(name)'?" }
