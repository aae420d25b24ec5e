import { InvalidArgumentError } from 'commander';
import { exitCodes } from '../../errors.ts';
import { setFlag, waitOption } from '../flags.ts';
import { pipelineOption } from '../verb.ts';
import type { Verb } from '../verb.ts';

interface Flags {
  readonly pipeline?: string;
  readonly expect?: string;
  readonly tolerance: number;
  readonly trainedOn?: string;
  readonly judgeOn?: string;
  readonly approve: boolean;
  readonly calibrate: boolean;
  readonly set: readonly string[];
  readonly wait: number;
}

function parseTolerance(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!(value >= 0 && value <= 1)) throw new InvalidArgumentError('A tolerance is a number from 0 to 1.');
  return value;
}

export const importVerb: Verb = {
  name: 'import',
  group: 'Stages',
  summary: 'take in a model that was made elsewhere: judge it, and package it where it passes',
  description:
    'Reads a LightGBM text model or an XGBoost model (JSON, UBJSON), checks all of it, gives each of its inputs a column, and judges it on the test part of the pipeline as any other model: the same baselines, gates, slices and report. What passes is packaged with schema, reference profile and golden rows.',
  examples: [
    ['aieng import model.txt --pipeline churn --trained-on train.csv', 'seen rows judge nothing'],
    [
      'aieng import model.json --expect expected.csv --judge-on fresh.csv',
      'the answers that its researcher saw',
    ],
    ['aieng import model.ubj --approve', 'though nobody knows what it has seen'],
  ],
  exits: [exitCodes.dataRejected, exitCodes.gateFailed, exitCodes.busy, exitCodes.storeDamaged],
  result: async () => (await import('./result.ts')).importResult,
  define: (command, session) =>
    command
      .argument('<model>', 'a file: LightGBM text, XGBoost JSON or UBJSON')
      .option('--pipeline <pipeline>', 'which pipeline, where there are several')
      .option('--expect <file>', 'inputs and the answers that the researcher saw (column prediction)')
      .option(
        '--tolerance <share>',
        'how far answers may be off these, relative from 1 on',
        parseTolerance,
        1e-6,
      )
      .option('--trained-on <file>', 'rows that the model has learnt from: they judge nothing')
      .option('--judge-on <file>', 'fresh labelled rows that judge it in place of the test part')
      .option('--approve', 'package it though nobody knows what it has seen', false)
      .option('--calibrate', 'recalibrate its probabilities on the validation part', false)
      .addOption(setFlag())
      .addOption(waitOption())
      .action(async (model: string, { pipeline, wait, ...flags }: Flags) => {
        await session.perform(command, {
          pipeline,
          call: async (context) => {
            const { importModel } = await import('./import.ts');
            return importModel(context, { model, ...pipelineOption(pipeline), ...flags, waitMs: wait });
          },
          view: async () => (await import('./view.ts')).importView,
        });
      }),
};
