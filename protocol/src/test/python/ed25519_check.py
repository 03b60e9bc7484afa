#!/usr/bin/env python3
"""A second opinion on Ed25519: the profile of Ed25519Verifier in plain integers, from RFC 8032 and nothing else.

    ed25519_check.py verify                 stdin: lines "key signature message" in hex ("-" for empty);
                                            stdout: "1" or "0" for each
    ed25519_check.py generate SEED COUNT    stdout: lines "key signature message verdict label"

The generated cases are built from the curve's mathematics: every combination of large, mixed and small-order A and R,
non-canonical encodings, S above L, and random damage. Slow (some milliseconds a case) and not constant-time: a test tool.
"""
import hashlib
import random
import sys

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
SQRT_M1 = pow(2, (P - 1) // 4, P)
NEUTRAL = (0, 1, 1, 0)


def add(p, q):
    """Extended homogeneous coordinates (x, y, z, t) with t = x y / z, as in RFC 8032 section 5.1.4."""
    a = (p[1] - p[0]) * (q[1] - q[0]) % P
    b = (p[1] + p[0]) * (q[1] + q[0]) % P
    c = 2 * p[3] * q[3] * D % P
    d = 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def mul(n, p):
    out = NEUTRAL
    while n:
        if n & 1:
            out = add(out, p)
        p = add(p, p)
        n >>= 1
    return out


def neg(p):
    return (-p[0] % P, p[1], p[2], -p[3] % P)


def is_neutral(p):
    return p[0] % P == 0 and (p[1] - p[2]) % P == 0


def encode(p):
    inverse = pow(p[2], P - 2, P)
    x, y = p[0] * inverse % P, p[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def decode(encoded):
    """The point, or None when the encoding is not canonical or no point has it."""
    number = int.from_bytes(encoded, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * SQRT_M1 % P
    if (x * x - x2) % P:
        return None
    if x == 0 and sign:
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


BASE = decode((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def challenge(r, a, message):
    return int.from_bytes(hashlib.sha512(r + a + message).digest(), "little") % L


def verify(key, signature, message):
    if len(key) != 32 or len(signature) != 64:
        return False
    r_bytes, s = signature[:32], int.from_bytes(signature[32:], "little")
    a, r = decode(key), decode(r_bytes)
    if a is None or r is None or s >= L or is_neutral(mul(8, a)):
        return False
    k = challenge(r_bytes, key, message)
    return is_neutral(mul(8, add(mul(s, BASE), neg(add(r, mul(k, a))))))


def order_eight():
    """A point of order 8: L times any point that has one in it."""
    y = 2
    while True:
        point = decode(y.to_bytes(32, "little"))
        if point is not None:
            torsion = mul(L, point)
            if not is_neutral(mul(4, torsion)):
                return torsion
        y += 1


TORSION = [mul(i, order_eight()) for i in range(8)]


def odd_encodings():
    """Encodings of 32 bytes that a lenient decoder takes for a point: y from p up, and minus zero."""
    for y in list(range(19)) + [P - 1]:
        for sign in (0, 1):
            high = y + P if y < 19 else y
            odd = (high | sign << 255).to_bytes(32, "little")
            if decode(odd) is None:
                yield odd
    yield (1 | 1 << 255).to_bytes(32, "little")


ODD = list(odd_encodings())


def case(rng):
    """One (key, signature, message, label)."""
    message = rng.randbytes(rng.choice([0, 1, 32, 49, 100]))
    a, r = rng.randrange(1, L), rng.randrange(1, L)
    kind_a, kind_r = rng.choice(["large", "mixed", "small"]), rng.choice(["large", "mixed", "small"])
    t_a = 0 if kind_a == "large" else rng.randrange(1, 8) if kind_a == "mixed" else rng.randrange(8)
    t_r = 0 if kind_r == "large" else rng.randrange(1, 8) if kind_r == "mixed" else rng.randrange(8)
    a, r = (0 if kind_a == "small" else a), (0 if kind_r == "small" else r)
    key = encode(add(mul(a, BASE), TORSION[t_a]))
    r_bytes = encode(add(mul(r, BASE), TORSION[t_r]))
    twist = rng.choice(["none", "none", "none", "S+L", "S+1", "odd A", "odd R", "flip", "random", "other message"])
    if twist == "odd A":
        key = rng.choice(ODD)
        a = 0
    if twist == "odd R":
        r_bytes = rng.choice(ODD)
        r = 0
    s = (r + challenge(r_bytes, key, message) * a) % L
    s += {"S+L": L, "S+1": 1}.get(twist, 0)
    signature = r_bytes + s.to_bytes(32, "little")
    if twist == "flip":
        blob = bytearray(key + signature)
        bit = rng.randrange(len(blob) * 8)
        blob[bit // 8] ^= 1 << bit % 8
        key, signature = bytes(blob[:32]), bytes(blob[32:])
    if twist == "random":
        signature = rng.randbytes(64)
    if twist == "other message":
        message += b"!"
    return key, signature, message, f"A {kind_a}, R {kind_r}, {twist}"


def unhex(text):
    return b"" if text == "-" else bytes.fromhex(text)


def main(arguments):
    if arguments[:1] == ["verify"]:
        for line in sys.stdin:
            print(int(verify(*map(unhex, line.split()))))
    elif arguments[:1] == ["generate"]:
        rng = random.Random(int(arguments[1]))
        for _ in range(int(arguments[2])):
            key, signature, message, label = case(rng)
            verdict = int(verify(key, signature, message))
            print(key.hex(), signature.hex(), message.hex() or "-", verdict, label)
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
