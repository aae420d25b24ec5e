import { readXml } from './xml.ts';

/** How the number of a cell is shown: as itself, as a day or an instant, or as a time of day. */
export type NumberStyle = 'number' | 'time' | 'clock';

/** Formats that every workbook has without saying so (ECMA-376, 18.8.30), East Asian dates among them. */
function builtIn(id: number): NumberStyle {
  if ((id >= 14 && id <= 17) || id === 22 || (id >= 27 && id <= 31) || id === 36 || (id >= 50 && id <= 58))
    return 'time';
  return (id >= 18 && id <= 21) || (id >= 32 && id <= 35) || id === 45 || id === 47 ? 'clock' : 'number';
}

/** What a format code shows: `dd.mm.yyyy hh:mm` an instant, `h:mm` a time of day, `[h]:mm` and `0.00` a number. */
export function styleOf(code: string): NumberStyle {
  const bare = (code.split(';')[0] ?? '').replaceAll(/"[^"]*"|\\.|_.|\*./g, '').toLowerCase();
  if (/\[(?:h+|m+|s+)\]/.test(bare)) return 'number';
  const plain = bare.replaceAll(/\[[^\]]*\]/g, '').replaceAll(/general|am\/pm|a\/p/g, '');
  if (/[0#?]/.test(plain.replaceAll(/\.0+/g, ''))) return 'number';
  if (/[yd]/.test(plain)) return 'time';
  if (/[hs]/.test(plain)) return 'clock';
  return plain.includes('m') ? 'time' : 'number';
}

/** The style of each number by the `s` of its cell. */
export async function readStyles(chunks: AsyncIterable<Buffer>): Promise<readonly NumberStyle[]> {
  const codes = new Map<number, string>();
  const styles: NumberStyle[] = [];
  let inCells = false;
  await readXml(chunks, {
    open: (name, attributes) => {
      if (name === 'numFmt') codes.set(Number(attributes['numFmtId']), attributes['formatCode'] ?? '');
      if (name === 'cellXfs') inCells = true;
      if (name !== 'xf' || !inCells) return;
      const id = Number(attributes['numFmtId'] ?? 0);
      const code = codes.get(id);
      styles.push(code === undefined ? builtIn(id) : styleOf(code));
    },
    close: (name) => {
      if (name === 'cellXfs') inCells = false;
    },
  });
  return styles;
}
