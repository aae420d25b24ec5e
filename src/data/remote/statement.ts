/** What of a text of SQL is no code: quoted names and words, comments. */
const opaque = [
  /'(?:[^']|'')*'/y,
  /"(?:[^"]|"")*"/y,
  /`(?:[^`]|``)*`/y,
  /\$([A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$[\s\S]*?\$\1\$/y,
  /--[^\n]*/y,
  /\/\*[\s\S]*?\*\//y,
];

/** Where the code of a statement has a `;`, −1 = nowhere; and where its last character that means something ends. */
function scan(sql: string): { readonly semicolon: number; readonly end: number } {
  let [semicolon, end] = [-1, 0];
  for (let at = 0; at < sql.length;) {
    let length = 1;
    let comment = false;
    for (const pattern of opaque) {
      pattern.lastIndex = at;
      const found = pattern.exec(sql)?.[0];
      if (found === undefined) continue;
      length = found.length;
      comment = found.startsWith('--') || found.startsWith('/*');
      break;
    }
    if (length === 1 && sql[at] === ';' && semicolon === -1) semicolon = at;
    else if (!comment && !/\s/.test(sql[at]!) && sql[at] !== ';') end = at + length;
    at += length;
  }
  return { semicolon, end };
}

/**
 * The one statement of a text, without the `;` that may end it; undefined where there is none, or more than one. What the
 * statement does is for the server to judge: it is run in a transaction that can only read.
 *
 * @example oneStatement("select ';' from t; -- all") === "select ';' from t"
 */
export function oneStatement(sql: string): string | undefined {
  const { semicolon, end } = scan(sql);
  if (end === 0 || (semicolon !== -1 && semicolon < end)) return undefined;
  // What stands behind it is left as it is: a comment of one server is code of another.
  return semicolon === -1 ? sql : sql.slice(0, semicolon);
}

/** A name in double quotes, or in the quotes of MySQL; `schema.table` is two names. */
export const quotedName = (name: string, quote: '"' | '`'): string =>
  quote + name.replaceAll(quote, quote + quote) + quote;

/** A table as it is asked for: `sales.orders` is the table orders of the schema sales. */
export const tableName = (table: string, quote: '"' | '`'): string =>
  table
    .split('.')
    .map((part) => quotedName(part, quote))
    .join('.');
