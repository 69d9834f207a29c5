import { adoptTable } from './adopted-table.ts';
import { authorizerByFunction } from './api/authorizer-by-function.ts';
import { routeThrottles } from './api/route-throttles.ts';
import type { TemplateChange } from './finished-template.ts';
import { nameLogGroups } from './log-groups.ts';
import { gradualDeployment } from './gradual-deployment.ts';
import { addMonitoring } from '../add-monitoring.ts';
import { rotationLast } from './rotation-last.ts';
import { tagResources } from './tags.ts';

/**
 * The changes of the finished template, in this order. `addMonitoring` comes before `adoptTable`, as alarms refer to the table.
 * `rotationLast` comes after every change that adds or removes a resource, as it names them all.
 */
export const TEMPLATE_CHANGES: readonly TemplateChange[] = [
  addMonitoring,
  adoptTable,
  nameLogGroups,
  authorizerByFunction,
  routeThrottles,
  gradualDeployment,
  tagResources,
  rotationLast,
];
