import { Type } from '@sinclair/typebox';
import type { TSchema } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import type { Json } from '../../digest.ts';
import { readWholeFile } from '../../disk/wholeFile.ts';
import { digest, instant, number, objectDigest, oneOf, orNull, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';
import type { Parts, StageName } from '../stage.ts';

/** The stages that need nothing but the store, so that they can be computed anywhere. */
export const portableStages = ['featurize', 'train', 'package'] as const;
export type PortableStage = (typeof portableStages)[number];

export const isPortable = (stage: StageName): stage is PortableStage =>
  portableStages.some((name) => name === stage);

const jobShape = Type.Object({
  stage: oneOf(portableStages),
  /** All that the result is a function of. */
  parts: Type.Record(Type.String(), Type.Unknown()),
  /** Keys of the stages before, whose records are in the store. */
  upstream: Type.Record(Type.String(), digest()),
  /** A team's own transforms, compiled. */
  javascript: orNull(text()),
  /** Family `auto` begins no further fold after this. */
  seconds: orNull(number()),
  threads: number(),
  now: instant(),
});

/** One stage to compute somewhere else. */
export interface StageJob extends Omit<Shape<typeof jobShape>, 'parts'> {
  readonly parts: Parts;
}

const resultShape = Type.Object({
  digest: digest(),
  output: Type.Record(Type.String(), Type.Unknown()),
  objects: Type.Array(objectDigest()),
  exitCode: oneOf([0, 3, 4]),
  used: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
});

const errorShape = Type.Object({
  error: Type.Object({
    code: text(),
    message: text(),
    hint: text(),
    exitCode: oneOf([1, 2, 3, 4, 5, 6, 7, 8, 130]),
  }),
});

/** What a stage gave there, or why it gave nothing. */
export type StageResult =
  | (Omit<Shape<typeof resultShape>, 'used' | 'output'> & {
      readonly output: Readonly<Record<string, Json>>;
      readonly used?: Parts;
    })
  | Shape<typeof errorShape>;

async function parsed(file: string, shapes: readonly TSchema[]): Promise<Json> {
  const value: unknown = JSON.parse(new TextDecoder().decode(await readWholeFile(file)));
  if (!shapes.some((shape) => Value.Check(shape, value))) throw new TypeError(`${file} has another form`);
  // Out of JSON.parse.
  return value as Json;
}

/** Reads a job; the same aieng wrote it. */
export const readJob = async (file: string): Promise<StageJob> =>
  (await parsed(file, [jobShape])) as unknown as StageJob;

/** Reads what came of a job. */
export const readResult = async (file: string): Promise<StageResult> =>
  (await parsed(file, [errorShape, resultShape])) as unknown as StageResult;
