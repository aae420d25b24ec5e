import { usageError } from '../../errors.ts';
import { writeRunMark } from '../../tracking/runs/marks.ts';
import type { Context } from '../context.ts';
import { whoAmI } from '../observation/reference.ts';
import type { Tried } from './tried.ts';
import { findRun } from './tried.ts';

/** What a person says of a run. */
export interface MarkWish {
  readonly action: 'tag' | 'note';
  readonly tags?: readonly string[];
  /** Take these tags away. */
  readonly remove?: boolean;
  /** Takes the place of the one before; empty: there is none any more. */
  readonly note?: string;
}

const longestNote = 2000;
const tagForm = /^[\p{L}\p{N}][\p{L}\p{N}._:-]{0,63}$/u;

/** Characters that a terminal or a page would act on are no part of a note. */
const acted = /[\u0000-\u0008\u000b-\u001f\u007f]/u;

function checkMark({ action, tags = [], note }: MarkWish): void {
  const odd = tags.find((tag) => !tagForm.test(tag));
  if (action === 'tag' && tags.length === 0)
    throw usageError({
      code: 'tag-missing',
      message: 'No tag was named.',
      hint: 'Name them behind the run: `aieng runs tag <run> paper`.',
    });
  if (odd !== undefined)
    throw usageError({
      code: 'tag-invalid',
      message: `"${odd.slice(0, 80)}" is no tag: letters, digits, ".", "_", ":" and "-", at most 64.`,
      hint: 'Write what needs more room as a note: `aieng runs note <run> "…"`.',
    });
  if (note !== undefined && (note.length > longestNote || acted.test(note)))
    throw usageError({
      code: 'note-invalid',
      message: `A note is at most ${longestNote} characters, without control characters.`,
      hint: 'Shorten it, or name the place where more is written.',
    });
}

/**
 * Writes down what a person said of a run, and gives it as it is then.
 *
 * @throws usage errors (exit 2) for tags and notes that cannot be kept.
 */
export async function markRun(context: Context, run: Pick<Tried, 'id'>, options: MarkWish): Promise<Tried> {
  checkMark(options);
  const { environment } = context;
  const { tags = [], remove = false, note = null } = options;
  const [added, removed] = remove ? [[], tags] : [tags, []];
  await writeRunMark(context, environment.newId(), {
    run: run.id,
    at: environment.now(),
    who: whoAmI(environment),
    tags: added,
    removed,
    note: options.action === 'note' ? note : null,
  });
  return findRun(context, run.id);
}
