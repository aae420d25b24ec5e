import { describe, expect, it } from 'vitest';
import type { RecordFact, StoreFacts } from './collection.ts';
import { planCollection, reportsKeptMs, youngMs } from './collection.ts';

const now = 1_800_000_000_000;
const old = now - 400 * 24 * 3_600_000;
const object = (digest: string, at = old) => ({ digest, bytes: 10, at });
const file = (path: string, at = old) => ({ path, bytes: 10, at });
const record = (kind: string, id: string, more: Partial<RecordFact> = {}): RecordFact => ({
  kind,
  owner: null,
  id,
  at: old,
  objects: [],
  bundles: [],
  ...more,
});

const empty: StoreFacts = {
  objects: [],
  records: [],
  stageKeys: [],
  versions: [],
  served: [],
  serving: [],
  logged: [],
  manifests: new Map(),
  bundleFolders: [],
  images: [],
  madeImages: [],
  blobs: [],
  temporaries: [],
  reports: [],
  unreadable: [],
};
const plan = (facts: Partial<StoreFacts>) => planCollection({ ...empty, ...facts }, now);
const going = (facts: Partial<StoreFacts>): string[] => plan(facts).objects.map(({ digest }) => digest);

describe('objects', () => {
  it('that nothing refers to go when they are older than 24 hours, from both sides', () => {
    const objects = [
      object('older', now - youngMs - 1),
      object('young', now - youngMs),
      object('new', now + 5),
    ];
    expect(going({ objects })).toEqual(['older']);
    expect([...plan({ objects }).kept]).toEqual([
      ['young', 'young'],
      ['new', 'young'],
    ]);
  });

  it('of a stage stay while its ref points at the record, or the record is young', () => {
    const objects = ['now', 'before', 'running'].map((digest) => object(digest));
    const records = [
      record('stage-train', 'key-now', { objects: ['now'] }),
      record('stage-train', 'key-before', { objects: ['before'], at: now - youngMs - 1 }),
      record('stage-train', 'key-running', { objects: ['running'], at: now - youngMs }),
    ];
    expect(going({ objects, records, stageKeys: ['key-now'] })).toEqual(['before']);
    expect(going({ objects, records })).toEqual(['now', 'before']);
  });

  it('of rejects stay for the newest record of each pipeline', () => {
    const objects = ['a1', 'a2', 'b1'].map((digest) => object(digest));
    const records = [
      record('rejects', '02', { owner: 'a', objects: ['a2'] }),
      record('rejects', '01', { owner: 'a', objects: ['a1'] }),
      record('rejects', '00', { owner: 'b', objects: ['b1'] }),
    ];
    expect(going({ objects, records })).toEqual(['a1']);
  });

  it('of folds, of wishes and of a kind that the plan does not know stay, however old', () => {
    const objects = ['fold', 'bundle', 'file', 'new', 'none'].map((digest) => object(digest));
    const records = [
      record('fold', '01', { owner: 'a', objects: ['fold'] }),
      record('fold', '02', { owner: 'a' }),
      record('desired', '01', { owner: 'a', bundles: ['bundle'] }),
      record('desired', '02', { owner: 'a' }),
      record('a-new-kind', '01', { objects: ['new'] }),
    ];
    const manifests = new Map([['bundle', ['file']]]);
    expect(going({ objects, records, manifests })).toEqual(['none']);
  });

  it.each(['versions', 'served', 'serving', 'logged'] as const)(
    'of a bundle among %s stay with its files and its parents up to the snapshot',
    (how) => {
      const objects = ['bundle', 'file', 'snapshot', 'other', 'other-file', 'other-snapshot'].map((digest) =>
        object(digest),
      );
      const records = [
        record('fitted-rows', 'bundle', { objects: ['snapshot'] }),
        record('fitted-rows', 'other', { objects: ['other-snapshot'] }),
      ];
      const manifests = new Map([
        ['bundle', ['file']],
        ['other', ['other-file']],
      ]);
      expect(going({ objects, records, manifests, [how]: ['bundle'] })).toEqual([
        'other',
        'other-file',
        'other-snapshot',
      ]);
    },
  );

  it('all stay, like bundle folders and images, where something cannot be read; files of killed commands do not', () => {
    const facts = {
      objects: [object('x')],
      bundleFolders: [{ ...file('bundles/x'), bundle: 'x' }],
      images: [{ ...file('images/x'), image: 'x', blobs: ['y'] }],
      blobs: [{ ...file('images/blobs/sha256/y'), digest: 'y' }],
      temporaries: [{ ...file('tmp/x'), abandoned: true }],
    };
    const counts = (unreadable: string[]): number[] => {
      const { objects, bundleFolders, images, blobs, temporaries } = plan({ ...facts, unreadable });
      return [objects, bundleFolders, images, blobs, temporaries].map((list) => list.length);
    };
    expect(counts([])).toEqual([1, 1, 1, 1, 1]);
    expect(counts(['a record'])).toEqual([0, 0, 0, 0, 1]);
    expect([...plan({ ...facts, unreadable: ['a record'] }).kept]).toEqual([['x', 'held']]);
  });
});

