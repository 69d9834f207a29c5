import { describe, expect, test } from '@jest/globals';
import { deploy, type Deployment } from '../../../../../tools/cli/deploy/deploy.ts';
import type { KeyState } from '../../../../../tools/cli/deploy/first-key.ts';
import type { StackFailure, StackState } from '../../../../../tools/cli/deploy/stage-stack.ts';
import type { Finding } from '../../../../../tools/cli/doctor/index.ts';
import { impatient, ManualClock } from '../../../../support/runtime/clock.ts';

const API = 'https://tokens.example.com';
const SIGNS: KeyState = { kind: 'signs', kid: 'first' };

const inStatus = (status: string): StackState => ({
  ...{ status, newestEvent: 'newest', isProtected: false },
  outputs: { ApiUrl: API },
});

const ROLE: StackFailure = { resource: 'MintTokenRole', type: 'AWS::IAM::Role', reason: 'not authorized' };

/** A course of events, and what a deployment does with it. */
interface Course {
  readonly findings?: readonly Finding[];
  /** The states of the stack, one per reading; the last one stays. */
  readonly states: readonly (StackState | undefined)[];
  readonly succeeds?: boolean;
  readonly failures?: readonly StackFailure[];
  /** The states of the key, one per reading; the last one stays. */
  readonly keys?: readonly KeyState[];
  readonly rotates?: boolean;
  /** Ctrl-C while the Serverless CLI runs. */
  readonly interrupts?: boolean;
  readonly skipsChecks?: boolean;
  /** The reason for which the preparation stops the deployment. */
  readonly unprepared?: string;
}

async function outcomeOf(course: Course) {
  const lines: string[] = [];
  const clock = new ManualClock();
  const controller = new AbortController();
  const [states, keys] = [[...course.states], [...(course.keys ?? [SIGNS])]];
  const next = <One>(list: One[]): One => (list.length > 1 ? list.shift() : list[0]) as One;
  let runs = 0;
  const since: (string | undefined)[] = [];
  const deployment: Deployment = {
    ...{
      stage: 'prod',
      again: 'npm run deploy -- --stage prod',
      rotates: course.rotates ?? true,
      signal: controller.signal,
    },
    checks: course.skipsChecks === true ? undefined : listed(course.findings ?? []),
    stack: {
      ...{ name: 'layermint-prod', region: 'eu-central-1' },
      read: () => Promise.resolve(next(states)),
      failuresSince: (event) => {
        since.push(event);
        return Promise.resolve([...(course.failures ?? [])]);
      },
    },
    prepare: () => Promise.resolve(course.unprepared),
    runServerless: () => {
      runs += 1;
      if (course.interrupts === true) controller.abort();
      return Promise.resolve(course.succeeds ?? true);
    },
    readKey: () => Promise.resolve(next(keys)),
    clock: {
      ...impatient(clock),
      sleep: (milliseconds) => {
        clock.advance(milliseconds);
        return Promise.resolve();
      },
    },
    print: (line) => lines.push(line),
  };
  const exitCode = await deploy(deployment);
  return { exitCode, lines, text: lines.join('\n'), runs, since, seconds: (clock.now() - START) / 1000 };
}

const START = new ManualClock().now();

async function* listed(findings: readonly Finding[]): AsyncGenerator<Finding> {
  for (const finding of findings) yield await Promise.resolve(finding);
}

const FAILED: Finding = {
  check: 'The issuer is the one of its discovery document',
  outcome: 'failed',
  detail: 'it has a slash at its end',
  cure: 'Add the slash.',
};

test('An issuer cannot fake a line of the deployment by a line break in its answer', async () => {
  const detail = 'its "jwks_uri" is https://issuer.example.com/\nDeployed: https://evil.example.com';
  const cure = 'Set "issuer" to a\nDeployed: https://evil.example.com';
  const { lines } = await outcomeOf({ findings: [{ ...FAILED, detail, cure }], states: [] });

  expect(lines.join('\n').split('\n')).toEqual([
    expect.stringContaining('is https://issuer.example.com/ Deployed: https://evil'),
    expect.stringContaining('to a Deployed: https://evil'),
    expect.stringContaining('Nothing was deployed'),
  ]);
});

