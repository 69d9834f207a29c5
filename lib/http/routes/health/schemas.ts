import * as z from 'zod/mini';

/** That the service is alive, and which version of it. */
export const HealthAnswer = z.strictObject({ status: z.literal('ok'), version: z.string() });
