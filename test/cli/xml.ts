/** One element of an XML document, with its text in the clear. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

interface Open {
  readonly name: string;
  readonly attributes: Record<string, string>;
  readonly children: XmlElement[];
  text: string;
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function resolved(text: string): string {
  if (/[<]/.test(text)) throw new Error(`a bare < in ${text}`);
  return text.replaceAll(/&([^;&]*);?/g, (whole, word: string) => {
    const known = whole.endsWith(';') ? named[word] : undefined;
    const code = /^#(\d+)$/.exec(word)?.[1];
    const value = known ?? (code === undefined ? undefined : String.fromCodePoint(Number(code)));
    if (value === undefined) throw new Error(`not an entity: ${whole}`);
    return value;
  });
}

function attributesOf(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  const rest = text.replaceAll(/\s+([A-Za-z_][\w.:-]*)="([^"]*)"/g, (_whole, name: string, value: string) => {
    if (name in values) throw new Error(`twice: ${name}`);
    values[name] = resolved(value);
    return '';
  });
  if (rest.trim() !== '') throw new Error(`not attributes: ${rest}`);
  return values;
}

/**
 * Reads the part of XML 1.0 that the reports use: declaration, elements, attributes in double quotes, text, the five
 * entities and decimal references. Whatever else stands there is not well-formed, and thrown.
 */
export function parseXml(document: string): XmlElement {
  const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';
  if (!document.startsWith(declaration)) throw new Error('no declaration');
  // Production [2] of XML 1.0: what may stand in a document at all.
  if (/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u.test(document))
    throw new Error('a character that XML does not have');
  const root: Open = { name: '', attributes: {}, children: [], text: '' };
  const open: Open[] = [root];
  const token = /<(\/?)([A-Za-z_][\w.:-]*)((?:\s+[\w.:-]+="[^"]*")*)\s*(\/?)>|([^<]+)/gy;
  token.lastIndex = declaration.length;
  while (token.lastIndex < document.length) {
    const at = token.lastIndex;
    const match = token.exec(document);
    if (match === null) throw new Error(`not well-formed at ${document.slice(at, at + 40)}`);
    const [, closing, name = '', attributes = '', alone, text] = match;
    const top = open.at(-1)!;
    if (text !== undefined) top.text += resolved(text);
    else if (closing === '/') {
      if (top.name !== name || open.length === 1) throw new Error(`</${name}> closes ${top.name}`);
      open.pop();
    } else {
      const element: Open = { name, attributes: attributesOf(attributes), children: [], text: '' };
      top.children.push(element);
      if (alone !== '/') open.push(element);
    }
  }
  if (open.length !== 1 || root.children.length !== 1 || root.text.trim() !== '')
    throw new Error('not one closed element');
  return root.children[0]!;
}

/** Test cases of a JUnit report, checked: every suite counts right, every case has a name of its own. */
export function junitCases(document: string): readonly XmlElement[] {
  const suites = parseXml(document);
  if (suites.name !== 'testsuites') throw new Error(`root is ${suites.name}`);
  return suites.children.flatMap((suite) => {
    if (suite.name !== 'testsuite') throw new Error(`a suite is ${suite.name}`);
    const cases = suite.children.filter(({ name }) => name === 'testcase');
    const having = (kind: string): number =>
      cases.filter(({ children }) => children.some(({ name }) => name === kind)).length;
    const counted = { tests: cases.length, failures: having('failure'), errors: having('error') };
    for (const [what, number] of Object.entries({ ...counted, skipped: having('skipped') }))
      if (suite.attributes[what] !== String(number))
        throw new Error(`${what}="${suite.attributes[what] ?? ''}", but there are ${number}`);
    for (const [what, number] of Object.entries(counted))
      if (suites.attributes[what] !== String(number)) throw new Error(`testsuites: ${what} is wrong`);
    const names = cases.map(
      ({ attributes }) => `${attributes['classname'] ?? ''} ${attributes['name'] ?? ''}`,
    );
    if (new Set(names).size !== names.length) throw new Error('two cases of one name');
    return cases;
  });
}
