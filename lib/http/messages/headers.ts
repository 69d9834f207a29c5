import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/**
 * Reads a header by its name in lower case; the request can spell it in any case. Repeated headers are joined with commas, as
 * API Gateway joins them, so that a repetition is never overlooked.
 */
export function headerOf(event: APIGatewayProxyEventV2, name: string): string | undefined {
  const values = Object.entries(event.headers)
    .filter(([key, value]) => key.toLowerCase() === name && value !== undefined)
    .map(([, value]) => value);
  return values.length === 0 ? undefined : values.join(',');
}
