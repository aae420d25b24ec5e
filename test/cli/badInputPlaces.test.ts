// Mistakes on the way to where teams run things: images, targets, schedules. Each is told, and nothing is left behind.
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { expectRefusal, preparedProject } from './refusals.ts';
import type { Refusal } from './refusals.ts';

const project = preparedProject();
const image = ['package', 'churn', '--image', 'churn'];

const usage = (code: string, hints: string, ...says: readonly string[]): Refusal => ({
  exitCode: 2,
  code,
  says,
  hints,
});

const images: readonly (readonly [string, readonly string[], Refusal])[] = [
  ['a push of no image', ['package', '--push'], usage('image-not-asked-for', '--image')],
  ['a base for no image', ['package', '--base', 'x'], usage('image-not-asked-for', '--image')],
  [
    'a layout that is not there',
    [...image, '--base', 'oci:nowhere'],
    usage('base-not-found', 'skopeo', 'nowhere'),
  ],
  [
    'another system',
    [...image, '--base', 'this-machine', '--platform', 'windows/amd64'],
    usage('platform-invalid', '--platform', 'windows/amd64'),
  ],
  [
    'a registry where nobody listens',
    [...image, '--base', '127.0.0.1:1/node:20'],
    usage('registry-unreachable', '--base this-machine', '127.0.0.1:1'),
  ],
];

const targets: readonly (readonly [string, readonly string[], Refusal])[] = [
  [
    'an unknown target',
    ['deploy', '--to', 'nowhere'],
    usage('invalid-argument', 'aieng deploy --help', 'kubernetes', 'nowhere'),
  ],
  [
    'a namespace for this machine',
    ['deploy', '--to', 'local', '--namespace', 'x'],
    usage('flags-do-not-fit', '--to kubernetes', '--namespace'),
  ],
  [
    'a port for a cluster',
    ['deploy', '--to', 'kubernetes', '--port', '9000'],
    usage('flags-do-not-fit', 'Service', '--port'),
  ],
  [
    'a cluster that anybody could call',
    ['deploy', '--manifests', 'k8s'],
    usage('token-needed', 'aieng token new'),
  ],
  [
    'two kinds of files at once',
    ['deploy', '--compose', 'a', '--manifests', 'b'],
    usage('flags-do-not-fit', 'one of them'),
  ],
  ['what was never deployed', ['destroy', 'churn'], usage('not-deployed', 'aieng status', 'churn')],
];

describe.concurrent('an image that cannot be made', () => {
  it.each(images)('%s', async (_name, args, wanted) => {
    await expectRefusal(project(), args, wanted);
  });
});

describe.concurrent('a place that cannot be deployed to', () => {
  it.each(targets)('%s', async (_name, args, wanted) => {
    const of = project();
    await expectRefusal(of, args, wanted);
    expect(existsSync(of.path('k8s'))).toBe(false);
  });
});

it('schedules of servers are files, shown before they are written', async () => {
  const of = project();
  const on = ['schedule', 'churn', '--every', '0 3 * * *', '--on', 'github', '--json'];
  const planned = await of.run([...on, '--dry-run']);
  expect(planned.json).toMatchObject({ exitCode: 0, decision: 'planned' });
  expect(existsSync(of.path('.github'))).toBe(false);
  expect((await of.run(on)).json).toMatchObject({ decision: 'installed' });
  expect((await of.run(on)).json).toMatchObject({ decision: 'unchanged' });
  const listed = await of.run(['schedule', '--list', '--json']);
  expect(listed.json.result.schedules).toMatchObject([{ on: 'github', expression: '0 3 * * *' }]);
  expect((await of.run(['schedule', 'churn', '--remove', '--json'])).json).toMatchObject({
    decision: 'removed',
  });
  expect(existsSync(of.path('.github/workflows/aieng-churn.yml'))).toBe(false);
});
