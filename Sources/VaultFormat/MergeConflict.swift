/// What keeps two sides from being joined.
package enum MergeConflict: Hashable, Sendable {
    case secret(String)
    case settings
    case keys
    /// Their side alone changed the data key or who may open the vault, and nobody said that this is meant.
    case keysOfTheirs
    /// Our side alone has a new data key, and it is not the one that this machine knows: in a rebase "ours" is upstream.
    case dataKeyOfOurs
}
