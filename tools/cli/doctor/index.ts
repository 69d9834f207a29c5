export { type Finding } from './finding.ts';
export { checksBeforeDeploying } from './before-deploying.ts';
