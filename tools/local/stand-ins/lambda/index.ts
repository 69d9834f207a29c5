export { FunctionError } from './function-error.ts';
export {
  FunctionStartError,
  startFunctions,
  type FunctionDefinition,
  type Functions,
  type Invoke,
  type TakeLine,
} from './functions.ts';
