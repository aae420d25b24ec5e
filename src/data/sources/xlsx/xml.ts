import { StringDecoder } from 'node:string_decoder';
import { SaxesParser } from 'saxes';

/** Thrown for XML that is none, or that declares a document type; never leaves this folder. */
export class BadXml extends Error {}

/** What is heard of a document. Names come without their prefix. */
export interface XmlListener {
  open?(name: string, attributes: Readonly<Record<string, string>>): void;
  text?(text: string): void;
  close?(name: string): void;
}

const local = (name: string): string => name.slice(name.indexOf(':') + 1);

/**
 * Reads XML as it comes. A document type is refused: only with one can a few bytes of XML become gigabytes, or name a file
 * of the machine, and no workbook has one.
 *
 * @returns takes a chunk, or nothing at the end
 */
export function xmlReader(listener: XmlListener): (chunk?: Buffer) => void {
  const decoder = new StringDecoder('utf8');
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw new BadXml(error.message);
  });
  parser.on('doctype', () => {
    throw new BadXml('a document type');
  });
  parser.on('opentag', ({ name, attributes }) => listener.open?.(local(name), attributes));
  parser.on('text', (text) => listener.text?.(text));
  parser.on('cdata', (text) => listener.text?.(text));
  parser.on('closetag', ({ name }) => listener.close?.(local(name)));
  return (chunk) => {
    if (chunk === undefined) parser.write(decoder.end()).close();
    else parser.write(decoder.write(chunk));
  };
}

/** Reads a whole part of a workbook. */
export async function readXml(chunks: AsyncIterable<Buffer>, listener: XmlListener): Promise<void> {
  const read = xmlReader(listener);
  for await (const chunk of chunks) read(chunk);
  read();
}
