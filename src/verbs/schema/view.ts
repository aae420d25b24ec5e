import type { SchemaResult } from './result.ts';
import type { Outcome } from '../../project/outcome.ts';
import type { Block, View } from '../view/blocks.ts';
import { command, facts, headline, next, verbatim } from '../view/blocks.ts';
import { counted } from '../view/format.ts';
import { schemaChangeTable } from '../view/schemaChanges.ts';

/** `schema types`: the type itself, or where it went. */
const typesBlocks = ({
  pipeline,
  result: { from, types, written },
}: Outcome<SchemaResult>): readonly Block[] =>
  written === null
    ? [headline('good', `the type of the rows of ${from}`, pipeline), verbatim((types ?? '').trimEnd())]
    : [headline('good', `the type of the rows is written to ${written}`, pipeline)];

/** The same text, a line at a time. */
const typesLines = (types: string): readonly string[] =>
  types
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** `schema diff`: in what two row schemas differ, and what that means for stored models. `schema types`: their rows' type. */
export const schemaView: View<Outcome<SchemaResult>> = {
  blocks: (outcome) => {
    const {
      pipeline,
      result: { from, to, changes, compatible, types },
    } = outcome;
    if (types !== null) return typesBlocks(outcome);
    const said =
      changes.length === 0
        ? 'the schemas are the same'
        : `${counted(changes.length, 'change')}: models of before ${compatible ? 'can take the new rows' : 'have to be trained anew'}`;
    return [
      headline(changes.length === 0 ? 'good' : compatible ? 'warn' : 'bad', said, pipeline),
      facts([
        ['from', from],
        ['to', to],
      ]),
      ...(changes.length === 0 ? [] : [schemaChangeTable(changes, 'changes')]),
      changes.length === 0 ? next() : next(command('validate', pipeline)),
    ];
  },
  essential: ({ result: { changes, types, written } }) =>
    types === null
      ? changes.map(({ column, what }) => `${column}: ${what}`)
      : written === null
        ? typesLines(types)
        : [written],
};
