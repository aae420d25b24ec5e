import type { Digest, Json } from '../digest.ts';

/** A move of a ref: what it pointed to, what it points to, when, why. */
export interface RefEntry {
  readonly value: string;
  readonly previous: string | null;
  /** ms since 1970 UTC. */
  readonly at: number;
  readonly why: string;
}

/** Who holds a lock, as written in it. */
export interface LockHolder {
  readonly host: string;
  readonly bootId: string;
  readonly pid: number;
  /** When the lock was taken, ms since 1970 UTC. */
  readonly startedAt: number;
  readonly command: string;
}

/** How long to wait for a lock, and what to tell those who wait for us. */
export interface LockOptions {
  readonly waitMs: number;
  /** What the holder does, e.g. `aieng train`. */
  readonly command: string;
  /** Ends the wait with `interruptedError` (exit 130). */
  readonly signal?: AbortSignal;
}

/** What `verify` found: what is wrong with which thing, and the one command that puts it right. */
export interface Problem {
  readonly what: string;
  readonly problem: string;
  readonly repair: string;
}

/** What `sealAll` wrote again, and what it left because it is damaged. */
export interface Sealed {
  readonly records: number;
  /** Moves of refs. */
  readonly refs: number;
  readonly versions: number;
  readonly damaged: readonly Problem[];
}

/** An object as it lies in the store. */
export interface StoredObject {
  readonly digest: Digest;
  readonly bytes: number;
  /** When it was put last, ms since 1970 UTC. */
  readonly at: number;
}

export interface Lock {
  /** Gives the lock back; calling it twice is harmless. */
  release(): Promise<void>;
}

/**
 * The narrow waist. Everything but refs is immutable; a kill at any instant leaves the old or the new state.
 * File system today, an object store with conditional writes tomorrow: no caller knows which.
 */
export interface Store {
  /** Keeps bytes; the same bytes are kept once. */
  put(content: Uint8Array | string): Promise<Digest>;
  /** Keeps a file's content (copied, streamed). */
  putFile(path: string): Promise<Digest>;
  /** Keeps what `write` puts into the temporary file whose path it is given. */
  putBy(write: (path: string) => Promise<void>): Promise<Digest>;
  /** Bytes of an object, verified. Throws exit 8 when damaged, naming the repair. */
  get(digest: Digest): Promise<Uint8Array>;
  /** A local path to read the object from, verified once per process. */
  path(digest: Digest): Promise<string>;
  has(digest: Digest): Promise<boolean>;
  /** Makes an object that is used again as young as one that was just put; nothing where it is gone. */
  renew(digest: Digest): Promise<void>;
  /** Every object, by digest. Those that come or go meanwhile may be among them or not. */
  objects(): Promise<readonly StoredObject[]>;
  /** Takes an object away that was put last before `before`; false: it was put again since, or is gone. */
  removeObject(digest: Digest, before: number): Promise<boolean>;
  /**
   * Writes an immutable record once under (kind, id). False: there is one already, and it stays as it is. Callers are
   * the kinds of `tracking/`: nothing else knows what a record says.
   */
  record(kind: string, id: string, json: object): Promise<boolean>;
  /**
   * Puts a record in the place of the one of that id: readers see the old or the new. For what must not be known any
   * more: everything else is written once.
   */
  replaceRecord(kind: string, id: string, json: object): Promise<void>;
  /** Throws exit 8 when it is not what was written. */
  readRecord(kind: string, id: string): Promise<Json | undefined>;
  /** Newest first (ids sort by time). */
  recordIds(kind: string): Promise<readonly string[]>;
  /** Where a record lies, for a person who has to look at it. */
  recordPlace(kind: string, id: string): string;
  /** Takes a record away; false: there was none. */
  removeRecord(kind: string, id: string): Promise<boolean>;
  /** Every kind that has a record, sorted. */
  recordKinds(): Promise<readonly string[]>;
  /** Current value, or undefined. */
  readRef(name: string): Promise<string | undefined>;
  /** Oldest first. */
  refHistory(name: string): Promise<readonly RefEntry[]>;
  refs(prefix: string): Promise<readonly string[]>;
  /** Moves a ref if it still has the expected value (undefined = does not exist yet). False: someone was faster. */
  compareAndSet(name: string, expected: string | undefined, next: string, why: string): Promise<boolean>;
  /**
   * Gives `content` (a digest) the next free version of `name`, or the version that it already has. Race-free.
   */
  claimVersion(name: string, content: Digest): Promise<{ version: number; existed: boolean }>;
  /** The digest of a version, or undefined. */
  version(name: string, version: number): Promise<Digest | undefined>;
  versions(name: string): Promise<readonly { version: number; digest: Digest }[]>;
  /** The newest version of a name; those before it are not read. */
  newestVersion(name: string): Promise<{ version: number; digest: Digest } | undefined>;
  /** The newest versions of a name, newest first, and how many it has: those before them are not read. */
  newestVersions(
    name: string,
    most: number,
  ): Promise<{ versions: readonly { version: number; digest: Digest }[]; all: number }>;
  /** Every name that has a version, sorted. */
  versionNames(): Promise<readonly string[]>;
  /** Claims exactly this version (import of a tar). False: it exists with another digest. */
  claimExactVersion(name: string, version: number, content: Digest): Promise<boolean>;
  /** Waits up to `waitMs` for the lock, healing one whose holder is dead; throws `busyError` (exit 7). */
  lock(name: string, options: LockOptions): Promise<Lock>;
  /** Checks every object against its digest and every ref and record for sense. */
  verify(): Promise<readonly Problem[]>;
  /** Moves something damaged (`versions/churn/1.json`) to `damaged/`: its place is free then, and the evidence kept. */
  setAside(what: string): Promise<void>;
  /** 1: what aieng 0.1 wrote, where documents have no digest; null: nothing was written yet. */
  layout(): Promise<number | null>;
  /**
   * Gives every record, ref and version its digest, and each record the form that `today` gives it: the one place
   * besides `replaceRecord` where what is written once is written again. May be stopped at any time and called again.
   */
  sealAll(today: (kind: string, id: string, content: Json) => object): Promise<Sealed>;
  /** Says that the store has the layout of today: from then on a document without a digest is damage. */
  writeLayout(): Promise<void>;
  /** Absolute folder for things with a life of their own: `deployments/churn`, `logs/churn`, `reports`, `tmp`. */
  folder(name: string): Promise<string>;
  /** Where `folder` would be: nothing is made. */
  folderPlace(name: string): string;
}
