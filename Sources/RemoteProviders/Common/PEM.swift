internal import ManifestFormat
internal import SecretMemory
internal import SecretProviders

/// The bytes of the first PEM block of that kind (RFC 7468).
func pemBlock(_ kind: String, in pem: Secret) -> Secret? {
    pem.withBytes { bytes in
        let first = "-----BEGIN \(kind)-----"
        guard let line = firstPlace(of: first, in: bytes, from: 0) else { return nil }
        let start = line + first.utf8.count
        guard let end = firstPlace(of: "-----END \(kind)-----", in: bytes, from: start) else { return nil }
        return Secret(SecretBytes(copying: bytes.extracting(start..<end))).decoded(.base64)
    }
}
