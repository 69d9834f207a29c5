import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { systemClock, type Clock } from '../../../lib/runtime/clock.ts';
import { ofStage, readStages, type Stages } from '../../../infra/stages/stages.ts';
import { LOGS_PATH } from '../../local/stack/routes/paths.ts';
import { findAuditLogGroup } from '../deploy/deployment.ts';
import { UsageError } from '../errors.ts';
import { interruption } from '../interruption.ts';
import { LocalStack } from '../local-stack.ts';
import { LocalLogs } from '../operator-records/stage-records.ts';
import { chosenStage, type StageOptions } from '../stage-options.ts';
import { answerJson } from './answer-json.ts';
import { answerText, utc } from './answer-text.ts';
import { askedUser } from './asked-user.ts';
import { answerOf } from './audit-answer.ts';
import type { AuditQuestion } from './audit-question.ts';
import { fileSource, logGroupSource, type AuditSource } from './audit-source.ts';
import { SearchInterruptedError } from './insights-log.ts';

/** The options that choose the records. */
export interface SourceOptions extends StageOptions {
  /** A log file of a local stack. */
  readonly log?: string | undefined;
}

/** Logs Insights throttles StartQuery and GetQueryResults by account. `adaptive` then calls more slowly. */
const RETRIES = { maxAttempts: 10, retryMode: 'adaptive' };

interface Found {
  readonly source: AuditSource;
  /** The stage whose records these are. */
  readonly stage: string;
}

/**
 * Answers a question on standard output, and shows the progress on standard error.
 *
 * @returns the exit code: 130 if the search was interrupted
 */
export async function auditRun(
  question: AuditQuestion,
  options: SourceOptions,
  asJson: boolean,
  clock: Clock = systemClock,
): Promise<number> {
  const stages = await readStages();
  const { source, stage } = await findSource(options, stages, clock);
  const { user } = question;
  const shownUser = user === undefined ? undefined : askedUser(user, stage, ofStage(stages, stage));
  try {
    const answer = await answerOf(question, source, shownUser, clock.now());
    clearProgress();
    for (const line of asJson ? answerJson(answer) : answerText(answer)) console.log(line);
    return 0;
  } catch (error) {
    clearProgress();
    if (!(error instanceof SearchInterruptedError)) throw error;
    console.error(error.message);
    return 130;
  }
}

async function findSource(
  { log, ...stageOptions }: SourceOptions,
  stages: Stages,
  clock: Clock,
): Promise<Found> {
  const stage = chosenStage(stageOptions);
  if (log !== undefined) {
    if (stage?.kind === 'deployed')
      throw new UsageError('--log is a file of a local stack: leave out --stage.');
    return { source: await fileSource(log), stage: 'local' };
  }
  if (stage === undefined) throw new UsageError('--stage, --local or --log is required (see --help).');
  if (stage.kind === 'local') {
    const found = await localLogs(stage.port);
    return {
      source: sourceOf('the audit log of the local stack', found.client, found.group, clock),
      stage: 'local',
    };
  }
  const { name, region } = await findAuditLogGroup(stage.name, stages);
  const client = new CloudWatchLogsClient({ ...RETRIES, region });
  return {
    source: sourceOf(`the audit log of the stage ${stage.name} (${name}, ${region})`, client, name, clock),
    stage: stage.name,
  };
}

function sourceOf(name: string, client: CloudWatchLogsClient, group: string, clock: Clock): AuditSource {
  return logGroupSource(name, {
    client,
    name: group,
    clock,
    signal: interruption(),
    onProgress: showProgress,
  });
}

async function localLogs(port: string | undefined): Promise<{ client: CloudWatchLogsClient; group: string }> {
  const stack = new LocalStack(port);
  const { endpoint, auditLogGroup } = await stack.read(LOGS_PATH, LocalLogs);
  if (auditLogGroup === undefined) throw new UsageError('The local stack has no audit log.');
  return { client: new CloudWatchLogsClient(stack.aws(endpoint)), group: auditLogGroup };
}

function showProgress(lines: number, until: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${lines} records, up to ${utc(until)}`);
}

function clearProgress(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
}
