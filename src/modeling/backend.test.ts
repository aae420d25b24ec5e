import { describe, expect, it } from 'vitest';
import { loadBackend } from './backend.ts';

const listeners = (): number =>
  process.listenerCount('uncaughtException') + process.listenerCount('unhandledRejection');

describe('loadBackend', () => {
  it('loads once, leaves no listeners for uncaught errors, and is what auto then gives', async () => {
    const before = listeners();
    const [first, second] = await Promise.all([loadBackend('wasm'), loadBackend('wasm')]);
    expect(second).toBe(first);
    expect(listeners()).toBe(before);
    expect(await loadBackend('auto')).toBe(first);
    expect(first.backend.version).toMatch(/^tfjs-backend-wasm \d+\.\d+\.\d+$/);
    expect(first.tf.getBackend()).toBe('wasm');
  });

  it('gives native where it works, else says what to do', async () => {
    const outcome = await loadBackend('native').catch((error: unknown) => error);
    if (outcome instanceof Error)
      expect(outcome).toMatchObject({
        code: 'backend-not-available',
        exitCode: 2,
        hint: expect.stringMatching(/auto/),
      });
    else expect(outcome).toMatchObject({ backend: { name: 'native' } });
  });
});
