import { expect, test } from '@jest/globals';
import { createAuditLog } from '../../../lib/audit/index.ts';

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
