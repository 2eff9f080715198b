internal import Diagnostics

/// Puts events together to a tree, on a stack of its own: however deep a document goes, ours does not grow.
struct TreeBuilder {
    private(set) var problems: [YAMLError] = []

    private let file: String
    private let rules: YAMLRules
    private var root: YAMLNode?
    private var hasDocument = false
    private var open: [Collection] = []
    private var anchors: [String: Anchored?] = [:]
    private var nodeCount = 0

    /// A list or mapping whose end has not come yet.
    private struct Collection {
        var isMapping: Bool
        var location: Diagnostic.Location
        var anchor: String?
        var tag: String?
        var elements: [YAMLNode] = []
        var entries = EntryList()
        /// The key that waits for its value; `.unusable` where the key was refused.
        var key: Key = .none
        /// How many collections stand in one another below this one, itself included.
        var height = 1
        /// What `nodeCount` was before it.
        var countBefore: Int
    }

    private enum Key {
        case none
        case unusable
        case text(String, Diagnostic.Location)
    }

    private struct Anchored {
        var node: YAMLNode
        var height: Int
        var nodeCount: Int
    }

    init(file: String, rules: YAMLRules) {
        self.file = file
        self.rules = rules
    }

    /// The finished tree.
    func root(orEmptyAt start: Diagnostic.Location) throws(YAMLError) -> YAMLNode {
        guard let root else { throw YAMLError(.empty, at: start) }
        if case .scalar("", .plain) = root.content { throw YAMLError(.empty, at: start) }
        return root
    }

    mutating func take(_ event: Event) throws(YAMLError) {
        if event.tag != nil, !rules.keepsTags { problems.append(YAMLError(.tag, at: event.location)) }
        if event.anchor != nil, !rules.allowsAliases { problems.append(YAMLError(.anchor, at: event.location)) }
        switch event.kind {
        case .documentStart(let hasTagDirective):
            guard !hasDocument else { throw YAMLError(.secondDocument, at: event.location) }
            hasDocument = true
            if hasTagDirective { problems.append(YAMLError(.tag, at: event.location)) }
        case .documentEnd:
            break
        case .alias(let name):
            try expand(name, at: event.location)
        case .scalar(let text, let style):
            try count(1, at: event.location)
            if text.utf8.contains(0) { problems.append(YAMLError(.nul, at: event.location)) }
            let node = YAMLNode(.scalar(text, style), at: event.location, tag: event.tag)
            if let anchor = event.anchor { anchors[anchor] = Anchored(node: node, height: 0, nodeCount: 1) }
            place(node, height: 0)
        case .sequenceStart, .mappingStart:
            try openCollection(event)
        case .collectionEnd:
            closeCollection()
        }
    }

    private mutating func openCollection(_ event: Event) throws(YAMLError) {
        guard open.count < rules.depthLimit else {
            throw YAMLError(.tooDeep(limit: rules.depthLimit), at: event.location)
        }
        var isMapping = false
        if case .mappingStart = event.kind { isMapping = true }
        if let anchor = event.anchor { anchors[anchor] = .some(nil) }
        open.append(
            Collection(
                isMapping: isMapping,
                location: event.location,
                anchor: event.anchor,
                tag: event.tag,
                countBefore: nodeCount
            )
        )
        try count(1, at: event.location)
    }

    private mutating func closeCollection() {
        guard let closed = open.popLast() else { return }
        let content: YAMLNode.Content = closed.isMapping ? .mapping(closed.entries.all) : .sequence(closed.elements)
        let node = YAMLNode(content, at: closed.location, tag: closed.tag)
        if let anchor = closed.anchor {
            anchors[anchor] = Anchored(
                node: node,
                height: closed.height,
                nodeCount: nodeCount - closed.countBefore
            )
        }
        place(node, height: closed.height)
    }

    private mutating func expand(_ name: String, at location: Diagnostic.Location) throws(YAMLError) {
        guard rules.allowsAliases else {
            problems.append(YAMLError(.alias, at: location))
            return place(YAMLNode(.scalar("", .plain), at: location), height: 0)
        }
        guard let known = anchors[name] else { throw YAMLError(.unknownAlias, at: location) }
        guard let anchored = known else { throw YAMLError(.recursiveAlias, at: location) }
        guard open.count + anchored.height <= rules.depthLimit else {
            throw YAMLError(.tooDeep(limit: rules.depthLimit), at: location)
        }
        try count(anchored.nodeCount, at: location)
        place(YAMLNode(anchored.node.content, at: location, tag: anchored.node.tag), height: anchored.height)
    }

    private mutating func count(_ nodes: Int, at location: Diagnostic.Location) throws(YAMLError) {
        nodeCount += nodes
        guard nodeCount <= rules.nodeLimit else { throw YAMLError(.tooManyNodes(limit: rules.nodeLimit), at: location) }
    }

    /// Gives a finished node to the collection it stands in, as an element, a key or a value.
    private mutating func place(_ node: YAMLNode, height: Int) {
        guard !open.isEmpty else {
            root = node
            return
        }
        let last = open.count - 1
        open[last].height = max(open[last].height, height + 1)
        guard open[last].isMapping else {
            open[last].elements.append(node)
            return
        }
        switch open[last].key {
        case .none:
            open[last].key = key(from: node)
        case .unusable:
            open[last].key = .none
        case .text(let text, let location):
            open[last].key = .none
            let entry = YAMLNode.Entry(key: text, keyLocation: location, value: node)
            if let first = open[last].entries.append(entry) {
                problems.append(YAMLError(.duplicateKey(first: first), at: location))
            }
        }
    }

    private mutating func key(from node: YAMLNode) -> Key {
        guard case .scalar(let text, let style) = node.content else {
            problems.append(YAMLError(.keyIsNotText, at: node.location))
            return .unusable
        }
        guard text != "<<" || style != .plain else {
            problems.append(YAMLError(.mergeKey, at: node.location))
            return .unusable
        }
        return .text(text, node.location)
    }
}

/// Entries of a mapping that knows its keys: by looking while they are few, by a table once they are many.
private struct EntryList {
    private(set) var all: [YAMLNode.Entry] = []
    private var places: [String: Int] = [:]

    /// Takes an entry, or else gives the place of the one that has this key already.
    mutating func append(_ entry: YAMLNode.Entry) -> Diagnostic.Location? {
        if all.count < 16 {
            if let first = all.first(where: { $0.key == entry.key }) { return first.keyLocation }
        } else {
            if places.isEmpty {
                for (index, earlier) in all.enumerated() { places[earlier.key] = index }
            }
            if let first = places[entry.key] { return all[first].keyLocation }
            places[entry.key] = all.count
        }
        all.append(entry)
        return nil
    }
}
