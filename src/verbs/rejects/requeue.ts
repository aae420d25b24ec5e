import { resolve } from 'node:path';
import { undeclared } from '../../data/dialect.ts';
import { gatherRows } from '../../data/openRows.ts';
import { personalColumns } from '../../data/personal.ts';
import type { ColumnSchema, RowSchema } from '../../data/schema.ts';
import type { Rejection } from '../../data/source.ts';
import { sha256 } from '../../digest.ts';
import { AiengError, dataError, usageError } from '../../errors.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import type { Context } from '../../project/context.ts';
import { openRowSchema } from '../../project/inputs.ts';
import type { MendedRecord } from '../../tracking/mended.ts';
import { lastMended, readMended, writeMended } from '../../tracking/mended.ts';
import type { RejectsResult } from './result.ts';

const text = (name: string): ColumnSchema => ({
  name,
  kind: 'text',
  type: 'string',
  nullable: true,
  required: true,
  closed: false,
});
/** What `--export` writes, and what is read of it. */
const members = ['file', 'line', 'raw'] as const;
const exported: RowSchema = {
  missing: [''],
  columns: ['file', 'line', 'column', 'reason', 'raw'].map(text),
};

interface Line {
  readonly file: string;
  readonly line: number;
  readonly raw: string;
}

const isOtherFile = (error: unknown): error is AiengError =>
  error instanceof AiengError && error.code === 'missing-column';

/** A file that was not written by `--export`: the rows themselves, say, or another export. */
const otherFile = (path: string, pipeline: string, cause: AiengError): AiengError =>
  dataError({
    code: 'mended-unreadable',
    message: `${path} is no file of rejected records: it lacks ${members.map((name) => `"${name}"`).join(', ')} or one of them.`,
    hint: `Run \`aieng rejects ${pipeline} --export rejects.csv\`, mend the column "raw" in that file, and give it back with \`--requeue rejects.csv\`.`,
    at: { file: path },
    cause,
  });

/** The records of a mended file, by place. */
async function readLines(context: Context, path: string, pipeline: string): Promise<Line[]> {
  const file = {
    path: resolve(context.environment.cwd, path),
    displayPath: path,
    dialect: undeclared(path),
    declarable: false,
    batchRows: 65_536,
  };
  const { table, rejections } = await gatherRows(file, () => ({
    schema: exported,
    required: [...members],
    optional: [],
  })).catch((error: unknown) => {
    throw isOtherFile(error) ? otherFile(path, pipeline, error) : error;
  });
  const [first] = rejections;
  if (first !== undefined)
    throw dataError({
      code: 'mended-unreadable',
      message: `${path}, line ${first.line}: ${first.reason}.`,
      hint: 'Keep the columns as `aieng rejects --export` wrote them, and change only "raw".',
      at: { file: path, line: first.line },
    });
  const [files, lines, raws] = members.map((name) => {
    const column = table.columns.get(name);
    return column?.kind === 'text' ? column.values : [];
  });
  return Array.from({ length: table.rows }, (_, row) => ({
    file: files?.[row] ?? '',
    line: Number(lines?.[row] ?? Number.NaN),
    raw: raws?.[row] ?? '',
  }));
}

async function refusePersonal(context: Context, pipeline: Pipeline): Promise<void> {
  const personal = personalColumns((await openRowSchema(context, pipeline)) ?? { columns: [], missing: [] });
  if (personal.size > 0)
    throw usageError({
      code: 'records-personal',
      message: `Records of ${pipeline.source.display} are not kept: ${[...personal].join(', ')} is personal.`,
      hint: 'Mend the records in the source; `aieng rejects` says in which lines they are.',
    });
}

/**
 * Takes mended records for the next ingest. A record is known by its place among the rejected ones and by what it was; one
 * that was not changed, or has no such place, is counted and left alone.
 */
export async function requeue(
  context: Context,
  pipeline: Pipeline,
  path: string,
  rejections: readonly Rejection[],
): Promise<NonNullable<RejectsResult['requeued']>> {
  await refusePersonal(context, pipeline);
  const lines = await readLines(context, path, pipeline.name);
  const last = await lastMended(context, pipeline.name);
  const before = last === undefined ? [] : await readMended(context, last.digest);
  const placeOf = ({ file, line }: Pick<Line, 'file' | 'line'>): string => `${file}:${line}`;
  const rejected = new Map(rejections.map((one) => [placeOf(one), one]));
  const earlier = new Map(before.map((one) => [placeOf(one), one]));
  const mended = new Map<string, MendedRecord>(before.map((one) => [`${one.file}\n${one.was}`, one]));
  let [taken, unchanged, unmatched] = [0, 0, 0];
  let example: string | null = null;
  lines.forEach((line, at) => {
    const one = rejected.get(placeOf(line));
    if (one === undefined) {
      unmatched += 1;
      example ??= placeOf(line);
    } else if (one.raw === line.raw) unchanged += 1;
    else {
      taken += 1;
      // Of one that was mended before and is no row either, the source has what it was then.
      const known = earlier.get(placeOf(line));
      const was = known !== undefined && known.raw === one.raw ? known.was : sha256(one.raw);
      mended.set(`${one.file}\n${was}`, {
        file: one.file,
        line: one.line,
        was,
        raw: line.raw,
        by: `${path}:${at + 1}`,
      });
    }
  });
  if (taken > 0) await writeMended(context, pipeline.name, path, [...mended.values()]);
  return { file: path, taken, unchanged, unmatched, example };
}
