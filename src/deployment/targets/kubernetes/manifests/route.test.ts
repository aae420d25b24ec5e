import { describe, expect, it } from 'vitest';
import { checkManifests } from '../check/checkManifests.ts';
import { extra, settings, wish } from '../testing.fixture.ts';
import { manifests } from './manifests.ts';
import { routeObjects } from './route.ts';

const route = {
  gateway: { name: 'web', namespace: 'infra' },
  hosts: ['churn.example.com', '*.shop.example.com'],
  canary: { namespace: 'churn-canary', percent: 10 },
} as const;
const objectsOf = (changes: Partial<typeof settings>): ReturnType<typeof routeObjects> =>
  routeObjects(wish, { ...settings, ...changes }, extra);

describe('the route of requests from outside', () => {
  it('shares them out by weight, and may name the other namespace', async () => {
    const [httpRoute, grant] = objectsOf({ route });
    expect(httpRoute).toMatchObject({
      kind: 'HTTPRoute',
      metadata: { name: 'churn', namespace: 'models' },
      spec: {
        parentRefs: [{ name: 'web', namespace: 'infra' }],
        hostnames: ['churn.example.com', '*.shop.example.com'],
        rules: [
          {
            backendRefs: [
              { name: 'churn', port: 80, weight: 90 },
              { name: 'churn', namespace: 'churn-canary', port: 80, weight: 10 },
            ],
          },
        ],
      },
    });
    expect(grant).toMatchObject({
      kind: 'ReferenceGrant',
      metadata: { namespace: 'churn-canary' },
      spec: { from: [{ namespace: 'models' }], to: [{ group: '', kind: 'Service', name: 'churn' }] },
    });
    await checkManifests([...manifests(wish, settings, extra), ...objectsOf({ route })]);
  });

  it('is none without a gateway, nor where the second version itself runs', () => {
    expect(objectsOf({})).toEqual([]);
    expect(objectsOf({ route, namespace: 'churn-canary' })).toEqual([]);
  });

  it('leads to one version where there is one', async () => {
    const alone = objectsOf({
      route: { gateway: { name: 'web', namespace: null }, hosts: [], canary: null },
    });
    expect(alone).toMatchObject([
      { spec: { parentRefs: [{ name: 'web' }], rules: [{ backendRefs: [{ weight: 100 }] }] } },
    ]);
    expect(alone[0]).not.toHaveProperty('spec.hostnames');
    await checkManifests(alone);
  });

  it('does not lead to pods that speak TLS, which a Gateway asks in plain words', () => {
    expect(() => objectsOf({ route, tlsSecret: 'churn-tls' })).toThrow(
      expect.objectContaining({ code: 'route-to-tls', exitCode: 2 }),
    );
    expect(objectsOf({ tlsSecret: 'churn-tls' })).toEqual([]);
  });

  it.each([
    ['a host with a port', { ...route, hosts: ['churn.example.com:8080'] }],
    ['an address', { ...route, hosts: ['10.0.0.1'] }],
    ['a share beyond the whole', { ...route, canary: { namespace: 'other', percent: 101 } }],
    ['a namespace that can be none', { ...route, canary: { namespace: 'Other', percent: 1 } }],
  ])('is checked: %s', async (_name, wrong) => {
    await expect(checkManifests(objectsOf({ route: wrong }))).rejects.toMatchObject({
      code: 'manifest-invalid',
    });
  });
});
