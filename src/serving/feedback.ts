import { parseTime } from '../data/cells/times.ts';
import type { Manifest } from '../packaging/manifest.ts';
import type { RowIssue } from '../inference/prediction.ts';
import { isJsonObject } from './jsonText.ts';
import { badRequest, badRows, RequestProblem } from './problem.ts';

/** A label for a prediction or a row, as it came and was found good. */
export interface Feedback {
  /** Of a prediction, else of a row. */
  readonly id: string;
  readonly label: string | number;
  /** When the outcome was known, ms since 1970 UTC. */
  readonly time?: number;
}

const members = new Set(['id', 'label', 'time']);

const maxIdLength = 200;

function checkId(id: unknown): string | null {
  if (typeof id !== 'string') return 'expected the id of a prediction or of a row (a string)';
  if (id === '' || id.length > maxIdLength) return `expected an id of 1 to ${maxIdLength} characters`;
  return null;
}

/** The label in the task's terms: a class name (0 and true name the classes "0" and "true") or a number. */
function readLabel(
  label: unknown,
  outputs: readonly string[],
): { value: string | number } | { problem: string } {
  if (outputs.length === 0) {
    if (typeof label === 'number' && Number.isFinite(label)) return { value: label };
    return { problem: 'expected a finite number' };
  }
  const known = outputs.map((name) => `"${name}"`).join(', ');
  if (typeof label !== 'string' && typeof label !== 'number' && typeof label !== 'boolean')
    return { problem: `expected one of ${known}` };
  const name = String(label);
  if (outputs.includes(name)) return { value: name };
  return { problem: `expected one of ${known}, got ${JSON.stringify(name.slice(0, 40))}` };
}

function readTime(time: unknown): number | undefined | { problem: string } {
  if (time === undefined) return undefined;
  const at = typeof time === 'string' ? parseTime(time) : Number.NaN;
  return Number.isNaN(at) ? { problem: 'expected a time as ISO 8601 (2024-12-31T23:59:00Z)' } : at;
}

function checkMember(
  member: Readonly<Record<string, unknown>>,
  prefix: string,
  outputs: readonly string[],
  report: (issue: RowIssue) => void,
): Feedback | undefined {
  const issue = (key: string, message: string): void =>
    report({ path: `${prefix}/${key.slice(0, 40)}`, message });
  for (const key of Object.keys(member))
    if (!members.has(key)) issue(key, 'unknown field; expected "id", "label" and perhaps "time"');
  const { id } = member;
  const idProblem = checkId(id);
  if (idProblem !== null) issue('id', idProblem);
  const label = readLabel(member['label'], outputs);
  const time = readTime(member['time']);
  if (typeof time === 'object') issue('time', time.problem);
  if ('problem' in label) issue('label', label.problem);
  if (typeof id !== 'string' || 'problem' in label || typeof time === 'object') return undefined;
  return { id, label: label.value, ...(time === undefined ? {} : { time }) };
}

/**
 * The body of `POST /feedback`: one `{id, label, time?}` or a list of them. All are good or none is taken.
 *
 * @throws RequestProblem 400 with the place of each bad member, 413 for more than `maxRows`.
 */
export function parseFeedback(body: unknown, manifest: Manifest, maxRows: number): readonly Feedback[] {
  const list: readonly unknown[] | undefined = Array.isArray(body)
    ? body
    : isJsonObject(body)
      ? [body]
      : undefined;
  if (list === undefined) throw badRequest('Expected {"id": …, "label": …} or a list of them.');
  if (list.length > maxRows)
    throw new RequestProblem(413, `${list.length} labels in one request; at most ${maxRows} are allowed.`);
  const issues: RowIssue[] = [];
  const report = (issue: RowIssue): void => void issues.push(issue);
  const feedback = list.flatMap((member, index) => {
    const prefix = Array.isArray(body) ? `/${index}` : '';
    if (isJsonObject(member)) return checkMember(member, prefix, manifest.outputs, report) ?? [];
    report({ path: prefix, message: 'expected an object {"id": …, "label": …}' });
    return [];
  });
  if (issues.length > 0) throw badRows(issues);
  return feedback;
}
