import { parseEnvironment } from '../lib/wiring/environment.ts';
import { createLogger } from '../lib/runtime/log.ts';
import { Rotation, rotationHandler } from '../lib/rotation/index.ts';
import { rotationOf } from '../lib/wiring/rotation.ts';

const environment = parseEnvironment('rotateSigningKey', process.env);
const log = createLogger(environment.LOG_LEVEL);

/** What Secrets Manager calls, once for each step of a rotation. */
export const handler = rotationHandler(
  new Rotation(rotationOf(environment, log)),
  environment.SIGNING_KEY_SECRET_ARN,
  log,
);
