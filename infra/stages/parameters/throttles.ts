import * as z from 'zod';
import { routeKeysOf, ROUTES, type Route } from '../../../lib/http/routes/catalogue.ts';
import { didYouMean } from '../../../lib/runtime/nearest.ts';

/** API Gateway's keys of all routes of the stack. */
const ROUTE_KEYS: readonly string[] = [...Object.values<Route>(ROUTES).flatMap(routeKeysOf), '$default'];

const whole = (most: number) =>
  z
    .int(`must be a whole number of 1 to ${most}`)
    .min(1, `must be a whole number of 1 to ${most}`)
    .max(most, `must be a whole number of 1 to ${most}`);

const throttle = z.strictObject({ rate: whole(10_000), burst: whole(5000) }, 'must be {rate: …, burst: …}');

const SHAPE = 'must map one route or more to {rate: …, burst: …}';

const faultOf = (key: string): string =>
  `there is no such route.${didYouMean(key, ROUTE_KEYS, (it) => it, ` The routes are ${ROUTE_KEYS.join(', ')}`)}`;

/** The schema of rates and bursts for single routes, by API Gateway's keys of the routes. */
export const throttleByRoute = z.record(z.string(), throttle, SHAPE).superRefine((throttles, context) => {
  const keys = Object.keys(throttles);
  if (keys.length === 0) context.addIssue({ code: 'custom', message: SHAPE });
  for (const key of keys.filter((it) => !ROUTE_KEYS.includes(it)))
    context.addIssue({ code: 'custom', message: faultOf(key), path: [key] });
});
