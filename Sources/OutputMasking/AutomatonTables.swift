internal import SecretMemory

/// What an automaton consists of.
struct AutomatonTables: ~Copyable, Sendable {
    let filter: StartFilter
    let nodes: SecretTable<TrieNode>
    let edges: EdgeTable
    let rootChildren: SecretTable<UInt32>
    let accepted: SecretTable<AcceptedPattern>
    let rootLeading: UInt32
    let rootWrappedLeading: UInt32

    var view: AutomatonView { AutomatonView(self) }
}
