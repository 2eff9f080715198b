// swift-tools-version: 6.0

import PackageDescription

let package = Package(
    name: "notify",
    targets: [.executableTarget(name: "notify")]
)
