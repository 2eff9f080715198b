import Glibc
import SecretMemory
import SecretProviders
import TestSupport
import Testing

@testable import SecretExport

/// What is written for a reader is read by that reader, or by what stands in for it, and has to be the same bytes.
struct ReadersTests {
    private static let seed = UInt64.random(in: 1...UInt64.max)
    private let folder = TemporaryFolder()

    /// The nasty values and random ones, as far as the format takes them.
    private func values(for format: ExportFormat) -> [Sample] {
        var values = nastyTexts.map { Array($0.utf8) } + nastyBytes
        values += randomValues(count: 150, seed: Self.seed, isText: true)
        values += randomValues(count: 50, seed: Self.seed &+ 1, isText: false)
        return samples(values.filter { reasons(format, $0).isEmpty })
    }

    private func compare(_ read: [[UInt8]], _ samples: [Sample], _ reader: String) {
        #expect(read.count == samples.count, "\(reader), seed \(Self.seed)")
        for (read, sample) in zip(read, samples) where read != sample.bytes {
            Issue.record("\(reader): \(sample.bytes) came back as \(read), seed \(Self.seed)")
        }
    }

    /// Values that a program wrote to its output, each ended by a NUL.
    private func split(_ output: [UInt8]) -> [[UInt8]] {
        output.split(separator: 0, omittingEmptySubsequences: false).dropLast().map(Array.init)
    }

    @Test(arguments: ["bash", "dash"])
    func aShellReadsShell(shell: String) throws {
        let samples = values(for: .shell)
        let path = folder.write("env.sh", try exported(.shell, samples))
        let names = samples.map { "\"$\($0.name)\"" }.joined(separator: " ")
        let result = runCommand([shell, "-c", ". '\(path)'; printf '%s\\0' \(names)"])
        #expect(result.errorText == "")
        compare(split(result.output), samples, shell)
    }

    @Test(.enabled(if: pythonHas("dotenv"))) func pythonDotenvReadsDotenv() throws {
        let samples = values(for: .dotenv)
        #expect(samples.count > 150)
        let path = folder.write(".env", try exported(.dotenv, samples))
        let result = runCommand([
            "python3", "-c", Self.printing("dotenv.dotenv_values(sys.argv[1]).values()", "dotenv"), path,
        ])
        #expect(result.errorText == "")
        compare(split(result.output), samples, "python-dotenv")
    }

    @Test func ourOwnReaderReadsDotenv() throws {
        let samples = values(for: .dotenv)
        let fields = try SecretImport.dotenv(locked(try exported(.dotenv, samples)), named: ".env")
        #expect(fields.map(\.name) == samples.map(\.name))
        compare(fields.map { $0.value.copy().copyOut() }, samples, "dotenv:")
    }

    /// Where no shell's own characters stand between double quotes, a shell reads dotenv files too.
    @Test func aShellReadsPlainDotenv() throws {
        let samples = values(for: .dotenv).filter { sample in
            sample.bytes.last != UInt8(ascii: "\\")
                && !sample.bytes.contains { [UInt8(ascii: "$"), UInt8(ascii: "`"), UInt8(ascii: "\r")].contains($0) }
        }
        #expect(samples.count > 50)
        let path = folder.write(".env", try exported(.dotenv, samples))
        let names = samples.map { "\"$\($0.name)\"" }.joined(separator: " ")
        let result = runCommand(["dash", "-c", ". '\(path)'; printf '%s\\0' \(names)"])
        #expect(result.errorText == "")
        compare(split(result.output), samples, "dash")
    }

    @Test func pythonReadsJSON() throws {
        let samples = values(for: .json).filter { !$0.bytes.contains(0) }
        let path = folder.write("env.json", try exported(.json, samples))
        let script = Self.printing("json.load(open(sys.argv[1], encoding='utf-8')).values()", "json")
        let result = runCommand(["python3", "-c", script, path])
        #expect(result.errorText == "")
        compare(split(result.output), samples, "json")
    }

    @Test func ourOwnReaderReadsJSON() throws {
        let samples = values(for: .json)
        #expect(samples.contains { $0.bytes.contains(0) })
        let document = Secret(locked(try exported(.json, samples)))
        compare(try SecretImport.json(document, named: "x").map { $0.value.copy().copyOut() }, samples, "JSON")
    }

    @Test(.enabled(if: pythonHas("yaml"))) func pythonReadsYAML() throws {
        let samples = values(for: .yaml).filter { !$0.bytes.contains(0) }
        #expect(samples.contains { String(validating: $0.bytes, as: UTF8.self) == nil })
        let path = folder.write("env.yaml", try exported(.yaml, samples))
        let script = Self.printing("yaml.safe_load(open(sys.argv[1], 'rb')).values()", "yaml")
        let result = runCommand(["python3", "-c", script, path])
        #expect(result.errorText == "")
        compare(split(result.output), samples, "PyYAML")
    }

    @Test(.enabled(if: pythonHas("yaml"))) func kubernetesGetsItsSecret() throws {
        let samples = values(for: .k8s)
        #expect(samples.contains { $0.bytes.contains(0) })
        let path = folder.write("secret.yaml", try exported(.k8s, samples))
        let script = """
            import sys, yaml, base64
            m = yaml.safe_load(open(sys.argv[1], 'rb'))
            assert (m['apiVersion'], m['kind'], m['type']) == ('v1', 'Secret', 'Opaque'), m
            assert m['metadata'] == {'name': 'withsecrets'}, m
            for value in m['data'].values(): print(base64.b64decode(value, validate=True).hex())
            """
        let result = runCommand(["python3", "-c", script, path])
        #expect(result.errorText == "")
        let lines = result.outputText.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        #expect(lines.map(String.init) == samples.map { hexadecimal($0.bytes) }, "seed \(Self.seed)")
    }

