/// A place in a stream where a secret stands.
package struct MaskMatch: Hashable, Sendable {
    /// In bytes from the start of the stream.
    package let offset: Int
    /// In bytes, with what lies between the secret's bytes, such as colours and line ends.
    package let length: Int
    /// The position of the secret among those that the automaton was built from.
    package let secret: Int
    package let form: MaskForm
}
