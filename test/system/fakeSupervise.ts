// What the hidden `aieng __supervise <folder>` does.
import { runSupervisor } from '../../src/deployment/index.ts';
import { readEnvironment } from '../../src/environment/index.ts';
import { createGateway, heldSockets } from '../../src/serving/index.ts';

const controller = new AbortController();
process.once('SIGTERM', () => controller.abort());
await runSupervisor({
  folder: process.argv.at(-1) ?? '',
  environment: readEnvironment({ variables: process.env, cwd: process.cwd() }),
  createGateway,
  sockets: heldSockets,
  signal: controller.signal,
});
process.exit(0);
