/** Writes one element of DER (X.690 section 8.1) with a tag and its content. */
export function der(tag: number, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content);
  const size = body.length.toString(16).padStart(body.length < 256 ? 2 : 4, '0');
  const length = body.length < 128 ? size : `8${size.length / 2}${size}`;
  return Buffer.concat([Buffer.from([tag]), Buffer.from(length, 'hex'), body]);
}

/** Writes a SEQUENCE. */
export const sequence = (...content: readonly Buffer[]): Buffer => der(0x30, ...content);

/** Writes an INTEGER that is not negative. */
export function integer(value: bigint): Buffer {
  const hex = value.toString(16);
  const even = hex.length % 2 === 0 ? hex : `0${hex}`;
  // A first bit that is set would mean a negative number.
  return der(0x02, Buffer.from(/^[89a-f]/.test(even) ? `00${even}` : even, 'hex'));
}

/** Writes an OCTET STRING. */
export const octets = (content: Buffer): Buffer => der(0x04, content);

/** Writes a BIT STRING of whole bytes. */
export const bits = (content: Buffer): Buffer => der(0x03, Buffer.from([0]), content);
