import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Wish } from '../../target.ts';
import { composeOf, composeText } from './compose.ts';

const settings = { engine: 'auto', memoryMb: 512, cpus: 0.5, pids: 100 } as const;
const wish: Wish = {
  name: 'churn',
  version: 3,
  bundleDigest: 'b3',
  bundlePath: '/b',
  host: '127.0.0.1',
  port: 8080,
  timeoutMs: 30_000,
  drainMs: 10_000,
  bodyLimitBytes: 1_000_000,
  processes: { workers: 1, gateway: false, durable: false },
  image: {
    reference: 'churn:3',
    digest: 'sha256:d',
    configDigest: 'sha256:c',
    archive: '/x.tar',
    pullReference: 'r.example/churn@sha256:d',
  },
};

describe('compose.yaml', () => {
  it('is read back as what was meant', async () => {
    expect(parse(await composeText(wish, settings))).toEqual(composeOf(wish, settings));
  });

  it('runs the image by digest, as a user without privileges, within limits', () => {
    expect(composeOf(wish, settings)).toMatchObject({
      name: 'aieng-churn',
      services: {
        churn: {
          image: 'r.example/churn@sha256:d',
          user: '10001:10001',
          read_only: true,
          cap_drop: ['ALL'],
          security_opt: ['no-new-privileges:true'],
          mem_limit: '512m',
          memswap_limit: '512m',
          cpus: 0.5,
          pids_limit: 100,
          deploy: { resources: { limits: { cpus: '0.5', memory: '512m', pids: 100 } } },
          ports: ['127.0.0.1:8080:8080'],
          volumes: ['data:/var/lib/aieng'],
          restart: 'unless-stopped',
          stop_grace_period: '10s',
        },
      },
      volumes: { data: {} },
    });
  });

  it.each([
    [{ ...wish, host: '::1', port: 80 }, '[::1]:80:8080'],
    [{ ...wish, host: '0.0.0.0', port: 0 }, '0.0.0.0::8080'],
  ])('publishes the address', async (at, port) => {
    expect(parse(await composeText(at, settings)).services.churn.ports).toEqual([port]);
  });

  it('names the image where it is in no registry', async () => {
    const image = { ...wish.image!, pullReference: null };
    expect(parse(await composeText({ ...wish, image }, settings)).services.churn.image).toBe('churn:3');
  });

  it('has no dollar that Compose would replace', async () => {
    const text = await composeText({ ...wish, bundleDigest: '${HOME} $x' }, settings);
    expect(text.match(/\$+/g)).toEqual(['$$', '$$']);
  });
});
