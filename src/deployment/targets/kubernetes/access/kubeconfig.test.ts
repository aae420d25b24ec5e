import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AiengError } from '../../../../errors.ts';
import { loadKubeconfig } from './kubeconfig.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aieng-kubeconfig-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function put(name: string, text: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, text);
  return file;
}

const config = (context: string, server: string, current = context): string => `
current-context: ${current}
clusters: [{name: c, cluster: {server: "${server}"}}]
users: [{name: u, user: {token: very-secret-token}}]
contexts: [{name: ${context}, context: {cluster: c, user: u}}]
`;

async function refused(
  variables: Record<string, string>,
  context: string | null = null,
): Promise<AiengError> {
  const error: unknown = await loadKubeconfig(variables, context).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AiengError)) throw new Error('not refused');
  expect(error.exitCode).toBe(2);
  expect(`${error.message} ${error.hint} ${String(error.cause)}`).not.toContain('very-secret');
  return error;
}

it('takes the current context, or the one that is asked for', async () => {
  const one = await put('one', config('staging', 'https://one'));
  expect((await loadKubeconfig({ KUBECONFIG: one }, null)).getCurrentCluster()?.server).toBe('https://one');
  const two = await put(
    'two',
    config('prod', 'https://two').replaceAll('name: c', 'name: c2').replace('cluster: c,', 'cluster: c2,'),
  );
  const both = { KUBECONFIG: [join(folder, 'missing'), one, two].join(delimiter) };
  expect((await loadKubeconfig(both, null)).getCurrentContext()).toBe('staging');
  expect((await loadKubeconfig(both, 'prod')).getCurrentCluster()?.server).toBe('https://two');
});

it('lets the first file win where two name the same, as kubectl does', async () => {
  const files = [await put('one', config('x', 'https://one')), await put('two', config('x', 'https://two'))];
  expect((await loadKubeconfig({ KUBECONFIG: files.join(delimiter) }, 'x')).getCurrentCluster()?.server).toBe(
    'https://one',
  );
});

describe('refuses, without quoting the file', () => {
  it.each([
    ['no YAML', 'users: [{name: u, user: {token: very-secret-token'],
    ['no kubeconfig', '- very-secret-token'],
    ['nothing', ''],
    ['a cluster without a server', 'clusters: [{name: c, cluster: {very-secret: 1}}]'],
  ])('%s', async (_what, text) => {
    const file = await put('config', text);
    expect((await refused({ KUBECONFIG: file })).message).toMatch(/is none|no current context/);
  });

  it('a context that is not there, with the nearest name', async () => {
    const KUBECONFIG = await put('config', config('staging', 'https://one'));
    expect((await refused({ KUBECONFIG }, 'stagin')).hint).toBe(
      'Did you mean staging? (`aieng deploy --context staging`)',
    );
    expect((await refused({ KUBECONFIG }, 'else')).message).toBe(
      'The kubeconfig has no context else; it has staging.',
    );
  });

  it('none at all', async () => {
    expect((await refused({ HOME: folder })).code).toBe('kubeconfig-missing');
    expect((await refused({})).code).toBe('kubeconfig-missing');
    expect((await refused({ KUBECONFIG: folder })).message).toContain('EISDIR');
  });
});
