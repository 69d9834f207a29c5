import { expect, test } from '@jest/globals';
import { isAuditLine } from '../../../../../lib/audit/recording/audit-line.ts';
import {
  OperatorRecords,
  type FoundAudit,
} from '../../../../../tools/cli/operator-records/operator-records.ts';
import { ManualClock } from '../../../../support/runtime/clock.ts';

const ARN = 'arn:aws:sts::111122223333:assumed-role/operators/alice';
const ROTATED = { type: 'signing-key.command', data: { command: 'rotate', outcome: 'done' } } as const;

function recordsWith(find: (lines: string[]) => Promise<FoundAudit>) {
  const lines: string[] = [];
  const warnings: string[] = [];
  const records = new OperatorRecords({ stage: 'prod', find: () => find(lines) }, new ManualClock(), (line) =>
    warnings.push(line),
  );
  return { records, lines, warnings };
}

const taking = (most = Infinity) =>
  recordsWith((lines) =>
    Promise.resolve({
      operator: ARN,
      group: {
        write: (written) => {
          lines.push(...written.slice(0, most).map(({ message }) => message));
          return Promise.resolve(Math.min(written.length, most));
        },
      },
    }),
  );

test('A record of a command is one that recordAudit writes too, and names the operator', async () => {
  const { records, lines, warnings } = taking();

  await records.write([ROTATED]);
  await records.write([ROTATED, ROTATED]);

  expect(lines.map((line) => isAuditLine(line, '/layermint/prod'))).toEqual([true, true, true]);
  const events = lines.map((line) => JSON.parse(line) as { id: string; data: unknown });
  expect(events[0]?.data).toEqual({ operator: ARN, command: 'rotate', outcome: 'done' });
  expect(new Set(events.map(({ id }) => id)).size).toBe(3);
  expect(warnings).toEqual([]);
});

test.each([
  ['the stack has no audit log', () => recordsWith(() => Promise.reject(new Error('There is no output.')))],
  [
    'the right to write is missing',
    () =>
      recordsWith(() =>
        Promise.resolve({
          operator: ARN,
          group: { write: () => Promise.reject(new Error('not authorized: logs:PutLogEvents\u001b[2J')) },
        }),
      ),
  ],
  ['CloudWatch Logs rejects a record', () => taking(0)],
])('The command continues with one warning and its cure if %s', async (_name, make) => {
  const { records, warnings } = make();

  await records.write([ROTATED]);
  await records.write([ROTATED]);

  expect(warnings).toEqual([
    expect.stringMatching(/^Warning: records .* missing from the audit log\. .*docs\/audit\.md/),
  ]);
  expect(warnings[0]).not.toContain('\u001b');
});

test('A command without a change finds no log group', async () => {
  const { records, warnings } = recordsWith(() => Promise.reject(new Error('asked')));
  await records.write([]);
  expect(warnings).toEqual([]);
});
