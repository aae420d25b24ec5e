import type { Digest } from '../../digest.ts';

const hour = 3_600_000;

/** What is younger may belong to a command that is running: it stays, whatever refers to it. */
export const youngMs = 24 * hour;

/** A report that is older goes where a newer one of the same name stands. */
export const reportsKeptMs = 30 * 24 * hour;

/** A record that refers to something. */
export interface RecordFact {
  /** Name of its kind: `stage-train`, `rejects`. */
  readonly kind: string;
  /** Whose it is; null for a kind without owners. */
  readonly owner: string | null;
  readonly id: string;
  /** When it was written, ms since 1970 UTC. */
  readonly at: number;
  readonly objects: readonly Digest[];
  readonly bundles: readonly Digest[];
}

/** A file or folder by its path in the store. */
export interface FileFact {
  readonly path: string;
  readonly bytes: number;
  readonly at: number;
}

/** An image's layout, or its tar. */
export interface ImageFact extends FileFact {
  /** Of its manifest, without `sha256:`. */
  readonly image: Digest;
  /** The blobs of a layout, by digest. */
  readonly blobs: readonly Digest[];
}

/** An image that was made. */
export interface MadeImage {
  readonly at: number;
  /** Images of one name, variant and platform follow one another. */
  readonly of: string;
  readonly image: Digest;
  readonly bundle: Digest;
}

/** A report, newest or not. */
export interface ReportFact extends FileFact {
  /** What it shares with the reports that come after it. */
  readonly name: string;
  /** A page in `reports/`, or the record of what monitoring saw. */
  readonly record: { readonly kind: string; readonly id: string } | null;
}

/** Everything that is known of a store, as plain data. */
export interface StoreFacts {
  readonly objects: readonly { readonly digest: Digest; readonly bytes: number; readonly at: number }[];
  readonly records: readonly RecordFact[];
  /** Keys that stage refs point at now. */
  readonly stageKeys: readonly Digest[];
  /** Every bundle that has a version. */
  readonly versions: readonly Digest[];
  /** Every bundle that a deployment's ref ever pointed at. */
  readonly served: readonly Digest[];
  /** Bundles that deployments point at now. */
  readonly serving: readonly Digest[];
  /** Bundles that answered something in a prediction log. */
  readonly logged: readonly Digest[];
  /** The files of each bundle whose manifest is there. */
  readonly manifests: ReadonlyMap<Digest, readonly Digest[]>;
  readonly bundleFolders: readonly (FileFact & { readonly bundle: Digest })[];
  readonly images: readonly ImageFact[];
  readonly madeImages: readonly MadeImage[];
  /** The cache that layouts are made of. */
  readonly blobs: readonly (FileFact & { readonly digest: Digest })[];
  /** Half-done files; `abandoned` is null where it is not to be known from here whether their process lives. */
  readonly temporaries: readonly (FileFact & { readonly abandoned: boolean | null })[];
  readonly reports: readonly ReportFact[];
  /** What could not be read: it may refer to anything. */
  readonly unreadable: readonly string[];
}

/** Why an object stays. The first that holds is told. */
export type Reason = 'current' | 'version' | 'served' | 'parent' | 'record' | 'young' | 'held';

/** What goes, and why the rest stays. */
export interface Collection {
  readonly objects: StoreFacts['objects'];
  readonly bundleFolders: StoreFacts['bundleFolders'];
  readonly images: readonly ImageFact[];
  readonly blobs: StoreFacts['blobs'];
  readonly temporaries: StoreFacts['temporaries'];
  readonly reports: readonly ReportFact[];
  readonly kept: ReadonlyMap<Digest, Reason>;
  /** Not empty: no object, bundle folder or image goes. */
  readonly held: readonly string[];
}

/** What is needed, by reason; whatever has a reason keeps the first one. */
class Needed {
  readonly objects = new Map<Digest, Reason>();
  readonly bundles = new Map<Digest, Reason>();
  readonly #manifests: StoreFacts['manifests'];

  constructor(manifests: StoreFacts['manifests']) {
    this.#manifests = manifests;
  }

  object(digest: Digest, reason: Reason): void {
    if (!this.objects.has(digest)) this.objects.set(digest, reason);
  }

