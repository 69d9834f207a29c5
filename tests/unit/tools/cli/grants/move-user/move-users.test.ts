import { describe, expect, test } from '@jest/globals';
import {
  GrantStore,
  grantFromItem,
  grantToItem,
  type Grant,
  type Roles,
} from '../../../../../../lib/grants/index.ts';
import type { Principal } from '../../../../../../lib/identity/index.ts';
import { markOf } from '../../../../../../lib/revocation/index.ts';
import { grantKey, StoreUnavailableError, type Item } from '../../../../../../lib/table/index.ts';
import {
  moveUsers,
  MoveStopped,
  type MoveProgress,
  type MoveTask,
} from '../../../../../../tools/cli/grants/move-user/move-users.ts';
import { outcomeLine } from '../../../../../../tools/cli/grants/move-user/wording.ts';
import { ROLES } from '../../../../../support/grants/administration.ts';
import { EVERYONE, grant, group, user } from '../../../../../support/grants/grants.ts';
import { ManualClock, NOON } from '../../../../../support/runtime/clock.ts';
import { MemoryTable } from '../../../../../support/table/memory-table.ts';

const PAIR = { from: 'old', to: 'new' };

interface Moving {
  readonly progress: MoveProgress;
  readonly lines: readonly string[];
}

async function move(table: MemoryTable, options: Partial<MoveTask> = {}): Promise<Moving> {
  const lines: string[] = [];
  const task: MoveTask = {
    pairs: [PAIR],
    table,
    store: new GrantStore(table),
    writeTogether: (writes) => table.writeTogether(writes),
    roles: ROLES,
    privateLayerPrefix: 'user:',
    clock: new ManualClock(),
    onConflict: 'leave',
    isDryRun: false,
    signal: new AbortController().signal,
    onGrant: (pair, documentId, outcome) => {
      lines.push(outcomeLine(pair, documentId, outcome, options.isDryRun ?? false));
    },
    onProgress: () => undefined,
    ...options,
  };
  return { progress: await moveUsers(task), lines };
}

const itemOf = (table: MemoryTable, documentId: string, principal: Principal): Item | undefined =>
  table.stored(grantKey(documentId, principal));

const grantOf = (table: MemoryTable, documentId: string, userId: string): Grant | undefined => {
  const item = itemOf(table, documentId, user(userId));
  return item && grantFromItem(item);
};

/** Lists the grants of the table without their etags and times, and the places whose live tokens are to be revoked. */
function stateOf(table: MemoryTable): unknown {
  return table
    .everything()
    .map((item) => {
      const read = grantFromItem(item);
      const { etag: _, ...content } = read ?? { etag: '' };
      return { pk: item.pk, sk: item.sk, ...content, revoking: markOf(item) !== undefined };
    })
    .sort((one, other) => (one.pk + one.sk < other.pk + other.sk ? -1 : 1));
}

/** A table with a grant of each kind on a document each. */
const tableOfMany = (): MemoryTable =>
  new MemoryTable(
    grantToItem('set', grant(user('old'), 'owner', { grantedBy: 'boss' })),
    grantToItem('keep', grant(user('old'), 'viewer')),
    grantToItem('keep', grant(user('new'), 'editor')),
    grantToItem('replace', grant(user('old'), 'editor', { privateLayer: true })),
    grantToItem('replace', grant(user('new'), 'viewer')),
    grantToItem('join', grant(user('old'), 'editor', { layers: ['a'] })),
    grantToItem('join', grant(user('new'), 'editor', { layers: ['b'] })),
    grantToItem('conflict', grant(user('old'), 'editor', { layers: ['a'] })),
    grantToItem('conflict', grant(user('new'), 'viewer', { layers: ['b'] })),
    grantToItem('others', grant(user('older'), 'owner')),
    grantToItem('others', grant(group('old'), 'owner')),
    grantToItem('others', grant(EVERYONE, 'viewer')),
    grantToItem('expired', grant(user('old'), 'editor', { expiresAt: NOON })),
  );

