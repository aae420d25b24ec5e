import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { optionalPeer, optionalPeers } from './optionalPeer.ts';

const missing = (name: string): Promise<never> =>
  Promise.reject(
    Object.assign(new Error(`Cannot find package '${name}' imported from /app/dist/x.js`), {
      code: 'ERR_MODULE_NOT_FOUND',
    }),
  );

describe('an optional package', () => {
  it('is what was loaded where it is there', async () => {
    expect(await optionalPeer('a Kubernetes cluster', () => Promise.resolve(7))).toBe(7);
  });

  it('is asked for by name where it is not, with the line that installs it', async () => {
    await expect(
      optionalPeer('a Kubernetes cluster', () => missing('@kubernetes/client-node')),
    ).rejects.toMatchObject({
      code: 'package-missing',
      exitCode: 2,
      message:
        'For a Kubernetes cluster aieng needs the package @kubernetes/client-node, which is not installed here.',
      hint: 'Run `npm install @kubernetes/client-node@1.4.0 kubernetes-models@4.5.1`.',
    });
  });

  it('is not blamed for what another package lacks, or for a fault of its own', async () => {
    await expect(optionalPeer('a Kubernetes cluster', () => missing('left-pad'))).rejects.toThrow('left-pad');
    const broken = new Error('broken');
    await expect(optionalPeer('a Kubernetes cluster', () => Promise.reject(broken))).rejects.toBe(broken);
  });

  it('is a peer of this package, optional, in that version, and here for our own tests', () => {
    const { peerDependencies, peerDependenciesMeta, devDependencies, dependencies } = JSON.parse(
      readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
    );
    const named = Object.assign({}, ...Object.values(optionalPeers));
    expect(peerDependencies).toEqual(named);
    for (const name of Object.keys(named)) {
      expect(peerDependenciesMeta[name]).toEqual({ optional: true });
      expect([name, devDependencies[name], dependencies[name]]).toEqual([name, named[name], undefined]);
    }
  });
});
