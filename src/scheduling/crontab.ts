import { usageError } from '../errors.ts';

/** Where a block stands in a crontab, as offsets into its text. */
interface Place {
  readonly start: number;
  /** Behind the newline of the last line. */
  readonly end: number;
}

const note = '(made by aieng schedule; change it with aieng schedule)';
/** Said in the first line where the text before had no newline at its end: taken away again with the block. */
const joined = '[a newline was added before]';

/** Our lines between their marks, as one text. */
export const blockText = (id: string, lines: readonly string[]): string =>
  [`# aieng:${id} begin ${note}`, ...lines, `# aieng:${id} end`].map((line) => `${line}\n`).join('');

function broken(id: string, why: string): Error {
  return usageError({
    code: 'crontab-block-broken',
    message: `The block of ${id} in the crontab was changed by hand: ${why}.`,
    hint: `Delete the lines between "# aieng:${id} begin" and "# aieng:${id} end" with \`crontab -e\`, then run this again.`,
  });
}

interface Line extends Place {
  readonly text: string;
}

function linesOf(crontab: string): readonly Line[] {
  const lines: Line[] = [];
  for (let start = 0; start < crontab.length;) {
    const newline = crontab.indexOf('\n', start);
    const end = newline < 0 ? crontab.length : newline + 1;
    lines.push({ start, end, text: crontab.slice(start, end).replace(/\r?\n$/, '') });
    start = end;
  }
  return lines;
}

function placeOf(crontab: string, id: string): Place | undefined {
  const lines = linesOf(crontab);
  const begins = lines.filter(
    ({ text }) => text === `# aieng:${id} begin` || text.startsWith(`# aieng:${id} begin `),
  );
  const ends = lines.filter(({ text }) => text.trimEnd() === `# aieng:${id} end`);
  const [begin] = begins;
  const [end] = ends;
  if (begin === undefined && end === undefined) return undefined;
  if (begin === undefined || end === undefined) throw broken(id, 'its first or its last line is gone');
  if (begins.length > 1 || ends.length > 1) throw broken(id, 'it stands there twice');
  if (end.start < begin.start) throw broken(id, 'it ends before it begins');
  return { start: begin.start, end: end.end };
}

/** The lines of a schedule in a crontab, or null. */
export function blockOf(crontab: string, id: string): string | null {
  const place = placeOf(crontab, id);
  return place === undefined ? null : crontab.slice(place.start, place.end).replace(` ${joined}`, '');
}

/** Ids of all blocks, whoever's. */
export const blockIds = (crontab: string): readonly string[] => [
  ...new Set(linesOf(crontab).flatMap(({ text }) => /^# aieng:(\S+) begin(?: |$)/.exec(text)?.[1] ?? [])),
];

/**
 * The crontab with this block (null: without it). All other lines keep every byte: line ends, a missing newline at the
 * end, order. The same block again changes nothing, and taking a block away undoes putting it there.
 */
export function withBlock(crontab: string, id: string, block: string | null): string {
  const place = placeOf(crontab, id);
  if (place === undefined) {
    if (block === null) return crontab;
    const isOpen = crontab !== '' && !crontab.endsWith('\n');
    return isOpen ? `${crontab}\n${block.replace(note, `${note} ${joined}`)}` : crontab + block;
  }
  const before = crontab.slice(0, place.start);
  const own = crontab.slice(place.start, place.end);
  const after = crontab.slice(place.end);
  const wasJoined = own.slice(0, own.indexOf('\n')).includes(joined);
  if (block !== null) return before + (wasJoined ? block.replace(note, `${note} ${joined}`) : block) + after;
  return (wasJoined && after === '' ? before.replace(/\n$/, '') : before) + after;
}
