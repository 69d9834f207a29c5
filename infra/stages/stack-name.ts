/** The name of a stage's CloudFormation stack: the Serverless CLI joins the service's name and the stage. */
export const stackName = (stage: string): string => `layermint-${stage}`;

// CloudFormation makes up a name from the stack's, the logical id and a random part. If that is too long for a service, it keeps
// 24 characters of each.
const KEPT = 24;

/** Makes the pattern of the names that CloudFormation makes up for the resources of a stack. */
export const namesOf = (stack: string): string =>
  stack.length > KEPT ? `${stack.slice(0, KEPT)}*` : `${stack}-*`;
