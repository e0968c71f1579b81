"""How a client comes to a meter: by which transport, as whom, and protected how."""

import dataclasses

PUBLIC, READING, MANAGEMENT, SERVER = 16, 2, 1, 1

# The keys that a virtual meter has by default.
UNICAST = bytes(range(0x00, 0x10))
AUTHENTICATION = bytes(range(0xD0, 0xE0))
MASTER = bytes(range(0x20, 0x30))
TITLE = b"HES\0\0\0\0\1"
COUNTER = "0.0.43.1.0.255"


@dataclasses.dataclass(frozen=True)
class Way:
    name: str
    client: int
    mechanism: str = "none"  # low, gmac, sha256, md5
    protection: str = "none"  # authentication, encryption, both

    @property
    def ciphered(self):
        return self.protection != "none" or self.mechanism == "gmac"


WAYS = (
    Way("no security", PUBLIC),
    Way("LLS", READING, "low"),
    Way("HLS GMAC", MANAGEMENT, "gmac"),
    Way("HLS GMAC, authentication", MANAGEMENT, "gmac", "authentication"),
    Way("HLS GMAC, encryption", MANAGEMENT, "gmac", "encryption"),
    Way("HLS GMAC, both", MANAGEMENT, "gmac", "both"),
    Way("HLS SHA-256", MANAGEMENT, "sha256"),
    Way("HLS SHA-256, both", MANAGEMENT, "sha256", "both"),
    Way("LLS, encryption", MANAGEMENT, "low", "encryption"),
)

# What the meters refuse, as they come.
OFF = (Way("HLS MD5", MANAGEMENT, "md5"), Way("HLS SHA-1", MANAGEMENT, "sha1"))


@dataclasses.dataclass(frozen=True)
class Link:
    name: str
    target: object  # TCP port, or path of a terminal
    hdlc: bool
