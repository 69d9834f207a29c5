import * as z from 'zod/mini';

/** The function that a worker runs. */
export const FunctionSource = z.object({
  functionName: z.string(),
  /** Absolute path of the module. */
  file: z.string(),
  exportName: z.string(),
  memorySizeMb: z.number(),
});
export type FunctionSource = z.infer<typeof FunctionSource>;

/** A message to the worker. */
export const Invocation = z.object({
  /** The AWS request id. */
  id: z.string(),
  /** JSON text. */
  event: z.string(),
  /** Milliseconds since the Unix epoch. */
  deadline: z.number(),
});
export type Invocation = z.infer<typeof Invocation>;

/** A message from the worker. */
export const Message = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('result'), id: z.string(), result: z.string() }),
  z.object({
    kind: z.literal('error'),
    id: z.string(),
    errorType: z.string(),
    errorMessage: z.string(),
    stack: z.string(),
  }),
]);
export type Message = z.infer<typeof Message>;
