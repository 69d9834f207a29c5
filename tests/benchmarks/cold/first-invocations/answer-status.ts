/** Finds the HTTP status in the answer of a function. Undefined for an answer that is not one to API Gateway. */
export function statusOf(answer: string): number | undefined {
  const parsed: unknown = JSON.parse(answer);
  if (!(parsed instanceof Object) || !('statusCode' in parsed)) return undefined;
  return typeof parsed.statusCode === 'number' ? parsed.statusCode : undefined;
}
