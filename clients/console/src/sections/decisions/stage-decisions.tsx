import { CodeBlock } from '../../components/code-block.tsx';
import { useConsole } from '../../context.ts';
import { insightsLink, queryFor, type Wanted } from './insights-link.ts';

/** The way to the audit log of a stage. The page itself has no rights to read it. */
export function StageDecisions({ wanted }: { readonly wanted: Wanted }) {
  const { config } = useConsole();
  const query = queryFor(wanted);
  const { auditLog } = config;
  return (
    <>
      <p>
        The audit log of this stage is about all users, so it is not on this page. Read it with rights of the
        AWS account.
      </p>
      <p>
        <a href={insightsLink(auditLog, query)} target="_blank" rel="noopener noreferrer">
          Open the query in Logs Insights (a new tab, AWS console)
        </a>
      </p>
      <p>
        Region <code>{auditLog.region}</code>, log group <code>{auditLog.logGroup}</code>. AWS charges for the
        logs that a query reads.
      </p>
      <CodeBlock title="Query for Logs Insights" text={query} />
      <p>
        In a terminal: <code>npm run audit -- --stage {config.stage} --kind refused</code>
      </p>
    </>
  );
}