  bundle(digest: Digest, reason: Reason): void {
    if (this.bundles.has(digest)) return;
    this.bundles.set(digest, reason);
    this.object(digest, reason);
    for (const file of this.#manifests.get(digest) ?? []) this.object(file, reason);
  }

  record({ objects, bundles }: RecordFact, reason: Reason): void {
    for (const bundle of bundles) this.bundle(bundle, reason);
    for (const object of objects) this.object(object, reason);
  }
}

const isStage = ({ kind }: RecordFact): boolean => kind.startsWith('stage-');

/** The newest record of each owner. */
function newestOf(records: readonly RecordFact[]): ReadonlySet<RecordFact> {
  const newest = new Map<string | null, RecordFact>();
  for (const record of records) {
    const other = newest.get(record.owner);
    if (other === undefined || record.id > other.id) newest.set(record.owner, record);
  }
  return new Set(newest.values());
}

/**
 * Why a record counts; null: what it refers to may go. A kind that is not named here counts always, so that a new kind
 * loses nothing.
 */
function standing(facts: StoreFacts): (record: RecordFact) => Reason | null {
  const current = new Set(facts.stageKeys);
  const rejects = newestOf(facts.records.filter(({ kind }) => kind === 'rejects'));
  const waiting = newestOf(facts.records.filter(({ kind }) => kind === 'waiting'));
  return (record) => {
    if (isStage(record)) return current.has(record.id) ? 'current' : null;
    if (record.kind === 'rejects') return rejects.has(record) ? 'current' : null;
    // Only the newest challenger can still be approved.
    if (record.kind === 'waiting') return waiting.has(record) ? 'current' : null;
    // Parents count where their bundle does.
    if (record.kind === 'fitted-rows') return null;
    return 'record';
  };
}

function neededIn(facts: StoreFacts, isYoung: (at: number) => boolean): Needed {
  const needed = new Needed(facts.manifests);
  const standingOf = standing(facts);
  for (const record of facts.records) if (standingOf(record) === 'current') needed.record(record, 'current');
  for (const digest of facts.serving) needed.bundle(digest, 'current');
  for (const digest of facts.versions) needed.bundle(digest, 'version');
  for (const digest of [...facts.served, ...facts.logged]) needed.bundle(digest, 'served');
  for (const record of facts.records) if (standingOf(record) === 'record') needed.record(record, 'record');
  for (const record of facts.records) if (isYoung(record.at)) needed.record(record, 'young');
  for (const record of facts.records)
    if (record.kind === 'fitted-rows' && needed.bundles.has(record.id)) needed.record(record, 'parent');
  return needed;
}

/** Images that stay: those of what is deployed, the newest of each name, and what was made just now. */
function neededImages({ madeImages, serving }: StoreFacts, isYoung: (at: number) => boolean): Set<Digest> {
  const newest = new Map<string, MadeImage>();
  for (const made of madeImages) {
    const other = newest.get(made.of);
    if (other === undefined || made.at > other.at) newest.set(made.of, made);
  }
  const current = new Set(serving);
  const kept = madeImages.filter((made) => current.has(made.bundle) || isYoung(made.at));
  return new Set([...newest.values(), ...kept].map(({ image }) => image));
}

function oldReports(reports: readonly ReportFact[], now: number): readonly ReportFact[] {
  const newest = new Map<string, ReportFact>();
  for (const report of reports) {
    const other = newest.get(report.name);
    if (other === undefined || report.at > other.at) newest.set(report.name, report);
  }
  return reports.filter((report) => now - report.at > reportsKeptMs && newest.get(report.name) !== report);
}

/**
 * What of a store nobody needs. It keeps what stage refs, versions, deployments, wishes, folds and the newest rejects
 * refer to, every bundle that was ever served or logged with the snapshot that it was fitted on, and whatever is younger
 * than 24 hours. Where something could not be read, nothing goes that it might refer to.
 */
export function planCollection(facts: StoreFacts, now: number): Collection {
  const isYoung = (at: number): boolean => now - at <= youngMs;
  const held = facts.unreadable;
  const needed = neededIn(facts, isYoung);
  const images = neededImages(facts, isYoung);
  const kept = new Map<Digest, Reason>();
  for (const { digest, at } of facts.objects) {
    const reason = needed.objects.get(digest) ?? (isYoung(at) ? 'young' : held.length > 0 ? 'held' : null);
    if (reason !== null) kept.set(digest, reason);
  }
  const free = <Fact>(all: readonly Fact[], isFree: (fact: Fact) => boolean): readonly Fact[] =>
    held.length > 0 ? [] : all.filter(isFree);
  const goingImages = free(facts.images, ({ image, at }) => !isYoung(at) && !images.has(image));
  const going = new Set(goingImages);
  const stay = new Set(facts.images.filter((image) => !going.has(image)).flatMap(({ blobs }) => blobs));
  return {
    objects: facts.objects.filter(({ digest }) => !kept.has(digest)),
    bundleFolders: free(facts.bundleFolders, ({ bundle, at }) => !isYoung(at) && !needed.bundles.has(bundle)),
    images: goingImages,
    // One that a running build takes from the cache is young from then on.
    blobs: free(facts.blobs, ({ digest, at }) => !isYoung(at) && !stay.has(digest)),
    temporaries: facts.temporaries.filter(({ abandoned, at }) => abandoned ?? !isYoung(at)),
    reports: oldReports(facts.reports, now),
    kept,
    held,
  };
}
