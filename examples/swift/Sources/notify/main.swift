// Prints the request that it would send to a chat's webhook.
import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

struct Settings {
    let webhook: URL
    let token: String

    init?(_ environment: [String: String]) {
        guard let address = environment["WEBHOOK_URL"], let webhook = URL(string: address),
            let token = environment["WEBHOOK_TOKEN"]
        else { return nil }
        self.webhook = webhook
        self.token = token
    }
}

guard let settings = Settings(ProcessInfo.processInfo.environment) else {
    FileHandle.standardError.write(Data("notify: WEBHOOK_URL and WEBHOOK_TOKEN are needed\n".utf8))
    exit(78)
}

var request = URLRequest(url: settings.webhook)
request.setValue("Bearer \(settings.token)", forHTTPHeaderField: "Authorization")
debugPrint(settings)
print(request.allHTTPHeaderFields ?? [:])
