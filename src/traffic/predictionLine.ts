import type { PredictionRecord } from './record.ts';

/** Words whose texts are kept: those of categories come again and again. */
const mostKeptWords = 4096;

/** Makes the lines of one log. */
export type PredictionLines = (record: PredictionRecord) => string;

/**
 * Lines of predictions, with their line feed: what `JSON.stringify` writes of each record. The cells of one bundle have
 * the same names in the same order, so that nearly all of a line is known before: what stands between the cells is made once.
 */
export function predictionLines(): PredictionLines {
  const words = new Map<string, string>();
  const textOf = (value: string | number | null): string => {
    if (typeof value === 'number') return Number.isFinite(value) ? String(value) : 'null';
    if (value === null) return 'null';
    const known = words.get(value);
    if (known !== undefined) return known;
    const text = JSON.stringify(value);
    if (words.size < mostKeptWords && value.length <= 64) words.set(value, text);
    return text;
  };
  let names: readonly string[] = [];
  /** `{"id":`, the id, … in turn; joined, they are a line. */
  let pieces: string[] = [];
  let bundle = '';

  const learn = (record: PredictionRecord): void => {
    bundle = record.bundle;
    names = Object.keys(record.features);
    pieces = ['{"id":', '', ',"rowId":', '', ',"at":', '', ',"version":', ''];
    pieces.push(`,"bundle":${JSON.stringify(bundle)},"features":{`, '');
    for (const [at, name] of names.entries())
      pieces.push(`${at === 0 ? '' : ','}${JSON.stringify(name)}:`, '');
    pieces.push('},"prediction":', '', ',"scores":[', '', ']}\n');
  };
  /** Puts the cells into their places; false where they have other names than those before. */
  const place = ({ features }: PredictionRecord): boolean => {
    let at = 0;
    for (const name in features) {
      if (name !== names[at]) return false;
      pieces[11 + 2 * at] = textOf(features[name] ?? null);
      at += 1;
    }
    return at === names.length;
  };
  return (record) => {
    if (record.bundle !== bundle || !place(record)) {
      learn(record);
      place(record);
    }
    const { scores } = record;
    let listed = '';
    for (let at = 0; at < scores.length; at += 1)
      listed += (at === 0 ? '' : ',') + textOf(scores[at] ?? null);
    const after = 11 + 2 * names.length;
    pieces[1] = JSON.stringify(record.id);
    pieces[3] = JSON.stringify(record.rowId);
    pieces[5] = textOf(record.at);
    pieces[7] = textOf(record.version);
    pieces[after] = textOf(record.prediction);
    pieces[after + 2] = listed;
    // Joined and not added up: a sum of many texts stays a tree of them until it is written.
    return pieces.join('');
  };
}
