// What `aieng serve <bundle>` does for a supervisor, with the fake model: the same flags, the same service, the same link.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { readEnvironment } from '../../src/environment/index.ts';
import { createService, linkToSupervisor, openPredictionLog } from '../../src/serving/index.ts';
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
    announce: { type: 'boolean', default: false },
  },
});
const bundlePath = positionals[0] ?? '.';
/** How this bundle misbehaves, from its manifest. */
const { fault } = JSON.parse(readFileSync(path.join(bundlePath, 'manifest.json'), 'utf8')) as {
  fault?: string;
};
if (fault === 'crash') {
  console.error('cannot load the model: weights.bin is damaged; postgres://user:hunter2@host/db');
  process.exit(8);
}
const environment = readEnvironment({ variables: {}, cwd: process.cwd() });
const model = fakePredictor({ version: Number(values['model-version']), digest: path.basename(bundlePath) });
const service = await createService({
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
  checkGolden: () => (fault === 'golden' ? ['row 0: Yes is .1, was .6'] : []),
  log: openPredictionLog({ folder: path.join(values['log-folder'], values.instance) }),
  clock: () => environment.now(),
  newId: () => environment.newId(),
  softwareVersion: 'test',
  bodyLimitBytes: Number(values['body-limit-bytes']),
  probeToken: values.instance,
});
const end = (): void => void service.close().then(() => process.exit(0));
process.once('SIGTERM', end);
if (fault !== 'silent') {
  const { port } = await service.listen({ host: values.host, port: Number(values.port) });
  linkToSupervisor(process, port, end);
} else {
  // It hangs and does not end by itself, however fast this machine starts it.
  setInterval(() => undefined, 1000);
}
