/** The facts of a request for its line of the access log, by API Gateway's `$context` variables without `$context.`. */
export type AccessFacts = { readonly requestId: string } & Partial<
  Record<
    | 'authorizer.error'
    | 'integration.latency'
    | 'integrationErrorMessage'
    | 'responseLatency'
    | 'routeKey'
    | 'status',
    string | number
  >
>;

/** The format of an access log: the text of each field, with `$context` variables in it. */
export type AccessLogFormat = Readonly<Record<string, string>>;

const VARIABLE = /\$context\.([A-Za-z]+(?:\.[A-Za-z]+)*)/g;

/**
 * Fills in a line of the access log as API Gateway does (developer guide, "Customize HTTP API access logs"). A variable without a
 * value becomes `-`, and so does one that this machine does not know.
 */
export function accessLogFields(format: AccessLogFormat, facts: AccessFacts): Record<string, string> {
  const values = new Map<string, string | number>(Object.entries(facts));
  return Object.fromEntries(
    Object.entries(format).map(([field, text]) => [
      field,
      text.replaceAll(VARIABLE, (_, name: string) => String(values.get(name) ?? '-')),
    ]),
  );
}