describe('A deployment', () => {
  test('ends with the address of the API, once a key signs', async () => {
    const { exitCode, lines, seconds } = await outcomeOf({
      states: [undefined, inStatus('UPDATE_COMPLETE')],
      keys: [{ kind: 'none' }, { kind: 'coming' }, SIGNS],
    });

    expect([exitCode, lines.at(-1), seconds]).toEqual([0, `Deployed: ${API}`, 6]);
    expect(lines[0]).toContain('Waiting for the signing key, two minutes at most');
    expect(lines[1]).toContain('signs with the key first');
  });

  test('waits two minutes for the key, and then names the command that shows it', async () => {
    const { exitCode, text, seconds } = await outcomeOf({
      states: [undefined, inStatus('UPDATE_COMPLETE')],
      keys: [{ kind: 'none' }],
    });

    expect(exitCode).toBe(1);
    expect(seconds).toBe(120);
    expect(text).toContain(`Deployed: ${API}`);
    expect(text).toContain('no signing key yet, so no token can be issued');
    expect(text).toContain('Next: npm run keys -- status --stage prod');
  });

  test('waits for no key if rotation is off, and says how to bring one', async () => {
    const { exitCode, text, seconds } = await outcomeOf({
      states: [undefined, inStatus('UPDATE_COMPLETE')],
      keys: [{ kind: 'none' }],
      rotates: false,
    });

    expect([exitCode, seconds]).toEqual([0, 0]);
    expect(text).toContain('npm run keys -- generate --stage prod');
  });

  test('does not begin if a check failed, and says how to continue', async () => {
    const { exitCode, text, runs } = await outcomeOf({ findings: [FAILED], states: [undefined] });

    expect([exitCode, runs]).toEqual([1, 0]);
    expect(text).toContain(
      'failed   The issuer is the one of its discovery document: it has a slash at its end',
    );
    expect(text).toContain('Add the slash.');
    expect(text).toContain('To deploy in spite of them: add --skip-checks');
  });

  test('does not begin if the aliases of a gradual deployment are not where CodeDeploy expects them', async () => {
    const { exitCode, text, runs } = await outcomeOf({
      states: [inStatus('UPDATE_COMPLETE')],
      unprepared: 'mintToken serves version 7, and CloudFormation knows 6.',
    });

    expect([exitCode, runs]).toEqual([1, 0]);
    expect(text).toBe('Nothing was deployed. mintToken serves version 7, and CloudFormation knows 6.');
  });

  test('shows warnings and continues', async () => {
    const { exitCode, text, runs } = await outcomeOf({
      findings: [
        { ...FAILED, outcome: 'warning' },
        { check: 'fine', outcome: 'ok' },
      ],
      states: [inStatus('UPDATE_COMPLETE')],
    });

    expect([exitCode, runs]).toEqual([0, 1]);
    expect(text).toContain('warning  The issuer');
    expect(text).not.toContain('fine');
  });

  test.each([
    ['UPDATE_IN_PROGRESS', 'Wait until it is done'],
    ['UPDATE_ROLLBACK_IN_PROGRESS', 'Wait until it is done'],
    ['ROLLBACK_COMPLETE', 'npm run remove -- --stage prod'],
    ['REVIEW_IN_PROGRESS', 'npm run remove -- --stage prod'],
    ['UPDATE_ROLLBACK_FAILED', 'continue-update-rollback --stack-name layermint-prod --region eu-central-1'],
    ['DELETE_FAILED', 'npm run remove -- --stage prod'],
  ])('does not begin on a stack that is %s, and says how to continue', async (status, cure) => {
    const { exitCode, text, runs } = await outcomeOf({ states: [inStatus(status)] });

    expect([exitCode, runs]).toEqual([1, 0]);
    expect(text).toContain('Nothing was deployed.');
    expect(text).toContain(cure);
  });

  test.each(['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE'])(
    'begins on a stack that is %s',
    async (status) => {
      expect((await outcomeOf({ states: [inStatus(status)] })).runs).toBe(1);
    },
  );

  test('that fails waits for the end of the rollback, and names the first failure and the next command', async () => {
    const { exitCode, lines, since } = await outcomeOf({
      states: [
        inStatus('UPDATE_COMPLETE'),
        inStatus('UPDATE_ROLLBACK_IN_PROGRESS'),
        inStatus('UPDATE_ROLLBACK_IN_PROGRESS'),
        inStatus('UPDATE_ROLLBACK_COMPLETE'),
      ],
      succeeds: false,
      failures: [ROLE, { ...ROLE, resource: 'Table' }],
    });

    expect(exitCode).toBe(1);
    expect(since).toEqual(['newest']);
    expect(lines).toEqual([
      'Waiting until CloudFormation is done (UPDATE_ROLLBACK_IN_PROGRESS) …',
      'First failure: MintTokenRole (AWS::IAM::Role): not authorized',
      'Then         : Table (AWS::IAM::Role): not authorized',
      'The stack layermint-prod is as it was before (UPDATE_ROLLBACK_COMPLETE). Correct the fault, then: npm run deploy -- --stage prod',
    ]);
  });

  test('that fails before it has a stack says that there is none', async () => {
    const { exitCode, lines } = await outcomeOf({ states: [undefined], succeeds: false });

    expect(exitCode).toBe(1);
    expect(lines.at(-1)).toBe(
      'There is no stack layermint-prod. Correct the fault above, then: npm run deploy -- --stage prod',
    );
  });

  test('that is interrupted says that CloudFormation continues', async () => {
    const { exitCode, lines } = await outcomeOf({
      states: [undefined, inStatus('UPDATE_IN_PROGRESS')],
      succeeds: false,
      interrupts: true,
    });

    expect(exitCode).toBe(1);
    expect(lines).toEqual([
      expect.stringContaining('Interrupted, but CloudFormation continues (UPDATE_IN_PROGRESS)'),
    ]);
  });
});
