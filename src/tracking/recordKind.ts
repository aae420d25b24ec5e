import type { TObject, TSchema } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import type { Json } from '../digest.ts';
import { canonicalJson } from '../digest.ts';
import { AiengError, damagedError } from '../errors.ts';
import type { Shape } from '../shape.ts';
import type { Store } from '../store/store.ts';

/**
 * One kind of record: what is written down, in which form, and what it means to lose one. Adding a kind is a file
 * with this, a `write…` and a `read…`, and a line in `tracking/index.ts`; the conformance suite then tests it.
 */
export interface RecordKind<Content extends object> {
  /** `run`; with an owner the store keeps it as `monitor-churn`. */
  readonly name: string;
  /** Whose it is: a pipeline, a schedule, a stage. Null: the store's. */
  readonly owner: string | null;
  /** Counted up whenever what is written could not be read by the aieng before. 1 is also what 0.1 wrote, without saying so. */
  readonly version: number;
  /** The first aieng that reads this version: what an older one asks for. */
  readonly minimumAieng: string;
  readonly shape: TSchema;
  /** Brings what version n said to version n + 1, by n; nothing is read twice. */
  readonly older: Readonly<Record<number, (content: Json) => Json>>;
  /** What is to be done without one that is damaged, as a sentence: `The stage runs again then.` */
  readonly without: string;
  /** One that could have been written, for the conformance suite. */
  readonly sample: Content;
}

/** Defines a kind; the type of its content is that of its shape. */
export function recordKind<Definition extends TObject>(
  kind: Omit<RecordKind<Shape<Definition>>, 'shape'> & { readonly shape: Definition },
): RecordKind<Shape<Definition>> {
  return kind;
}

/** Which record: its id, and whose it is where the kind has owners. */
export interface RecordName {
  readonly of?: string;
  readonly id: string;
}

/** A record that was read. */
export interface Kept<Content> {
  readonly id: string;
  readonly content: Content;
}

/** A list of records. What is damaged is named beside the others: a caller tells it, or refuses to go on. */
export interface Listed<Content> {
  /** Newest first. */
  readonly records: readonly Kept<Content>[];
  readonly damaged: readonly AiengError[];
}

/** What the store keeps a kind under. */
export function storeKind(kind: RecordKind<object>, of: string | undefined): string {
  if ((kind.owner === null) !== (of === undefined))
    throw new RangeError(
      `a record of kind ${kind.name} ${kind.owner === null ? 'has no owner' : `is of a ${kind.owner}`}`,
    );
  return of === undefined ? kind.name : `${kind.name}-${of}`;
}

/** `/stages/0/state: expected "ran" or "cached"`: the first thing that does not fit. */
function misfit(shape: TSchema, content: unknown): string {
  const error = Value.Errors(shape, content).First();
  return error === undefined
    ? 'it has another form'
    : `${error.path === '' ? 'it' : error.path}: ${error.message}`;
}

const damagedRecord = (place: string, problem: string, kind: RecordKind<object>): AiengError =>
  damagedError({
    code: 'record-damaged',
    message: `${place} is damaged: ${problem}.`,
    hint: `Restore that file from a copy, or delete it. ${kind.without}`,
    at: { file: place },
  });

/**
 * What a record says, brought to the form of today.
 *
 * @throws damaged (exit 8) for what is not of its kind, or was written by an aieng that is newer than this one.
 */
export function parseRecord<Content extends object>(
  kind: RecordKind<Content>,
  json: Json,
  place: string,
): Content {
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw damagedRecord(place, 'it is no object', kind);
  const {
    record_version: said = 1,
    minimum_aieng: minimum,
    ...content
  } = json as { readonly [name: string]: Json };
  if (typeof said !== 'number' || !Number.isInteger(said) || said < 1)
    throw damagedRecord(place, 'its record_version is no number', kind);
  if (said > kind.version) throw newerThanKnown(place, typeof minimum === 'string' ? minimum : null);
  let today: Json = content;
  for (let version = said; version < kind.version; version += 1) today = kind.older[version]!(today);
  if (!Value.Check(kind.shape, today)) throw damagedRecord(place, misfit(kind.shape, today), kind);
  // The parser of records: what was checked is of the shape, and the shape gives the type.
  return today as Content;
}

/**
 * A record of any version as this aieng writes it: what an upgrade puts in its place.
 *
 * @throws damaged (exit 8), as `parseRecord` does.
 */
export function recordToday(kind: RecordKind<object>, json: Json, place: string): object {
  const { version: record_version, minimumAieng: minimum_aieng } = kind;
  return { ...parseRecord(kind, json, place), record_version, minimum_aieng };
}

