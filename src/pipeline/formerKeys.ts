import { isKeys } from './jsonKeys.ts';

/** Keys that stood under `model` itself until families had sections of their own, and the section where they stand now. */
const sections: Readonly<Record<string, string>> = {
  epochs: 'mlp',
  max_row_visits: 'mlp',
  batch_size: 'mlp',
  learning_rate: 'mlp',
  weight_decay: 'mlp',
  patience: 'mlp',
  hidden: 'mlp',
  dropout: 'mlp',
};

/** Where a key of one name in `model` stands now: `epochs` → `mlp`. */
const sectionOf = (name: string): string | undefined =>
  Object.hasOwn(sections, name) ? sections[name] : undefined;

/** A key as it is written, by its members, as it is called now: `model.epochs` → `model.mlp.epochs`. */
export function presentMembers(members: readonly string[]): readonly string[] {
  const [first, name, ...rest] = members;
  const section = first === 'model' && name !== undefined ? sectionOf(name) : undefined;
  return name === undefined || section === undefined ? members : ['model', section, name, ...rest];
}

/** A key that a file has where it stood before. `read`: the file does not say it at its present place, too. */
export interface FormerKey {
  readonly name: string;
  readonly section: string;
  readonly read: boolean;
}

/** A section `model` with every key at its present place, and those that stood elsewhere. */
export function withPresentKeys(model: unknown): {
  readonly model: unknown;
  readonly former: readonly FormerKey[];
} {
  if (!isKeys(model)) return { model, former: [] };
  const now: Record<string, unknown> = { ...model };
  const former: FormerKey[] = [];
  for (const [name, value] of Object.entries(model)) {
    const section = sectionOf(name);
    if (section === undefined) continue;
    const own = now[section] ?? {};
    // What is wrong with the section itself is said by the schema.
    if (!isKeys(own)) continue;
    const read = own[name] === undefined;
    former.push({ name, section, read });
    now[section] = read ? { ...own, [name]: value } : own;
    Reflect.deleteProperty(now, name);
  }
  return { model: now, former };
}

const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;

/** What to say of such keys: where they are to be written. */
export function formerKeyNotices(former: readonly FormerKey[]): readonly string[] {
  const read = former.filter((key) => key.read);
  const other = former.filter((key) => !key.read);
  const [first] = read;
  const told = other.map(
    ({ name, section }) =>
      `model.${name} of the pipeline file is not read, for model.${section}.${name} says it: take it out.`,
  );
  if (first === undefined) return told;
  const names = listed(read.map(({ name }) => `model.${name}`));
  return [
    `${names} of the pipeline file ${read.length === 1 ? 'is a key' : 'are keys'} of model.${first.section} now, and ${read.length === 1 ? 'was' : 'were'} read as such: write \`${first.section}: { ${read.map(({ name }) => `${name}: …`).join(', ')} }\` under \`model:\`.`,
    ...told,
  ];
}
