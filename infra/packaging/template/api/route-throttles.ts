import * as z from 'zod';
import type { FinishedTemplate } from '../finished-template.ts';

const Throttles = z.record(z.string(), z.strictObject({ rate: z.number(), burst: z.number() }));

/**
 * Writes the stage's `throttleByRoute` in the form of API Gateway.
 *
 * A route with settings of its own takes nothing from the default settings, so the switch of its metrics is repeated. The stage depends
 * on these routes: until they exist, API Gateway answers "Unable to find Route by key".
 *
 * @throws Error if the template has no such route
 */
export function routeThrottles({ Resources }: FinishedTemplate): void {
  const stage = Resources['HttpApiStage'];
  const { data: throttles } = Throttles.safeParse(stage?.Properties?.['RouteSettings']);
  if (stage?.Properties === undefined || throttles === undefined) return;
  const { DetailedMetricsEnabled } = stage.Properties['DefaultRouteSettings'] as Record<string, unknown>;
  stage.Properties['RouteSettings'] = Object.fromEntries(
    Object.entries(throttles).map(([key, { rate, burst }]) => [
      key,
      { DetailedMetricsEnabled, ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst },
    ]),
  );
  const routes = Object.keys(throttles).map((key) => routeWith(key, Resources));
  stage.DependsOn = [...[stage.DependsOn ?? []].flat(), ...routes];
}

function routeWith(key: string, resources: FinishedTemplate['Resources']): string {
  const [id] =
    Object.entries(resources).find(
      ([, { Type, Properties }]) => Type === 'AWS::ApiGatewayV2::Route' && Properties?.['RouteKey'] === key,
    ) ?? [];
  if (id === undefined)
    throw new Error(`The template has no route ${key}, for which throttleByRoute has a rate.`);
  return id;
}
