import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/**
 * Reads a header by its name in lower case; the request can spell it in any case. Repeated headers are joined with commas, as
 * API Gateway joins them, so that a repetition is never overlooked.
 */
export function headerOf({ headers }: APIGatewayProxyEventV2, name: string): string | undefined {
  const values: string[] = [];
  for (const key of Object.keys(headers)) {
    // Lower case is never of another length here, and most names are told apart by it.
    if (key.length !== name.length || key.toLowerCase() !== name) continue;
    const value = headers[key];
    if (value !== undefined) values.push(value);
  }
  return values.length === 0 ? undefined : values.join(',');
}
