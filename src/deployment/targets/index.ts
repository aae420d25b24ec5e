import type { Target } from '../target.ts';
import { container } from './container.ts';
import { createKubernetesTarget } from './kubernetes.ts';
import { checkManifests } from './kubernetes/check/checkManifests.ts';
import { clusterObjects, renderCluster } from './kubernetes/files/clusterFiles.ts';
import { local } from './local.ts';

/** Every place where a bundle can run. */
export const targets: readonly Target[] = [
  local,
  container,
  createKubernetesTarget({ manifests: clusterObjects, check: checkManifests, render: renderCluster }),
];
