import { Type } from '@sinclair/typebox';
import { digest, figure, flag, instant, number, oneOf, orNull, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';

const differenceShape = Type.Object(
  {
    path: text('A file of the bundle, or of its model.'),
    at: text('Where they first differ: `byte 120`, or that one of them lacks the file.'),
  },
  { title: 'FileDifference' },
);

export const reproduceResult = Type.Object({
  bundle: digest(),
  state: oneOf(
    ['same', 'alike', 'differs'],
    'same: every byte; alike: a script that does not give the same twice, with a figure within the interval of the one that was recorded; differs: else, exit 4.',
  ),
  stages: Type.Array(
    Type.Object({
      name: oneOf(
        ['gather', 'featurize', 'train', 'package'],
        'gather: the rows that taught a model of `aieng retrain`.',
      ),
      same: flag(),
      recorded: digest(),
      now: orNull(digest(), 'null: it was not come to.'),
      durationMs: number(),
    }),
    { description: 'Each stage that was computed again.' },
  ),
  differences: Type.Array(differenceShape),
  metric: Type.Object({
    name: text(),
    recorded: figure('On the test part.'),
    low: orNull(figure('Of its 95 % interval.')),
    high: orNull(figure()),
    now: figure(),
  }),
  recorded: Type.Object({
    run: text(),
    at: instant(),
    commit: orNull(text(), 'Of git; null where there was none.'),
    dirty: flag('Files of the project differed from the commit.'),
    head: orNull(text(), 'The commit of the project now; null where there is none.'),
    aieng: text(),
    platform: text(),
  }),
  changed: Type.Array(text(), {
    description: 'What is another one here than it was then: code of aieng, libraries, backend, logged rows.',
  }),
});
/** What `reproduce` gives, member by member: docs/json.md#reproduce. */
export type ReproduceResult = Shape<typeof reproduceResult>;