/** Something stored that this aieng is too old for: exit 8, with the aieng that it takes. */
export function newerThanKnown(place: string, minimum: string | null): AiengError {
  return damagedError({
    code: 'written-by-newer-aieng',
    message: `${place} was written by a newer aieng: its form is not known here.`,
    hint: `Use aieng ${minimum ?? 'of the version that wrote it'}${minimum === null ? '' : ' or newer'} for this store.`,
    at: { file: place },
  });
}

/** Content with its version, if it can be read back. */
function asWritten<Content extends object>(kind: RecordKind<Content>, content: Content): object {
  const written = JSON.parse(canonicalJson(content)) as Json;
  if (!Value.Check(kind.shape, written))
    throw new RangeError(`record ${kind.name}: ${misfit(kind.shape, written)}`);
  const { version: record_version, minimumAieng: minimum_aieng } = kind;
  return { ...content, record_version, minimum_aieng };
}

/**
 * Writes a record once. False: there is one of that id, and it stays.
 *
 * @throws RangeError for content that could not be read back (a NaN where a number is meant): a bug of ours.
 */
export async function writeRecord<Content extends object>(
  store: Pick<Store, 'record'>,
  kind: RecordKind<Content>,
  name: RecordName,
  content: Content,
): Promise<boolean> {
  return store.record(storeKind(kind, name.of), name.id, asWritten(kind, content));
}

/**
 * Puts what is left of a record in its place, where something that it said or named must not be known any more.
 *
 * @throws RangeError as `writeRecord` does.
 */
export async function replaceRecord<Content extends object>(
  store: Pick<Store, 'replaceRecord'>,
  kind: RecordKind<Content>,
  name: RecordName,
  content: Content,
): Promise<void> {
  await store.replaceRecord(storeKind(kind, name.of), name.id, asWritten(kind, content));
}

/** The error of a damaged file, with what to do without a record of this kind. */
function ofKind(error: unknown, kind: RecordKind<object>, place: string): unknown {
  if (!(error instanceof AiengError) || error.code !== 'store-damaged') return error;
  const { code, message, exitCode } = error;
  const { hint } = damagedRecord(place, '', kind);
  return new AiengError({ code, message, hint, exitCode, cause: error, at: { file: place } });
}

/**
 * One record, or undefined where there is none.
 *
 * @throws damaged (exit 8), naming the file.
 */
export async function readRecord<Content extends object>(
  store: Pick<Store, 'readRecord' | 'recordPlace'>,
  kind: RecordKind<Content>,
  name: RecordName,
): Promise<Content | undefined> {
  const stored = storeKind(kind, name.of);
  const place = store.recordPlace(stored, name.id);
  let json;
  try {
    json = await store.readRecord(stored, name.id);
  } catch (error) {
    throw ofKind(error, kind, place);
  }
  return json === undefined ? undefined : parseRecord(kind, json, place);
}

/**
 * Records of a kind, newest first. One that is damaged takes none of the others down.
 *
 * @throws (exit 8) where one was written by an aieng that is newer than this one.
 */
export async function listRecords<Content extends object>(
  store: Pick<Store, 'recordIds' | 'readRecord' | 'recordPlace'>,
  kind: RecordKind<Content>,
  which: { readonly of?: string; readonly limit?: number } = {},
): Promise<Listed<Content>> {
  const { of, limit = Infinity } = which;
  const owner = of === undefined ? {} : { of };
  const records: Kept<Content>[] = [];
  const damaged: AiengError[] = [];
  for (const id of await store.recordIds(storeKind(kind, of))) {
    if (records.length >= limit) break;
    try {
      const content = await readRecord(store, kind, { ...owner, id });
      // Gone since it was listed: `gc`, or a person.
      if (content !== undefined) records.push({ id, content });
    } catch (error) {
      if (!(error instanceof AiengError) || error.code === 'written-by-newer-aieng') throw error;
      damaged.push(error);
    }
  }
  return { records, damaged };
}

/**
 * The newest record that is what is looked for, without reading those before it.
 *
 * @throws (exit 8) for one that is damaged or newer than known on the way to it: nobody knows what it said.
 */
export async function newestRecord<Content extends object>(
  store: Pick<Store, 'recordIds' | 'readRecord' | 'recordPlace'>,
  kind: RecordKind<Content>,
  of: string | undefined,
  isIt: (content: Content) => boolean = () => true,
): Promise<Kept<Content> | undefined> {
  const owner = of === undefined ? {} : { of };
  for (const id of await store.recordIds(storeKind(kind, of))) {
    const content = await readRecord(store, kind, { ...owner, id });
    if (content !== undefined && isIt(content)) return { id, content };
  }
  return undefined;
}
