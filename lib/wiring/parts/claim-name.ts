import * as z from 'zod/mini';
import { faultOfClaimName } from '../../identity/index.ts';

/** The schema of the name of a claim, or a JSON Pointer to it. */
export const claimName = z.string({ error: 'must name a claim of the caller token' }).check((context) => {
  const fault = faultOfClaimName(context.value);
  if (fault !== undefined) context.issues.push({ code: 'custom', message: fault, input: context.value });
});
