import { JsonView } from '../../components/json-view.tsx';
import { Table, type Column } from '../../components/table.tsx';
import { explainClaim } from '../../explain-claim.ts';
import { failedFirst, type Check, type Inspection } from './inspection.ts';

const BASIS: Readonly<Record<Check['basis'], string>> = {
  documented: 'a rule of Document Engine',
  undocumented: 'Document Engine does not document this case',
  advice: 'advice: Document Engine accepts the token anyway',
};

const COLUMNS: readonly Column<Check>[] = [
  { title: 'Rule', cell: ({ rule }) => <code>{rule}</code> },
  { title: 'Result', cell: Result },
  { title: 'Expected', cell: ({ expected }) => expected },
  { title: 'In the token', cell: ({ actual }) => actual },
];

/** The result of an inspection: the verdict, each check, and the content of the token. */
export function Verdict({
  inspection: { accepted, checks, header, claims },
}: {
  readonly inspection: Inspection;
}) {
  return (
    <>
      <h2>Result</h2>
      <p class={`summary ${accepted ? 'good' : 'bad'}`}>
        <strong>
          {accepted ? 'Document Engine would accept this token.' : 'Document Engine would refuse this token.'}
        </strong>
      </p>
      <Table
        caption="The checks, with the failed ones first"
        columns={COLUMNS}
        rows={failedFirst(checks)}
        keyOf={({ rule }) => rule}
        empty="The service has checked nothing."
      />
      {header && (
        <>
          <h2>Header</h2>
          <JsonView value={header} />
        </>
      )}
      {claims && (
        <>
          <h2>Claims</h2>
          <JsonView value={claims} explain={explainClaim} />
        </>
      )}
    </>
  );
}

function Result({ ok, basis, detail }: Check) {
  return (
    <>
      <strong class={ok ? 'good' : 'bad'}>{ok ? 'holds' : basis === 'advice' ? 'advice' : 'fails'}</strong>
      {!ok && (
        <>
          {' '}
          {detail} <span class="hint">({BASIS[basis]})</span>
        </>
      )}
    </>
  );
}
