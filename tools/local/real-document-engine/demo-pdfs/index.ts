import { contractPdf } from './contract-pdf.ts';
import { floorPlanPdf } from './floor-plan-pdf.ts';

/** The demo documents as files: the maker of each by the document's id. */
export const DEMO_PDFS: Readonly<Record<string, () => string>> = {
  'contract-2026': contractPdf,
  'floor-plan': floorPlanPdf,
};
