import { expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { openDocument } from '../../support/document-engine/document-engine-client.ts';
import { examplesOf } from '../../support/guides/guide.ts';
import { startScriptedServer } from '../../support/guides/scripted-server.ts';
import { Shell, withCurl } from '../../support/guides/shell.ts';
import { stack } from '../../support/guides/stack-of-guides.ts';

interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

async function mintSh(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Ended> {
  const running = spawn('sh', ['examples/curl/mint.sh', ...args], {
    stdio: 'pipe',
    env: { ...process.env, ...environment },
  });
  const ended = once(running, 'close').then(() => running.exitCode);
  const [output, errors] = await Promise.all([text(running.stdout), text(running.stderr)]);
  return { code: await ended, output, errors };
}

const as = (caller: string, api = stack().api): Record<string, string> => ({
  LAYERMINT_API: api,
  CALLER_TOKEN: stack().callers[caller]?.token ?? '',
});

const tokenIn = (output: string): { jwt: string; layer: string } =>
  JSON.parse(output) as { jwt: string; layer: string };

withCurl('examples/curl (skipped without curl)', () => {
  test('mints as its README shows', async () => {
    const shell = new Shell();
    try {
      const [example] = examplesOf('examples/curl/README.md');
      const commands = example?.commands ?? '';
      const { code, output } = await shell.paste(commands.replaceAll('http://127.0.0.1:4747', stack().api));
      expect(code).toBe(0);
      const { jwt } = tokenIn(output);
      expect(await openDocument(stack().documentEngine, jwt, 'contract-2026', 'review')).toBe(200);
    } finally {
      await shell.close();
    }
  });

  test('lets a caller token add no options of curl, such as a file to send', async () => {
    const token = 'x"\ndata = "@package.json';
    const { code, output, errors } = await mintSh(['contract-2026'], { ...as('alice'), CALLER_TOKEN: token });
    expect([code, output, errors]).toEqual([2, '', 'CALLER_TOKEN holds something other than a token.\n']);
  });

  test('takes a layer with any name', async () => {
    const layer = String.raw`say "hi" \n & 'bye' $HOME`;
    const { code, output } = await mintSh(['contract-2026', layer], as('alice'));
    expect([code, tokenIn(output).layer]).toEqual([0, layer]);
  });

  test.each([
    ['a user without a grant', 1, 'mallory', ['contract-2026'], /^The API answered 403: .*not-granted/],
    ['a document id that is not one', 1, 'alice', ['no id'], /^The API answered 400: .*documentId/],
    ['no document', 2, 'alice', [], /^Usage: /],
    ['a caller token that nobody issued', 3, 'nobody', ['contract-2026'], /^The API answered 401: /],
  ])('ends for %s with %i, and says why', async (_, expected, caller, args, message) => {
    const token = caller === 'nobody' ? { CALLER_TOKEN: 'eyJhbGciOiJub25lIn0.e30.' } : {};
    const { code, output, errors } = await mintSh(args, { ...as(caller), ...token });
    expect([code, output]).toEqual([expected, '']);
    expect(errors).toMatch(message);
  });

  test('tries again as Retry-After says, and tells a failure of the API from a refusal', async () => {
    const api = await startScriptedServer([
      { status: 429, headers: { 'retry-after': '1' }, body: { message: 'Too Many Requests' } },
      { status: 501, body: { message: 'no' } },
    ]);
    const { code, errors } = await mintSh(['doc'], as('alice', api.url));
    await api.close();
    expect([code, errors]).toEqual([4, 'The API answered 501: {"message":"no"}\n']);
    expect(api.received).toHaveLength(2);
    expect(api.received[1]).toMatchObject({ body: '{"documentId": "doc", "layer": ""}' });
  });

  test('keeps the caller token out of the list of processes', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'layermint-curl-'));
    const spy = join(folder, 'curl');
    await writeFile(
      spy,
      `#!/bin/sh\nprintf '%s\\n' "$@" > '${folder}/arguments'\nexec env PATH="$OLD_PATH" curl "$@"\n`,
    );
    await chmod(spy, 0o755);
    const path = process.env['PATH'] ?? '';
    const { code } = await mintSh(['contract-2026'], {
      ...as('alice'),
      OLD_PATH: path,
      PATH: `${folder}:${path}`,
    });
    const args = await readFile(join(folder, 'arguments'), 'utf8');
    await rm(folder, { recursive: true });
    expect(code).toBe(0);
    expect(args).toContain('/v1/tokens');
    expect(args).not.toContain('eyJ');
  });
});
