import type { Embedded } from '../embedded.ts';

/** What a module exports, under the names that its runtime gives them. */
const exported = [
  'model',
  'predict',
  'predictMany',
  'selfTest',
  'RequestProblem',
  'fetch',
  'handler',
] as const;

/** JSON as an expression of JavaScript that may stand in a page: parsed, so that `__proto__` is a member like any other. */
const parsed = (value: unknown): string =>
  `JSON.parse(${JSON.stringify(JSON.stringify(value)).replaceAll('<', '\\u003c')})`;

/** A team's own code, in a function of its own: none of its names is one of the module. */
const codeText = (script: string): string => `const { modules } = (() => {
${script.trim()}
return ownCode;
})();
`;

/**
 * One ES module that is a whole model: what it carries, the runtime, and what it exports. It reads no file and asks no
 * network.
 *
 * @param runtime a script that leaves `aieng` with `open`
 * @param more what comes behind: a server, a check at once
 * @param ownCode a team's own code, a script that leaves `ownCode` with `modules`; null: there is none
 */
export function moduleText(
  embedded: Embedded,
  runtime: string,
  more: string,
  ownCode: string | null,
): string {
  const { manifest, digest, version } = embedded;
  const name = `${manifest.name}${version === null ? '' : `@${version}`}`;
  return `// ${name}, the model of bundle ${digest}, as one module. Written by \`aieng package\`; do not edit.
const embedded = ${parsed(embedded)};
${runtime.trim()}
${ownCode === null ? '' : codeText(ownCode)}const opened = aieng.open(embedded, { newId: () => crypto.randomUUID(), now: () => performance.now() }${ownCode === null ? '' : ', modules'});
export const { ${exported.join(', ')} } = opened;
export default { fetch };
${more}`;
}
