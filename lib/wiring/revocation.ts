import { createSecretsManagerClient } from './aws.ts';
import { systemClock } from '../runtime/clock.ts';
import { type Logger } from '../runtime/log.ts';
import { type RevocationDependencies } from '../revocation/index.ts';
import { documentEngineOf, type DocumentEngineEnvironment } from './document-engine.ts';
import { signingKeysOf, type SigningEnvironment } from './signing.ts';
import { type Table } from '../table/index.ts';

/** What a function that revokes works with. */
export function revocationOf(
  environment: SigningEnvironment & DocumentEngineEnvironment,
  table: Table,
  log: Logger,
): RevocationDependencies {
  return {
    table,
    documentEngine: documentEngineOf(environment, createSecretsManagerClient()),
    // What revoking signs goes to Document Engine alone and ends what it names: no use of the key that needs recording.
    signingKeys: signingKeysOf(environment, log, () => Promise.resolve()),
    clock: systemClock,
    log,
  };
}
