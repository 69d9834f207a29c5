import * as z from 'zod/mini';

/** The answer of a service that is alive, with its version. */
export const HealthAnswer = z.strictObject({ status: z.literal('ok'), version: z.string() });
