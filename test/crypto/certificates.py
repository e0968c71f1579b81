#!/usr/bin/env python3
"""Writes test/vectors/certificates.txt: certificates and requests as another implementation makes
them (OpenSSL, by python `cryptography`), inside and outside the DLMS profile.

usage: certificates.py >test/vectors/certificates.txt
Keys are drawn anew each time: the file is kept, and made again only when a case is added."""
import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import NameOID, ObjectIdentifier

UTC = datetime.timezone.utc
SINCE = datetime.datetime(2026, 1, 1, tzinfo=UTC)
UNTIL = datetime.datetime(2046, 1, 1, tzinfo=UTC)
NEVER = datetime.datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
HASH = {256: hashes.SHA256(), 384: hashes.SHA384()}
CURVE = {256: ec.SECP256R1(), 384: ec.SECP384R1()}


def name(common, more=()):
    attributes = [x509.NameAttribute(oid, text) for oid, text in more]
    return x509.Name(attributes + [x509.NameAttribute(NameOID.COMMON_NAME, common)])


def usage(*names):
    every = ["digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
             "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"]
    return x509.KeyUsage(**{each: each in names for each in every})


def point(key):
    return key.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)[1:].hex().upper()


def builder(subject, issuer, key, since=SINCE, until=UNTIL, serial=0x0123456789):
    return (x509.CertificateBuilder().subject_name(subject).issuer_name(issuer)
            .public_key(key.public_key()).serial_number(serial)
            .not_valid_before(since).not_valid_after(until))


def show(title, der, **fields):
    print(f"\ncase {title}")
    for field, value in fields.items():
        print(field.replace("_", "-"), value)
    print("der", der.hex().upper())


def seconds(time):
    return int(time.timestamp())


print("""# Certificates and requests as another implementation makes them (OpenSSL, by python
# `cryptography`), inside and outside the DLMS profile. Made by test/crypto/certificates.py.
# `signer` is the public key that signed; the title says why one is refused.""")

for size in (256, 384):
    root = ec.generate_private_key(CURVE[size])
    key = ec.generate_private_key(CURVE[size])
    ca = name("Test CA", [(NameOID.COUNTRY_NAME, "CH"), (NameOID.ORGANIZATION_NAME, "watthour")])
    title = name("4D4D4D0000BC614E")
    made = (builder(ca, ca, root, until=NEVER, serial=1)
            .add_extension(x509.BasicConstraints(True, 0), True)
            .add_extension(usage("key_cert_sign", "crl_sign"), True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(root.public_key()), False)
            .sign(root, HASH[size]))
    show(f"P-{size} authority, self-signed, never ends",
         made.public_bytes(serialization.Encoding.DER), curve=size, common_name="Test CA",
         serial="01", usage="06", authority=1, depth=0, since=seconds(SINCE), until="never",
         public=point(root), signer=point(root))
    for what, bits, octet in (("signature", ("digital_signature",), "80"),
                              ("agreement", ("key_agreement",), "08")):
        made = (builder(title, ca, key, serial=0x80FF)
                .add_extension(usage(*bits), True)
                .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(
                    root.public_key()), False)
                .add_extension(x509.SubjectAlternativeName(
                    [x509.DNSName("meter.example")]), False)
                .sign(root, HASH[size]))
        show(f"P-{size} meter, {what}", made.public_bytes(serialization.Encoding.DER), curve=size,
             common_name="4D4D4D0000BC614E", serial="0080FF", usage=octet, authority=0, depth=0,
             since=seconds(SINCE), until=seconds(UNTIL), alternative=1, public=point(key),
             signer=point(root))
    early = datetime.datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC)
    late = datetime.datetime(2052, 2, 29, 12, 0, 1, tzinfo=UTC)
    made = (builder(title, ca, key, since=early, until=late)
            .add_extension(usage("digital_signature"), True).sign(root, HASH[size]))
    show(f"P-{size} times of both kinds", made.public_bytes(serialization.Encoding.DER), curve=size,
         common_name="4D4D4D0000BC614E", serial="0123456789", usage="80", authority=0, depth=0,
         since=seconds(early), until=seconds(late), public=point(key), signer=point(root))

    def refused(why, made):
        show(f"P-{size} refused: {why}", made.public_bytes(serialization.Encoding.DER), refused=1)

    refused("no key usage", builder(title, ca, key).sign(root, HASH[size]))
    refused("an unknown extension that is critical",
            builder(title, ca, key).add_extension(usage("digital_signature"), True)
            .add_extension(x509.UnrecognizedExtension(ObjectIdentifier("1.2.3.4"), b"\5\0"), True)
            .sign(root, HASH[size]))
    refused("a hash that is not the curve's",
            builder(title, ca, key).add_extension(usage("digital_signature"), True)
            .sign(root, hashes.SHA512()))
    refused("another curve", builder(title, ca, ec.generate_private_key(ec.SECP521R1()))
            .add_extension(usage("digital_signature"), True).sign(root, HASH[size]))
    refused("no elliptic curve key", builder(title, ca, ed25519.Ed25519PrivateKey.generate())
            .add_extension(usage("digital_signature"), True).sign(root, HASH[size]))

    request = (x509.CertificateSigningRequestBuilder().subject_name(title)
               .add_extension(usage("key_agreement"), True).sign(key, HASH[size]))
    show(f"P-{size} request", request.public_bytes(serialization.Encoding.DER), curve=size,
         request=1, common_name="4D4D4D0000BC614E", usage="08", public=point(key))
    request = (x509.CertificateSigningRequestBuilder().subject_name(title).sign(key, HASH[size]))
    show(f"P-{size} request that asks for no usage",
         request.public_bytes(serialization.Encoding.DER), curve=size, request=1,
         common_name="4D4D4D0000BC614E", usage="00", public=point(key))
