import { Type } from '@sinclair/typebox';
import { count, digest, figure, instant, oneOf, orNull, text } from '../shape.ts';
import type { Shape } from '../shape.ts';
import type { Finding } from './finding.ts';
import type { Profile } from './profile.ts';

/** A look at a snapshot as the history keeps it: what trends are drawn of. It names no row and no value. */
export const validatedShape = Type.Object(
  {
    at: instant(),
    snapshot: digest(),
    rows: count(),
    quarantined: count('Records that could not become rows.'),
    errors: count(),
    warnings: count(),
    found: Type.Array(text('`check` or `check: column`, of errors and warnings.')),
    rejected: Type.Array(
      Type.Object({ column: orNull(text()), reason: text('Without the value.'), count: count() }),
      { description: 'Why records became no rows, most frequent first.' },
    ),
    moreReasons: count('Reasons that are not told.'),
    missing: Type.Array(Type.Object({ column: text(), share: figure('Of its cells, 0 to 1.') })),
    moreColumns: count('Columns that are not told.'),
    changed: orNull(text('What is otherwise than at the look that was kept before; null: it is the first.')),
    state: oneOf(['good', 'warned', 'failed']),
  },
  { title: 'Validated' },
);
export type Validated = Shape<typeof validatedShape>;

/** So much of a snapshot is kept: a record stays small whatever the data. */
const mostReasons = 30;
const mostColumns = 500;
const longest = 200;

const cut = (words: string): string => (words.length > longest ? `${words.slice(0, longest)}…` : words);

/** What is looked at. */
export interface LookedAt {
  readonly at: number;
  readonly snapshot: { readonly digest: string; readonly rows: number; readonly quarantined: number };
  readonly findings: readonly Finding[];
  readonly profile: Profile;
  readonly rejected: readonly {
    readonly column: string | null;
    readonly reason: string;
    readonly count: number;
  }[];
}

/** What is otherwise than before, in words; null where nothing is. */
function changeOf(now: Omit<Validated, 'changed'>, before: Validated): string | null {
  const was = new Set(before.found);
  const is = new Set(now.found);
  const came = now.found.filter((each) => !was.has(each));
  const went = before.found.filter((each) => !is.has(each));
  const named = (names: readonly string[]): string =>
    names.length <= 3 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;
  const parts = [
    ...(now.snapshot === before.snapshot ? [] : [`${before.rows} → ${now.rows} rows`]),
    ...(now.quarantined === before.quarantined
      ? []
      : [`${before.quarantined} → ${now.quarantined} rejected`]),
    ...(came.length === 0 ? [] : [`found: ${named(came)}`]),
    ...(went.length === 0 ? [] : [`gone: ${named(went)}`]),
  ];
  return parts.length === 0 ? null : parts.join('; ');
}

/**
 * A look at a snapshot for the history, or null where it says what the one kept before it says: the same rows, the same
 * records rejected, the same found.
 */
export function validatedOf(
  { at, snapshot, findings, profile, rejected }: LookedAt,
  before: Validated | undefined,
): Validated | null {
  const grave = findings.filter(({ severity }) => severity !== 'info');
  const errors = grave.filter(({ severity }) => severity === 'error').length;
  const now: Omit<Validated, 'changed'> = {
    at,
    snapshot: snapshot.digest,
    rows: snapshot.rows,
    quarantined: snapshot.quarantined,
    errors,
    warnings: grave.length - errors,
    found: [
      ...new Set(grave.map(({ check, column }) => cut(column === undefined ? check : `${check}: ${column}`))),
    ].slice(0, mostReasons),
    rejected: rejected
      .slice(0, mostReasons)
      .map(({ column, reason, count: records }) => ({ column, reason: cut(reason), count: records })),
    moreReasons: Math.max(0, rejected.length - mostReasons),
    missing: profile.columns
      .slice(0, mostColumns)
      .map(({ name, rows, missing }) => ({ column: name, share: rows === 0 ? 0 : missing / rows })),
    moreColumns: Math.max(0, profile.columns.length - mostColumns),
    state: errors > 0 ? 'failed' : grave.length > 0 ? 'warned' : 'good',
  };
  if (before === undefined) return { ...now, changed: null };
  const changed = changeOf(now, before);
  return changed === null ? null : { ...now, changed };
}
