import { cpuTimes, type CpuTime } from './cpu-time.ts';
import {
  listingCase,
  wholeList,
  type ListingCase,
  type ListingCounts,
  type ListingSizes,
} from './listing-cases.ts';
import { mintingCase, type MintingCase, type MintingCounts, type MintingSizes } from './minting-cases.ts';

/** The numbers of grants on the document. */
export const GRANTS = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000] as const;
/** The numbers of the caller's groups beside them. */
export const COLUMNS = [0, 10, 100, 500] as const;
/** The numbers of the caller's groups. */
export const GROUPS = [0, 1, 2, 3, 10, 50, 100, 250, 500] as const;
/** The numbers of documents in a list. */
export const DOCUMENTS = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000] as const;

/** The measured pages of a list. */
export const PAGES = ['first', 'middle', 'last'] as const;

/** The groups of a caller for whom a list is read as a whole. */
const LISTING_GROUPS = [0, 10, 100, 500] as const;
const DOCUMENTS_OF_GROUPS = 10_000;
const LONGEST_WHOLE_LIST = 10_000;

/** A measured mint. */
export interface MeasuredMint {
  readonly sizes: MintingSizes;
  readonly counts: MintingCounts;
  readonly mint: CpuTime;
  readonly decide: CpuTime;
}

/** A measured page of a list. */
export interface MeasuredPage {
  readonly sizes: ListingSizes;
  readonly counts: ListingCounts;
  readonly time: CpuTime;
}

/** Everything that `npm run bench -- scale` measures. */
export interface ScaleData {
  /** By the grants on the document, for each of {@link COLUMNS}. */
  readonly grants: readonly MeasuredMint[];
  /** By the caller's groups; the caller alone has a grant. */
  readonly groups: readonly MeasuredMint[];
  /** By the caller's groups; each of them has a grant. */
  readonly grantedGroups: readonly MeasuredMint[];
  /** By the documents in the list: the first page, one in the middle and the last. */
  readonly documents: readonly MeasuredPage[];
  /** The first page of a list of 10,000 documents, by the groups that have the grants. */
  readonly documentsOfGroups: readonly MeasuredPage[];
  /** Whole lists, page by page. */
  readonly wholeLists: readonly {
    readonly documents: number;
    readonly groups: number;
    readonly pages: number;
    readonly readUnits: number;
  }[];
}

/** Measures the cost of growth. It takes about a minute. */
export async function measureScale(): Promise<ScaleData> {
  const grants = await minted(
    GRANTS.flatMap((count) => COLUMNS.map((groups) => ({ grants: count, groups, grantedGroups: 0 }))),
  );
  const groups = await minted(GROUPS.map((count) => ({ grants: 5, groups: count, grantedGroups: 0 })));
  const grantedGroups = await minted(
    GROUPS.map((count) => ({ grants: count + 1, groups: count, grantedGroups: count })),
  );
  const documents = await listed(
    DOCUMENTS.flatMap((count) => PAGES.map((page) => ({ documents: count, groups: 0, page }))),
  );
  const documentsOfGroups = await listed(
    LISTING_GROUPS.map((count) => ({
      documents: DOCUMENTS_OF_GROUPS,
      groups: count,
      page: 'first' as const,
    })),
  );
  const wholeLists = [];
  for (const count of DOCUMENTS.filter((one) => one <= LONGEST_WHOLE_LIST))
    for (const many of LISTING_GROUPS.filter((one) => one <= count))
      wholeLists.push({ documents: count, groups: many, ...(await wholeList(count, many)) });
  return { grants, groups, grantedGroups, documents, documentsOfGroups, wholeLists };
}

async function minted(sizes: readonly MintingSizes[]): Promise<MeasuredMint[]> {
  const cases: MintingCase[] = [];
  for (const one of sizes) cases.push(await mintingCase(one));
  const mints = await cpuTimes(cases.map(({ mint }) => mint));
  const decisions = await cpuTimes(cases.map(({ decide }) => decide));
  return cases.map(({ sizes, counts, mint, decide }) => ({
    sizes,
    counts,
    mint: mints(mint),
    decide: decisions(decide),
  }));
}

async function listed(sizes: readonly ListingSizes[]): Promise<MeasuredPage[]> {
  const cases: ListingCase[] = [];
  for (const one of sizes) cases.push(await listingCase(one));
  const times = await cpuTimes(cases.map(({ page }) => page));
  return cases.map(({ sizes, counts, page }) => ({ sizes, counts, time: times(page) }));
}
