# What the pods may read: `vault policy write shop policy.hcl`.
path "secret/data/app" {
  capabilities = ["read"]
}
