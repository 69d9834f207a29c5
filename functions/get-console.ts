import { CONSOLE_FILES } from '../infra/console/console-files.ts';
import { parseEnvironment } from '../lib/runtime/environment.ts';
import { environment, handlerOf } from '../lib/wiring/get-console.ts';

export const handler = handlerOf(parseEnvironment(environment, process.env), CONSOLE_FILES);
