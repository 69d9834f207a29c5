import { keyCheckHandler } from '../rotation/index.ts';
import { auditOf } from './parts/audit.ts';
import { logOf, naming } from './parts/function-log.ts';
import { rotationOf, type RotationEnvironment } from './rotate-signing-key.ts';

/** The environment of `checkKeys`: the same as of the function that rotates, whose keys it registers again. */
export { environment } from './rotate-signing-key.ts';

/** Makes the handler of the hourly key check, which runs on a schedule. */
export function handlerOf(variables: RotationEnvironment): ReturnType<typeof keyCheckHandler> {
  const log = logOf(variables);
  return naming(log, keyCheckHandler(rotationOf(variables, log), auditOf(variables)));
}
