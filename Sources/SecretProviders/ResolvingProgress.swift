/// What a run still waits for while it resolves.
package struct ResolvingProgress: Hashable, Sendable {
    /// The names of providers that owe an answer, in the order of the alphabet.
    package var providers: [String]
    /// How many secrets they owe.
    package var openCount: Int
    /// How long it has taken so far, questions to the user apart.
    package var elapsed: Duration

    package init(providers: [String], openCount: Int, elapsed: Duration) {
        self.providers = providers
        self.openCount = openCount
        self.elapsed = elapsed
    }
}
