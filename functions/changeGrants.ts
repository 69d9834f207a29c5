import { createDynamoDBClient } from '../lib/aws.ts';
import { systemClock } from '../lib/clock.ts';
import { parseEnvironment } from '../lib/environment.ts';
import { GrantStore, parseRoles } from '../lib/grants/index.ts';
import { dispatch } from '../lib/http/dispatch.ts';
import { removeGrantsRoute, setGrantRoute, type ChangeGrantsDependencies } from '../lib/http/grants.ts';
import { createLogger } from '../lib/log.ts';
import { Table } from '../lib/table.ts';
import { revocationOf } from '../lib/wiring/revocation.ts';
import { claimNamesOf } from '../lib/wiring/claim-names.ts';
import roles from '../infra/roles.json' with { type: 'json' };

const environment = parseEnvironment('changeGrants', process.env);

const log = createLogger(environment.LOG_LEVEL);
const table = new Table(createDynamoDBClient(), environment.TABLE_NAME, systemClock);

const dependencies: ChangeGrantsDependencies = {
  store: new GrantStore(table),
  revocation: revocationOf(environment, table, log),
  roles: parseRoles(roles),
  privateLayerPrefix: environment.PRIVATE_LAYER_PREFIX,
  claimNames: claimNamesOf(environment),
  clock: systemClock,
  log,
};

/** `PUT` and `DELETE /v1/documents/{documentId}/grants`, which read and write the same. */
export const handler = dispatch({
  'PUT /v1/documents/{documentId}/grants': setGrantRoute(dependencies),
  'DELETE /v1/documents/{documentId}/grants': removeGrantsRoute(dependencies),
});
