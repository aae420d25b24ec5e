const width = 110;

function oneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(oneLine).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(
    ([name, member]) => `${JSON.stringify(name)}: ${oneLine(member)}`,
  );
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

/** @param taken Characters of the line before the value; @param after Characters after it (a comma). */
function lines(value: unknown, indent: string, taken: number, after: number, open: boolean): string {
  const flat = oneLine(value);
  const isNested = typeof value === 'object' && value !== null;
  if (!isNested || (!open && indent.length + taken + flat.length + after <= width)) return flat;
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    const items = value.map((item, i) => inner + lines(item, inner, 0, i < value.length - 1 ? 1 : 0, false));
    return `[\n${items.join(',\n')}\n${indent}]`;
  }
  const entries: [string, unknown][] = Object.entries(value);
  const members = entries.map(([name, member], i) => {
    const key = `${JSON.stringify(name)}: `;
    const comma = i < entries.length - 1 ? 1 : 0;
    return inner + key + lines(member, inner, key.length, comma, open && name === 'properties');
  });
  return members.length === 0 ? '{}' : `{\n${members.join(',\n')}\n${indent}}`;
}

/**
 * JSON for people: what fits stays on one line (so a column of a row schema is one line to read and one line of a
 * diff), the top and its `properties` are always open. Ends with a line break.
 */
export function jsonText(value: unknown): string {
  return `${lines(value, '', 0, 0, true)}\n`;
}
