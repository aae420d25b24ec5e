// What `aieng serve <bundle>` does for a supervisor, with the fake model: the same flags, the same service, the same link.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { readEnvironment } from '../../src/environment/index.ts';
import { createService, linkToSupervisor, openPredictionLog } from '../../src/serving/index.ts';
import { readTls } from '../../src/serving/listening/tls.ts';
import { fakePredictor } from './fakePredictor.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '0' },
    'log-folder': { type: 'string', default: '' },
    instance: { type: 'string', default: 'one' },
    'model-version': { type: 'string', default: '1' },
    'body-limit-bytes': { type: 'string', default: '1000000' },
    'probe-token': { type: 'string', default: '' },
    'drain-ms': { type: 'string', default: '10000' },
    second: { type: 'string' },
    'second-version': { type: 'string', default: '0' },
    'second-as': { type: 'string', default: 'canary' },
    'second-share': { type: 'string', default: '0' },
    'tls-certificate': { type: 'string' },
    'tls-key': { type: 'string' },
    durable: { type: 'boolean', default: false },
    announce: { type: 'boolean', default: false },
  },
});
// An image's arguments begin with the word `serve`, as those of `aieng` do.
const bundlePath = positionals.at(-1) ?? '.';
/** How this bundle misbehaves, from its manifest. */
const { fault } = JSON.parse(readFileSync(path.join(bundlePath, 'manifest.json'), 'utf8')) as {
  fault?: string;
};
if (fault === 'crash') {
  console.error('cannot load the model: weights.bin is damaged; postgres://user:hunter2@host/db');
  process.exit(8);
}
if (fault === 'hungry') {
  const eaten: Buffer[] = [];
  for (;;) eaten.push(Buffer.alloc(16_000_000, 1));
}
const environment = readEnvironment({ variables: {}, cwd: process.cwd() });
const model = fakePredictor({ version: Number(values['model-version']), digest: path.basename(bundlePath) });
const { 'tls-certificate': certificate, 'tls-key': key } = values;
const service = await createService({
  tls: certificate === undefined || key === undefined ? null : await readTls({ certificate, key }),
  isDoor: false,
  predictor:
    fault === 'wrong'
      ? {
          ...model,
          predictRows: (rows, pointer) =>
            model.predictRows(
              rows.map((row) => ({ ...(row as object), tenure: 72 })),
              pointer,
            ),
        }
      : model,
  ...(values.second === undefined
    ? {}
    : {
        second: {
          predictor: fakePredictor({
            version: Number(values['second-version']),
            digest: path.basename(values.second),
          }),
          mode: values['second-as'] === 'shadow' ? 'shadow' : 'canary',
          share: Number(values['second-share']),
          checkGolden: () => [],
        },
      }),
  checkGolden: () => (fault === 'golden' ? ['row 0: Yes is .1, was .6'] : []),
  log: openPredictionLog({
    folder: path.join(values['log-folder'], values.instance),
    aieng: 'test',
    durable: values.durable,
  }),
  clock: () => environment.now(),
  elapsed: () => performance.now(),
  newId: () => environment.newId(),
  softwareVersion: 'test',
  bodyLimitBytes: Number(values['body-limit-bytes']),
  probeToken: values['probe-token'],
  drainMs: Number(values['drain-ms']),
});
const end = (): void => void service.close().then(() => process.exit(0));
process.once('SIGTERM', end);
// A turn as long as a very large request takes on a slow machine.
process.on('SIGUSR2', () => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 6000));
if (fault !== 'silent') {
  const { port } = await service.listen({ host: values.host, port: Number(values.port) });
  if (values.announce) await linkToSupervisor(process, service, port, end);
} else {
  // It hangs and does not end by itself, however fast this machine starts it.
  setInterval(() => undefined, 1000);
}
