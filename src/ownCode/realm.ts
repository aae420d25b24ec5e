import { createContext, Script } from 'node:vm';
import { usageError } from '../errors.ts';

/** Code that was evaluated: what it exports, and how its functions are called. */
export interface Evaluated {
  readonly exported: unknown;
  /** Calls a function; one that does not end is ended. */
  readonly within: <Result>(call: () => Result) => Result;
}

/** After so long a call is ended. It bounds a loop that has no end; it measures nothing. */
const longestCallMs = 5_000;

/**
 * What own code finds in its own realm: the language, and nothing that differs from call to call, from machine to machine
 * or from one collection of garbage to the next. Times are UTC only. Then everything is frozen, so that no call leaves
 * something for the next in the language itself. It keeps honest code from being wrong; it is no sandbox.
 */
const prelude = `'use strict';
(() => {
  const no = (what, instead) => () => {
    throw new Error(what + ' differs from call to call or from machine to machine: ' + instead);
  };
  // Frozen, a method of these could not be given to an object of one's own.
  const open = new Set([Object.prototype, Function.prototype, Error.prototype]);
  for (const name of ['WebAssembly', 'SharedArrayBuffer', 'Atomics', 'Intl', 'WeakRef', 'FinalizationRegistry', 'console', 'eval', 'Function'])
    delete globalThis[name];
  Math.random = no('Math.random()', 'derive what you need from the row');
  const Plain = Date;
  const instant = /^[+-]?\\d{4,6}(-\\d\\d(-\\d\\d)?)?$|^[+-]?\\d{4,6}-\\d\\d-\\d\\dT[\\d:.]+(Z|[+-]\\d\\d:?\\d\\d)$/;
  const read = (value) => {
    if (typeof value === 'string' && !instant.test(value))
      throw new Error('Date of ' + JSON.stringify(value) + ' depends on the machine: write ISO 8601 with Z or an offset');
    return value;
  };
  const Utc = function (...given) {
    if (new.target === undefined || given.length === 0) no('The clock', 'take a time of the row')();
    if (given.length > 1) no('new Date(year, month, …) is local time, which', 'use new Date(Date.UTC(year, month, …))')();
    return Reflect.construct(Plain, [read(given[0])], new.target);
  };
  Utc.prototype = Plain.prototype;
  Utc.UTC = Plain.UTC;
  Utc.parse = (text) => Plain.parse(read(String(text)));
  Utc.now = no('Date.now()', 'take a time of the row');
  for (const name of Object.getOwnPropertyNames(Plain.prototype))
    if (/^(get|set)(?!UTC|Time$)|^toLocale|^to(Date|Time)?String$/.test(name))
      Plain.prototype[name] = no('Date.' + name + '() is local time, which', 'use the UTC form of it');
  Plain.prototype.constructor = Utc;
  globalThis.Date = Utc;
  String.prototype.localeCompare = no('localeCompare()', 'compare with < and >');
  for (const kind of [String, Number, Array, BigInt, Object])
    for (const name of Object.getOwnPropertyNames(kind.prototype))
      if (name.startsWith('toLocale')) kind.prototype[name] = no(name + '()', 'use the form without Locale');
  const seen = new Set();
  const freeze = (value) => {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) return;
    seen.add(value);
    for (const key of Reflect.ownKeys(value)) {
      const { value: held, get, set } = Object.getOwnPropertyDescriptor(value, key);
      for (const part of [held, get, set]) freeze(part);
    }
    freeze(Object.getPrototypeOf(value));
    if (open.has(value)) Object.seal(value);
    else Object.freeze(value);
  };
  for (const key of Reflect.ownKeys(globalThis)) if (key !== 'globalThis') freeze(globalThis[key]);
})();`;

let watched:
  { readonly call: Script; readonly context: object; readonly holder: { call: () => unknown } } | undefined;

/** A call that is ended after a while. Calls within calls are not: there are none. */
function within<Result>(call: () => Result): Result {
  if (watched === undefined) {
    const holder = { call: (): unknown => undefined };
    watched = { holder, context: createContext({ holder }), call: new Script('holder.call()') };
  }
  let result: { readonly value: Result } | undefined;
  watched.holder.call = () => {
    result = { value: call() };
  };
  try {
    watched.call.runInContext(watched.context, { timeout: longestCallMs });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT')
      throw new Error(`it did not end within ${longestCallMs / 1000} s`, { cause: error });
    throw error;
  }
  return result!.value;
}

/**
 * Evaluates a script in a realm of its own. Whether it may be is asked before.
 *
 * @param javascript defines `ownCode`
 * @throws usage error where it throws or does not end
 */
export function evaluate(javascript: string, name: string): Evaluated {
  const context = createContext({}, { name, codeGeneration: { strings: false, wasm: false } });
  new Script(prelude).runInContext(context);
  const script = `(() => { 'use strict';\n${javascript}\nreturn ownCode;\n})()`;
  try {
    const exported: unknown = new Script(script, { filename: name, lineOffset: -1 }).runInContext(context, {
      timeout: longestCallMs,
    });
    return { exported, within };
  } catch (error) {
    const says =
      typeof error === 'object' && error !== null && 'message' in error
        ? String(error.message)
        : String(error);
    throw usageError({
      code: 'code-failed',
      message: `${name} cannot be loaded: ${says.slice(0, 300)}.`,
      hint: 'Mend what runs when the module is loaded; see docs/transforms.md for what is not there.',
      cause: error,
    });
  }
}
