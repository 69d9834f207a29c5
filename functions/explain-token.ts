import roles from '../infra/roles/roles.json' with { type: 'json' };
import { parseEnvironment } from '../lib/runtime/environment.ts';
import { environment, handlerOf } from '../lib/wiring/explain-token.ts';

export const handler = handlerOf(parseEnvironment(environment, process.env), roles);
