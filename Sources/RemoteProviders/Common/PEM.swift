internal import ManifestFormat
internal import SecretMemory
internal import SecretProviders

/// The bytes of the first PEM block of that kind (RFC 7468).
func pemBlock(_ kind: String, in pem: Secret) -> Secret? {
    pem.withBytes { bytes in
        guard let start = firstPlace(of: "-----BEGIN \(kind)-----", in: bytes, from: 0),
            let end = firstPlace(of: "-----END \(kind)-----", in: bytes, from: start)
        else { return nil }
        let body = Secret(SecretBytes(copying: bytes.extracting((start + kind.utf8.count + 16)..<end)))
        return body.decoded(.base64)
    }
}
