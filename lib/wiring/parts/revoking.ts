import type { AuditLog } from '../../audit/index.ts';
import type { RevocationDependencies } from '../../revocation/index.ts';
import { systemClock } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/log.ts';
import type { Table } from '../../table/index.ts';
import { createSecretsManagerClient } from './aws.ts';
import {
  documentEngineOf,
  ofDocumentEngineApi,
  type DocumentEngineEnvironment,
} from './document-engine-api.ts';
import { ofSigning, signingKeysOf, type SigningEnvironment } from './signing.ts';

/** The variables of a function that ends live tokens. */
export const ofRevoking = { ...ofSigning, ...ofDocumentEngineApi };

/** Makes the dependencies of a function that ends live tokens. */
export function revocationOf(
  environment: SigningEnvironment & DocumentEngineEnvironment,
  table: Table,
  log: Logger,
  audit: AuditLog,
): RevocationDependencies {
  return {
    table,
    documentEngine: documentEngineOf(environment, createSecretsManagerClient()),
    // A revocation signs tokens for Document Engine only. It revokes them in the same call, so this use of the key needs no record.
    signingKeys: signingKeysOf(environment, log, () => Promise.resolve()),
    clock: systemClock,
    log,
    audit,
  };
}