describe('Moving a person', () => {
  test('moves each grant, marks the former ones for revocation, and touches no other', async () => {
    const table = tableOfMany();
    const { progress, lines } = await move(table);
    expect(progress).toEqual({
      pairs: 1,
      moved: 4,
      withPrivateLayer: 1,
      left: 1,
      foundLater: 0,
      isComplete: true,
    });
    for (const documentId of ['set', 'keep', 'replace', 'join']) {
      const item = itemOf(table, documentId, user('old'));
      expect(item).toMatchObject({ removed: true });
      expect(markOf(item)).toEqual(expect.any(String));
      expect(markOf(itemOf(table, documentId, user('new')))).toBeUndefined();
    }
    expect(grantOf(table, 'set', 'new')).toMatchObject({ role: 'owner', grantedBy: 'boss' });
    expect(grantOf(table, 'keep', 'new')).toMatchObject({ role: 'editor', etag: 'first' });
    expect(grantOf(table, 'replace', 'new')).toMatchObject({ role: 'editor', privateLayer: true });
    expect(grantOf(table, 'join', 'new')).toMatchObject({ role: 'editor', layers: ['a', 'b'] });
    for (const documentId of ['conflict', 'others', 'expired']) {
      const untouched = (all: MemoryTable): readonly Item[] =>
        all.everything().filter(({ pk }) => pk === `DOC#${documentId}`);
      expect(untouched(table)).toEqual(untouched(tableOfMany()));
    }
    expect(lines.filter((line) => line.includes('left as it is'))).toEqual([
      'conflict: left as it is. "old" has editor on layer "a", and "new" has viewer on layer "b". One grant for both would allow more than they do. Change one of them, or add --keep or --replace',
    ]);
  });

  test('once more changes nothing', async () => {
    const table = tableOfMany();
    await move(table);
    const before = table.everything();
    const { progress } = await move(table);
    expect(progress).toMatchObject({ moved: 0, left: 1 });
    expect(table.everything()).toEqual(before);
  });

  test('in a dry run lists the same and writes nothing', async () => {
    const table = tableOfMany();
    const { progress, lines } = await move(table, { isDryRun: true });
    expect(progress).toMatchObject({ moved: 4, left: 1, isComplete: true });
    expect(lines).toContain('set: the grant of "old" (owner on the default layer) would be moved to "new"');
    expect(table.everything()).toEqual(tableOfMany().everything());
    expect(table.calls.filter((call) => call !== 'query' && call !== 'batchGet')).toEqual([]);
  });

  test('with --replace marks the narrowed grant of the new user id too; with --keep it stays as it is', async () => {
    const replaced = tableOfMany();
    expect((await move(replaced, { onConflict: 'replace' })).progress).toMatchObject({ moved: 5, left: 0 });
    expect(grantOf(replaced, 'conflict', 'new')).toMatchObject({ role: 'editor', layers: ['a'] });
    expect(markOf(itemOf(replaced, 'conflict', user('new')))).toEqual(expect.any(String));

    const kept = tableOfMany();
    expect((await move(kept, { onConflict: 'keep' })).progress).toMatchObject({ moved: 5, left: 0 });
    expect(grantOf(kept, 'conflict', 'new')).toMatchObject({ role: 'viewer', etag: 'first' });
    expect(grantOf(kept, 'conflict', 'old')).toBeUndefined();
  });

  test('treats an expired grant of the new user id as none', async () => {
    const table = new MemoryTable(
      grantToItem('doc', grant(user('old'), 'viewer')),
      grantToItem('doc', grant(user('new'), 'owner', { expiresAt: NOON })),
    );
    await move(table);
    expect(grantOf(table, 'doc', 'new')).toMatchObject({ role: 'viewer' });
    expect(grantOf(table, 'doc', 'new')).not.toHaveProperty('expiresAt');
  });

  test('keeps the mark of an earlier removal, whose tokens are not revoked yet', async () => {
    const table = new MemoryTable(
      grantToItem('doc', grant(user('old'), 'viewer')),
      grantToItem('doc', grant(user('new'), 'editor')),
    );
    const store = new GrantStore(table);
    const [slot] = await store.read('doc', [user('new')]);
    const removed = slot && (await store.remove(slot, NOON));
    await move(table);
    expect(markOf(itemOf(table, 'doc', user('new')))).toBe(removed?.mark);
  });

  test('looks again until the index has no more grants, because it can lag', async () => {
    const table = new MemoryTable(grantToItem('a', grant(user('old'), 'viewer')));
    let looks = 0;
    table.before = (operation) => {
      if (operation !== 'query') return;
      looks += 1;
      if (looks === 2) table.store(grantToItem('b', grant(user('old'), 'viewer')));
    };
    expect((await move(table)).progress).toMatchObject({ moved: 2, foundLater: 1, isComplete: true });
    expect(looks).toBe(3);
  });

  test('reports it if somebody keeps setting grants for the former user id', async () => {
    const table = new MemoryTable();
    let looks = 0;
    table.before = (operation) => {
      if (operation === 'query')
        table.store(grantToItem(`doc-${(looks += 1)}`, grant(user('old'), 'viewer')));
    };
    expect((await move(table)).progress).toMatchObject({ moved: 5, isComplete: false });
  });

  test('of more documents than a page moves all of them, and of several persons each to their own id', async () => {
    const table = new MemoryTable();
    table.largestPage = 7;
    const pairs = Array.from({ length: 20 }, (_, at) => ({
      from: `old-${at}`,
      to: `new-${at}`,
      line: at + 2,
    }));
    for (const [at, { from }] of pairs.entries())
      for (let doc = 0; doc <= at; doc += 1)
        table.store(grantToItem(`doc-${doc}`, grant(user(from), 'viewer')));
    const seen: number[] = [];
    const { progress, lines } = await move(table, {
      pairs,
      onProgress: ({ pairs: done }) => seen.push(done),
    });
    expect(progress).toMatchObject({ pairs: 20, moved: 210, left: 0 });
    expect(Math.max(...seen)).toBe(20);
    expect(lines).toContain(
      'line 21, doc-19: the grant of "old-19" (viewer on the default layer) was moved to "new-19"',
    );
    for (const [at, { from, to }] of pairs.entries()) {
      expect(grantOf(table, `doc-${at}`, to)).toMatchObject({ role: 'viewer' });
      expect(grantOf(table, `doc-${at}`, from)).toBeUndefined();
      expect(grantOf(table, `doc-${at + 1}`, to)).toBeUndefined();
    }
  });

  test.each<[string, Partial<Grant>, string, string]>([
    [
      'a role with {userId}',
      { role: 'own' },
      'idp:new',
      'The role "own" has {userId}, which the characters of',
    ],
    ['a private layer', { privateLayer: true }, 'n*w', 'The grant opens the private layer, and the name'],
  ])('leaves a grant with %s that the new user id could not use', async (_what, details, to, reason) => {
    const roles: Roles = new Map([
      ...ROLES,
      ['own', { permissions: ['read-document', 'write'], defaultGroup: 'group-of-{userId}' }],
    ]);
    const table = new MemoryTable(grantToItem('doc', grant(user('old'), 'viewer', details)));
    const { progress, lines } = await move(table, { roles, pairs: [{ from: 'old', to }] });
    expect(progress).toMatchObject({ moved: 0, left: 1 });
    expect(lines[0]).toContain(`doc: left as it is. ${reason}`);
    expect(grantOf(table, 'doc', 'old')).toBeDefined();
  });

  test('leaves a grant that cannot be read, of either user id', async () => {
    const unreadable = (id: string): Item => ({
      ...grantToItem('doc', grant(user(id), 'viewer')),
      layers: 7,
    });
    for (const id of ['old', 'new']) {
      const table = new MemoryTable(grantToItem('doc', grant(user('old'), 'viewer')), unreadable(id));
      expect((await move(table, { onConflict: 'replace' })).progress).toMatchObject({ moved: 0, left: 1 });
    }
  });
});

