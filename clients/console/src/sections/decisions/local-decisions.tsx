import { useState } from 'preact/hooks';
import { Button } from '../../components/button.tsx';
import { JsonView } from '../../components/json-view.tsx';
import { Problem } from '../../components/problem.tsx';
import { Table, type Column } from '../../components/table.tsx';
import { Time } from '../../components/time.tsx';
import { useConsole } from '../../context.ts';
import { hashOf } from '../../route.ts';
import { useAction, useLoaded } from '../../loading.ts';
import { eventOf, isRefusal, personOf, readDecisions, substanceOf, type Decision } from './decision.ts';
import type { Wanted } from './insights-link.ts';

const PAGE = 25;

const COLUMNS: readonly Column<Decision>[] = [
  { title: 'Time', cell: ({ time }) => <Time at={time} /> },
  {
    title: 'Event',
    cell: (decision) => <strong class={isRefusal(decision) ? 'bad' : undefined}>{eventOf(decision)}</strong>,
  },
  { title: 'User', cell: (decision) => <bdi>{personOf(decision)}</bdi> },
  { title: 'Document', cell: Place },
  { title: 'Details', cell: Details },
];

/** The latest records of the local stack, the newest first. */
export function LocalDecisions({ wanted }: { readonly wanted: Wanted }) {
  const { api, announce } = useConsole();
  const [older, setOlder] = useState<{
    readonly of: object;
    readonly records: readonly Decision[];
    readonly next?: string | undefined;
  }>();
  const fetchPage = async (cursor?: string) => {
    const query = new URLSearchParams({
      limit: String(PAGE),
      ...(wanted.document !== '' && { document: wanted.document }),
      ...(wanted.user !== '' && { user: wanted.user }),
      ...(cursor !== undefined && { cursor }),
    });
    const sent = { public: true, headers: { accept: 'application/json' } };
    return (await api.get(`/local/decisions?${query}`, readDecisions, sent)).body;
  };
  const first = useLoaded(async () => {
    const page = await fetchPage();
    announce(page.records.length === 1 ? '1 record' : `${page.records.length} records`);
    return page;
  }, [wanted]);
  const value = first.state === 'loaded' ? first.value : undefined;
  const known = older !== undefined && older.of === value ? older : undefined;
  const next = known === undefined ? value?.nextCursor : known.next;
  const more = useAction(async () => {
    if (value === undefined || next === undefined) return;
    const page = await fetchPage(next);
    setOlder({ of: value, records: [...(known?.records ?? []), ...page.records], next: page.nextCursor });
    announce(`${page.records.length} older records`);
  });
  if (first.state === 'loading') return <p class="loading">Loading …</p>;
  if (first.state === 'failed') {
    return (
      <>
        <Problem error={first.error} />
        <Button onClick={first.reload}>Try again</Button>
      </>
    );
  }
  const records = [...first.value.records, ...(known?.records ?? [])];
  return (
    <>
      <Table
        caption="The latest records, the newest first"
        columns={COLUMNS}
        rows={records}
        keyOf={({ source, id }) => `${source} ${id}`}
        empty={
          wanted.document === '' && wanted.user === ''
            ? 'Nothing has been decided yet. Mint a token, and load again.'
            : 'No record fits. Ids are compared byte for byte, also upper and lower case.'
        }
      />
      <Problem error={more.error} />
      <div class="buttons">
        <Button onClick={first.reload}>Load again</Button>
        {next !== undefined && (
          <Button busy={more.busy} onClick={more.run}>
            Older records
          </Button>
        )}
      </div>
    </>
  );
}

function Place({ subject, shown: { layer } }: Decision) {
  if (subject === undefined) return <>–</>;
  return (
    <>
      <bdi>{subject}</bdi>
      {layer !== undefined && layer !== '' && (
        <>
          {', layer '}
          <bdi>{layer}</bdi>
        </>
      )}
    </>
  );
}

/** The ways on from a decision about a token: the reasons, for an owner of the document, and the same request as oneself. */
function Leads({ of: { type, subject, shown } }: { readonly of: Decision }) {
  if (subject === undefined || shown.userId === undefined || !type.startsWith('layermint.token.'))
    return null;
  return (
    <p class="leads">
      <a href={hashOf('grants', subject, 'explain', shown.userId)}>Explain</a>
      <a href={hashOf('way', subject, shown.layer ?? '')}>Try it as yourself</a>
    </p>
  );
}

function Details(decision: Decision) {
  const substance = substanceOf(decision);
  return (
    <>
      {substance !== '' && (
        <p class="substance">
          <bdi>{substance}</bdi>
        </p>
      )}
      <Leads of={decision} />
      <details>
        <summary>
          Whole record
          <span class="unseen">
            {' '}
            of {eventOf(decision)}, {decision.time}
          </span>
        </summary>
        <JsonView value={decision.all} />
      </details>
    </>
  );
}
