import { describe, expect, test } from '@jest/globals';
import type { StackState } from '../../../../../tools/cli/deploy/stage-stack.ts';
import { listDeployments, rollBack } from '../../../../../tools/cli/rollback/rollback.ts';
import { impatient, ManualClock } from '../../../../support/runtime/clock.ts';

async function outcomeOf(states: readonly (string | undefined)[], succeeds = true, unprepared?: string) {
  const lines: string[] = [];
  const left = states.map((status): StackState | undefined =>
    status === undefined ? undefined : { status, outputs: {}, newestEvent: 'newest', isProtected: false },
  );
  let runs = 0;
  const exitCode = await rollBack({
    ...{ stage: 'prod', again: 'npm run rollback -- --stage prod --to 1795722297918' },
    signal: new AbortController().signal,
    clock: impatient(new ManualClock()),
    stack: {
      ...{ name: 'layermint-prod', region: 'eu-central-1' },
      read: () => Promise.resolve(left.length > 1 ? left.shift() : left[0]),
      failuresSince: () => Promise.resolve([{ resource: 'Api', type: 'AWS::Api', reason: 'no' }]),
    },
    prepare: () => Promise.resolve(unprepared),
    runServerless: () => {
      runs += 1;
      return Promise.resolve(succeeds);
    },
    print: (line) => lines.push(line),
  });
  return { exitCode, text: lines.join('\n'), runs };
}

describe('A rollback', () => {
  test('says what it did not take back, and how to deploy the newest state again', async () => {
    const { exitCode, text, runs } = await outcomeOf(['UPDATE_COMPLETE']);

    expect([exitCode, runs]).toEqual([0, 1]);
    expect(text).toContain('Grants and live tokens are as they were');
    expect(text).toContain('npm run deploy -- --stage prod --force');
  });

  test.each([
    [undefined, 'nothing to roll back'],
    ['UPDATE_IN_PROGRESS', 'Nothing was rolled back. CloudFormation is working on the stack'],
    ['UPDATE_ROLLBACK_FAILED', 'continue-update-rollback'],
  ])('does not begin on a stack that is %s', async (status, words) => {
    const { exitCode, text, runs } = await outcomeOf([status]);

    expect([exitCode, runs]).toEqual([1, 0]);
    expect(text).toContain(words);
  });

  test('does not begin while CodeDeploy would refuse it after an emergency, and says why', async () => {
    const { exitCode, text, runs } = await outcomeOf(['UPDATE_COMPLETE'], true, 'Processes were replaced.');

    expect([exitCode, text, runs]).toEqual([1, 'Nothing was rolled back. Processes were replaced.', 0]);
  });

  test('that fails names the first failure and the next command', async () => {
    const { exitCode, text } = await outcomeOf(['UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE'], false);

    expect(exitCode).toBe(1);
    expect(text).toContain('First failure: Api (AWS::Api): no');
    expect(text).toContain('Correct the fault, then: npm run rollback -- --stage prod --to 1795722297918');
  });
});

describe('The list of deployments', () => {
  const listed = async (state: StackState | undefined) => {
    const lines: string[] = [];
    let runs = 0;
    const exitCode = await listDeployments({
      stage: 'prod',
      stack: {
        ...{ name: 'layermint-prod', region: 'eu-central-1' },
        read: () => Promise.resolve(state),
        failuresSince: () => Promise.resolve([]),
      },
      runServerless: () => {
        runs += 1;
        return Promise.resolve(true);
      },
      print: (line) => lines.push(line),
    });
    return { exitCode, runs, text: lines.join('') };
  };

  test('of a stage that is not deployed is not asked for, and the stack is named', async () => {
    const { exitCode, runs, text } = await listed(undefined);

    expect([exitCode, runs]).toEqual([1, 0]);
    expect(text).toBe('There is no stack layermint-prod in eu-central-1, so there is nothing to roll back.');
  });

  test('ends with the command that takes one of them', async () => {
    const state = { status: 'UPDATE_COMPLETE', outputs: {}, newestEvent: 'newest', isProtected: false };
    const { exitCode, runs, text } = await listed(state);

    expect([exitCode, runs]).toEqual([0, 1]);
    expect(text).toContain('npm run rollback -- --stage prod --to TIMESTAMP');
  });
});
