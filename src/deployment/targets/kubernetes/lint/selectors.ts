import { field, recordAt } from '../fields.ts';
import { selects } from './objectSet.ts';
import type { Fault, Rule } from './rule.ts';

const version = 'app.kubernetes.io/version';

const deploymentSelector: Rule = {
  name: 'deployment-selector',
  check: ({ workloads }) =>
    workloads
      .filter(({ object }) => object.kind === 'Deployment')
      .filter(
        ({ object, labels }) =>
          Object.keys(recordAt(object.spec, 'selector')).length === 0 ||
          !selects(field(object.spec, 'selector'), labels),
      )
      .map(({ object }) => ({
        object,
        path: '/spec/selector',
        message: 'selects none of its own pods: the API refuses it',
        fix: 'Give the pod template the labels that the selector asks for.',
      })),
};

const stableSelector: Rule = {
  name: 'selector-version',
  check: ({ objects }) =>
    objects
      .flatMap((object) => [
        {
          object,
          path: '/spec/selector/matchLabels',
          labels: recordAt(object.spec, 'selector', 'matchLabels'),
        },
        { object, path: '/spec/selector', labels: recordAt(object.spec, 'selector') },
        {
          object,
          path: '/spec/podSelector/matchLabels',
          labels: recordAt(object.spec, 'podSelector', 'matchLabels'),
        },
      ])
      .filter(({ labels }) => Object.hasOwn(labels, version))
      .map(({ object, path }) => ({
        object,
        path,
        message:
          'selects one version: a Deployment cannot change it, and a Service would drop the pods of the other',
        fix: `Take ${version} out of the selector.`,
      })),
};

/** What is to pick pods, and picks none of those that are applied with it. */
const picksNothing = (
  name: string,
  kind: string,
  path: string,
  selectorOf: (spec: Parameters<typeof field>[0]) => Parameters<typeof selects>[0],
): Rule => ({
  name,
  check: ({ ofKind, workloads }): readonly Fault[] =>
    ofKind(kind)
      .filter((object) => !workloads.some(({ labels }) => selects(selectorOf(object.spec), labels)))
      .map((object) => ({
        object,
        path,
        message: 'selects no pod of these objects',
        fix: 'Use the labels of the pod template.',
      })),
});

const serviceMonitorSelector: Rule = {
  name: 'service-monitor-selector',
  check: ({ ofKind }) =>
    ofKind('ServiceMonitor')
      .filter(
        (object) =>
          !ofKind('Service').some(({ metadata }) =>
            selects(field(object.spec, 'selector'), recordAt(metadata, 'labels')),
          ),
      )
      .map((object) => ({
        object,
        path: '/spec/selector',
        message: 'selects no Service of these objects',
        fix: 'Use the labels of the Service.',
      })),
};

export const selectorRules: readonly Rule[] = [
  deploymentSelector,
  stableSelector,
  picksNothing('service-selector', 'Service', '/spec/selector', (spec) => ({
    matchLabels: recordAt(spec, 'selector'),
  })),
  picksNothing('pdb-selector', 'PodDisruptionBudget', '/spec/selector', (spec) => field(spec, 'selector')),
  serviceMonitorSelector,
];
