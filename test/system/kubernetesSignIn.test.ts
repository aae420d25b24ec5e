import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startWorld, token } from './kubernetesApi/world.ts';
import type { World } from './kubernetesApi/world.ts';

// How the client proves who it is and whom it trusts: a kubeconfig as clusters give it, over TLS.
let world: World;
let server: Server;
let authority: string;

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** A self-signed certificate of 127.0.0.1. */
async function certify(name: string): Promise<{ key: string; cert: string }> {
  const { folder } = world.context;
  const [key, cert] = [join(folder, `${name}.key`), join(folder, `${name}.crt`)];
  const about = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2'];
  const how = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await execa('openssl', ['req', '-x509', ...how, '-keyout', key, '-out', cert, ...about]);
  return { key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') };
}

beforeEach(async () => {
  world = await startWorld();
  const { key, cert } = await certify('server');
  authority = cert;
  server = createServer({ key, cert }, world.api.listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await world.stop();
});

async function configure(cluster: object, user: object): Promise<void> {
  const address = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const config = {
    'current-context': 'test',
    clusters: [{ name: 'c', cluster: { server: address, ...cluster } }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'test', context: { cluster: 'c', user: 'u' } }],
  };
  await writeFile(world.kubeconfig, JSON.stringify(config));
}

const status = () => world.target.status('churn', world.context);
const helper = (script: string) => ({
  exec: { apiVersion: 'client.authentication.k8s.io/v1', command: process.execPath, args: ['-e', script] },
});

it('trusts the kubeconfig’s authority and no other', async () => {
  await configure({ 'certificate-authority-data': base64(authority) }, { token });
  expect((await status()).message).toBe('nothing is deployed in the namespace models');
  const asked = world.api.requests.length;
  const other = await certify('other');
  for (const cluster of [{ 'certificate-authority-data': base64(other.cert) }, {}]) {
    await configure(cluster, { token });
    await expect(status()).rejects.toMatchObject({
      code: 'cluster-unreachable',
      hint: expect.stringContaining('certificate authority'),
    });
  }
  // The token went to nobody whose certificate was not right.
  expect(world.api.requests).toHaveLength(asked);
});

it('asks a sign-in helper, and says what one that fails says, without secrets', async () => {
  const trusted = { 'certificate-authority-data': base64(authority) };
  const credential = {
    kind: 'ExecCredential',
    apiVersion: 'client.authentication.k8s.io/v1',
    status: { token },
  };
  await configure(trusted, helper(`console.log(${JSON.stringify(JSON.stringify(credential))})`));
  expect((await status()).state).toBe('stopped');
  await configure(trusted, helper('console.error("session is over, token=abc123 is old"); process.exit(3)'));
  await expect(status()).rejects.toMatchObject({
    code: 'cluster-credentials',
    exitCode: 2,
    message: 'The kubeconfig’s credentials cannot be used: session is over, token=*** is old',
  });
  await configure(trusted, helper('console.log("no JSON abc123")'));
  await expect(status()).rejects.toMatchObject({
    message: 'The kubeconfig’s credentials cannot be used: the sign-in helper printed no JSON',
  });
  await configure(trusted, { exec: { apiVersion: 'x', command: 'no-such-helper-at-all' } });
  await expect(status()).rejects.toMatchObject({ code: 'cluster-credentials' });
});

it('sends no credentials over plain http that the kubeconfig did not allow', async () => {
  const config = JSON.parse(await readFile(world.kubeconfig, 'utf8'));
  delete config.clusters[0].cluster['insecure-skip-tls-verify'];
  await writeFile(world.kubeconfig, JSON.stringify(config));
  await expect(status()).rejects.toMatchObject({ code: 'cluster-not-https', exitCode: 2 });
  expect(world.api.requests).toEqual([]);
});
