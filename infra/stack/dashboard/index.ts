export { dashboardText } from './dashboard-body.ts';
export { REASONS } from './widgets.ts';
