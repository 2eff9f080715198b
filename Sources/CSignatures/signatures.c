#include "CSignatures.h"

#include <gmp.h>
#include <nettle/asn1.h>
#include <nettle/bignum.h>
#include <nettle/rsa.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

// What GMP computes with on the stack is at most this.
enum { stack_scratch = 64 * 1024 };

// Numbers are the key's, or would give it away: they live in libsodium's locked memory, and are wiped. GMP wants no null
// pointers, and places for whole limbs, where sodium_malloc puts the last byte at the end of a page.

static void *allocate(size_t count) {
    void *place = sodium_malloc((count + sizeof(mp_limb_t) - 1) / sizeof(mp_limb_t) * sizeof(mp_limb_t));
    if (!place) abort();
    return place;
}

static void release(void *place, size_t count) {
    (void)count;
    sodium_free(place);
}

static void *reallocate(void *old, size_t old_count, size_t count) {
    void *place = allocate(count);
    memcpy(place, old, old_count < count ? old_count : count);
    release(old, old_count);
    return place;
}

static void fill_randomly(void *context, size_t count, uint8_t *bytes) {
    (void)context;
    randombytes_buf(bytes, count);
}

// Where the key is wrapped (PrivateKeyInfo, RFC 5958 §2), points to what is in it; leaves any other as it is.
static void unwrap(const uint8_t **key, size_t *count) {
    static const uint8_t rsa_encryption[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01};
    struct asn1_der_iterator info, algorithm;
    if (asn1_der_iterator_first(&info, *count, *key) != ASN1_ITERATOR_CONSTRUCTED || info.type != ASN1_SEQUENCE) return;
    if (asn1_der_decode_constructed_last(&info) != ASN1_ITERATOR_PRIMITIVE || info.type != ASN1_INTEGER) return;
    if (asn1_der_iterator_next(&info) != ASN1_ITERATOR_CONSTRUCTED || info.type != ASN1_SEQUENCE) return;
    if (asn1_der_decode_constructed(&info, &algorithm) != ASN1_ITERATOR_PRIMITIVE) return;
    if (algorithm.type != ASN1_IDENTIFIER || algorithm.length != sizeof rsa_encryption) return;
    if (memcmp(algorithm.data, rsa_encryption, sizeof rsa_encryption) != 0) return;
    if (asn1_der_iterator_next(&info) != ASN1_ITERATOR_PRIMITIVE || info.type != ASN1_OCTETSTRING) return;
    *key = info.data;
    *count = info.length;
}

// nettle takes for granted, and asserts, that the parts of a key belong together.
static int is_sound(const struct rsa_public_key *public_key, const struct rsa_private_key *key) {
    mpz_t product;
    mpz_init(product);
    mpz_mul(product, key->p, key->q);
    int is_sound = mpz_cmp(product, public_key->n) == 0 && mpz_odd_p(product);
    mpz_clear(product);
    return is_sound && mpz_cmp(key->a, key->p) < 0 && mpz_cmp(key->b, key->q) < 0 && mpz_cmp(key->c, key->p) < 0;
}

size_t ws_sign_rs256(
    const uint8_t *key, size_t key_count, const uint8_t *message, size_t message_count,
    uint8_t signature[ws_signature_capacity]
) {
    if (sodium_init() == -1) return 0;
    mp_set_memory_functions(allocate, reallocate, release);
    unwrap(&key, &key_count);

    struct rsa_public_key public_key;
    struct rsa_private_key private_key;
    mpz_t number;
    rsa_public_key_init(&public_key);
    rsa_private_key_init(&private_key);
    mpz_init(number);

    struct sha256_ctx hash;
    sha256_init(&hash);
    sha256_update(&hash, message_count, message);
    size_t count = 0;
    // The signature is checked with the public key before it is given away: a fault would give away the private one.
    if (rsa_keypair_from_der(&public_key, &private_key, ws_signature_capacity * 8, key_count, key) &&
        is_sound(&public_key, &private_key) &&
        rsa_sha256_sign_tr(&public_key, &private_key, NULL, fill_randomly, &hash, number)) {
        count = private_key.size;
        nettle_mpz_get_str_256(count, signature, number);
    }
    mpz_clear(number);
    rsa_private_key_clear(&private_key);
    rsa_public_key_clear(&public_key);
    sodium_stackzero(stack_scratch);
    return count;
}

void ws_sha1(const uint8_t *bytes, size_t count, uint8_t digest[ws_sha1_size]) {
    struct sha1_ctx hash;
    sha1_init(&hash);
    sha1_update(&hash, count, bytes);
    sha1_digest(&hash, ws_sha1_size, digest);
}
