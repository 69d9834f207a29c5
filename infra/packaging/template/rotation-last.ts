import { dependenciesOf } from './dependencies.ts';
import type { FinishedTemplate } from './finished-template.ts';

/** The logical id of the resource that starts the rotation (infra/stack/storage/rotation.yml). */
export const ROTATION_SCHEDULE = 'RotationSchedule';

/**
 * Lets rotation start after everything else. Creating the schedule makes the first key at once and replaces Document Engine's
 * current key, and a rollback cannot take that back. So a wrong issuer, a domain without its certificate or a missing
 * permission must fail before.
 *
 * The schedule depends on every resource that does not itself depend on it. A stage without rotation has no schedule.
 */
export function rotationLast(template: FinishedTemplate): void {
  const schedule = template.Resources[ROTATION_SCHEDULE];
  if (schedule === undefined) return;
  schedule.DependsOn = Object.keys(template.Resources).filter(
    (id) => id !== ROTATION_SCHEDULE && !dependenciesOf(template, id).has(ROTATION_SCHEDULE),
  );
}
