#!/usr/bin/env node
// `node scripts/kernel.mjs`: compiles the kernels (kernel/*.ts, AssemblyScript) into modules of src/data/kernel that hold
// their bytes, and so into the digest of every stage that uses them. `--check` writes nothing, and exits 1 where what stands there is not what the sources give.
import { Buffer } from 'node:buffer';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const target = join(root, 'src', 'data', 'kernel', 'csvKernelBytes.ts');

/** @returns {Promise<string>} the module that holds the compiled kernel */
async function compiled() {
  const { default: asc } = await import('assemblyscript/asc');
  /** @type {Uint8Array | undefined} */
  let bytes;
  const options = [
    '-O3',
    '--converge',
    '--runtime',
    'stub',
    '--noAssert',
    '--importMemory',
    '--noExportMemory',
  ];
  const { error, stderr } = await asc.main(
    ['csv.ts', '--baseDir', join(root, 'kernel'), '-o', 'csv.wasm', ...options],
    {
      writeFile: (_name, contents) => {
        bytes = contents;
      },
    },
  );
  if (error !== null || bytes === undefined)
    throw new Error(`kernel/csv.ts: ${stderr.toString()}`, { cause: error });
  return `/** The kernel of \`kernel/csv.ts\`, compiled by \`node scripts/kernel.mjs\`, in base64. */
export const csvKernelBytes =
  '${Buffer.from(bytes).toString('base64')}';
`;
}

const text = await compiled();
if (!process.argv.includes('--check')) writeFileSync(target, text);
else if (readFileSync(target, 'utf8') !== text) {
  console.error(
    'src/data/kernel/csvKernelBytes.ts is not what kernel/csv.ts gives: run `node scripts/kernel.mjs`.',
  );
  process.exit(1);
}
