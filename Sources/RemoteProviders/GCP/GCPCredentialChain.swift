internal import ManifestFormat
internal import SecretMemory
internal import SecretProviders

/// Finds an access token as Application Default Credentials do (Google Cloud docs, "How Application Default Credentials
/// works"): the file that is named, gcloud's own file, the metadata server; last the `gcloud` tool.
struct GCPCredentialChain: Sendable {
    let environment: GCPEnvironment

    private var settings: RemoteSettings { environment.settings }

    /// - Returns: `nil` where there are no credentials anywhere.
    func token() async throws(ProviderError) -> GCPToken? {
        if let token = try await settings.secret("auth.token") {
            settings.journal.note(login: "the token of 'auth.token'")
            return GCPToken(token: token.trimmed(), source: "'auth.token'")
        }
        guard let found = try await find() else { return nil }
        settings.context.noteCredential("\(settings.name) access token", found.token)
        settings.noteSource("credentials from \(found.source)")
        return found
    }

    private func find() async throws(ProviderError) -> GCPToken? {
        if settings.mode.allowsOwnWays {
            if let file = settings.text("credentials_file", orAnyOf: "GOOGLE_APPLICATION_CREDENTIALS") {
                guard let text = try await settings.context.contents(ofFile: file, for: settings.name) else {
                    throw .noFile(settings.name, file)
                }
                return try await GCPCredentialFile(environment: environment).token(text, file)
            }
            if let file = usualFile, let text = try await settings.context.contents(ofFile: file, for: settings.name) {
                return try await GCPCredentialFile(environment: environment).token(text, file)
            }
            if let found = try await fromMetadata() { return found }
        }
        return try await fromTool()
    }

    private var usualFile: String? {
        let folder =
            settings.context.plainText(of: "CLOUDSDK_CONFIG")
            ?? settings.context.plainText(of: "HOME").map { "\($0)/.config/gcloud" }
        return folder.map { "\($0)/application_default_credentials.json" }
    }

    /// The service account of the machine; `nil` off Google Cloud.
    private func fromMetadata() async throws(ProviderError) -> GCPToken? {
        guard settings.context.plainText(of: "NO_GCE_CHECK")?.lowercased() != "true" else { return nil }
        let written =
            settings.context.plainText(of: "GCE_METADATA_HOST") ?? settings.context.plainText(of: "GCE_METADATA_IP")
        guard let address = WebAddress("http://\(written ?? "metadata.google.internal")") else {
            throw .badAddress(settings.name, from: "GCE_METADATA_HOST")
        }
        var request = HTTPRequest(
            .get,
            address,
            "/computeMetadata/v1/instance/service-accounts/default/token?scopes=\(percentEncoded(GCPEnvironment.scope))"
        )
        request.kind = .metadata
        request.set("Metadata-Flavor", "Google")
        let answer: HTTPAnswer
        do throws(ProviderError) {
            answer = try await environment.service.send(request)
        } catch {
            // Nobody there: this is no machine of Google's.
            guard error.reason != .cancelled else { throw error }
            return nil
        }
        // Some networks answer every name; only Google's server says that it is it.
        guard answer.headers["metadata-flavor"] == "Google", answer.status != 404 else { return nil }
        guard answer.isSuccess else { throw .status(answer, "\(settings.name): the metadata server", address) }
        guard let token = answer.json?.member("access_token")?.secret(), !token.isEmpty else {
            throw .malformed(settings.name, address, "no token")
        }
        return GCPToken(token: token, source: "the metadata server")
    }

    private func fromTool() async throws(ProviderError) -> GCPToken? {
        guard settings.mode.allowsTool else { return nil }
        let outcome = try await settings.context.output(
            of: ["gcloud", "auth", "print-access-token", "--quiet"],
            for: settings.name,
            timeout: .seconds(20)
        )
        guard case .output(let output) = outcome, !output.trimmed().isEmpty else { return nil }
        return GCPToken(token: output.trimmed(), source: "'gcloud auth print-access-token'")
    }
}
