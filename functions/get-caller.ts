import { parseEnvironment } from '../lib/runtime/environment.ts';
import { environment, handlerOf } from '../lib/wiring/get-caller.ts';

export const handler = handlerOf(parseEnvironment(environment, process.env));
