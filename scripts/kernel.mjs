#!/usr/bin/env node
// `node scripts/kernel.mjs`: compiles the kernels (kernel/*.ts, AssemblyScript) into modules that hold their bytes, and so
// into the digest of every stage that uses them. `--check` writes nothing, and exits 1 where what stands there is not what
// the sources give.
import { Buffer } from 'node:buffer';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** Each kernel with the module that holds it. Memory that threads share has to say how large it may become. */
const kernels = [
  { source: 'csv.ts', module: 'src/data/kernel/csvKernelBytes.ts', name: 'csvKernelBytes', options: [] },
  {
    source: 'nets.ts',
    module: 'src/modeling/networks/kernel/netKernelBytes.ts',
    name: 'netKernelBytes',
    options: ['--enable', 'simd'],
  },
  {
    source: 'trees.ts',
    module: 'src/modeling/families/gbdt/kernel/treeKernelBytes.ts',
    name: 'treeKernelBytes',
    options: [
      ...['--enable', 'simd', '--enable', 'threads', '--sharedMemory'],
      ...['--initialMemory', '1', '--maximumMemory', '65536'],
    ],
  },
];

/** @param {typeof kernels[number]} kernel @returns {Promise<string>} the module that holds the compiled kernel */
async function compiled({ source, name, options }) {
  const { default: asc } = await import('assemblyscript/asc');
  /** @type {Uint8Array | undefined} */
  let bytes;
  const common = [
    '-O3',
    '--converge',
    '--runtime',
    'stub',
    '--noAssert',
    '--importMemory',
    '--noExportMemory',
  ];
  const { error, stderr } = await asc.main(
    [source, '--baseDir', join(root, 'kernel'), '-o', 'kernel.wasm', ...common, ...options],
    {
      writeFile: (_name, contents) => {
        bytes = contents;
      },
    },
  );
  if (error !== null || bytes === undefined)
    throw new Error(`kernel/${source}: ${stderr.toString()}`, { cause: error });
  return `/** The kernel of \`kernel/${source}\`, compiled by \`node scripts/kernel.mjs\`, in base64. */
export const ${name} =
  '${Buffer.from(bytes).toString('base64')}';
`;
}

for (const kernel of kernels) {
  const text = await compiled(kernel);
  const target = join(root, kernel.module);
  if (!process.argv.includes('--check')) writeFileSync(target, text);
  else if (!existsSync(target) || readFileSync(target, 'utf8') !== text) {
    console.error(
      `${kernel.module} is not what kernel/${kernel.source} gives: run \`node scripts/kernel.mjs\`.`,
    );
    process.exitCode = 1;
  }
}
