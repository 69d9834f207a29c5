import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { countUse } from '../../benchmarks/model/count-use.ts';

async function model(...args: readonly string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, ['tests/benchmarks/model/model-command.ts', ...args]);
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code: child.exitCode, out, err };
}

describe('the counted use', () => {
  test('of a mint is one read when the client asks again, and two reads and a write for a new user', async () => {
    const { mints } = await countUse({ groups: 0, grants: 5, ttlSeconds: 900 });
    expect(mints.first).toEqual({ calls: 3, waitMs: 30, readUnits: 6, writeUnits: 1 });
    expect(mints.afterAbsence).toEqual({ calls: 2, waitMs: 20, readUnits: 3, writeUnits: 1 });
    // The holder item grows once an hour.
    expect(mints.renewal).toMatchObject({
      readUnits: 3,
      writeUnits: expect.closeTo(24 / (86_400 / 697.5), 2),
    });
  });

  test('grows with the groups of the caller as far as the document has grants', async () => {
    const readUnits = async (groups: number, grants: number): Promise<number> =>
      (await countUse({ groups, grants, ttlSeconds: 3600 })).mints.renewal.readUnits;
    expect(await readUnits(100, 5)).toBe(2);
    expect(await readUnits(100, 100_000)).toBe(123);
  });

  test('of a process is a call of Secrets Manager and a read when it starts, and a call every five minutes', async () => {
    const { start, secretCallsAnHour } = await countUse({ groups: 2, grants: 5, ttlSeconds: 3600 });
    expect(start).toEqual({ secretCalls: 1, keyReadUnits: 1, waitMs: 20 });
    expect(secretCallsAnHour).toBe(12);
  });

  test('has the times at which the service tells clients to come back, and the longest pause of a client', async () => {
    const { refresh, backoff, auditCalls } = await countUse({ groups: 2, grants: 5, ttlSeconds: 1000 });
    expect(refresh).toEqual({ earliest: 700, latest: 850 });
    expect(backoff).toBe(60);
    expect(auditCalls).toBe(1);
  });
});

describe('npm run model', () => {
  test('--help names every option, and computes nothing', async () => {
    const { code, out } = await model('--help');
    expect(code).toBe(0);
    for (const option of ['tokens-per-second', 'ttl', 'groups', 'herd', 'json'])
      expect(out).toMatch(new RegExp(`^  --${option}\\b`, 'm'));
  });

  test('--json prints the verdict on each load, as JSON', async () => {
    const { code, out } = await model('--json', '--tokens-per-second', '100', '--herd', 'none');
    const { verdicts } = z
      .object({
        verdicts: z.array(
          z.object({ limits: z.array(z.object({ name: z.string(), breaksAt: z.number() })) }),
        ),
      })
      .parse(JSON.parse(out));
    expect([code, verdicts.length]).toEqual([0, 1]);
    expect(verdicts[0]?.limits[0]).toEqual({
      name: 'the stage: requests to a route',
      breaksAt: expect.closeTo(200, 3),
    });
  });

  test.each([
    { args: ['--ttl', '30'], says: /^--ttl must be a whole number from 60 to 86400, not "30"\.\n$/ },
    { args: ['--herd', 'sheep'], says: /^--herd must be one of / },
    { args: ['--stage', 'nowhere'], says: /has no stage "nowhere"/ },
    { args: ['--tokens'], says: /^There is no option --tokens\. Did you mean --tokens-per-second\?\n$/ },
    { args: ['now'], says: /^Unexpected argument "now"/ },
  ])('$args is a wrong call', async ({ args, says }) => {
    const { code, err } = await model(...args);
    expect([code, err]).toEqual([2, expect.stringMatching(says)]);
  });

  // After a change of the code or of tools/cost/measured.json: npm run model -- --write
  test('docs/performance.md has what the model computes now', async () => {
    const page = await readFile('docs/performance.md', 'utf8');
    const { out } = await model();
    const cells = (markdown: string): string[] =>
      markdown
        .split('\n')
        .filter((line) => line.startsWith('|') && !/^\|[\s:|-]+$/.test(line))
        .flatMap((line) => line.split('|').map((cell) => cell.trim()));
    const [, part = ''] = page.split('<!-- npm run model -->');
    expect(cells(part.split('<!-- end of npm run model -->')[0] ?? '')).toEqual(cells(out));
  });
});
