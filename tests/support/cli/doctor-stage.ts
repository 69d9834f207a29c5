import type { AwsConfigs, CheckedStage } from '../../../tools/cli/doctor/checked-stage.ts';
import type { Finding } from '../../../tools/cli/doctor/finding.ts';
import { localClient } from '../../../tools/local/stand-ins/aws-account.ts';

/** The parts of a stage under check that differ from the usual. */
interface StageSpec {
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** The addresses of AWS services. Without one, nothing answers. */
  readonly aws?: Partial<Record<keyof AwsConfigs, string>>;
  /** True unless given, so that servers of this machine can answer without https. */
  readonly isLocal?: boolean;
}

const NOBODY = 'http://127.0.0.1:1';

/** Makes a stage whose surroundings are on this machine. */
export function stageOf({ parameters = {}, aws = {}, isLocal = true }: StageSpec = {}): CheckedStage {
  const client = (service: keyof AwsConfigs) => ({
    ...localClient(aws[service] ?? NOBODY),
    maxAttempts: 1,
  });
  return {
    name: 'prod',
    isLocal,
    options: '--stage prod',
    parameters: { region: 'us-east-1', rotation: 'on', ...parameters },
    aws: {
      secretsManager: client('secretsManager'),
      kms: client('kms'),
      cloudFormation: client('cloudFormation'),
      lambda: client('lambda'),
      dynamoDB: client('dynamoDB'),
    },
  };
}

/** Makes all checks of a generator. Returns their findings and the generator's own result. */
export async function made<Result>(
  checks: AsyncGenerator<Finding, Result> | Generator<Finding, Result>,
): Promise<{ readonly findings: readonly Finding[]; readonly result: Result }> {
  const findings: Finding[] = [];
  for (;;) {
    const next = await checks.next();
    if (next.done === true) return { findings, result: next.value };
    findings.push(next.value);
  }
}

/** Leaves out the findings that are in order. */
export const problemsIn = (findings: readonly Finding[]): readonly Finding[] =>
  findings.filter(({ outcome }) => outcome !== 'ok');

/** Finds the finding of a check by a part of its name. @throws Error if there is none, or more than one */
export function findingOf(findings: readonly Finding[], check: string): Finding {
  const [first, ...more] = findings.filter((it) => it.check.includes(check));
  if (first === undefined || more.length > 0)
    throw new Error(`There is not one check "${check}": ${findings.map((it) => it.check).join('; ')}`);
  return first;
}
