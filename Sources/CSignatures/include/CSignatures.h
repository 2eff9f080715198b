#ifndef C_SIGNATURES_H
#define C_SIGNATURES_H

#include <stddef.h>
#include <stdint.h>

enum {
    ws_sha1_size = 20,
    /// The longest signature, in bytes: of a key of 8192 bits.
    ws_signature_capacity = 1024,
};

/// Signs `message` with RSA and SHA-256 (RSASSA-PKCS1-v1_5, RFC 8017 §8.2). The key's numbers are in locked memory,
/// and what is computed on the stack is wiped.
///
/// `key` is DER, PKCS #8 (RFC 5958) or PKCS #1 (RFC 8017 §A.1.2). Returns the length of the signature, 0 where the key is none.
size_t ws_sign_rs256(
    const uint8_t *key, size_t key_count, const uint8_t *message, size_t message_count,
    uint8_t signature[ws_signature_capacity]
);

/// SHA-1 (FIPS 180-4), for names and thumbprints that others have defined by it.
void ws_sha1(const uint8_t *bytes, size_t count, uint8_t digest[ws_sha1_size]);

#endif
