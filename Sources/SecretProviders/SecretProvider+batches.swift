package import ManifestFormat

extension SecretProvider {
    package func route(for address: SecretAddress) -> ProviderRoute? { nil }

    package func fetch(all addresses: [SecretAddress], answer: @escaping Answer) async {
        await fetch(all: addresses, atATime: addresses.count, answer: answer)
    }

    /// Asks for each address by itself, for at most `limit` of them at the same time.
    package func fetch(all addresses: [SecretAddress], atATime limit: Int, answer: @escaping Answer) async {
        await withTaskGroup(of: Void.self) { group in
            for index in addresses.indices {
                if index >= limit {
                    await group.next()
                }
                group.addTask {
                    do throws(ProviderError) {
                        answer(index, .success(try await fetch(addresses[index])))
                    } catch {
                        answer(index, .failure(error))
                    }
                }
            }
        }
    }
}
