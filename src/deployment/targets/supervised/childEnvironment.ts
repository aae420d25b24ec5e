/** What a process needs to find programs, its home and its time zone. Nothing else is handed down: no credentials. */
const handedDown = [
  'PATH',
  'HOME',
  'USER',
  'LANG',
  'LC_ALL',
  'TZ',
  'TMPDIR',
  'TEMP',
  'TMP',
  'SystemRoot',
  'ComSpec',
];

type Variables = Readonly<Record<string, string | undefined>>;

/** The environment of supervisors and backends: a short list of names, so that no secret of the caller reaches them. */
export function childEnvironment(variables: Variables): Record<string, string> {
  const entries: (readonly [string, string])[] = [];
  for (const name of handedDown) {
    const value = variables[name];
    if (value !== undefined) entries.push([name, value]);
  }
  return Object.fromEntries(entries);
}

/** A line of a process as a message may repeat it: without passwords in addresses, and short. */
export function redact(line: string): string {
  return line
    .replaceAll(/(\w+:\/\/)[^/\s:@]*:[^/\s@]*@/g, '$1***@')
    .replaceAll(/((?:password|passwd|secret|token|api[-_]?key)["']?\s*[=:]\s*)\S+/gi, '$1***')
    .slice(0, 500);
}
