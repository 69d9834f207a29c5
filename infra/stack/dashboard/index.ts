export { dashboardText } from './dashboard-body.ts';
