import { parseEnvironment } from '../lib/runtime/environment.ts';
import { environment, handlerOf } from '../lib/wiring/probe-service.ts';

export const handler = handlerOf(parseEnvironment(environment, process.env));
