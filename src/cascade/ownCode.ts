import type { Table } from '../data/columns.ts';
import { takeRows } from '../data/columns.ts';
import type { Split } from '../data/splitting.ts';
import type { Digest } from '../digest.ts';
import { ownColumns } from '../features/own/columns.ts';
import type { FittedFeatures } from '../features/spec.ts';
import { compileCode } from '../ownCode/compile.ts';
import type { CompiledCode } from '../ownCode/compile.ts';
import { evaluate } from '../ownCode/realm.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { Context } from '../project/context.ts';
import type { OwnCode } from './assembly.ts';
import { loadCode } from '../project/trust/allowedCode.ts';
import { checksOf } from '../validation/own/loaded.ts';
import type { LoadedChecks } from '../validation/own/loaded.ts';
import { writeConsent } from '../tracking/trust/consents.ts';

/**
 * A pipeline's own transforms, compiled and loaded; null where it has none. They are files of the project, as the pipeline
 * is: whoever runs the one lets the others run.
 */
export async function compiledTransforms(
  { root }: Pick<Context, 'root'>,
  { features }: Pick<Pipeline, 'features'>,
): Promise<CompiledCode | null> {
  if (features.transforms === undefined) return null;
  const compiled = await compileCode(root, features.transforms);
  loadCode(compiled.code, compiled.javascript, features.transforms.join(', '));
  return compiled;
}

/** A team's own checks, compiled: files of the project, as the pipeline is. */
export const compiledChecks = async (
  { root }: Pick<Context, 'root'>,
  { ownChecks }: Pick<Pipeline, 'ownChecks'>,
): Promise<CompiledCode | null> => (ownChecks.length === 0 ? null : compileCode(root, ownChecks));

const checksRun = 'own checks';
const placeInStack = new RegExp(`${checksRun}:(\\d+):(\\d+)`);

/** Own checks, ready to be called. */
export function loadedChecks({
  javascript,
  placeOf,
}: Pick<CompiledCode, 'javascript' | 'placeOf'>): LoadedChecks {
  const { exported, within } = evaluate(javascript, checksRun);
  const modules =
    typeof exported === 'object' && exported !== null && 'modules' in exported ? exported.modules : {};
  return {
    checks: checksOf(modules),
    within,
    placeOf: (error) => {
      const stack =
        typeof error === 'object' && error !== null && 'stack' in error ? String(error.stack) : '';
      const [, line, column] = placeInStack.exec(stack) ?? [];
      return line === undefined ? null : placeOf(Number(line), Number(column) - 1);
    },
  };
}

/** Keeps the code for the bundles that need it, and writes down that this project made it. */
export async function keepOwnCode(
  { store, environment }: Pick<Context, 'store' | 'environment'>,
  { code, javascript }: Pick<CompiledCode, 'code' | 'javascript'>,
): Promise<void> {
  await store.put(javascript);
  await allowOwnCode({ store, environment }, code);
}

/** Writes down that code was compiled of the files of this project. */
export const allowOwnCode = (
  { store, environment }: Pick<Context, 'store' | 'environment'>,
  code: Digest,
): Promise<void> =>
  writeConsent({ store }, code, { at: environment.now(), because: 'compiled', by: null, bundle: null });

/** What a bundle brings of own code; null where its features need none. */
export async function ownCodeFor(
  { store }: Pick<Context, 'store'>,
  { own }: Pick<FittedFeatures, 'own'>,
  sources: Digest | undefined,
): Promise<OwnCode | null> {
  if (own === undefined || sources === undefined) return null;
  return { javascript: await store.get(own.code), sources };
}

/** Rows that own transforms refuse: how many, and the first of them in words. */
export interface RefusedRows {
  readonly rows: number;
  readonly examples: readonly string[];
}

const examplesTold = 3;

/**
 * Which of some rows own transforms refuse, as positions of the table.
 *
 * @param nameOf How a row is called in messages.
 */
export function refusedAmong(
  { own }: Pick<FittedFeatures, 'own'>,
  table: Table,
  rows: Int32Array,
  nameOf: (row: number) => string,
): RefusedRows & { readonly refused: ReadonlySet<number> } {
  if (own === undefined) return { rows: 0, examples: [], refused: new Set() };
  const { refused } = ownColumns(own, takeRows(table, rows));
  return {
    rows: refused.length,
    examples: refused
      .slice(0, examplesTold)
      .map(({ row, message }) => `row ${nameOf(rows[row]!)}: ${message}`),
    refused: new Set(refused.map(({ row }) => rows[row]!)),
  };
}

/** A split without some rows. */
export function withoutRows<Dealt extends Split>(split: Dealt, out: ReadonlySet<number>): Dealt {
  if (out.size === 0) return split;
  const kept = (rows: Int32Array): Int32Array => rows.filter((row) => !out.has(row));
  return { ...split, train: kept(split.train), validation: kept(split.validation), test: kept(split.test) };
}
