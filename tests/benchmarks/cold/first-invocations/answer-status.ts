/** Finds the HTTP status in the answer of a function. Undefined without one: not every function answers API Gateway. */
export function statusOf(answer: string | undefined): number | undefined {
  const parsed: unknown = JSON.parse(answer ?? 'null');
  if (!(parsed instanceof Object) || !('statusCode' in parsed)) return undefined;
  return typeof parsed.statusCode === 'number' ? parsed.statusCode : undefined;
}
