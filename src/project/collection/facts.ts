import { dirname, join, relative } from 'node:path';
import type { Digest } from '../../digest.ts';
import { isAbandoned } from '../../disk/temporary.ts';
import type { Entry } from '../../disk/folder.ts';
import { bytesBelow, changedOf, entriesOf } from '../../disk/folder.ts';
import { AiengError } from '../../errors.ts';
import { parseManifest } from '../../packaging/parseManifest.ts';
import type { Context } from '../context.ts';
import { isDigest } from '../../store/names.ts';
import { imageKind } from '../../tracking/images.ts';
import { kindKeptUnder } from '../../tracking/index.ts';
import { lookKind } from '../../tracking/runs/looks.ts';
import { validatedKind } from '../../tracking/runs/validations.ts';
import { monitorReportKind } from '../../tracking/monitorReports.ts';
import { readRecord } from '../../tracking/recordKind.ts';
import { referencesOf } from '../../tracking/references.ts';
import { parseServed } from '../../tracking/served.ts';
import { loggedBundles } from '../../traffic/loggedBundles.ts';
import type { FileFact, MadeImage, RecordFact, ReportFact, StoreFacts } from './collection.ts';

async function factOf(root: string, entry: Entry): Promise<FileFact | undefined> {
  const facts = await changedOf(entry.path);
  if (facts === undefined) return undefined;
  return { path: relative(root, entry.path), bytes: await bytesBelow(entry), at: facts.at };
}

async function factsOf<More>(
  root: string,
  entries: readonly Entry[],
  more: (entry: Entry) => More | undefined | Promise<More | undefined>,
): Promise<(FileFact & More)[]> {
  const found: (FileFact & More)[] = [];
  for (const entry of entries) {
    const told = await more(entry);
    const fact = told === undefined ? undefined : await factOf(root, entry);
    if (told !== undefined && fact !== undefined) found.push({ ...fact, ...told });
  }
  return found;
}

/** Does the work; what cannot be read of the store is noted, and nothing is known of it. */
async function noting<Result>(
  unreadable: string[],
  work: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AiengError)) throw error;
    unreadable.push(error.message);
    return undefined;
  }
}

interface Records {
  readonly records: readonly RecordFact[];
  readonly madeImages: readonly MadeImage[];
  readonly reports: readonly ReportFact[];
}

const dayMs = 86_400_000;

/**
 * What a record of a look shares with those that come after it and outlive it: reports of a pipeline all do; of looks, of
 * which trends are drawn, the last of each day and those that changed something stay for ever. Every look at a snapshot
 * that is kept differs from the one before: of those of one day that found the same, the last stays.
 */
function historyName(kind: string, stored: string, id: string, at: number, content: object): string | null {
  if (kind === monitorReportKind.name) return stored;
  const day = `${stored} ${Math.floor(at / dayMs)}`;
  if (kind === validatedKind.name && isValidated(content)) return `${day} ${JSON.stringify(content.found)}`;
  if (kind !== lookKind.name) return null;
  const changed = 'changed' in content && content.changed !== null;
  return changed ? `${stored} ${id}` : day;
}

const isValidated = (content: object): content is typeof validatedKind.sample => 'found' in content;

const isImage = (content: object): content is typeof imageKind.sample => 'image' in content;

async function readRecords({ store }: Context, unreadable: string[]): Promise<Records> {
  const records: RecordFact[] = [];
  const madeImages: MadeImage[] = [];
  const reports: ReportFact[] = [];
  for (const stored of await store.recordKinds()) {
    const known = kindKeptUnder(stored);
    if (known === undefined) {
      unreadable.push(`Records of the kind ${stored} are not known to this aieng.`);
      continue;
    }
    const { kind, ...of } = known;
    for (const id of await store.recordIds(stored)) {
      const content = await noting(unreadable, () => readRecord(store, kind, { ...of, id }));
      if (content === undefined) continue;
      const at = 'at' in content && typeof content.at === 'number' ? content.at : 0;
      const owner = known.of ?? null;
      records.push({ kind: kind.name, owner, id, at, ...referencesOf(kind.shape, content) });
      if (kind.name === imageKind.name && isImage(content))
        madeImages.push({
          at,
          of: [content.name, content.variant, content.platform].join(' '),
          image: content.image.replace(/^sha256:/, ''),
          bundle: content.bundle,
        });
      const name = historyName(kind.name, stored, id, at, content);
      if (name !== null) {
        const path = store.recordPlace(stored, id);
        const bytes = (await changedOf(path))?.bytes ?? 0;
        reports.push({
          path: `runs/${stored}/${id}.json`,
          bytes,
          at,
          name,
          record: { kind: stored, id },
        });
      }
    }
  }
  return { records, madeImages, reports };
}

/** `churn-monitor-2026-03-01.html`, `churn-monitor-01JH….html` and `churn-monitor.html` are reports of one name. */
const reportName = (file: string): string =>
  file.replace(/[-.](?:\d{4}-?\d{2}-?\d{2}[T\d:-]*Z?|[0-9A-HJKMNP-TV-Z]{26})(?=\.[^.]+$)/, '');

/** Pages: those that are the newest of their name, and below them, by kind and pipeline, those that are kept. */
async function readPages(root: string): Promise<readonly ReportFact[]> {
  const reports = join(root, 'reports');
  const isPage = ({ name, isFolder }: Entry): boolean => !isFolder && !name.startsWith('.part-');
  const pages: ReportFact[] = await factsOf(root, await entriesOf(reports), (entry) =>
    isPage(entry) ? { name: reportName(entry.name), record: null } : undefined,
  );
  for (const kind of await entriesOf(reports))
    for (const pipeline of kind.isFolder ? await entriesOf(kind.path) : [])
      pages.push(
        ...(await factsOf(root, pipeline.isFolder ? await entriesOf(pipeline.path) : [], (entry) =>
          // An index is as old as the newest page beside it.
          isPage(entry) && entry.name !== 'index.html'
            ? { name: `${kind.name}/${pipeline.name}`, record: null }
            : undefined,
        )),
      );
  return pages;
}

