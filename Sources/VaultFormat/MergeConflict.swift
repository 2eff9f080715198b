/// What two sides changed in different ways since they parted.
package enum MergeConflict: Hashable, Sendable {
    case secret(String)
    case settings
    case keys
}
