import { parseEnvironment } from '../lib/runtime/environment.ts';
import { environment, handlerOf } from '../lib/wiring/authorize-caller.ts';

export const handler = handlerOf(parseEnvironment(environment, process.env));
