import { CodeBlock } from '../../components/code-block.tsx';
import { snippetsOf, type Repeated } from './snippets/index.ts';

const LOCAL = ['127.0.0.1', 'localhost', '[::1]'];

/** Code for each platform that makes the same request. None of it holds a token. */
export function SnippetList({ repeated }: { readonly repeated: Repeated }) {
  const isLocal = LOCAL.includes(new URL(repeated.api).hostname);
  return (
    <>
      {snippetsOf(repeated).map(({ title, code, page, onPhone }, at) => (
        <details key={title} class="snippet" open={at === 0}>
          <summary>{title}</summary>
          <CodeBlock title={`Code for ${title}`} text={code} />
          <p class="hint">
            The rest is in <code>{page}</code> of Layermint.
            {onPhone && isLocal && (
              <>
                {' '}
                A phone or an emulator needs another address than <code>{repeated.api}</code>:{' '}
                <code>docs/phone-or-emulator.md</code>.
              </>
            )}
          </p>
        </details>
      ))}
    </>
  );
}
