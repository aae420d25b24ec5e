import { usageError } from '../../../../errors.ts';
import type { KubernetesSettings, Wish } from '../../../target.ts';
import { lasting, subjectOf } from './subject.ts';
import { usualPort } from './tlsSecret.ts';
import type { ManifestExtra } from './subject.ts';
import type { KubernetesObject } from '../object.ts';

const group = 'gateway.networking.k8s.io';
/**
 * How requests from outside come to the service: an HTTPRoute of the Gateway API, and where a second version runs in a
 * namespace of its own, its share of them by weight, with the grant by which the route may name it. None where the
 * settings name no gateway, nor in the second version's own tree.
 */
export function routeObjects(
  wish: Wish,
  settings: KubernetesSettings,
  extra: ManifestExtra,
): readonly KubernetesObject[] {
  const { route, tlsSecret } = settings;
  const beside = route?.canary ?? null;
  if (route === null || settings.namespace === beside?.namespace) return [];
  if (tlsSecret !== null)
    throw usageError({
      code: 'route-to-tls',
      message: `The Gateway ${route.gateway.name} sends plain HTTP to pods, and those of ${wish.name} are to speak TLS (deploy.kubernetes.tls_secret).`,
      hint: 'Take one of the two out: deploy.kubernetes.route.gateway, or deploy.kubernetes.tls_secret (the Gateway meets callers with a certificate of its own).',
    });
  const subject = subjectOf(wish, settings, extra);
  const metadata = lasting(subject);
  const port = usualPort(subject);
  const { name } = metadata;
  const others = beside === null ? [] : [{ name, namespace: beside.namespace, port, weight: beside.percent }];
  const backends = [{ name, port, weight: 100 - (beside?.percent ?? 0) }, ...others];
  const httpRoute: KubernetesObject = {
    apiVersion: `${group}/v1`,
    kind: 'HTTPRoute',
    metadata,
    spec: {
      parentRefs: [
        {
          name: route.gateway.name,
          ...(route.gateway.namespace === null ? {} : { namespace: route.gateway.namespace }),
        },
      ],
      ...(route.hosts.length === 0 ? {} : { hostnames: [...route.hosts] }),
      rules: [{ backendRefs: backends }],
    },
  };
  if (beside === null) return [httpRoute];
  const grant: KubernetesObject = {
    apiVersion: `${group}/v1beta1`,
    kind: 'ReferenceGrant',
    metadata: { ...metadata, namespace: beside.namespace },
    spec: {
      from: [{ group, kind: 'HTTPRoute', namespace: settings.namespace }],
      to: [{ group: '', kind: 'Service', name }],
    },
  };
  return [httpRoute, grant];
}