/** Half-done files anywhere in the store but where objects and records are: these only become what they are whole. */
async function readTemporaries(context: Context, root: string): Promise<StoreFacts['temporaries']> {
  const { environment } = context;
  const whole = new Set(
    ['objects', 'runs', 'refs', 'versions', 'locks', 'damaged'].map((name) => join(root, name)),
  );
  const found: Entry[] = [];
  const look = async (folder: string): Promise<void> => {
    for (const entry of await entriesOf(folder)) {
      const isTemporary = entry.name.startsWith('.part-') || folder.endsWith('/tmp');
      if (isTemporary) found.push(entry);
      else if (entry.isFolder && !whole.has(entry.path)) await look(entry.path);
    }
  };
  await look(root);
  return factsOf(root, found, ({ name }) => ({
    // Files of other names say nothing of their process.
    abandoned: name.startsWith('.part-') ? (isAbandoned(name, environment) ?? null) : null,
  }));
}

/** Images and the blobs that they are made of. */
async function readImages(root: string): Promise<Pick<StoreFacts, 'images' | 'blobs'>> {
  const folder = join(root, 'images');
  const images = await factsOf(root, await entriesOf(folder), async ({ name, path, isFolder }) => {
    const image = name.replace(/\.tar$/, '');
    if (!isDigest(image)) return undefined;
    const blobs = isFolder ? (await entriesOf(join(path, 'blobs', 'sha256'))).map((blob) => blob.name) : [];
    return { image, blobs };
  });
  const blobs: { path: string; bytes: number; at: number; digest: Digest }[] = [];
  for (const { name, path } of await entriesOf(join(folder, 'blobs', 'sha256'))) {
    const facts = await changedOf(path);
    if (facts !== undefined)
      blobs.push({ path: relative(root, path), bytes: facts.bytes, at: facts.at, digest: name });
  }
  return { images, blobs };
}

async function readServed(
  { store }: Context,
  unreadable: string[],
): Promise<Pick<StoreFacts, 'served' | 'serving' | 'stageKeys' | 'versions'>> {
  const served: Digest[] = [];
  const serving: Digest[] = [];
  const stageKeys: Digest[] = [];
  const versions: Digest[] = [];
  for (const name of await store.refs('deployments/')) {
    const history = (await noting(unreadable, () => store.refHistory(name))) ?? [];
    const digests = history.map(({ value }) => parseServed(value).digest);
    served.push(...digests);
    serving.push(...digests.slice(-1));
  }
  for (const name of await store.refs('stages/')) {
    const key = await noting(unreadable, () => store.readRef(name));
    if (key !== undefined) stageKeys.push(key);
  }
  for (const name of await store.versionNames()) {
    const known = (await noting(unreadable, () => store.versions(name))) ?? [];
    versions.push(...known.map(({ digest }) => digest));
  }
  return { served, serving, stageKeys, versions };
}

async function readLogged(root: string, unreadable: string[]): Promise<readonly Digest[]> {
  const found: Digest[] = [];
  for (const { path, isFolder } of await entriesOf(join(root, 'logs')))
    if (isFolder) found.push(...((await noting(unreadable, () => loggedBundles(path))) ?? []));
  return found;
}

/** The files of each bundle of which the store has the manifest. */
async function readManifests(
  { store }: Context,
  bundles: ReadonlySet<Digest>,
  unreadable: string[],
): Promise<StoreFacts['manifests']> {
  const manifests = new Map<Digest, readonly Digest[]>();
  for (const digest of bundles) {
    if (!isDigest(digest) || !(await store.has(digest))) continue;
    const manifest = await noting(unreadable, async () =>
      parseManifest(await store.get(digest), digest.slice(0, 12)),
    );
    if (manifest !== undefined)
      manifests.set(
        digest,
        Object.values(manifest.files).map(({ sha256 }) => sha256),
      );
  }
  return manifests;
}

/**
 * Looks at all of a store, while others write to it. Objects are listed first: what is written meanwhile is young, and
 * so is what is used again.
 */
export async function readFacts(
  context: Context,
): Promise<{ readonly root: string; readonly facts: StoreFacts }> {
  const { store } = context;
  const root = dirname(await store.folder('tmp'));
  const unreadable: string[] = [];
  const objects = await store.objects();
  const bundleFolders = await factsOf(root, await entriesOf(join(root, 'bundles')), ({ name }) =>
    isDigest(name) ? { bundle: name } : undefined,
  );
  const images = await readImages(root);
  const pages = await readPages(root);
  const { records, madeImages, reports } = await readRecords(context, unreadable);
  const served = await readServed(context, unreadable);
  const logged = await readLogged(root, unreadable);
  const bundles = new Set([
    ...served.served,
    ...served.versions,
    ...logged,
    ...records.flatMap((record) => record.bundles),
  ]);
  const manifests = await readManifests(context, bundles, unreadable);
  return {
    root,
    facts: {
      objects,
      records,
      ...served,
      logged,
      manifests,
      bundleFolders,
      ...images,
      madeImages,
      temporaries: await readTemporaries(context, root),
      reports: [...pages, ...reports],
      unreadable,
    },
  };
}
