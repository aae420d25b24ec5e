import type { Manifest } from '../packaging/manifest.ts';
import type { RowIssue } from '../inference/prediction.ts';
import { isJsonObject } from './jsonText.ts';
import { badRequest, badRows, RequestProblem } from './problem.ts';

/** A label for a prediction, as it came and was found good. */
export interface Feedback {
  readonly id: string;
  readonly label: string | number;
}

const maxIdLength = 200;

function checkId(id: unknown): string | null {
  if (typeof id !== 'string') return 'expected the id of a prediction (a string)';
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

/**
 * The body of `POST /feedback`: one `{id, label}` or a list of them. All are good or none is taken.
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
  const feedback: Feedback[] = [];
  list.forEach((member, index) => {
    const prefix = Array.isArray(body) ? `/${index}` : '';
    if (!isJsonObject(member)) {
      issues.push({ path: prefix, message: 'expected an object {"id": …, "label": …}' });
      return;
    }
    for (const key of Object.keys(member))
      if (key !== 'id' && key !== 'label')
        issues.push({
          path: `${prefix}/${key.slice(0, 40)}`,
          message: 'unknown field; expected "id" and "label"',
        });
    const idProblem = checkId(member['id']);
    if (idProblem !== null) issues.push({ path: `${prefix}/id`, message: idProblem });
    const label = readLabel(member['label'], manifest.outputs);
    if ('problem' in label) issues.push({ path: `${prefix}/label`, message: label.problem });
    else if (typeof member['id'] === 'string') feedback.push({ id: member['id'], label: label.value });
  });
  if (issues.length > 0) throw badRows(issues);
  return feedback;
}
