/// Finds templates that need themselves: a depth-first search that looks at every name once, since there may be thousands.
struct TemplateCycles {
    private let uses: [String: [String]]
    private var seen: Set<String> = []

    /// - Parameter uses: the names in each template, by the variable's own.
    init(uses: [String: [String]]) {
        self.uses = uses
    }

    /// Cycles that can be reached from `start` and were not found before, each from a name back to itself.
    mutating func cycles(from start: String) -> [[String]] {
        var found: [[String]] = []
        guard uses[start] != nil, seen.insert(start).inserted else { return found }
        var path = [start]
        var places = [start: 0]
        var next = [0]
        while let name = path.last {
            let names = uses[name] ?? []
            let index = next[next.count - 1]
            guard index < names.count else {
                path.removeLast()
                next.removeLast()
                places[name] = nil
                continue
            }
            next[next.count - 1] += 1
            let other = names[index]
            if let place = places[other] {
                found.append(Array(path[place...]) + [other])
            } else if uses[other] != nil, seen.insert(other).inserted {
                places[other] = path.count
                path.append(other)
                next.append(0)
            }
        }
        return found
    }
}
