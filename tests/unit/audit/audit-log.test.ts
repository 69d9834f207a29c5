import { expect, test } from '@jest/globals';
import { isAuditLine } from '../../../lib/audit/recording/audit-line.ts';
import { createAuditLog, MAX_LINE_BYTES } from '../../../lib/audit/index.ts';

const NOON = Date.UTC(2026, 10, 21, 12);

test('A record is one line: a CloudEvent in the JSON format', () => {
  const lines: string[] = [];
  const audit = createAuditLog('/layermint/prod', { write: (line) => lines.push(line), now: () => NOON });

  audit.record({ type: 'grant.set', id: 'request-1', subject: 'contract', data: { role: 'viewer' } });

  expect(lines).toEqual([expect.stringMatching(/^[^\n]+\n$/)]);
  expect(JSON.parse(lines[0] ?? '')).toEqual({
    specversion: '1.0',
    id: 'request-1',
    source: '/layermint/prod',
    type: 'layermint.grant.set',
    time: '2026-11-21T12:00:00.000Z',
    subject: 'contract',
    datacontenttype: 'application/json',
    data: { role: 'viewer' },
  });
});

test('A record that is too long for a line loses its lists and objects, says so, and is still a record', () => {
  const lines: string[] = [];
  const audit = createAuditLog('/layermint/prod', { write: (line) => lines.push(line), now: () => NOON });
  const record = (removed: readonly string[]) => {
    audit.record({ type: 'grant.removed', id: 'request-1', data: { count: removed.length, removed } });
    return lines.at(-1) ?? '';
  };
  const spare = MAX_LINE_BYTES - Buffer.byteLength(record(['']));

  // Two bytes a letter: the bytes count.
  const longest = 'é'.repeat(Math.floor(spare / 2));
  expect(JSON.parse(record([longest]))).toMatchObject({ data: { count: 1, removed: [longest] } });
  const shortened = record([`${longest}é`]);
  expect(JSON.parse(shortened)).toMatchObject({ id: 'request-1', data: { count: 1, shortened: true } });
  expect(shortened).not.toContain('é');
  expect(isAuditLine(shortened.trimEnd(), '/layermint/prod')).toBe(true);
});
