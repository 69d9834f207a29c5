import { expect, test } from '@jest/globals';
import { welcome } from '../../../../../tools/local/stack/welcome.ts';

const at = (port: number): string => `http://127.0.0.1:${port}`;

const written = (
  apiPort: number,
  log?: string,
  more: { readonly realVersion?: string | undefined; readonly network?: string | undefined } = {},
): string[] =>
  welcome(
    {
      api: at(apiPort),
      console: `${at(apiPort)}/console`,
      issuer: at(49152),
      documentEngine: at(49153),
      dynamoDB: at(49154),
      secretsManager: at(49155),
    },
    log,
    more,
  ).split('\n');

/** Counts the rows of a line on a screen of 80 columns. */
const rows = (line: string): number => Math.max(1, Math.ceil(line.length / 80));

test.each([undefined, '192.168.100.200'])(
  'The welcome fits on a screen of 24 lines and 80 columns, with a line for the cursor (--host %s)',
  (network) => {
    const height = written(4747, '/home/me/layermint/node_modules/.cache/layermint/start-4747.log', {
      network,
    })
      .map(rows)
      .reduce((sum, it) => sum + it, 0);
    expect(height).toBeLessThanOrEqual(24);
  },
);

test('With --host, the welcome has the addresses for phones, and says that everyone in the network can sign in', () => {
  const lines = written(4747, undefined, { network: '192.168.1.20' });
  expect(lines).toEqual(
    expect.arrayContaining([
      'Everyone in your network can sign in as any demo user, without a password.',
      '  API              http://192.168.1.20:4747',
      '  Console          http://127.0.0.1:4747/console (on this machine only)',
      '  OIDC issuer      http://192.168.1.20:49152',
    ]),
  );
  expect(written(4747).join('\n')).not.toContain('network');
});

test('The welcome says each demo user’s rights in words', () => {
  expect(written(4747)).toEqual(
    expect.arrayContaining([
      '  alice            owner of contract-2026',
      '  bob              editor (group editors) of contract-2026 and floor-plan',
      '  carol            viewer of contract-2026',
      '  mallory          no grants',
      '  backend          your backend, with every scope',
    ]),
  );
});

test('The welcome names the log', () => {
  expect(written(4747, '/tmp/a.log')).toContain('  Log              /tmp/a.log');
  expect(written(4747)).toContain('  Log              this terminal');
});

test('The next command finds a stack on another port', () => {
  expect(written(4747).join('\n')).toMatch(/^ {2}npm run verify -- --local {2}/m);
  expect(written(4800).join('\n')).toMatch(/^ {2}npm run verify -- --local --port 4800 {2}/m);
});

test('The welcome says which Document Engine is used', () => {
  const line = (version?: string) =>
    written(4747, undefined, { realVersion: version }).find((it) => it.includes('Document Engine '));
  expect(line()).toBe('  Document Engine  http://127.0.0.1:49153 (a stand-in that verifies tokens)');
  expect(line('1.20.0')).toBe('  Document Engine  http://127.0.0.1:49153 (Document Engine 1.20.0)');
});

test('The welcome names the address of the dashboard', () => {
  expect(written(4800).join('\n')).toMatch(/^ {2}http:\/\/127\.0\.0\.1:4800\/local\/dashboard {2}/m);
});
