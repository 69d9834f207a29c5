import type { ConsoleSection, SectionProps } from '../../section.ts';
import { DocumentChoice } from './document-choice.tsx';
import { DocumentPage } from './document-page.tsx';
import './grants.css';

export const section: ConsoleSection = {
  ...{ path: 'grants', title: 'Documents and grants', position: 30 },
  Section: Grants,
};

/** The document of the address, or the choice of one. */
function Grants({ path: [documentId] }: SectionProps) {
  if (documentId === undefined) return <DocumentChoice />;
  return <DocumentPage key={documentId} documentId={documentId} />;
}
