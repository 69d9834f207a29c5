import { expect, test } from '@jest/globals';
import { own } from '../../infra/stack/alarms/alarm.ts';
import { createAuditLog } from '../../lib/audit/index.ts';
import { mintTokenHandler } from '../../lib/http/routes/tokens/mint-token.ts';
import { createLogger } from '../../lib/runtime/log.ts';
import type { MetricName } from '../../lib/runtime/metrics.ts';
import { MetricDay } from '../support/cloudwatch/metric-day.ts';
import { EVERYONE, grant } from '../support/grants/grants.ts';
import { apiEvent, lambdaContext, type RequestParts } from '../support/http/events.ts';
import { minting, tableOf } from '../support/tokens/minting.ts';

/** Sends the same request every minute of a day, and lists the alarms of the audit log if no record arrives there. */
async function alarmsOfAudit(parts: RequestParts): Promise<{ records: number; alarms: string[] }> {
  let records = 0;
  let output = '';
  const world = minting({
    table: await tableOf({ doc: [grant(EVERYONE, 'editor')] }),
    audit: createAuditLog('/layermint/prod', { write: () => (records += 1) }),
    log: createLogger('error', (line) => (output += line)),
  });
  await mintTokenHandler(world)(apiEvent(parts), lambdaContext());
  const metrics = JSON.parse(output) as Readonly<Record<string, unknown>>;
  const day = new MetricDay();
  for (const [name, value] of Object.entries(metrics))
    if (typeof value === 'number') day.every(1, own(name as MetricName), value);
  return { records, alarms: day.alarmsAt(900).filter((name) => name.startsWith('audit-')) };
}

test.each<[string, RequestParts]>([
  ['without a document', { body: {} }],
  ['that are not JSON', { body: '{' }],
  [
    'in a content type that is not JSON',
    { body: { documentId: 'doc' }, headers: { 'content-type': 'text/plain' } },
  ],
])('Raising the alarm of a silent audit log by requests %s', async (_how, parts) => {
  expect(await alarmsOfAudit(parts)).toEqual({ records: 0, alarms: [] });
});

test.each([
  ['minted tokens', 'doc'],
  ['refused tokens', 'other'],
])('The alarm of a silent audit log rings for %s whose records are missing', async (_what, documentId) => {
  expect(await alarmsOfAudit({ body: { documentId } })).toEqual({ records: 1, alarms: ['audit-silent'] });
});
