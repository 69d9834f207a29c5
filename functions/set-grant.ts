import { createDynamoDBClient } from '../lib/wiring/aws.ts';
import { systemClock } from '../lib/runtime/clock.ts';
import { parseEnvironment } from '../lib/wiring/environment.ts';
import { GrantStore, parseRoles } from '../lib/grants/index.ts';
import { dispatch } from '../lib/http/routes/dispatch.ts';
import { removeGrantsHandler } from '../lib/http/routes/grants/remove-grants.ts';
import { setGrantHandler, type SetGrantDependencies } from '../lib/http/routes/grants/set-grant.ts';
import { createLogger } from '../lib/runtime/log.ts';
import { revocationOf } from '../lib/wiring/revocation.ts';
import { claimNamesOf } from '../lib/wiring/claim-names.ts';
import roles from '../infra/roles/roles.json' with { type: 'json' };
import { Table } from '../lib/table/index.ts';

const environment = parseEnvironment('setGrant', process.env);

const log = createLogger(environment.LOG_LEVEL);
const table = new Table(createDynamoDBClient(), environment.TABLE_NAME, systemClock);

const dependencies: SetGrantDependencies = {
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
  setGrant: setGrantHandler(dependencies),
  removeGrants: removeGrantsHandler(dependencies),
});
