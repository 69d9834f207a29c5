import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { loopbackCertificates } from '../../../../benchmarks/cold/tls/certificate-authority.ts';
import { startTlsFront, type TlsFront } from '../../../../benchmarks/cold/tls/tls-front.ts';

const certificates = loopbackCertificates(Date.now());

describe('the certificates of a run', () => {
  const now = Date.UTC(2026, 0, 31, 12);
  const { authority, certificate } = loopbackCertificates(now);
  const [root, leaf] = [new X509Certificate(authority), new X509Certificate(certificate)];

  test('are a certificate for 127.0.0.1 that the authority has signed', () => {
    expect([root.ca, leaf.ca]).toEqual([true, false]);
    expect(leaf.verify(root.publicKey)).toBe(true);
    expect(leaf.checkIssued(root)).toBe(true);
    expect(leaf.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(leaf.checkIP('127.0.0.2')).toBeUndefined();
  });

  test('are valid from an hour ago until a day from now', () => {
    for (const { validFromDate, validToDate } of [root, leaf])
      expect([validFromDate.getTime(), validToDate.getTime()]).toEqual([now - 3_600_000, now + 86_400_000]);
  });

  test('are new in each run', () => {
    const other = loopbackCertificates(now);
    expect(other.key).not.toBe(certificates.key);
    expect(new X509Certificate(other.certificate).verify(root.publicKey)).toBe(false);
  });
});

describe('a front with TLS', () => {
  const echo = createServer((socket) => socket.pipe(socket));
  let front: TlsFront;

  beforeAll(async () => {
    echo.listen(0, '127.0.0.1');
    await once(echo, 'listening');
    front = await startTlsFront(`http://127.0.0.1:${(echo.address() as AddressInfo).port}`, certificates);
  });

  afterAll(async () => {
    await front.close();
    echo.close();
    await once(echo, 'close');
  });

  const connected = (ca?: string): TLSSocket =>
    connect({ host: '127.0.0.1', port: Number(new URL(front.url).port), ...(ca !== undefined && { ca }) });

  test('passes bytes on in both directions to a client that trusts the authority', async () => {
    const socket = connected(certificates.authority);
    socket.end('GET /');
    expect(await text(socket)).toBe('GET /');
    expect(socket.authorized).toBe(true);
  });

  test('is refused by a client that does not', async () => {
    const socket = connected();
    const [error] = (await once(socket, 'error').catch((thrown: unknown) => [thrown])) as [Error];
    expect(error).toMatchObject({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
  });

  test('ends its open connections when it is closed', async () => {
    const short = await startTlsFront(
      `http://127.0.0.1:${(echo.address() as AddressInfo).port}`,
      certificates,
    );
    const socket = connect({
      host: '127.0.0.1',
      port: Number(new URL(short.url).port),
      ca: certificates.authority,
    });
    socket.on('error', () => undefined);
    await once(socket, 'secureConnect');
    const closed = once(socket, 'close');
    await short.close();
    await expect(closed).resolves.toBeDefined();
  });
});
