import { assertNoMore, type Arguments } from '../arguments.ts';
import { onOneLine, runCommandLine } from '../command.ts';
import { STAGE_HELP, STAGE_OPTIONS } from '../stage-options.ts';
import { withSlowTimes } from './slow-checks.ts';
import { findTarget } from './target.ts';
import { verify } from './verification.ts';

const HELP = `Checks a running service from end to end: gets a token through its API, and opens a document with it.

  npm run verify -- --stage STAGE --document ID [--layer LAYER]
  npm run verify -- --api URL --document ID [--layer LAYER]
  npm run verify -- --local

${STAGE_HELP}
  --api URL            the address of the API, in place of --stage; https, or http on this machine
  --document ID        a document that the caller can open; with --local, the first demo document unless given
  --layer LAYER        an Instant layer; the default layer unless given
  --user NAME          with --local: the demo user to call as, alice unless given
  --revoke             also revokes the caller's tokens for the document, on every device, and tries one of them
  --private-layer-prefix TEXT
                       with --api: the stage's privateLayerPrefix, to try the private layer of another user
  --help               this text

With --stage and --api, the environment variable LAYERMINT_CALLER_TOKEN must hold the caller's access token, from the issuer of
the stage. (It is not an option because every user of the machine can read the arguments of a command.)
LAYERMINT_EXPIRED_TOKEN can hold a caller token that has expired for five minutes. It must be refused.

The command changes nothing, except with --revoke. What must be refused is what the prober tries (docs/probes.md).
It prints one line per check, with the time if that is a second or longer. A check that was not tried says why, and what to pass. Exit code: 0 nothing failed, 1 something failed, 2 wrong usage.`;

const OPTIONS = {
  ...STAGE_OPTIONS,
  api: { type: 'string' },
  document: { type: 'string' },
  layer: { type: 'string', default: '' },
  user: { type: 'string' },
  revoke: { type: 'boolean', default: false },
  'private-layer-prefix': { type: 'string' },
} as const;

const LABEL = { ok: 'ok         ', failed: 'failed     ', 'not checked': 'not checked' } as const;

async function run({ values, positionals }: Arguments<typeof OPTIONS>): Promise<number> {
  assertNoMore(positionals);
  const target = await findTarget(values, {
    callerToken: process.env['LAYERMINT_CALLER_TOKEN'],
    expiredToken: process.env['LAYERMINT_EXPIRED_TOKEN'],
  });
  console.log(
    `${target.api}, document ${target.documentId}, ${target.layer ? `layer ${target.layer}` : 'default layer'}`,
  );
  const counts = { ok: 0, failed: 0, 'not checked': 0 };
  for await (const { check, outcome, detail } of withSlowTimes(verify(target), () => performance.now())) {
    counts[outcome] += 1;
    // Details quote answers. A line break in one could fake the line of another check.
    const quoted = detail === undefined ? '' : `: ${onOneLine(detail)}`;
    console.log(`${LABEL[outcome]} ${check}${quoted}`);
  }
  console.log(`${counts.ok} ok, ${counts.failed} failed, ${counts['not checked']} not checked`);
  return counts.failed === 0 ? 0 : 1;
}

await runCommandLine({ help: HELP, options: OPTIONS, runsWithoutArguments: false, run });
