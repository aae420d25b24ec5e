import { describe, expect, it } from 'vitest';
import { checkManifests } from './checkManifests.ts';
import { broken, everything, kserve } from '../lint/breaking.fixture.ts';

describe('the check of manifests', () => {
  it('passes what is good', async () => {
    await checkManifests(everything);
    await checkManifests(kserve);
  });

  it('lists what is wrong in one error', async () => {
    await expect(
      checkManifests(broken(everything, 'Deployment/churn', '/spec/replica', 1)),
    ).rejects.toMatchObject({
      code: 'manifest-invalid',
      exitCode: 2,
      message: expect.stringContaining('Deployment/churn /spec/replica: is unknown'),
    });
    await expect(
      checkManifests(broken(everything, 'Deployment/churn', '/spec/replicas', 1)),
    ).rejects.toMatchObject({
      code: 'manifest-invalid',
      message: expect.stringContaining('(hpa-fixed-replicas)'),
      hint: 'Leave replicas out.',
    });
  });
});