    @Test func theRunnerReadsGitHubsFile() throws {
        let samples = values(for: .github)
        let read = readGitHubFile(try exported(.github, samples))
        #expect(read.map(\.name) == samples.map(\.name))
        compare(read.map(\.value), samples, "GitHub")
    }

    @Test func dockerReadsItsFile() throws {
        let samples = values(for: .docker)
        let read = readDockerFile(try exported(.docker, samples))
        #expect(read.map(\.name) == samples.map(\.name))
        compare(read.map(\.value), samples, "docker")
    }

    /// The client parses the file and sends what it read to a daemon, which is a fake here.
    @Test(.enabled(if: runCommand(["docker", "--version"]).status == 0), .timeLimit(.minutes(15)))
    func theDockerClientReadsItsFile() throws {
        let samples = values(for: .docker)
        let path = folder.write("env.list", try exported(.docker, samples))
        let result = runCommand(["python3", "-c", fakeDockerDaemon, folder.path + "/docker.sock", path])
        #expect(result.errorText == "")
        compare(split(result.output), samples, "docker client")
    }

    @Test func gitLabReadsItsReport() throws {
        let samples = values(for: .gitlab)
        let read = readGitLabReport(try exported(.gitlab, samples))
        #expect(read.map(\.name) == samples.map(\.name))
        compare(read.map(\.value), samples, "GitLab")
    }

    @Test func systemdReadsItsFile() throws {
        let samples = values(for: .systemd)
        let read = readSystemdFile(try exported(.systemd, samples))
        #expect(read.map(\.name) == samples.map(\.name))
        compare(read.map(\.value), samples, "systemd")
    }

    private static let environmentGenerator =
        "/usr/lib/systemd/user-environment-generators/30-systemd-environment-d-generator"

    /// systemd's own parser, in the one program of it that reads such files without a running manager. That program
    /// expands variables on top, which `EnvironmentFile=` does not, so values with a `$` are left out.
    @Test(.enabled(if: runCommand(["test", "-x", environmentGenerator]).status == 0))
    func systemdsOwnParserReadsItsFile() throws {
        let samples = values(for: .systemd).filter { sample in
            !sample.bytes.contains { $0 == UInt8(ascii: "$") || ($0 < 0x20 && $0 != 0x0A) || $0 >= 0x7F }
        }
        #expect(samples.count > 50)
        unsafe mkdir(folder.path("environment.d"), 0o700)
        folder.write("environment.d/a.conf", try exported(.systemd, samples))
        let environment = ["XDG_CONFIG_HOME": folder.path, "HOME": folder.path]
        let result = runCommand([Self.environmentGenerator], environment: environment)
        var read: [String: [UInt8]] = [:]
        for line in result.output.split(separator: UInt8(ascii: "\n")) {
            guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else { continue }
            read[String(decoding: line[..<equals], as: UTF8.self)] = unescaped(Array(line[(equals + 1)...]))
        }
        compare(samples.map { read[$0.name] ?? [] }, samples, "systemd's generator")
    }

    /// Python that prints the values of an expression, each ended by a NUL.
    private static func printing(_ values: String, _ module: String) -> String {
        """
        import sys, \(module)
        for value in \(values):
            data = value if isinstance(value, bytes) else value.encode()
            sys.stdout.buffer.write(data + b'\\0')
        """
    }
}

private func pythonHas(_ module: String) -> Bool {
    runCommand(["python3", "-c", "import \(module)"]).status == 0
}

private func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

/// Undoes the quoting of systemd's output: `"…"` where needed, with C escapes.
private func unescaped(_ text: [UInt8]) -> [UInt8] {
    guard text.first == UInt8(ascii: "\"") else { return text }
    var result: [UInt8] = []
    var rest = text.dropFirst().dropLast()
    while let byte = rest.popFirst() {
        guard byte == UInt8(ascii: "\\"), let escaped = rest.popFirst() else {
            result.append(byte)
            continue
        }
        result.append(escaped == UInt8(ascii: "n") ? UInt8(ascii: "\n") : escaped)
    }
    return result
}

/// Answers as much of Docker's API as `docker run` asks before it has sent the environment, and prints that.
private let fakeDockerDaemon = """
    import http.server, json, os, socketserver, subprocess, sys, threading
    found = []
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = 'HTTP/1.1'
        def log_message(self, *args): pass
        def address_string(self): return ''
        def reply(self, code, body):
            data = json.dumps(body).encode()
            self.send_response(code)
            self.send_header('API-Version', '1.43')
            self.send_header('Content-Type', 'application/json')
            self.send_header('Content-Length', str(len(data)))
            self.end_headers()
            if self.command != 'HEAD': self.wfile.write(data)
        def do_HEAD(self): self.reply(200, {})
        def do_GET(self): self.reply(200, {})
        def do_POST(self):
            body = self.rfile.read(int(self.headers.get('Content-Length') or 0))
            if '/containers/create' in self.path: found.extend(json.loads(body)['Env'])
            self.reply(500, {'message': 'seen'})
    class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
        daemon_threads = True
    server = Server(sys.argv[1], Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    environment = {'PATH': os.environ['PATH'], 'HOME': os.path.dirname(sys.argv[1]), 'DOCKER_HOST': 'unix://' + sys.argv[1]}
    subprocess.run(['docker', 'run', '--env-file', sys.argv[2], 'image'], env=environment, capture_output=True)
    for variable in found: sys.stdout.buffer.write(variable.split('=', 1)[1].encode() + b'\\0')
    """
