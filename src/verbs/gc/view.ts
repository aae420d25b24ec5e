import type { GcResult } from './result.ts';
import type { Outcome } from '../../project/outcome.ts';
import type { View } from '../view/blocks.ts';
import { command, headline, list, next, right, table } from '../view/blocks.ts';
import { bytes, count, counted } from '../view/format.ts';

const kinds: Readonly<Record<GcResult['removed'][number]['kind'], string>> = {
  object: 'objects nothing refers to',
  'bundle-folder': 'bundle folders',
  image: 'images',
  'image-layer': 'layers of no image',
  temporary: 'files of killed commands',
  report: 'old reports',
};

const reasons: Readonly<Record<GcResult['kept'][number]['why'], string>> = {
  current: 'in use now',
  version: 'a version',
  served: 'was served once',
  parent: 'training rows of a bundle',
  record: 'a record refers to it',
  young: 'younger than 24 hours',
  held: 'something that cannot be read may refer to it',
};

/** `gc`: what went, what expired, why the rest stays. */
export const gcView: View<Outcome<GcResult>> = {
  blocks: ({ result: { dryRun, removed, kept, expired, held } }) => {
    const gone = removed.filter((kind) => kind.count > 0);
    const [things, freed] = [
      gone.reduce((sum, kind) => sum + kind.count, 0),
      gone.reduce((sum, kind) => sum + kind.bytes, 0),
    ];
    return [
      headline(
        held.length > 0 ? 'warn' : things > 0 ? 'good' : 'none',
        things === 0
          ? 'nothing to remove'
          : `${counted(things, 'thing')} ${dryRun ? 'would go' : 'removed'}, ${bytes(freed)}`,
      ),
      table(
        [dryRun ? 'would go' : 'removed', right('number'), right('size')],
        gone.map((kind) => [kinds[kind.kind], count(kind.count), bytes(kind.bytes)]),
      ),
      list(
        expired.map(({ pipeline, predictions, rows }) => ({
          sign: 'none',
          text: `${pipeline}: ${counted(predictions, 'prediction')}, ${counted(rows, 'labelled row')} kept`,
        })),
        dryRun ? 'would expire from the prediction log' : 'expired from the prediction log',
      ),
      table(
        ['kept objects', right('number'), right('size')],
        kept.map(({ why, count: objects, bytes: size }) => [reasons[why], count(objects), bytes(size)]),
      ),
      list(
        held.map((text) => ({ sign: 'bad', text })),
        'cannot be read',
      ),
      held.length > 0
        ? next(command('doctor'))
        : dryRun && things + expired.length > 0
          ? next(command('gc'))
          : next(),
    ];
  },
  essential: ({ result: { removed } }) => [String(removed.reduce((sum, kind) => sum + kind.bytes, 0))],
};
