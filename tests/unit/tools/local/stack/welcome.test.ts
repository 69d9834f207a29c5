import { expect, test } from '@jest/globals';
import { welcome } from '../../../../../tools/local/stack/welcome.ts';

const at = (port: number): string => `http://127.0.0.1:${port}`;

const written = (apiPort: number, log?: string, realVersion?: string): string[] =>
  welcome(
    {
      api: at(apiPort),
      issuer: at(49152),
      documentEngine: at(49153),
      dynamoDB: at(49154),
      secretsManager: at(49155),
    },
    log,
    realVersion,
  ).split('\n');

/** Counts the rows of a line on a screen of 80 columns. */
const rows = (line: string): number => Math.max(1, Math.ceil(line.length / 80));

test('The welcome fits on a screen of 24 lines and 80 columns, with a line for the cursor', () => {
  const height = written(4747, '/home/me/layermint/node_modules/.cache/layermint/start-4747.log')
    .map(rows)
    .reduce((sum, it) => sum + it, 0);
  expect(height).toBeLessThanOrEqual(24);
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
    written(4747, undefined, version).find((it) => it.includes('Document Engine '));
  expect(line()).toBe('  Document Engine  http://127.0.0.1:49153 (a stand-in that verifies tokens)');
  expect(line('1.20.0')).toBe('  Document Engine  http://127.0.0.1:49153 (Document Engine 1.20.0)');
});
