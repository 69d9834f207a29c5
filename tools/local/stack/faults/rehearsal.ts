import type { Clock } from '../../../../lib/runtime/clock.ts';
import type { LocalRoute, Throttle } from '../../stand-ins/api-gateway/index.ts';
import { dashboardRoute } from '../monitoring/dashboard-route.ts';
import { dashboardOf } from '../monitoring/local-dashboard.ts';
import type { AlarmReport } from '../monitoring/local-alarms.ts';
import { failureRoutes } from '../monitoring/failure-routes.ts';
import type { Monitor } from '../monitoring/monitor.ts';
import { monitoringRoutes } from '../monitoring/monitoring-routes.ts';
import type { WatchedFunctions } from '../monitoring/watched-functions.ts';
import {
  ALARMS_PATH,
  DASHBOARD_PATH,
  METRICS_PATH,
  PROVEN_ALARMS_PATH,
  PROVEN_METRICS_PATH,
} from '../routes/paths.ts';
import type { DeployedService } from '../service/deployed-service.ts';
import type { Keep, Surroundings } from '../surroundings.ts';
import { ActiveFaults } from './active-faults.ts';
import { faultRoutes } from './fault-routes.ts';
import { faultSwitches } from './fault-switches.ts';

/** The metrics, alarms and faults of a running stack. */
export interface Rehearsal {
  /** For everybody on this machine. */
  readonly open: readonly LocalRoute[];
  /** For commands. */
  readonly proven: readonly LocalRoute[];
  readonly faults: ActiveFaults;
  /** Evaluates the alarms now. */
  readonly alarms: () => AlarmReport[];
}

/** The parts of a stack that a rehearsal looks at and breaks. */
export interface RehearsedParts {
  readonly monitor: Monitor;
  readonly surroundings: Surroundings;
  readonly service: DeployedService;
  readonly functions: WatchedFunctions;
  readonly throttle: Throttle;
  readonly clock: Clock;
}

/** Watches the alarms of a stack from now on, and serves them with its metrics and faults. */
export function startRehearsal(parts: RehearsedParts, keep: Keep): Rehearsal {
  const { monitor, service, functions, clock } = parts;
  const { store, aws } = monitor;
  const watch = keep(monitor.watch(service, functions));
  const faults = keep(new ActiveFaults(faultSwitches({ ...parts, aws }), clock));
  const alarms = (): AlarmReport[] => watch.alarms();
  const { config, tableName } = service;
  const names = alarms().map(({ name }) => name);
  const shown = { body: dashboardOf(config, tableName, names), data: store, alarms, clock };
  const open = { metrics: METRICS_PATH, alarms: ALARMS_PATH, as: 'asked' } as const;
  const proven = { metrics: PROVEN_METRICS_PATH, alarms: PROVEN_ALARMS_PATH, as: 'JSON' } as const;
  return {
    open: [monitoringRoutes(open, store, alarms, clock), dashboardRoute(DASHBOARD_PATH, shown)],
    proven: [
      monitoringRoutes(proven, store, alarms, clock),
      faultRoutes(faults),
      failureRoutes(functions.failures, functions.invoke),
    ],
    faults,
    alarms,
  };
}
