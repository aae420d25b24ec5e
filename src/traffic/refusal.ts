import { quoted } from '../data/cells/cell.ts';
import type { AiengError } from '../errors.ts';
import { dataError } from '../errors.ts';
import { idTime } from './idTime.ts';
import type { DoorAccount, DoorName, LabelAccount } from './account.ts';

/** Fewer labels that all match nothing may be chance. */
const labelsThatTell = 20;

const doorWords = (door: DoorName, source: string | null): string =>
  door === 'feedback'
    ? 'of POST /feedback'
    : door === 'current'
      ? 'of the rows themselves'
      : `of ${source ?? 'the file'}`;

function unusableLabels(account: LabelAccount, door: DoorAccount, share: number): AiengError | null {
  if (door.unusable <= share * door.given) return null;
  const [reason] = account.reasons.filter((each) => each.example.door === door.door);
  const example =
    reason === undefined ? '' : ` Most frequent: ${reason.reason} (id ${quoted(reason.example.id)}).`;
  return dataError({
    code: 'labels-unusable',
    message: `${door.unusable} of ${door.given} labels ${doorWords(door.door, door.source)} cannot be used (${(100 * share).toPrecision(3)} % are tolerated: source.max_rejected_share).${example}`,
    hint: 'Write the outcomes as the model names them, or raise source.max_rejected_share in the pipeline file.',
    ...(door.source === null ? {} : { at: { file: door.source } }),
  });
}

function unmatchedLabels(door: DoorAccount, rowId: readonly string[]): AiengError | null {
  const { given, unusable, outside, expired, unmatched, example } = door;
  const expected = given - unusable - outside - expired;
  if (expected < labelsThatTell || unmatched < expected || example === null) return null;
  return dataError({
    code: 'labels-match-nothing',
    message: `0 of ${expected} labels ${doorWords(door.door, door.source)} match a prediction or a row: ids look like ${quoted(example.logged)} in the log, like ${quoted(example.given)} in the ${door.door === 'file' ? 'file' : 'labels'}.`,
    // Without a row_id a row is named by a hash of its cells, which nobody has beside an outcome.
    hint:
      rowId.length === 0 && idTime(example.given) === null
        ? 'Name the column that identifies a row in the pipeline file (row_id: <column>), run it again, and predict with that.'
        : `Write ids as they stand in the answers: the "id" of each, for example ${quoted(example.logged)}.`,
    ...(door.source === null ? {} : { at: { file: door.source } }),
  });
}

/**
 * Why labels cannot be relied on (exit 3), or null where they can: more of those that came by one door are unusable than
 * the pipeline tolerates, or not one of 20 and more matches.
 *
 * @param rowId columns that identify a row; none = rows are named by a hash of their cells
 */
export function refuseLabels(
  account: LabelAccount,
  maxRejectedShare: number,
  rowId: readonly string[],
): AiengError | null {
  for (const door of account.doors) {
    const refused = unusableLabels(account, door, maxRejectedShare) ?? unmatchedLabels(door, rowId);
    if (refused !== null) return refused;
  }
  return null;
}
