import * as z from 'zod/mini';

/** The settings of the console's page. */
export const ConsoleSettings = z.strictObject({
  stage: z.string(),
  issuers: z.array(z.strictObject({ name: z.string(), issuer: z.string(), clientId: z.string() })),
  scopes: z.array(z.string()),
  tokenUse: z.enum(['access', 'id']),
  auditLog: z.strictObject({ region: z.string(), logGroup: z.string() }),
});