it('bundle folders go where nothing needs the bundle, older than 24 hours, from both sides', () => {
  const bundleFolders = [
    { ...file('needed'), bundle: 'needed' },
    { ...file('old', now - youngMs - 1), bundle: 'old' },
    { ...file('young', now - youngMs), bundle: 'young' },
  ];
  const gone = plan({ bundleFolders, served: ['needed'] }).bundleFolders;
  expect(gone.map(({ path }) => path)).toEqual(['old']);
});

it('images stay for what is deployed, the newest of a name, and what was made just now; blobs that a kept one shares stay', () => {
  const images = ['deployed', 'newest', 'passed', 'just-now', 'unknown'].flatMap((image) => [
    { ...file(image), image, blobs: ['base', image] },
    { ...file(`${image}.tar`), image, blobs: [] },
  ]);
  const made = (image: string, at: number, bundle = image) => ({ of: 'churn serve', image, at, bundle });
  const madeImages = [
    made('deployed', old),
    made('passed', old + 1),
    made('newest', old + 2),
    { ...made('just-now', now - youngMs), of: 'other' },
    { ...made('other-newest', now), of: 'other' },
  ];
  const blobs = [
    ...['base', 'newest', 'passed', 'unknown', 'of-no-layout'].map((digest) => ({
      ...file(`blobs/${digest}`),
      digest,
    })),
    { ...file('blobs/of-a-build', now - youngMs), digest: 'of-a-build' },
  ];
  const gone = plan({ images, madeImages, blobs, serving: ['deployed'] });
  expect(gone.images.map(({ path }) => path)).toEqual(['passed', 'passed.tar', 'unknown', 'unknown.tar']);
  expect(gone.blobs.map(({ digest }) => digest)).toEqual(['passed', 'unknown', 'of-no-layout']);
});

it('half-done files go when their process is dead, or after 24 hours where that is not known, never while it lives', () => {
  const temporaries = [
    { ...file('dead', now), abandoned: true },
    { ...file('alive', old), abandoned: false },
    { ...file('foreign-old', now - youngMs - 1), abandoned: null },
    { ...file('foreign-young', now - youngMs), abandoned: null },
  ];
  expect(plan({ temporaries }).temporaries.map(({ path }) => path)).toEqual(['dead', 'foreign-old']);
});

it('reports go after 30 days beside a newer one of their name, from both sides; the newest stays for ever', () => {
  const report = (path: string, name: string, at: number) => ({ ...file(path, at), name, record: null });
  const reports = [
    report('a-old', 'a', now - reportsKeptMs - 1),
    report('a-border', 'a', now - reportsKeptMs),
    report('a-new', 'a', now),
    report('b-only', 'b', old),
  ];
  expect(plan({ reports }).reports.map(({ path }) => path)).toEqual(['a-old']);
});
