import { stringify } from 'yaml';
import type { KubernetesObject } from '../clusterObject.ts';
import { at, fieldsAt, isFields } from '../look.ts';

/** What the server writes into every object; no difference of it is one of ours. */
const serverWritten = [
  'managedFields',
  'resourceVersion',
  'uid',
  'generation',
  'creationTimestamp',
  'selfLink',
];

/** `kubectl rollout restart` and the Deployment controller leave these; aieng never sets them. */
const controllerWritten = ['deployment.kubernetes.io/revision'];

const without = (fields: Readonly<Record<string, unknown>>, names: readonly string[]) =>
  Object.fromEntries(
    Object.entries(fields).filter(([name, value]) => !names.includes(name) && value !== undefined),
  );

const isEmpty = (value: unknown): boolean =>
  value === '' || (isFields(value) && Object.keys(value).length === 0);

/** An object as people compare it: without status and what the server writes. */
export function comparable(object: KubernetesObject): object {
  const annotations = without(object.metadata.annotations ?? {}, controllerWritten);
  const metadata = without({ ...object.metadata, annotations }, serverWritten);
  const kept = Object.fromEntries(Object.entries(metadata).filter(([, value]) => !isEmpty(value)));
  const rest = without(fieldsAt(object), ['status', 'metadata']);
  return { ...rest, metadata: kept };
}

/** The same value whatever the order of keys. */
export function isEqual(one: unknown, other: unknown): boolean {
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((item, index) => isEqual(item, other[index]));
  if (!isFields(one) || !isFields(other)) return one === other;
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && isEqual(one[key], other[key]))
  );
}

interface Line {
  readonly mark: ' ' | '-' | '+';
  readonly text: string;
}

/** Above it (lines × lines) two texts are shown as one replaced by the other. */
const largestTable = 4_000_000;

/** Lengths of the longest common subsequences of all tails: row i, column j is of a[i..] and b[j..]. */
function tailLengths(a: readonly string[], b: readonly string[]): Uint32Array {
  const width = b.length + 1;
  const table = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      table[i * width + j] =
        a[i] === b[j]
          ? (table[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(table[(i + 1) * width + j] ?? 0, table[i * width + j + 1] ?? 0);
  return table;
}

function changedLines(a: readonly string[], b: readonly string[]): readonly Line[] {
  const removed = a.map((text): Line => ({ mark: '-', text }));
  const added = b.map((text): Line => ({ mark: '+', text }));
  if (a.length === 0 || b.length === 0 || a.length * b.length > largestTable) return [...removed, ...added];
  const table = tailLengths(a, b);
  const width = b.length + 1;
  const lines: Line[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const text = a[i] ?? '';
    if (text === b[j]) {
      lines.push({ mark: ' ', text });
      i++;
      j++;
    } else if ((table[(i + 1) * width + j] ?? 0) >= (table[i * width + j + 1] ?? 0)) {
      lines.push({ mark: '-', text });
      i++;
    } else lines.push({ mark: '+', text: b[j++] ?? '' });
  }
  return [...lines, ...removed.slice(i), ...added.slice(j)];
}

/** Every line of both texts, each marked as kept, removed or added. */
export function compareLines(a: readonly string[], b: readonly string[]): readonly Line[] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const kept = (text: string): Line => ({ mark: ' ', text });
  return [
    ...a.slice(0, start).map(kept),
    ...changedLines(a.slice(start, a.length - end), b.slice(start, b.length - end)),
    ...a.slice(a.length - end).map(kept),
  ];
}

const contextLines = 3;

/** Without the kept lines that are far from every change. */
function nearChanges(lines: readonly Line[]): readonly string[] {
  const near = new Set<number>();
  lines.forEach(({ mark }, index) => {
    if (mark === ' ') return;
    for (let i = index - contextLines; i <= index + contextLines; i++) near.add(i);
  });
  const shown: string[] = [];
  lines.forEach(({ mark, text }, index) => {
    if (near.has(index)) shown.push(`${mark} ${text}`.trimEnd());
    else if (near.has(index - 1) && index < lines.length - 1) shown.push('@@');
  });
  while (shown.at(-1) === '@@') shown.pop();
  return shown;
}

/** A Secret's values are never shown: of each it is said whether it is the one that the other side has. */
function hideSecret(shown: object, other: object, side: string): object {
  const entries = Object.entries(shown).map(([field, value]: [string, unknown]) => {
    if (!/data$/i.test(field) || !isFields(value)) return [field, value] as const;
    const hidden = Object.keys(value).map((key) => {
      const isKept = isEqual(value[key], at(other, field, key));
      return [key, isKept ? '*** (hidden)' : `*** (hidden, ${side})`] as const;
    });
    return [field, Object.fromEntries(hidden)] as const;
  });
  return Object.fromEntries(entries);
}

function linesOf(
  object: KubernetesObject | null,
  other: KubernetesObject | null,
  side: string,
): readonly string[] {
  if (object === null) return [];
  const whole = comparable(object);
  const shown =
    object.kind === 'Secret' ? hideSecret(whole, other === null ? {} : comparable(other), side) : whole;
  return stringify(shown, { sortMapEntries: true, lineWidth: 0 }).trimEnd().split('\n');
}

/**
 * What changes in one object, as a unified diff shows it: YAML with sorted keys, three lines around each change.
 * Empty where nothing that people compare does.
 */
export function diffObject(before: KubernetesObject | null, after: KubernetesObject | null): string {
  const object = after ?? before;
  if (object === null) return '';
  const shown = compareLines(linesOf(before, after, 'old value'), linesOf(after, before, 'new value'));
  const hasChanged = before === null || after === null || !isEqual(comparable(before), comparable(after));
  if (!hasChanged) return '';
  const title = `${object.kind}/${object.metadata.name}`;
  const head = [
    before === null ? '--- (none)' : `--- ${title}`,
    after === null ? '+++ (none)' : `+++ ${title}`,
  ];
  return [...head, ...nearChanges(shown)].join('\n');
}
