import { describe, expect, test } from '@jest/globals';
import { sendLines } from '../../support/http/raw-http.ts';
import {
  CONTRACT,
  expectRefused,
  mint,
  send,
  stack,
  tokenOf,
} from '../../support/local-stack/stack-under-attack.ts';

describe('headers that two parsers could read differently', () => {
  const body = JSON.stringify({ documentId: CONTRACT });
  /** Makes the lines of a mint request. */
  const mintLines = (...headers: readonly string[]): string[] => [
    'POST /v1/tokens HTTP/1.1',
    'Host: 127.0.0.1',
    'Connection: close',
    'Content-Type: application/json',
    ...headers,
    `Content-Length: ${body.length}`,
    '',
    body,
  ];
  const bearer = (caller: string): string => `Bearer ${tokenOf(caller)}`;

  async function expectNoToken(lines: readonly string[], ...statuses: number[]): Promise<void> {
    const answer = await sendLines(stack.api, lines);
    expect(answer.statuses).toHaveLength(1);
    expect(statuses).toContain(answer.statuses[0]);
    expect(answer.text).not.toContain('eyJ');
  }

  test('without an attack, these lines mint a token', async () => {
    const answer = await sendLines(stack.api, mintLines(`Authorization: ${bearer('alice')}`));
    expect(answer.statuses).toEqual([201]);
  });

  test('two Authorization headers, in any case, order and number', async () => {
    const [alice, mallory] = [bearer('alice'), bearer('mallory')];
    for (const [one, other] of [
      [`Authorization: ${mallory}`, `Authorization: ${alice}`],
      [`Authorization: ${alice}`, `authorization: ${mallory}`],
      [`AUTHORIZATION: ${mallory}`, `aUtHoRiZaTiOn: ${alice}`],
      [`Authorization: ${alice}`, `Authorization: ${alice}`],
      [`Authorization: ${alice}`, 'Authorization: Basic YWxpY2U6YWxpY2U='],
    ] as const) {
      await expectNoToken(mintLines(one, other), 401);
    }
  });

  test('two tokens in one Authorization header', async () => {
    const both = [tokenOf('mallory'), tokenOf('alice')];
    for (const separator of [',', ', ', ' ', ';', '\t', ',Bearer ']) {
      await expectNoToken(mintLines(`Authorization: Bearer ${both.join(separator)}`), 401);
    }
  });

  test('an Authorization header folded over two lines', async () => {
    const [first, second] = [tokenOf('mallory'), tokenOf('alice')];
    await expectNoToken(mintLines(`Authorization: Bearer ${first},`, ` Bearer ${second}`), 400, 401);
    await expectNoToken(mintLines('X-Harmless: yes', ` Authorization: Bearer ${second}`), 400, 401);
  });

  test('a header name with a space, a control character or a similar letter in place of A', async () => {
    for (const name of ['Authorization ', ' Authorization', 'Authorization\u0000', '\u0391uthorization']) {
      await expectNoToken(mintLines(`${name}: ${bearer('alice')}`), 400, 401);
    }
  });

  test('a second request inside the body of the first', async () => {
    const inner = mintLines(`Authorization: ${bearer('alice')}`);
    const head = ['GET /health HTTP/1.1', 'Host: 127.0.0.1', 'Connection: close'];
    for (const framing of [
      ['Content-Length: 5', 'Transfer-Encoding: chunked', '', '0', '', ...inner],
      ['Content-Length: 0', `Content-Length: ${inner.join('\r\n').length}`, '', ...inner],
      ['Transfer-Encoding: xchunked', '', '0', '', ...inner],
      [`Content-Length: ${inner.join('\r\n').length}`, '', ...inner],
    ]) {
      const { statuses, text } = await sendLines(stack.api, [...head, ...framing]);
      expect(statuses).toHaveLength(1);
      expect(text).not.toContain('eyJ');
    }
  });

  test('a token longer than the limit of the headers', async () => {
    const answer = await send({
      token: `${tokenOf('alice')}${'A'.repeat(11_000)}`,
      body: { documentId: CONTRACT },
    });
    expectRefused(answer, 431);
  });
});

describe('a body', () => {
  test('of more than 64 KB, or more than API Gateway takes', async () => {
    const padded = (length: number): string => `{"documentId":"${CONTRACT}"${' '.repeat(length)}}`;
    expectRefused(await mint(tokenOf('carol'), padded(64 * 1024)), 413);
    expectRefused(await mint(tokenOf('carol'), padded(10 * 1024 * 1024)), 413);
  });
});
