/// A part of AWS with names of its own, found by the beginning of a region's name ("Service endpoints and quotas", AWS
/// General Reference).
struct AWSPartition: Sendable {
    let suffix: String
    let dualStackSuffix: String

    init(region: String) {
        let partitions: [(prefix: String, suffix: String, dualStackSuffix: String)] = [
            ("cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn"),
            ("us-iso-", "c2s.ic.gov", "api.aws.ic.gov"),
            ("us-isob-", "sc2s.sgov.gov", "api.aws.scloud"),
            ("eu-isoe-", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"),
            ("us-isof-", "csp.hci.ic.gov", "api.aws.hci.ic.gov"),
            ("eusc-", "amazonaws.eu", "api.amazonwebservices.eu"),
        ]
        let found = partitions.first { region.hasPrefix($0.prefix) }
        suffix = found?.suffix ?? "amazonaws.com"
        dualStackSuffix = found?.dualStackSuffix ?? "api.aws"
    }

    func host(of service: String, in region: String, fips: Bool, dualStack: Bool) -> String {
        "\(service)\(fips ? "-fips" : "").\(region).\(dualStack ? dualStackSuffix : suffix)"
    }
}

/// Whether it may stand in a host's name as a region: from a manifest or an ARN it could otherwise name another host.
func isRegionName(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 40
        && text.utf8.allSatisfy {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || (0x30...0x39).contains($0)
                || $0 == UInt8(ascii: "-")
        }
}
