/** The statuses of an answer that decides against the caller. Any other says that the request is wrong, or that the service failed. */
const DECISIONS: readonly number[] = [403, 409, 422];

/** Tells whether an answer is a decision, which the audit log has. */
export function isDecision({ status }: { readonly status: number }): boolean {
  return DECISIONS.includes(status);
}
