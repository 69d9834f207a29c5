import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { HOUR, type Milliseconds } from '../../../../lib/runtime/time.ts';
import { bits, der, integer, octets, sequence } from '../../../support/signing-keys/der.ts';

/** The certificates of one run, all in PEM. The keys exist in memory alone. */
export interface LoopbackCertificates {
  /** The authority's own certificate, which a client must trust. */
  readonly authority: string;
  /** The certificate for 127.0.0.1, and its key. */
  readonly certificate: string;
  readonly key: string;
}

const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));

const ECDSA_WITH_SHA256 = sequence(oid('2a8648ce3d040302'));
const COMMON_NAME = oid('550403');
const BASIC_CONSTRAINTS = oid('551d13');
const SUBJECT_ALT_NAME = oid('551d11');

const TRUE = der(0x01, Buffer.from([0xff]));

/** A day, in which every run has ended. */
const LIFE: Milliseconds = 24 * 3_600_000;

/**
 * Makes a certificate authority (RFC 5280) and a certificate of it for this machine's own address, 127.0.0.1. AWS's certificates have a
 * chain too. They have RSA keys, whose signatures are as cheap to verify.
 *
 * @param now - milliseconds since the Unix epoch. The certificates are valid for a day
 */
export function loopbackCertificates(now: Milliseconds): LoopbackCertificates {
  const issuer = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const server = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const isAuthority = extension(BASIC_CONSTRAINTS, [TRUE], sequence(TRUE));
  const address = extension(SUBJECT_ALT_NAME, [], sequence(der(0x87, Buffer.from([127, 0, 0, 1]))));
  const common = { issuerName: nameOf('Layermint benchmark authority'), issuerKey: issuer.privateKey, now };
  return {
    authority: certificate({ ...common, subject: common.issuerName, key: issuer.publicKey }, isAuthority),
    certificate: certificate({ ...common, subject: nameOf('127.0.0.1'), key: server.publicKey }, address),
    key: server.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** The contents of a certificate beside its extension. */
interface Contents {
  readonly issuerName: Buffer;
  readonly issuerKey: KeyObject;
  readonly subject: Buffer;
  readonly key: KeyObject;
  readonly now: Milliseconds;
}

function certificate({ issuerName, issuerKey, subject, key, now }: Contents, extended: Buffer): string {
  const version3 = der(0xa0, integer(2n));
  const serial = integer(BigInt(`0x${randomBytes(8).toString('hex')}`));
  const validity = sequence(utcTime(now - HOUR * 1000), utcTime(now + LIFE));
  const publicKey = key.export({ type: 'spki', format: 'der' });
  const contents = sequence(
    ...[version3, serial, ECDSA_WITH_SHA256, issuerName, validity, subject, publicKey],
    der(0xa3, sequence(extended)),
  );
  const signature = bits(sign('sha256', contents, issuerKey));
  const base64 = sequence(contents, ECDSA_WITH_SHA256, signature).toString('base64');
  const lines = base64.replace(/.{64}(?=.)/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

const nameOf = (text: string): Buffer =>
  sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, Buffer.from(text)))));

const extension = (id: Buffer, critical: readonly Buffer[], value: Buffer): Buffer =>
  sequence(id, ...critical, octets(value));

/** Writes a time as `YYMMDDhhmmssZ`. */
const utcTime = (time: Milliseconds): Buffer =>
  der(
    0x17,
    Buffer.from(
      `${new Date(time)
        .toISOString()
        .replaceAll(/[-:T]|\..*/g, '')
        .slice(2)}Z`,
    ),
  );
