import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Wish } from '../../src/deployment/target.ts';
import { fakeManifest, fakePredictor, fakeRow } from './fakePredictor.ts';

/** How a file of this folder is run in a process of its own. */
export const runHere = (file: string): string[] => [
  process.execPath,
  '--import',
  import.meta.resolve('tsx'),
  fileURLToPath(new URL(file, import.meta.url)),
];

/** The body of a request that every fake service answers. */
export const fakeBody = JSON.stringify({ features: fakeRow });

/** The wish for a bundle below `root` whose service is `fakeServe.ts`; `fault` is what goes wrong with it there. */
export async function fakeWish(root: string, version: number, fault?: string): Promise<Wish> {
  const bundlePath = path.join(root, `bundle-${version}`);
  await mkdir(bundlePath, { recursive: true });
  const { scores } = fakePredictor().predictRows([fakeRow], () => '').answers[0]!;
  const golden = { backend: fakeManifest.backend, rows: [{ input: fakeRow, features: '', scores }] };
  await writeFile(path.join(bundlePath, 'golden.json'), JSON.stringify(golden));
  await writeFile(path.join(bundlePath, 'manifest.json'), JSON.stringify({ ...fakeManifest, fault }));
  return {
    name: 'churn',
    version,
    bundleDigest: path.basename(bundlePath),
    bundlePath,
    host: '127.0.0.1',
    port: 0,
    timeoutMs: 60_000,
    drainMs: 10_000,
    bodyLimitBytes: 1_000_000,
    processes: { workers: 1, gateway: false, durable: false },
    image: null,
  };
}