describe('A move that is interrupted', () => {
  const finished = async (): Promise<unknown> => {
    const table = tableOfMany();
    await move(table);
    return stateOf(table);
  };

  test.each([0, 1, 2, 3])(
    'after %i transactions ends at the same after another run, whether or not the last answer arrived',
    async (after) => {
      for (const isLost of [true, false]) {
        const table = tableOfMany();
        let begun = 0;
        const crash = new StoreUnavailableError('the process ends here');
        const writeTogether: MoveTask['writeTogether'] = async (writes) => {
          begun += 1;
          const isBeyond = begun > after;
          if (isBeyond && !isLost) throw crash;
          const done = await table.writeTogether(writes);
          if (isBeyond) throw crash;
          return done;
        };
        const interrupted = move(table, { writeTogether });
        await expect(interrupted).rejects.toThrow(MoveStopped);
        await move(table);
        expect(stateOf(table)).toEqual(await finished());
      }
    },
  );

  test('by a signal finishes the transactions under way, and counts them', async () => {
    const table = new MemoryTable();
    for (let doc = 0; doc < 40; doc += 1)
      table.store(grantToItem(`doc-${doc}`, grant(user('old'), 'viewer')));
    const interruption = new AbortController();
    const error: unknown = await move(table, {
      signal: interruption.signal,
      onGrant: () => {
        interruption.abort();
      },
    }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(MoveStopped);
    const moved = table.everything().filter(({ sk }) => sk === grantKey('', user('new')).sk).length;
    expect(moved).toBeLessThan(40);
    expect((error as MoveStopped).progress).toMatchObject({ moved, pairs: 0 });
    expect((await move(table)).progress).toMatchObject({ moved: 40 - moved });
  });
});

describe('Attacks on a move', () => {
  /** Changes the table just before the first transaction writes. */
  function meanwhile(table: MemoryTable, change: () => void): Partial<MoveTask> {
    let isFirst = true;
    return {
      writeTogether: (writes) => {
        if (isFirst) change();
        isFirst = false;
        return table.writeTogether(writes);
      },
    };
  }

  test('a person cannot keep rights that an owner takes away while the grant is moved', async () => {
    const table = new MemoryTable(grantToItem('doc', grant(user('old'), 'editor')));
    const narrowed = grantToItem('doc', grant(user('old'), 'viewer', { etag: 'narrowed' }));
    await move(
      table,
      meanwhile(table, () => {
        table.store(narrowed);
      }),
    );
    expect(grantOf(table, 'doc', 'new')).toMatchObject({ role: 'viewer' });
    expect(grantOf(table, 'doc', 'old')).toBeUndefined();
  });

  test('a person cannot get a grant back that is removed while it is moved', async () => {
    const table = new MemoryTable(grantToItem('doc', grant(user('old'), 'editor')));
    const store = new GrantStore(table);
    const [slot] = await store.read('doc', [user('old')]);
    let removal: Promise<unknown> | undefined;
    const { progress } = await move(table, {
      writeTogether: async (writes) => {
        removal ??= slot && store.remove(slot, NOON);
        await removal;
        return table.writeTogether(writes);
      },
    });
    expect(progress).toMatchObject({ moved: 0, left: 0 });
    expect(itemOf(table, 'doc', user('new'))).toBeUndefined();
  });

  test('a grant that an owner sets for the new user id meanwhile is not overwritten', async () => {
    const table = new MemoryTable(grantToItem('doc', grant(user('old'), 'viewer')));
    const meddled = grantToItem('doc', grant(user('new'), 'owner', { etag: 'meddled' }));
    await move(
      table,
      meanwhile(table, () => {
        table.store(meddled);
      }),
    );
    expect(grantOf(table, 'doc', 'new')).toMatchObject({ role: 'owner', etag: 'meddled' });
  });

  test('a person whose wider grant is taken away meanwhile does not lose the narrower one with it', async () => {
    const table = new MemoryTable(
      grantToItem('doc', grant(user('old'), 'viewer')),
      grantToItem('doc', grant(user('new'), 'owner')),
    );
    await move(
      table,
      meanwhile(table, () => {
        table.drop(grantKey('doc', user('new')));
      }),
    );
    expect(grantOf(table, 'doc', 'new')).toMatchObject({ role: 'viewer' });
  });

  test('two runs at once move each grant once, and nothing gets lost', async () => {
    const table = tableOfMany();
    const [one, other] = await Promise.all([move(table), move(table)]);
    expect(one.progress.moved + other.progress.moved).toBe(4);
    const alone = tableOfMany();
    await move(alone);
    expect(stateOf(table)).toEqual(stateOf(alone));
  });

  test('two runs in opposite directions at once leave the person with each grant under one of the ids', async () => {
    const table = new MemoryTable();
    for (const id of ['old', 'new'])
      for (let doc = 0; doc < 10; doc += 1)
        table.store(grantToItem(`of-${id}-${doc}`, grant(user(id), 'editor')));
    await Promise.all([move(table), move(table, { pairs: [{ from: 'new', to: 'old' }] })]);
    for (const id of ['old', 'new'])
      for (let doc = 0; doc < 10; doc += 1) {
        const held = ['old', 'new'].filter(
          (either) => grantOf(table, `of-${id}-${doc}`, either) !== undefined,
        );
        expect(held).toHaveLength(1);
      }
  });

  test('a writer that changes a grant at every attempt keeps the others from nothing', async () => {
    const table = new MemoryTable(
      grantToItem('contended', grant(user('old'), 'viewer')),
      grantToItem('free', grant(user('old'), 'viewer')),
    );
    let changes = 0;
    const { progress, lines } = await move(table, {
      writeTogether: (writes) => {
        if (writes.some((write) => 'item' in write && write.item.pk === 'DOC#contended'))
          table.store(
            grantToItem('contended', grant(user('old'), 'viewer', { etag: `etag-${(changes += 1)}` })),
          );
        return table.writeTogether(writes);
      },
    });
    expect(progress).toMatchObject({ moved: 1, left: 1 });
    expect(lines).toContain(
      'contended: left as it is. Others changed it during every attempt. Run the command again',
    );
    expect(grantOf(table, 'free', 'new')).toBeDefined();
  });
});
