import { expect, it } from 'vitest';
import { ownedFields } from './ownedFields.ts';

const entry = (fieldsV1: object, more: object = {}) => ({
  manager: 'aieng',
  operation: 'Apply',
  apiVersion: 'apps/v1',
  fieldsType: 'FieldsV1',
  fieldsV1,
  ...more,
});

/** A Deployment as the API reference shows managed fields: ours, an autoscaler's and the cluster's defaults. */
const live = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {
    name: 'churn',
    namespace: 'models',
    uid: 'x',
    labels: { ours: 'yes', theirs: 'yes' },
    managedFields: [
      entry(
        { 'f:spec': { 'f:replicas': {} } },
        { manager: 'kube-controller-manager', operation: 'Update', subresource: 'scale' },
      ),
      entry({ 'f:status': {} }, { operation: 'Update', subresource: 'status' }),
      entry({
        'f:metadata': { 'f:labels': { 'f:ours': {} } },
        'f:spec': {
          'f:selector': {},
          'f:template': {
            'f:spec': {
              'f:containers': {
                'k:{"name":"serve"}': {
                  '.': {},
                  'f:args': {},
                  'f:image': {},
                  'f:name': {},
                  'f:ports': {
                    'k:{"containerPort":8080,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {} },
                  },
                },
              },
              'f:volumes': { 'k:{"name":"tmp"}': { '.': {}, 'f:emptyDir': {}, 'f:name': {} } },
            },
          },
        },
      }),
    ],
  },
  spec: {
    replicas: 3,
    selector: { matchLabels: { ours: 'yes' } },
    template: {
      spec: {
        containers: [
          { name: 'injected', image: 'proxy' },
          {
            name: 'serve',
            image: 'churn@sha256:1',
            args: ['serve', '--port=8080'],
            imagePullPolicy: 'IfNotPresent',
            ports: [
              { containerPort: 9090, protocol: 'TCP' },
              { containerPort: 8080, protocol: 'TCP' },
            ],
          },
        ],
        restartPolicy: 'Always',
        volumes: [{ name: 'tmp', emptyDir: {} }],
      },
    },
  },
  status: { replicas: 3 },
};

it('takes what we applied, and neither defaults nor what others own', () => {
  expect(ownedFields(live)).toEqual({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'churn', namespace: 'models', labels: { ours: 'yes' } },
    spec: {
      selector: { matchLabels: { ours: 'yes' } },
      template: {
        spec: {
          containers: [
            {
              name: 'serve',
              image: 'churn@sha256:1',
              args: ['serve', '--port=8080'],
              ports: [{ containerPort: 8080, protocol: 'TCP' }],
            },
          ],
          volumes: [{ name: 'tmp', emptyDir: {} }],
        },
      },
    },
  });
});

it('takes items of sets by value and by place, and leaves out what is gone', () => {
  const object = {
    ...live,
    metadata: {
      ...live.metadata,
      finalizers: ['a', 'b'],
      managedFields: [
        entry({
          'f:metadata': { 'f:finalizers': { 'v:"b"': {}, 'v:"gone"': {} } },
          'f:list': { 'i:1': {} },
          'f:missing': { 'f:deep': {} },
        }),
      ],
    },
    list: ['x', 'y'],
  };
  expect(ownedFields(object)).toMatchObject({ metadata: { finalizers: ['b'] }, list: ['y'] });
  expect(ownedFields(object)).not.toHaveProperty('missing');
});

it('is null where no field is ours', () => {
  expect(ownedFields({ ...live, metadata: { name: 'churn' } })).toBeNull();
});
