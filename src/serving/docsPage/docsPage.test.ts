import { Script } from 'node:vm';
import { afterEach, describe, expect, it } from 'vitest';
import { fakePredictor } from '../../../test/system/fakePredictor.ts';
import { tokenHash } from '../access/access.ts';
import { createService } from '../service.ts';
import type { Service, ServiceOptions } from '../service.ts';

const services: Service[] = [];
afterEach(async () => {
  for (const service of services.splice(0)) await service.close();
});

async function start(options: Partial<ServiceOptions> = {}): Promise<string> {
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
  services.push(service);
  return (await service.listen({ host: '127.0.0.1', port: 0 })).url;
}

describe('the page for people', () => {
  it('comes whole from the service: nothing from elsewhere, nothing inline, nothing of the model', async () => {
    const tokens = [{ name: 'a', hash: tokenHash('one'), purposes: ['predict'] as const }];
    const url = await start({ access: { hosts: [], tokens } });
    const response = await fetch(`${url}/docs`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-security-policy')).toContain(
      "default-src 'none'; script-src 'self'",
    );
    const page = await response.text();
    expect(page).not.toMatch(/<script(?! src="docs\/)|<style|https?:|style=|\son\w+=/);
    expect(page).not.toContain('churn');
    for (const [, piece = ''] of page.matchAll(/(?:src|href)="(docs\/[^"]+)"/g)) {
      const got = await fetch(`${url}/${piece}`);
      expect(got.status).toBe(200);
      expect(got.headers.get('content-type')).toMatch(
        piece.endsWith('.js') ? /^text\/javascript/ : /^text\/css/,
      );
      expect(await got.text()).not.toMatch(/https?:|innerHTML|Storage|cookie/);
    }
  });

  it('is a program that can be read', async () => {
    const { pageScript } = await import('./script.ts');
    expect(() => new Script(pageScript)).not.toThrow();
  });

  it('is not there where it is switched off', async () => {
    const url = await start({ docs: false });
    expect((await fetch(`${url}/docs`)).status).toBe(404);
    expect((await fetch(`${url}/openapi.json`)).status).toBe(200);
  });
});

describe('the index of the repository', () => {
  it('names what is served, by both methods', async () => {
    const url = await start();
    const served = [{ name: 'churn', version: expect.any(String), state: 'READY', reason: '' }];
    expect(await (await fetch(`${url}/v2/repository/index`)).json()).toEqual(served);
    const post = (body: string): Promise<Response> =>
      fetch(`${url}/v2/repository/index`, {
        method: 'POST',
        ...(body === '' ? {} : { body, headers: { 'content-type': 'application/json' } }),
      });
    expect(await (await post('')).json()).toEqual(served);
    expect(await (await post('{"ready":true}')).json()).toEqual(served);
    expect((await post('{"ready":1}')).status).toBe(400);
    expect((await post('[]')).status).toBe(400);
  });
});
