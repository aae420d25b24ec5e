import { canonicalJson } from '../../digest.ts';
import { usageError } from '../../errors.ts';
import type { AiengError } from '../../errors.ts';
import { presentMembers } from '../formerKeys.ts';
import { parseDocumentText } from '../document.ts';
import { isKeys } from '../jsonKeys.ts';
import type { Problem } from '../problems.ts';
import { gotText, pointerOf, valueAt } from '../problems.ts';
import type { Override } from './override.ts';

/**
 * Sections that a run may set otherwise: what the model is and how it is judged. Which rows they are, what is
 * deployed and how it is watched stand in the file alone: those who read it must be able to rely on it.
 */
const settable: readonly string[] = ['evaluation', 'features', 'model', 'split'];
const example = 'for example: --set model.seed=2';

/** One `--set key=value`, read. */
export interface Setting {
  /** As it was given. */
  readonly text: string;
  readonly key: string;
  readonly members: readonly string[];
  readonly value: unknown;
}

const refused = (text: string, message: string, hint: string): AiengError =>
  usageError({ code: 'set-invalid', message: `--set ${text}: ${message}.`, hint });

/** Members of a key: dots between them, names that hold a dot in double quotes. */
function membersOfKey(key: string): readonly string[] | null {
  const parts = /^(?:"[^"]+"|[^".=]+)(?:\.(?:"[^"]+"|[^".=]+))*$/.test(key)
    ? key.match(/"[^"]+"|[^".]+/g)
    : null;
  return parts?.map((part) => part.replaceAll('"', '').trim()) ?? null;
}

/** Where the value begins: the first `=` that is not within quotes. */
const signOf = (text: string): number => /^(?:"[^"]*"|[^"=])*=/.exec(text)?.[0].length ?? 0;

/**
 * Reads `key=value`: the value is YAML, as it would stand in the file (`63`, `[64, 64]`, `{tenure: 1}`).
 *
 * @throws usage error `set-invalid` for what is no setting, or one of a section that the file alone says.
 */
export async function readSetting(text: string): Promise<Setting> {
  const sign = signOf(text);
  if (sign === 0) throw refused(text, 'there is no "=" between key and value', `Write key=value, ${example}`);
  const key = text.slice(0, sign - 1).trim();
  const written = membersOfKey(key);
  const members = written === null ? null : presentMembers(written);
  const [section] = members ?? [];
  if (members === null || section === undefined || members.includes('__proto__'))
    throw refused(text, `${gotText(key)} is no key`, `Write the keys with dots between them, ${example}`);
  if (!settable.includes(section))
    throw refused(
      text,
      `${section} cannot be set for one run; ${settable.join(', ')} can`,
      `Change ${key} in the pipeline file.`,
    );
  if (members.length === 1)
    throw refused(text, `${section} is a section`, `Set one of its keys, as ${section}.<key>=<value>.`);
  const parsed = await parseDocumentText(text.slice(sign));
  if (!parsed.ok)
    throw refused(
      text,
      `the value is ${parsed.problems[0]?.message ?? 'no YAML'}`,
      'Write the value as in the pipeline file, in quotes of the shell where it has blanks or brackets.',
    );
  return { text, key: members.map(quoted).join('.'), members, value: parsed.document.value };
}

const quoted = (member: string): string => (member.includes('.') ? `"${member}"` : member);

const pointerTo = (members: readonly string[]): string => members.reduce(pointerOf, '');

/** @throws usage error `set-twice` where two settings are of one key. */
export function refuseRepeats(settings: readonly Setting[]): void {
  const keys = settings.map(({ key }) => key);
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice === undefined) return;
  throw usageError({
    code: 'set-twice',
    message: `${twice} is set twice: ${settings
      .filter(({ key }) => key === twice)
      .map(({ text }) => text)
      .join(' and ')}.`,
    hint: 'Leave one of them out.',
  });
}

function setMember(value: unknown, setting: Setting, depth: number): unknown {
  const [member, ...rest] = setting.members.slice(depth);
  if (member === undefined) return setting.value;
  const keys = value ?? {};
  // The one section that has a word of its own: `features: auto`.
  const inside = depth === 1 && keys === 'auto' ? { auto: true } : keys;
  if (!isKeys(inside)) {
    const parent = setting.members.slice(0, depth).map(quoted).join('.');
    throw refused(
      setting.text,
      `${parent} is ${gotText(value)}, which has no key ${rest.length === 0 ? member : setting.members.slice(depth).join('.')}`,
      `Set it as a whole: --set ${parent}=<value>.`,
    );
  }
  const set = setMember(inside[member], setting, depth + 1);
  return Object.fromEntries([...Object.entries(inside).filter(([name]) => name !== member), [member, set]]);
}

/** A pipeline as it is written with some keys set otherwise, one after the other. */
export const withSettings = (written: unknown, settings: readonly Setting[]): unknown =>
  settings.reduce<unknown>((value, setting) => setMember(value, setting, 0), written);

/** Does a problem stand at what was set, or within it? */
const concerns = ({ members }: Setting, { pointer }: Problem): boolean => {
  const own = pointerTo(members);
  return pointer === own || pointer.startsWith(`${own}/`);
};

/** What is wrong with settings of a pipeline that is right without them: each problem beside the flag that made it. */
export function settingsInvalid(
  settings: readonly Setting[],
  problems: readonly Problem[],
  checked: unknown,
): AiengError {
  const all = settings.map(({ text }) => `--set ${text}`).join(' ');
  const lines = problems.map((one) => {
    const flag = settings.find((setting) => concerns(setting, one));
    return `${flag === undefined ? all : `--set ${flag.text}`}: ${one.message}`;
  });
  const [first] = problems;
  const flag = settings.find((setting) => first !== undefined && concerns(setting, first)) ?? settings[0]!;
  const now = valueAt(checked, pointerTo(flag.members));
  const typo = first?.hint.startsWith('Did you mean') === true;
  const hint =
    first?.on === 'key' || typo || now === undefined
      ? (first?.hint ?? '')
      : `Give it a value that fits, or leave it out: in the pipeline file ${flag.key} is ${JSON.stringify(now)}.`;
  return usageError({ code: 'set-invalid', message: [...new Set(lines)].join('\n'), hint });
}

/**
 * What settings changed, from the long forms without and with them. A setting to what the file says anyway is none.
 */
export function overridesOf(
  settings: readonly Setting[],
  before: unknown,
  after: unknown,
): readonly Override[] {
  return settings.flatMap(({ key, members }) => {
    const pointer = pointerTo(members);
    const [instead, value] = [valueAt(before, pointer) ?? null, valueAt(after, pointer) ?? null];
    return canonicalJson(instead) === canonicalJson(value) ? [] : [{ key, value, instead }];
  });
}
