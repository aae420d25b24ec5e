import { posix } from 'node:path';
import type { AiengError } from '../../../errors.ts';
import { dataError, usageError } from '../../../errors.ts';
import { nearest } from '../../../suggest.ts';
import type { RowsFile } from '../../source.ts';
import type { Zip } from '../compression/zip.ts';
import type { NumberStyle } from './styles.ts';
import { readStyles } from './styles.ts';
import { readXml } from './xml.ts';

/** A sheet of a workbook. */
export interface Sheet {
  readonly name: string;
  readonly hidden: boolean;
  /** Name of its part in the archive. */
  readonly part: string;
}

/** What a workbook says outside of its sheets. */
export interface Workbook {
  readonly sheets: readonly Sheet[];
  readonly styles: readonly NumberStyle[];
  /** Texts that cells name by number. */
  readonly texts: readonly string[];
  /** Days count from 1904 (old Macs) and not from 1900. */
  readonly from1904: boolean;
}

/** Texts of a workbook are held in memory; beyond this, it is no table that somebody typed. */
const mostCharacters = 256 << 20;

/** The error for a workbook that is not what its format wants. */
export function damagedWorkbook(
  { displayPath }: Pick<RowsFile, 'displayPath'>,
  problem: string,
  cause?: unknown,
): AiengError {
  return dataError({
    code: 'xlsx-damaged',
    message: `${displayPath}: expected an Excel workbook (.xlsx), but ${problem}.`,
    hint: 'Open it in Excel or LibreOffice and save it again as .xlsx, or export the sheet as CSV.',
    at: { file: displayPath },
    cause,
  });
}

/** The content of a part; nothing where there is none. */
export async function* partOf(zip: Zip, name: string): AsyncGenerator<Buffer, void, void> {
  const entry = zip.entries.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
  if (entry !== undefined) yield* zip.content(entry);
}

const hasPart = (zip: Zip, name: string): boolean =>
  zip.entries.some((entry) => entry.name.toLowerCase() === name.toLowerCase());

interface Relation {
  readonly id: string;
  /** The last word of what it is: `worksheet`, `styles`, `sharedStrings`, `officeDocument`. */
  readonly kind: string;
  readonly target: string;
}

/** What a part names: the parts are found by what they are for, whatever they are called. */
async function relationsOf(zip: Zip, part: string): Promise<readonly Relation[]> {
  const folder = posix.dirname(part);
  const relations: Relation[] = [];
  await (hasPart(zip, relationsPart(part))
    ? readXml(partOf(zip, relationsPart(part)), {
        open: (name, { Id: id = '', Type: type = '', Target: target = '' }) => {
          if (name !== 'Relationship') return;
          const path = target.startsWith('/') ? target.slice(1) : posix.join(folder, target);
          relations.push({ id, kind: type.slice(type.lastIndexOf('/') + 1), target: path });
        },
      })
    : undefined);
  return relations;
}

const relationsPart = (part: string): string =>
  posix.join(posix.dirname(part), '_rels', `${part === '' ? '' : posix.basename(part)}.rels`);

/** `_x000D_` is a character that XML cannot hold. */
const unescaped = (text: string): string =>
  text.replaceAll(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );

async function readTexts(zip: Zip, part: string, file: RowsFile): Promise<readonly string[]> {
  const texts: string[] = [];
  let [characters, text, inText, phonetic] = [0, '', false, false];
  await readXml(partOf(zip, part), {
    open: (name) => {
      if (name === 'si') text = '';
      // How a word is spoken stands beside it.
      if (name === 'rPh') phonetic = true;
      inText = name === 't' && !phonetic;
    },
    text: (piece) => {
      if (inText) text += piece;
    },
    close: (name) => {
      if (name === 'rPh') phonetic = false;
      inText = false;
      if (name !== 'si') return;
      texts.push(unescaped(text));
      characters += text.length;
      if (characters > mostCharacters)
        throw damagedWorkbook(file, 'its texts are longer than 256 million characters');
    },
  });
  return texts;
}

interface Outline {
  readonly sheets: readonly { readonly name: string; readonly hidden: boolean; readonly id: string }[];
  readonly from1904: boolean;
}

async function readOutline(zip: Zip, part: string): Promise<Outline> {
  const sheets: Outline['sheets'][number][] = [];
  let from1904 = false;
  await readXml(partOf(zip, part), {
    open: (name, attributes) => {
      if (name === 'workbookPr') from1904 = /^(?:1|true|on)$/.test(attributes['date1904'] ?? '');
      if (name !== 'sheet') return;
      const id = Object.entries(attributes).find(([key]) => /(?:^|:)id$/.test(key))?.[1] ?? '';
      sheets.push({
        name: attributes['name'] ?? '',
        hidden: (attributes['state'] ?? 'visible') !== 'visible',
        id,
      });
    },
  });
  return { sheets, from1904 };
}

/** Reads what a workbook says outside of its sheets. */
export async function readWorkbook(zip: Zip, file: RowsFile): Promise<Workbook> {
  const book =
    (await relationsOf(zip, '')).find(({ kind }) => kind === 'officeDocument')?.target ?? 'xl/workbook.xml';
  if (/\.bin$/i.test(book)) throw damagedWorkbook(file, 'it is a binary one (.xlsb)');
  if (!hasPart(zip, book)) throw damagedWorkbook(file, 'there is no workbook in it');
  const { sheets, from1904 } = await readOutline(zip, book);
  const relations = await relationsOf(zip, book);
  const target = (kind: string): string | undefined =>
    relations.find((relation) => relation.kind === kind)?.target;
  const worksheets = new Map(
    relations.filter(({ kind }) => kind === 'worksheet').map(({ id, target: part }) => [id, part]),
  );
  const [styles, texts] = [target('styles'), target('sharedStrings')];
  return {
    sheets: sheets.flatMap(({ name, hidden, id }) => {
      const part = worksheets.get(id);
      return part === undefined ? [] : [{ name, hidden, part }];
    }),
    styles: styles === undefined || !hasPart(zip, styles) ? [] : await readStyles(partOf(zip, styles)),
    texts: texts === undefined || !hasPart(zip, texts) ? [] : await readTexts(zip, texts, file),
    from1904,
  };
}

/**
 * The sheet that is declared, by its name or its number from 1.
 *
 * @throws usage error (exit 2) where there is none.
 */
export function declaredSheet(
  { sheets }: Workbook,
  wanted: string | number,
  { displayPath }: RowsFile,
): Sheet {
  const found =
    sheets.find(({ name }) => name === wanted) ??
    sheets[/^\d+$/.test(String(wanted)) ? Number(wanted) - 1 : -1];
  if (found !== undefined) return found;
  const names = sheets.map(({ name }) => name);
  const meant = typeof wanted === 'string' ? nearest(wanted, names) : undefined;
  const list = names
    .slice(0, 20)
    .map((name) => JSON.stringify(name))
    .join(', ');
  throw usageError({
    code: 'sheet-absent',
    message: `${displayPath} has no sheet ${typeof wanted === 'number' ? `number ${wanted}` : JSON.stringify(wanted)}; its sheets are ${list}.`,
    hint:
      meant === undefined
        ? 'Name one of them, or its number from 1.'
        : `Did you mean ${JSON.stringify(meant)}?`,
    at: { file: displayPath },
  });
}
