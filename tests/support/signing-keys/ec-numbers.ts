import { createPublicKey, type KeyObject } from 'node:crypto';
import { bits, der, integer, octets, sequence } from './der.ts';
import { pem } from './keys.ts';

/** The domain parameters of a curve over a prime field (SEC 1 section 3.1.1). */
interface Curve {
  /** The curve's object identifier, as DER. */
  readonly oid: Buffer;
  /** The bytes of a coordinate. */
  readonly size: number;
  readonly field: bigint;
  readonly b: bigint;
  readonly order: bigint;
  /** The base point, uncompressed. */
  readonly base: Buffer;
}

const hex = (text: string): Buffer => Buffer.from(text, 'hex');

/** The curves of ES256 and ES512 (NIST SP 800-186, section 3.2.1). */
export const CURVES = {
  ES256: {
    oid: hex('06082a8648ce3d030107'),
    size: 32,
    field: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
    b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
    order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
    base: hex(
      '046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5',
    ),
  },
  ES512: {
    oid: hex('06052b81040023'),
    size: 66,
    field: 2n ** 521n - 1n,
    b: 0x51953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00n,
    order:
      0x1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
    base: hex(
      '0400c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dbaa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66' +
        '011839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650',
    ),
  },
} as const satisfies Record<string, Curve>;

/** An algorithm with an EC key. */
export type EcAlgorithm = keyof typeof CURVES;

const bytes = (value: bigint, size: number): Buffer => hex(value.toString(16).padStart(2 * size, '0'));

/** Writes a curve as its parameters instead of its name (RFC 3279 section 2.3.5). RFC 5480 forbids that in a public key. */
function explicitParameters({ size, field, b, order, base }: Curve): Buffer {
  return sequence(
    integer(1n),
    sequence(hex('06072a8648ce3d0101'), integer(field)),
    sequence(octets(bytes(field - 3n, size)), octets(bytes(b, size))),
    octets(base),
    integer(order),
    integer(1n),
  );
}

/** The forms of a point (SEC 1 section 2.3.3, X9.62 section 4.3.6). */
export type PointForm = 'uncompressed' | 'compressed' | 'hybrid';

/** Writes the public point of a key in one of its forms. */
export function pointOf(key: KeyObject, form: PointForm): Buffer {
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  const [first, second] = [Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')];
  const odd = (second.at(-1) ?? 0) % 2;
  switch (form) {
    case 'uncompressed':
      return Buffer.concat([Buffer.from([4]), first, second]);
    case 'compressed':
      return Buffer.concat([Buffer.from([2 + odd]), first]);
    case 'hybrid':
      return Buffer.concat([Buffer.from([6 + odd]), first, second]);
  }
}

/** The parts of a private EC key that a test chooses. */
export interface EcParts {
  readonly scalar: bigint;
  /** The public half; absent = left out, so that OpenSSL computes it. */
  readonly point?: Buffer;
  /** Writes the curve's parameters in place of its name. */
  readonly explicit?: boolean;
  /** Another base point than the curve's, uncompressed, with explicit parameters. */
  readonly base?: Buffer;
}

/** Writes a private EC key as SEC1 PEM (RFC 5915 section 3). */
export function ecPem(algorithm: EcAlgorithm, { scalar, point, explicit = false, base }: EcParts): string {
  const curve: Curve = { ...CURVES[algorithm], ...(base && { base }) };
  return pem(
    'EC PRIVATE KEY',
    sequence(
      integer(1n),
      octets(bytes(scalar, curve.size)),
      der(0xa0, explicit ? explicitParameters(curve) : curve.oid),
      ...(point === undefined ? [] : [der(0xa1, bits(point))]),
    ),
  );
}

/** Writes a key pair in a form that OpenSSL reads and others refuse. */
export function ecPemOf(
  algorithm: EcAlgorithm,
  privateKey: KeyObject,
  form: PointForm,
  explicit: boolean,
): string {
  const { d = '' } = privateKey.export({ format: 'jwk' });
  const scalar = BigInt(`0x${Buffer.from(d, 'base64url').toString('hex')}`);
  return ecPem(algorithm, { scalar, point: pointOf(createPublicKey(privateKey), form), explicit });
}

/** Writes a public EC key as SPKI PEM (RFC 5480 section 2), in a form of its point, with or without the name of its curve. */
export function ecSpki(
  algorithm: EcAlgorithm,
  publicKey: KeyObject,
  form: PointForm,
  explicit: boolean,
): string {
  const curve = CURVES[algorithm];
  const parameters = explicit ? explicitParameters(curve) : curve.oid;
  return pem(
    'PUBLIC KEY',
    sequence(sequence(hex('06072a8648ce3d0201'), parameters), bits(pointOf(publicKey, form))),
  );
}
