import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { fakePredictor } from '../../../test/system/fakePredictor.ts';
import { hostOfSocket } from '../../serviceAddress.ts';
import { createService } from '../service.ts';
import type { Service, ServiceOptions } from '../service.ts';
import { heldSockets } from '../workers/heldSocket.ts';
import { localhost, renewed } from './certificates.fixture.ts';
import { createHttpServer } from './httpServer.ts';
import { certificateWarning, checkCertificate, followRenewal, readTls } from './tls.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function folder(): string {
  const made = mkdtempSync(path.join(tmpdir(), 'aieng-tls-'));
  cleanups.push(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

function write(at: string, { cert, key }: typeof localhost): { certificate: string; key: string } {
  const files = { certificate: path.join(at, 'a.pem'), key: path.join(at, 'a.key') };
  writeFileSync(files.certificate, cert);
  writeFileSync(files.key, key, { mode: 0o600 });
  return files;
}

async function start(options: Partial<ServiceOptions> = {}): Promise<Service> {
  const service = await createService({
    predictor: fakePredictor(),
    checkGolden: () => [],
    log: null,
    clock: () => 1,
    elapsed: () => performance.now(),
    newId: () => 'id',
    softwareVersion: 'test',
    ...options,
  });
  cleanups.push(() => service.close());
  return service;
}

type Asked = Parameters<typeof httpsRequest>[1];

function ask(options: NonNullable<Asked>): Promise<string> {
  const send = options.ca === undefined ? httpRequest : httpsRequest;
  return new Promise((resolve) => {
    send({ path: '/health/ready', agent: false, ...options }, (answer) => {
      answer.resume();
      answer.on('end', () => resolve(String(answer.statusCode)));
    })
      .on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
      .end();
  });
}

const day = 86_400_000;

describe('certificate files', () => {
  it('are read where they belong together and the key is private', async () => {
    const files = write(folder(), localhost);
    expect((await readTls(files)).cert.toString()).toBe(localhost.cert);
    chmodSync(files.key, 0o644);
    await expect(readTls(files)).rejects.toMatchObject({ code: 'tls-key-open', exitCode: 2 });
    chmodSync(files.key, 0o600);
    writeFileSync(files.key, renewed.key);
    await expect(readTls(files)).rejects.toMatchObject({ code: 'tls-key-of-another' });
    writeFileSync(files.key, 'x');
    await expect(readTls(files)).rejects.toMatchObject({ code: 'tls-key-invalid' });
    writeFileSync(files.certificate, 'x');
    writeFileSync(files.key, renewed.key);
    await expect(readTls(files)).rejects.toMatchObject({ code: 'tls-certificate-invalid' });
    await expect(readTls({ ...files, certificate: '/nowhere/x.pem' })).rejects.toMatchObject({
      code: 'tls-file-unreadable',
    });
  });

  it('never say what stands in the key', async () => {
    const files = write(folder(), { ...localhost, key: 'geheim' });
    const error: unknown = await readTls(files).catch((thrown: unknown) => thrown);
    expect(JSON.stringify(error) + String(error)).not.toContain('geheim');
  });

  it('are refused when they are over, not yet good, or of other names; warned of 14 days before', async () => {
    const tls = await readTls(write(folder(), localhost));
    const end = Date.parse('2126-11-06');
    const now = Date.parse('2030-01-01');
    const codeAt = (names: readonly string[], at: number): string => {
      try {
        checkCertificate(tls, names, at);
        return 'good';
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    expect(codeAt([], now)).toBe('good');
    expect(codeAt(['localhost', 'a.models.example', '*.models.example'], now)).toBe('good');
    expect(codeAt(['localhost', 'api.example'], now)).toBe('tls-certificate-of-other-names');
    expect(codeAt(['*.example'], now)).toBe('tls-certificate-of-other-names');
    expect(codeAt([], end + 2 * day)).toBe('tls-certificate-expired');
    expect(codeAt([], Date.parse('2020-01-01'))).toBe('tls-certificate-not-yet');
    expect(certificateWarning(tls, end - 16 * day)).toBeNull();
    expect(certificateWarning(tls, end - 10 * day)).toMatch(/ends on 2126-11-0\d \(in \d+ days\)/);
    expect(certificateWarning(tls, end + 3 * day)).toContain('is over since 2126-11-0');
  });

  it('are taken anew without a restart; a pair that is no good is told and left', async () => {
    const files = write(folder(), localhost);
    const problems: string[] = [];
    const tls = await readTls(files);
    const server = createHttpServer({}, { tls, onTlsProblem: () => undefined }, (_asked, answer) => {
      answer.end();
    });
    if (!('setSecureContext' in server)) throw new TypeError('this speaks no TLS');
    followRenewal(server, tls, (message) => problems.push(message), 5);
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    cleanups.push(() => server.close());
    const at = server.address();
    const port = typeof at === 'object' && at !== null ? at.port : 0;
    const by = (ca: string): Promise<string> => ask({ host: '127.0.0.1', port, ca });
    expect([await by(localhost.cert), await by(renewed.cert)]).toEqual([
      '200',
      expect.stringMatching(/SELF_SIGNED|SIGNATURE/),
    ]);
    writeFileSync(files.certificate, renewed.cert);
    await expect.poll(() => problems, { timeout: 10_000 }).toHaveLength(1);
    expect(problems[0]).toMatch(/does not belong to .* goes on being used/);
    expect(await by(localhost.cert)).toBe('200');
    writeFileSync(files.key, renewed.key);
    await expect.poll(() => by(renewed.cert), { timeout: 10_000 }).toBe('200');
    expect(problems).toHaveLength(1);
  });
});

describe('a service that speaks TLS', () => {
  it('answers by its certificate, and nothing in plain', async () => {
    const tls = await readTls(write(folder(), localhost));
    const service = await start({ tls });
    const { url, port } = await service.listen({ host: '127.0.0.1', port: 0 });
    expect(url).toBe(`https://127.0.0.1:${port}`);
    expect(await ask({ host: '127.0.0.1', port, ca: localhost.cert })).toBe('200');
    expect(await ask({ host: '127.0.0.1', port })).not.toBe('200');
  });

  it('says that its port is taken', async () => {
    const tls = await readTls(write(folder(), localhost));
    const { port } = await (await start({ tls })).listen({ host: '127.0.0.1', port: 0 });
    const second = (await start({ tls })).listen({ host: '127.0.0.1', port });
    await expect(second).rejects.toMatchObject({ code: 'port-in-use' });
  });
});

describe('a socket of the file system', () => {
  it('is answered, for its owner alone, and is gone after', async () => {
    const file = path.join(folder(), 'churn.sock');
    const service = await start();
    const { url } = await service.listen({ host: hostOfSocket(file), port: 0 });
    expect(url).toBe(`unix:${file}`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await ask({ socketPath: file, headers: { host: 'localhost' } })).toBe('200');
    await service.close();
    expect(statSync(file, { throwIfNoEntry: false })).toBeUndefined();
  });

  it('replaces one that was left behind, and nothing else', async () => {
    const at = folder();
    const file = path.join(at, 'churn.sock');
    const hold = (name = file): Promise<{ close: () => void }> =>
      heldSockets.hold({ host: hostOfSocket(name), port: 0 });
    // Bound and never listened to: what is left of a process that was killed.
    await hold();
    const service = await start();
    await service.listen({ host: hostOfSocket(file), port: 0 });
    await expect(hold()).rejects.toMatchObject({ code: 'socket-in-use', exitCode: 2 });
    expect(await ask({ socketPath: file })).toBe('200');

    const other = path.join(at, 'notes.txt');
    writeFileSync(other, 'mine');
    await expect(hold(other)).rejects.toMatchObject({ code: 'socket-path-taken' });
    await expect(hold(path.join(at, 'no/x.sock'))).rejects.toMatchObject({ code: 'socket-not-possible' });
    await expect(hold(`/${'x'.repeat(90)}`)).rejects.toMatchObject({ code: 'socket-path-long' });
  });

  it('that somebody else has put in its place is left', async () => {
    const file = path.join(folder(), 'churn.sock');
    const held = await heldSockets.hold({ host: hostOfSocket(file), port: 0 });
    rmSync(file);
    const server = createServer();
    await new Promise<void>((resolve) => void server.listen(file, resolve));
    cleanups.push(() => server.close());
    held.close();
    expect(statSync(file).isSocket()).toBe(true);
  });
});
