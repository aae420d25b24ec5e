import type { Node } from 'acorn';

/** Something in own code that makes it differ from call to call, or reach outside. */
export interface CodeProblem {
  /** As it stands in the code: `Math.random()`. */
  readonly excerpt: string;
  /** Its place in the code. */
  readonly start: number;
  readonly message: string;
}

const outside = 'own code reaches nothing outside of its row: no network, files, environment or timers';
const clock = 'the clock differs from call to call: take a time of the row';
const built = 'code is not made while it runs';

/** Names that nothing of the language has, or that differ from machine to machine. */
const names: ReadonlyMap<string, string> = new Map([
  ...['process', 'require', 'fetch', 'XMLHttpRequest', 'WebSocket', 'navigator', 'Deno', 'Bun'].map(
    (name) => [name, outside] as const,
  ),
  ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'requestAnimationFrame'].map(
    (name) => [name, outside] as const,
  ),
  ...['global', 'window', 'self', 'globalThis'].map(
    (name) => [name, 'nothing is kept from one row to the next'] as const,
  ),
  ...['eval', 'Function', 'WebAssembly'].map((name) => [name, built] as const),
  ['performance', clock],
  ['crypto', 'chance differs from call to call: derive what you need from the row'],
  ['console', 'own code prints nothing; `testTransform` runs it where you can'],
  ['Intl', 'what Intl says depends on the machine'],
  ...['SharedArrayBuffer', 'Atomics', 'WeakRef', 'FinalizationRegistry'].map(
    (name) => [name, 'it depends on what else runs'] as const,
  ),
]);

/** Members by the object's name, `*` for any. */
const members: ReadonlyMap<string, string> = new Map([
  ['Math.random', 'chance differs from call to call: derive what you need from the row'],
  ['Date.now', clock],
  ...['FullYear', 'Month', 'Date', 'Day', 'Hours', 'Minutes', 'Seconds', 'Milliseconds'].flatMap((part) =>
    ['get', 'set'].map(
      (way) => [`*.${way}${part}`, `local time depends on the machine: use ${way}UTC${part}`] as const,
    ),
  ),
  ['*.getTimezoneOffset', 'local time depends on the machine'],
  ...[
    'toLocaleString',
    'toLocaleDateString',
    'toLocaleTimeString',
    'localeCompare',
    'toLocaleUpperCase',
    'toLocaleLowerCase',
  ].map((name) => [`*.${name}`, 'what it says depends on the machine'] as const),
]);

type Fields = Readonly<Record<string, unknown>>;

const isNode = (value: unknown): value is Node & Fields =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

/** Every node with the one that holds it and under which key. */
function* nodes(
  root: Node,
): Generator<{ readonly node: Node & Fields; readonly parent: Fields; readonly key: string }> {
  const open: { node: Node & Fields; parent: Fields; key: string }[] = [];
  const push = (value: unknown, parent: Fields, key: string): void => {
    if (isNode(value)) open.push({ node: value, parent, key });
  };
  push(root, {}, '');
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    yield next;
    for (const [key, value] of Object.entries(next.node))
      if (Array.isArray(value)) for (const item of value) push(item, next.node, key);
      else push(value, next.node, key);
  }
}

/** Is an identifier there a name of its own, or a reference to what it names? */
function isReference(parent: Fields, key: string): boolean {
  if (key === 'property' || key === 'key')
    return parent['computed'] === true || (key === 'key' && parent['shorthand'] === true);
  return !(key === 'label' || key === 'local' || key === 'exported' || key === 'imported');
}

/** Patterns that give names their meaning. */
const binds = (parent: Fields, key: string): boolean =>
  (key === 'id' && parent['type'] !== 'AssignmentExpression') ||
  key === 'params' ||
  key === 'param' ||
  (key === 'local' && true);

/** Names that the code itself declares, wherever: a column may be called `process`. */
function declared(root: Node): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { node, parent, key } of nodes(root)) {
    if (!binds(parent, key)) continue;
    for (const { node: inner, parent: holder, key: under } of nodes(node))
      if (
        inner.type === 'Identifier' &&
        typeof inner['name'] === 'string' &&
        (under !== 'key' || holder['shorthand'] === true)
      )
        found.add(inner['name']);
  }
  return found;
}

function memberOf(node: Fields): readonly string[] {
  const { object, property, computed } = node;
  const name = isNode(property) ? (computed === true ? property['value'] : property['name']) : undefined;
  if (typeof name !== 'string') return [];
  const of = isNode(object) && object.type === 'Identifier' ? String(object['name']) : '';
  return [`${of}.${name}`, `*.${name}`];
}

function problemOf(
  node: Node & Fields,
  parent: Fields,
  key: string,
  own: ReadonlySet<string>,
): string | undefined {
  const nameOf = (value: unknown): string =>
    isNode(value) && value.type === 'Identifier' ? String(value['name']) : '';
  switch (node.type) {
    case 'Identifier': {
      const name = nameOf(node);
      return isReference(parent, key) && !own.has(name) ? names.get(name) : undefined;
    }
    case 'MemberExpression':
      return memberOf(node)
        .map((name) => members.get(name))
        .find((message) => message !== undefined);
    case 'ImportExpression':
    case 'ImportDeclaration':
    case 'MetaProperty':
      return node.type === 'MetaProperty' && node['meta'] !== undefined && nameOf(node['meta']) !== 'import'
        ? undefined
        : 'everything that own code uses is bundled with it: import it at the top';
    case 'NewExpression':
    case 'CallExpression': {
      const given = node['arguments'];
      const count = Array.isArray(given) ? given.length : 0;
      if (nameOf(node['callee']) !== 'Date' || own.has('Date')) return undefined;
      if (node.type === 'CallExpression' || count === 0) return clock;
      return count > 1 ? 'local time depends on the machine: use new Date(Date.UTC(…))' : undefined;
    }
    default:
      return undefined;
  }
}

/** What makes own code differ from call to call or reach outside, in the order of the code. */
export function lintCode(javascript: string, root: Node): readonly CodeProblem[] {
  const own = declared(root);
  const problems: CodeProblem[] = [];
  for (const { node, parent, key } of nodes(root)) {
    const message = problemOf(node, parent, key, own);
    if (message === undefined) continue;
    const excerpt = javascript.slice(node.start, Math.min(node.end, node.start + 60));
    problems.push({ excerpt, start: node.start, message });
  }
  return problems.sort((left, right) => left.start - right.start);
}
