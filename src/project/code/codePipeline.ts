import { usageError } from '../../errors.ts';
import { compileCode } from '../../ownCode/compile.ts';
import { evaluate } from '../../ownCode/realm.ts';
import { displayPath } from '../../pipeline/loadText.ts';
import type { CodeReader } from '../../pipeline/code/readDocument.ts';

/** What JSON cannot hold would be left out without a word. */
function plainly(name: string): (key: string, value: unknown) => unknown {
  return (key, value) => {
    const isOdd =
      ['function', 'symbol', 'bigint'].includes(typeof value) ||
      (typeof value === 'number' && !Number.isFinite(value));
    if (!isOdd) return value;
    throw usageError({
      code: 'pipeline-invalid',
      message: `${name}: ${key === '' ? 'the default export' : `"${key}"`} is ${typeof value === 'number' ? String(value) : `a ${typeof value}`}, and a pipeline is plain data.`,
      hint: 'Write what stands in a YAML file: text, finite numbers, true, false, null, lists and objects.',
      at: { file: name },
    });
  };
}

/**
 * Reads pipelines in TypeScript: compiled and run in a realm of their own, as a team's own transforms are, so that a file says the
 * same today and in a year. What it gives crosses as JSON.
 *
 * @throws usage error where it cannot be compiled, fails, or exports no pipeline
 */
export function codeReader(root: string): CodeReader {
  return async (file) => {
    const name = displayPath(root, file);
    const { javascript } = await compileCode(root, [name]);
    const { exported } = evaluate(javascript, name);
    const { modules } = exported as {
      readonly modules: Readonly<Record<string, { readonly default?: unknown }>>;
    };
    const made = modules[name]?.default;
    if (typeof made === 'object' && made !== null)
      return JSON.parse(JSON.stringify(made, plainly(name))) as unknown;
    throw usageError({
      code: 'pipeline-invalid',
      message: `${name} exports no pipeline.`,
      hint: 'Write it as the default export: export default definePipeline({ … }).',
      at: { file: name },
    });
  };
}
