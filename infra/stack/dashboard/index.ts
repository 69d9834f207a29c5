export { asSubstitution, dashboardBody } from './dashboard-body.ts';
export type { Line, Widget } from './widget.ts';
export { WIDGETS } from './widgets.ts';
