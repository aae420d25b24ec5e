/** A sample's name, its labels where it has any, and the rest of the line. */
const sample = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?( .*)$/;

const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"');

/** The series name without what a histogram or summary adds, so that all of one metric stand together. */
const familyOf = (name: string, known: ReadonlySet<string>): string => {
  const bare = name.replace(/_(bucket|sum|count)$/, '');
  return known.has(bare) ? bare : name;
};

/**
 * The figures of several services of one process as one text of Prometheus: each series says whose it is by the label
 * `pipeline`. What is of the process is the same of all, and comes from the first.
 */
export function figuresOf(texts: readonly (readonly [name: string, text: string])[]): string {
  const families = new Map<string, { readonly comments: string[]; readonly samples: string[] }>();
  const known = new Set<string>();
  const family = (name: string): { readonly comments: string[]; readonly samples: string[] } => {
    const found = families.get(name) ?? { comments: [], samples: [] };
    families.set(name, found);
    return found;
  };
  texts.forEach(([pipeline, text], index) => {
    for (const line of text.split('\n')) {
      const [, about] = /^# (?:HELP|TYPE) (\S+) /.exec(line) ?? [];
      if (about !== undefined) {
        known.add(about);
        if (index === 0 || !family(about).comments.includes(line)) family(about).comments.push(line);
        continue;
      }
      const [, name, labels = '', rest = ''] = sample.exec(line) ?? [];
      if (name === undefined) continue;
      const { samples } = family(familyOf(name, known));
      if (/^(process|nodejs)_/.test(name)) {
        if (index === 0) samples.push(line);
        continue;
      }
      const own = `pipeline="${escaped(pipeline)}"`;
      samples.push(`${name}{${labels === '' ? own : `${own},${labels}`}}${rest}`);
    }
  });
  return [...families.values()]
    .flatMap(({ comments, samples }) => [...comments, ...samples])
    .map((line) => `${line}\n`)
    .join('');
}
