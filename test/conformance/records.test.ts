import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/digest.ts';
import { fakeEnvironment } from '../../src/environment/index.ts';
import { openStore } from '../../src/store/index.ts';
import { seal } from '../../src/store/sealed.ts';
import type { Store } from '../../src/store/store.ts';
import { recordKinds } from '../../src/tracking/index.ts';
import {
  listRecords,
  parseRecord,
  readRecord,
  storeKind,
  writeRecord,
} from '../../src/tracking/recordKind.ts';
import { unpackProject01 } from '../fixtures/store01.ts';

const scratch = mkdtempSync(join(tmpdir(), 'aieng-records-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
let folders = 0;

const plain = (value: unknown): unknown => JSON.parse(canonicalJson(value));

it('every kind has a name of its own', () => {
  const names = recordKinds.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  // `monitor-churn` must be a report of churn, whatever else is kept.
  for (const [a, b] of names.flatMap((a) => names.map((b) => [a, b] as const)))
    if (a !== b) expect(`${a}-`.startsWith(`${b}-`)).toBe(false);
});

describe.each(recordKinds)('records of kind $name', (kind) => {
  let store: Store;
  const of = kind.owner === null ? {} : { of: 'churn' };
  const named = (id: string): { of?: string; id: string } => ({ ...of, id });
  const fileOf = (id: string): string => store.recordPlace(storeKind(kind, of.of), id);
  /** Puts a document where a record lies, sealed as the store does it. */
  const place = (id: string, document: unknown): void => {
    mkdirSync(dirname(fileOf(id)), { recursive: true });
    writeFileSync(fileOf(id), seal(`runs/${storeKind(kind, of.of)}/${id}`, document));
  };
  const sample = kind.sample;

  beforeEach(async () => {
    store = await openStore({ folder: join(scratch, String(++folders)), environment: fakeEnvironment() });
  });

  it('are read as they were written, once', async () => {
    expect(await readRecord(store, kind, named('one'))).toBeUndefined();
    expect(await writeRecord(store, kind, named('one'), sample)).toBe(true);
    expect(await writeRecord(store, kind, named('one'), sample)).toBe(false);
    expect(await readRecord(store, kind, named('one'))).toEqual(plain(sample));
    expect(await listRecords(store, kind, of)).toEqual({
      records: [{ id: 'one', content: plain(sample) }],
      damaged: [],
    });
  });

  it('say their version and the aieng that reads it', async () => {
    await writeRecord(store, kind, named('one'), sample);
    const stored = JSON.parse(readFileSync(fileOf('one'), 'utf8'));
    expect(stored).toMatchObject({ record_version: kind.version, minimum_aieng: kind.minimumAieng });
    expect(kind.minimumAieng).toMatch(/^\d+\.\d+\.\d+$/);
    expect(Number.isInteger(kind.version) && kind.version >= 1).toBe(true);
    for (let version = 1; version < kind.version; version += 1) expect(kind.older[version]).toBeDefined();
    expect(Object.keys(kind.older)).toHaveLength(kind.version - 1);
  });

  it('of a version that is not known yet are refused, with the aieng that it takes', async () => {
    place('one', { ...sample, record_version: kind.version + 1, minimum_aieng: '7.8.9' });
    const expected = {
      exitCode: 8,
      code: 'written-by-newer-aieng',
      message: expect.stringContaining(fileOf('one')),
      hint: expect.stringContaining('aieng 7.8.9 or newer'),
    };
    await expect(readRecord(store, kind, named('one'))).rejects.toMatchObject(expected);
    await expect(listRecords(store, kind, of)).rejects.toMatchObject(expected);
  });

  it('of no version at all are refused', async () => {
    for (const version of [0, -1, 1.5, 'one', null]) {
      place(`v${String(version).replace('.', '_')}`, { ...sample, record_version: version });
      const asked = readRecord(store, kind, named(`v${String(version).replace('.', '_')}`));
      await expect(asked).rejects.toMatchObject({ exitCode: 8, code: 'record-damaged' });
    }
  });

  it('that were changed afterwards are named with their file and with what to do, and hide no other', async () => {
    await writeRecord(store, kind, named('a'), sample);
    await writeRecord(store, kind, named('b'), sample);
    const text = readFileSync(fileOf('b'), 'utf8');
    rmSync(fileOf('b'));
    writeFileSync(
      fileOf('b'),
      text.replace(/\d(?=[^\d]*$)/, (digit) => (digit === '1' ? '2' : '1')),
    );
    const expected = {
      exitCode: 8,
      message: expect.stringContaining(fileOf('b')),
      hint: expect.stringContaining(kind.without),
    };
    await expect(readRecord(store, kind, named('b'))).rejects.toMatchObject(expected);
    const { records, damaged } = await listRecords(store, kind, of);
    expect(records.map(({ id }) => id)).toEqual(['a']);
    expect(damaged).toMatchObject([expected]);
    expect((await store.verify()).map(({ what }) => what)).toEqual([
      join('runs', storeKind(kind, of.of), 'b.json'),
    ]);
  });

  it('in the place of another are found', async () => {
    await writeRecord(store, kind, named('a'), sample);
    writeFileSync(fileOf('b'), readFileSync(fileOf('a')));
    await expect(readRecord(store, kind, named('b'))).rejects.toMatchObject({ exitCode: 8 });
  });

  it.each(['[]', '{}', '"text"', 'null', '{"record_version":1', ''])(
    'that hold %j are named, not believed',
    async (text) => {
      mkdirSync(dirname(fileOf('one')), { recursive: true });
      writeFileSync(fileOf('one'), text);
      const expected = {
        exitCode: 8,
        message: expect.stringContaining(fileOf('one')),
        hint: expect.stringContaining(kind.without),
      };
      await expect(readRecord(store, kind, named('one'))).rejects.toMatchObject(expected);
      expect((await listRecords(store, kind, of)).damaged).toMatchObject([expected]);
    },
  );

  it('with a member of another form are named, not cast', async () => {
    const required = kind.shape['required'] as readonly string[];
    expect(required.length).toBeGreaterThan(0);
    for (const member of required) {
      const { [member]: _left, ...without } = sample as Record<string, unknown>;
      place(`no-${member}`, { ...without, record_version: kind.version });
      await expect(readRecord(store, kind, named(`no-${member}`))).rejects.toMatchObject({
        exitCode: 8,
        code: 'record-damaged',
        message: expect.stringContaining(member),
      });
    }
  });

  it('are not written in a form that could not be read', async () => {
    const [member] = kind.shape['required'] as readonly string[];
    const { [member!]: _left, ...without } = sample as Record<string, unknown>;
    await expect(writeRecord(store, kind, named('one'), without)).rejects.toThrow(RangeError);
    expect(await readRecord(store, kind, named('one'))).toBeUndefined();
  });
});

/** What aieng 0.1 wrote of kinds that its fixture has none of. */
const by01: Readonly<Record<string, unknown>> = {
  'measured-memory': { at: 1_764_400_000_000, bytes: 182_452_224 },
  image: {
    at: 1_764_400_000_000,
    base: { digest: `sha256:${'c'.repeat(64)}`, name: 'node:20-bookworm-slim' },
    bundle: 'a'.repeat(64),
    image: `sha256:${'b'.repeat(64)}`,
    name: 'churn',
    platform: 'linux/amd64',
    pushed: null,
    reference: 'churn:3',
    variant: 'serve',
    version: 3,
  },
};

/** Kinds that came after 0.1. */
const since02 = new Set([
  'alias',
  'accepted',
  'alerts',
  'approval',
  'attached',
  'consent',
  'desired',
  'file-digest',
  'fold',
  'forgotten',
  'look',
  'validated',
  'mark',
  'mended',
  'rejects',
  'salt',
  'search',
  'signature',
  'trial',
  'waiting',
]);

describe('records that aieng 0.1 wrote', () => {
  const old = openStore({
    folder: join(unpackProject01(join(scratch, 'project-0.1')), '.aieng'),
    environment: fakeEnvironment(),
  });

  it.each(recordKinds.filter(({ name }) => !since02.has(name)))('are read: $name', async (kind) => {
    const known = by01[kind.name];
    if (known !== undefined) {
      expect(parseRecord(kind, JSON.parse(JSON.stringify(known)), 'here')).toEqual(known);
      return;
    }
    const store = await old;
    const stored = (await store.recordKinds()).filter((name) =>
      kind.owner === null ? name === kind.name : name.startsWith(`${kind.name}-`),
    );
    expect(stored.length).toBeGreaterThan(0);
    for (const name of stored) {
      const of = kind.owner === null ? {} : { of: name.slice(kind.name.length + 1) };
      const { records, damaged } = await listRecords(store, kind, of);
      expect(damaged).toEqual([]);
      expect(records.length).toBeGreaterThan(0);
    }
  });

  it('are all of a kind that is known', async () => {
    const known = (name: string): boolean =>
      recordKinds.some((kind) =>
        kind.owner === null ? name === kind.name : name.startsWith(`${kind.name}-`),
      );
    expect((await (await old).recordKinds()).filter((name) => !known(name))).toEqual([]);
  });
});
