import type { Json } from '../../../../digest.ts';
import { field, isRecord, listAt, numberAt, pointerTo, recordAt, textAt } from '../fields.ts';
import type { Container, ObjectSet, Workload } from './objectSet.ts';
import { selects } from './objectSet.ts';
import type { Fault, Rule } from './rule.ts';

const portsOf = ({ containers }: Workload): readonly Json[] =>
  containers.filter((one) => !one.isFirst).flatMap(({ json }) => listAt(json, 'ports'));

const isOpen = (ports: readonly Json[], asked: Json | undefined): boolean =>
  ports.some((port) => field(port, typeof asked === 'string' ? 'name' : 'containerPort') === asked);

const targetPort: Rule = {
  name: 'service-target-port',
  check: ({ ofKind, workloads }) =>
    ofKind('Service').flatMap((object) => {
      const matchLabels = recordAt(object.spec, 'selector');
      const picked = workloads.filter(({ labels }) => selects({ matchLabels }, labels));
      return listAt(object.spec, 'ports').flatMap((port, index): readonly Fault[] => {
        const asked = field(port, 'targetPort') ?? field(port, 'port');
        const closed = picked.find((one) => !isOpen(portsOf(one), asked));
        if (closed === undefined) return [];
        return [
          {
            object,
            path: `/spec/ports/${index}/targetPort`,
            message: `sends to port ${String(textAt(asked) ?? numberAt(asked) ?? '?')}, which no container of ${closed.object.kind}/${closed.object.metadata.name} has`,
            fix: 'Name a port of the container.',
          },
        ];
      });
    }),
};

const isPortName = (name: string): boolean =>
  name.length <= 15 && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) && /[a-z]/.test(name);

const containersOf = ({ workloads }: ObjectSet): readonly (Container & { readonly workload: Workload })[] =>
  workloads.flatMap((workload) => workload.containers.map((one) => ({ ...one, workload })));

const portName: Rule = {
  name: 'port-name',
  check: (set) =>
    containersOf(set).flatMap(({ json, path, workload }) =>
      listAt(json, 'ports').flatMap((port, index) => {
        const name = textAt(port, 'name');
        if (name === undefined || isPortName(name)) return [];
        return [
          {
            object: workload.object,
            path: `${path}/ports/${index}/name`,
            message: `"${name}" is no name of a port: up to 15 lower-case letters, digits and single "-", one letter at least`,
            fix: 'Shorten it, e.g. http.',
          },
        ];
      }),
    ),
};

const portCollision: Rule = {
  name: 'port-collision',
  check: ({ workloads }) =>
    workloads.flatMap((workload) => {
      const seen = new Set<string>();
      return workload.containers
        .filter((one) => !one.isFirst)
        .flatMap(({ json, path }) =>
          listAt(json, 'ports').flatMap((port, index): readonly Fault[] => {
            const number = `${numberAt(port, 'containerPort') ?? 0}/${textAt(port, 'protocol') ?? 'TCP'}`;
            const name = textAt(port, 'name');
            const taken = seen.has(number) ? number : name !== undefined && seen.has(name) ? name : undefined;
            seen.add(number);
            if (name !== undefined) seen.add(name);
            if (taken === undefined) return [];
            return [
              {
                object: workload.object,
                path: `${path}/ports/${index}`,
                message: `port ${taken} is there twice: the containers of a pod share one address`,
                fix: 'Give each container a port of its own.',
              },
            ];
          }),
        );
    }),
};

const probes = ['startupProbe', 'readinessProbe', 'livenessProbe'];

const probePort: Rule = {
  name: 'probe-port',
  check: (set) =>
    containersOf(set).flatMap(({ json, path, workload }) =>
      probes.flatMap((probe): readonly Fault[] => {
        const asks = ['httpGet', 'tcpSocket'].find((kind) => isRecord(field(json, probe, kind)));
        if (asks === undefined) return [];
        if (isOpen(listAt(json, 'ports'), field(json, probe, asks, 'port'))) return [];
        return [
          {
            object: workload.object,
            path: `${path}/${probe}/${asks}/port`,
            message: 'asks a port that the container does not have',
            fix: 'Name a port of the container.',
          },
        ];
      }),
    ),
};

const monitoredPort: Rule = {
  name: 'service-monitor-port',
  check: ({ ofKind }) =>
    ofKind('ServiceMonitor').flatMap((object) => {
      const services = ofKind('Service').filter(({ metadata }) =>
        selects(field(object.spec, 'selector'), recordAt(metadata, 'labels')),
      );
      const names = services.flatMap(({ spec }) => listAt(spec, 'ports').map((port) => textAt(port, 'name')));
      return listAt(object.spec, 'endpoints').flatMap((endpoint, index): readonly Fault[] => {
        const port = textAt(endpoint, 'port');
        if (services.length === 0 || port === undefined || names.includes(port)) return [];
        return [
          {
            object,
            path: `${pointerTo('/spec/endpoints', index)}/port`,
            message: `reads port "${port}", which the Service does not have`,
            fix: 'Name a port of the Service.',
          },
        ];
      });
    }),
};

export const portRules: readonly Rule[] = [targetPort, portName, portCollision, probePort, monitoredPort];
