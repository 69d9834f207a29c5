/** The name of a stage's CloudFormation stack: the Serverless CLI joins the service's name and the stage. */
export const stackName = (stage: string): string => `layermint-${stage}`;
