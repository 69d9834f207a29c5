import { SECTIONS } from 'console:sections';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { createTokenSource } from '../../typescript/src/index.ts';
import { createApi } from './api.ts';
import { CallerProvider } from './caller-context.tsx';
import { Button } from './components/button.tsx';
import { API, type ConsoleConfig } from './config.ts';
import { ConsoleContext, type Console } from './context.ts';
import { hashOf, useRoute } from './route.ts';
import type { ConsoleSection } from './section.ts';
import type { Session } from './session/session.ts';
import { Identity } from './identity.tsx';

/** The page of a signed-in person: header, navigation, and the section of the address. */
export function Shell({ config, session }: { readonly config: ConsoleConfig; readonly session: Session }) {
  const { sentence, announce } = useAnnouncements();
  const services = useServices(config, session, announce);
  const route = useRoute();
  const section = SECTIONS.find(({ path }) => path === route.path) ?? SECTIONS[0];
  return (
    <ConsoleContext.Provider value={services}>
      <CallerProvider>
        <SkipLink />
        <header>
          <p class="brand">
            Layermint <span class="stage">{config.stage}</span>
          </p>
          <Identity />
          <Button onClick={() => void signOut(services)}>Sign out</Button>
        </header>
        <Navigation present={section} />
        <main id="main">
          {section && <Content key={section.path} section={section} path={route.more} stage={config.stage} />}
        </main>
        <p class="unseen" role="status">
          {sentence}
        </p>
      </CallerProvider>
    </ConsoleContext.Provider>
  );
}

/** Makes the services of a sign-in, and ends them with it. */
function useServices(config: ConsoleConfig, session: Session, announce: Console['announce']): Console {
  const services = useMemo((): Console => {
    const source = createTokenSource({
      api: API,
      callerToken: ({ renew }) => session.token(renew),
      user: () => 'signed-in',
    });
    return { config, session, api: createApi(session), source, announce };
  }, [config, session, announce]);
  useEffect(
    () => () => {
      services.source.close();
    },
    [services],
  );
  return services;
}

/** The live region. A repeated sentence is announced too: an invisible blank makes it another text. */
function useAnnouncements(): { readonly sentence: string; readonly announce: Console['announce'] } {
  const [sentence, setSentence] = useState('');
  const announce = useMemo(
    () => (next: string) => {
      setSentence((before) => (before === next ? `${next}\u00A0` : next));
    },
    [],
  );
  return { sentence, announce };
}

function signOut({ session, source }: Console): Promise<void> {
  source.close();
  session.signOut('You are signed out here. Minted tokens live until they expire.');
  return Promise.resolve();
}

/** Leads the keyboard past the navigation. A link to `#main` would be the address of a section. */
function SkipLink() {
  return (
    <button
      type="button"
      class="skip"
      onClick={() => {
        document.querySelector<HTMLElement>('main h1')?.focus();
      }}
    >
      Skip to the content
    </button>
  );
}

function Navigation({ present }: { readonly present: ConsoleSection | undefined }) {
  return (
    <nav aria-label="Sections">
      <ul>
        {SECTIONS.map(({ path, title }) => (
          <li key={path}>
            <a href={hashOf(path)} aria-current={path === present?.path ? 'page' : undefined}>
              {title}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** A section under its heading, which gets the focus when the section appears. */
function Content({
  section,
  path,
  stage,
}: {
  readonly section: ConsoleSection;
  readonly path: readonly string[];
  readonly stage: string;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${section.title} – Layermint ${stage}`;
    heading.current?.focus();
  }, [section, stage]);
  const { Section } = section;
  return (
    <>
      <h1 ref={heading} tabIndex={-1}>
        {section.title}
      </h1>
      <Section path={path} />
    </>
  );
}
