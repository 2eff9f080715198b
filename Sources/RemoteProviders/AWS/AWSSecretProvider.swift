internal import ManifestFormat
internal import SecretProviders

/// A service of AWS that gives several secrets in one answer: what share of the work is the same for all of them.
protocol AWSSecretProvider: SecretProvider {
    var settings: RemoteSettings { get }
    var connection: AsyncOnce<AWSConnection?> { get }

    /// Indices of addresses that share a request; one that may not is alone.
    static func batches(_ addresses: [SecretAddress]) -> [[Int]]

    /// What one request for all of `addresses` found, in their order: `nil` for what has to be asked for by itself, and
    /// for all where one name or the policy makes the whole request fail.
    func read(batch addresses: [SecretAddress], _ connection: AWSConnection) async -> [Lookup?]

    func read(_ address: SecretAddress, _ connection: AWSConnection) async throws(ProviderError) -> Lookup
}

extension AWSSecretProvider {
    func fetch(_ address: SecretAddress) async throws(ProviderError) -> Lookup {
        guard let connection = try await connect() else { return AWSConnection.notConfigured(settings) }
        return try await read(address, connection)
    }

    func route(for address: SecretAddress) -> ProviderRoute? {
        settings.journal.route(for: address)
    }

    /// Asks for batches first, and for each address by itself that its batch did not answer.
    func fetch(all addresses: [SecretAddress], answer: @escaping Answer) async {
        let connection: AWSConnection?
        do throws(ProviderError) {
            connection = try await connect()
        } catch {
            addresses.indices.forEach { answer($0, .failure(error)) }
            return
        }
        guard let connection else {
            addresses.indices.forEach { answer($0, .success(AWSConnection.notConfigured(settings))) }
            return
        }
        await withTaskGroup(of: Void.self) { group in
            for batch in Self.batches(addresses) {
                group.addTask { [self] in
                    await fetch(batch, of: addresses, connection, answer)
                }
            }
        }
    }

    private func connect() async throws(ProviderError) -> AWSConnection? {
        try await connection.value { () async throws(ProviderError) in
            try await AWSConnection.make(settings)
        }
    }

    private func fetch(
        _ batch: [Int],
        of addresses: [SecretAddress],
        _ connection: AWSConnection,
        _ answer: @escaping Answer
    ) async {
        var rest = batch
        if batch.count > 1 {
            let found = await read(batch: batch.map { addresses[$0] }, connection)
            for (index, lookup) in zip(batch, found) {
                guard let lookup else { continue }
                answer(index, .success(lookup))
                rest.removeAll { $0 == index }
            }
        }
        await withTaskGroup(of: Void.self) { group in
            for index in rest {
                group.addTask { [self] in
                    do throws(ProviderError) {
                        answer(index, .success(try await read(addresses[index], connection)))
                    } catch {
                        answer(index, .failure(error))
                    }
                }
            }
        }
    }
}
