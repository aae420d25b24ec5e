import type { Answered, Answers, ServedModel } from '../answering.ts';

/** Of models that are served, which are few. */
const models = new WeakMap<ServedModel, string>();

function modelText(model: ServedModel): string {
  let text = models.get(model);
  if (text === undefined) models.set(model, (text = JSON.stringify(model)));
  return text;
}

/** As JSON has them: what is no number is null. */
const numberText = (value: number): string => (Number.isFinite(value) ? String(value) : 'null');

const valueText = (value: string | number): string =>
  typeof value === 'number' ? numberText(value) : JSON.stringify(value);

function byClass(probabilities: Readonly<Record<string, number>>): string {
  let text = '';
  for (const name in probabilities)
    text += `${text === '' ? '' : ','}${JSON.stringify(name)}:${numberText(probabilities[name] ?? Number.NaN)}`;
  return `{${text}}`;
}

/** One answer without its last brace. */
function openAnswer({ id, prediction, probabilities, prediction_interval, explanation }: Answered): string {
  const begin = `{"id":${JSON.stringify(id)},"prediction":${valueText(prediction)}`;
  const chances = probabilities === undefined ? '' : `,"probabilities":${byClass(probabilities)}`;
  const interval =
    prediction_interval === undefined ? '' : `,"prediction_interval":${JSON.stringify(prediction_interval)}`;
  const because = explanation === undefined ? '' : `,"explanation":${JSON.stringify(explanation)}`;
  return begin + chances + interval + because;
}

/**
 * The body of a reply of `POST /predict`: of one row its answer, else `predictions`. It is the text that `JSON.stringify`
 * gives, written for one shape: of what a row costs, the general writer took as much as the model.
 *
 * @param single One row was asked about, and not a list of one.
 */
export function writeAnswers({ model, rows }: Answers, single: boolean): string {
  const end = `"status":"success","model":${modelText(model)}}`;
  const [first] = rows;
  if (single && first !== undefined) return `${openAnswer(first)},${end}`;
  return `{"predictions":[${rows.map((row) => `${openAnswer(row)}}`).join(',')}],${end}`;
}
