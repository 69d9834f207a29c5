import type { ConsoleSection, SectionProps } from '../../section.ts';
import { DocumentChoice } from './document-choice.tsx';
import { DocumentPage } from './document-page.tsx';
import './grants.css';

export const section: ConsoleSection = {
  ...{ path: 'grants', title: 'Documents and grants', position: 30 },
  Section: Grants,
};

/** The document of the address, perhaps with a person whose token is explained, or the choice of a document. */
function Grants({ path: [documentId, action, user] }: SectionProps) {
  if (documentId === undefined) return <DocumentChoice />;
  const asked = action === 'explain' ? user : undefined;
  return <DocumentPage key={`${documentId} ${asked}`} documentId={documentId} asked={asked} />;
}
