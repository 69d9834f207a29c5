import { createDynamoDBClient } from '../lib/wiring/aws.ts';
import { systemClock } from '../lib/runtime/clock.ts';
import { parseEnvironment } from '../lib/wiring/environment.ts';
import { parseRoles } from '../lib/grants/index.ts';
import { listDocumentsHandler } from '../lib/http/routes/documents/list-documents.ts';
import { createLogger } from '../lib/runtime/log.ts';
import { claimNamesOf } from '../lib/wiring/claim-names.ts';
import roles from '../infra/roles/roles.json' with { type: 'json' };
import { Table } from '../lib/table/index.ts';

const environment = parseEnvironment('listDocuments', process.env);

/** `GET /v1/documents` */
export const handler = listDocumentsHandler({
  table: new Table(createDynamoDBClient(), environment.TABLE_NAME, systemClock),
  policy: { roles: parseRoles(roles), privateLayerPrefix: environment.PRIVATE_LAYER_PREFIX },
  claimNames: claimNamesOf(environment),
  clock: systemClock,
  log: createLogger(environment.LOG_LEVEL),
});
