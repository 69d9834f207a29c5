import { expect, test } from '@jest/globals';
import { LayermintError } from '../../../../../../lib/runtime/errors.ts';
import { createLogger } from '../../../../../../lib/runtime/log.ts';
import { KeyRotation } from '../../../../../../tools/local/stack/console-data/key-rotation.ts';
import { ManualClock } from '../../../../../support/runtime/clock.ts';

/** A rotation that reports one line and ends as the test says. `ended` resolves once that is recorded. */
function begun() {
  const work = Promise.withResolvers<undefined>();
  const lines: string[] = [];
  const clock = new ManualClock();
  let runs = 0;
  const rotation = new KeyRotation(
    async (report) => {
      runs += 1;
      report('Secrets Manager is rotating the key.');
      await work.promise;
    },
    clock,
    createLogger('error', (line) => lines.push(line)),
  );
  const ended = async (): Promise<void> => {
    while (rotation.last?.state === 'running') await Promise.resolve();
  };
  return { rotation, work, clock, lines, ended, runs: () => runs };
}

class Refused extends LayermintError {
  override readonly name = 'Refused';
  readonly code = 'REFUSED';
}

test('A rotation reports its progress and its end', async () => {
  const { rotation, work, clock, ended } = begun();
  expect(rotation.last).toBeUndefined();
  expect(rotation.start()).toBe(true);
  expect(rotation.last).toEqual({
    state: 'running',
    startedAt: '2026-01-31T12:00:00.000Z',
    lines: ['Secrets Manager is rotating the key.'],
  });
  clock.advance(2000);
  work.resolve(undefined);
  await ended();
  expect(rotation.last).toMatchObject({ state: 'done', endedAt: '2026-01-31T12:00:02.000Z' });
  expect(rotation.last?.lines.at(-1)).toMatch(/signs with the new key/);
});

test('Only one rotation runs at a time, and another can follow it', async () => {
  const { rotation, work, ended, runs } = begun();
  rotation.start();
  expect(rotation.start()).toBe(false);
  expect(runs()).toBe(1);
  work.resolve(undefined);
  await ended();
  expect(rotation.start()).toBe(true);
  await ended();
  expect(runs()).toBe(2);
});

test('A refusal is told with its reason', async () => {
  const { rotation, work, ended } = begun();
  rotation.start();
  work.reject(new Refused('The current key belongs to another stage'));
  await ended();
  expect(rotation.last).toMatchObject({ state: 'failed' });
  expect(rotation.last?.lines.at(-1)).toBe('The current key belongs to another stage');
});

test('The text of a foreign error stays out, since it can quote a secret', async () => {
  const { rotation, work, ended, lines } = begun();
  rotation.start();
  work.reject(new Error('-----BEGIN PRIVATE KEY-----'));
  await ended();
  expect(JSON.stringify(rotation.last)).not.toContain('PRIVATE');
  expect(lines.join('')).not.toContain('PRIVATE');
  expect(rotation.last?.lines.at(-1)).toMatch(/log of npm start says why/);
});
