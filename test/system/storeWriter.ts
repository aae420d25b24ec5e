/** Writes to a store for ever and says on stdout what is done. Made to be killed at any instant. */
import { sha256 } from '../../src/digest.ts';
import { readEnvironment } from '../../src/environment/index.ts';
import { holding, openStore } from '../../src/store/index.ts';

const [folder, round] = process.argv.slice(2) as [string, string];
const environment = readEnvironment({ variables: {}, cwd: folder });
const store = await openStore({ folder, environment });
const say = (done: readonly string[]): void => {
  process.stdout.write(`${done.join(' ')}\n`);
};

for (let i = 0; ; i += 1)
  await holding(store, 'writer', { waitMs: 30_000, command: 'test' }, async () => {
    const content = `round ${round} step ${i} `.repeat(1 + ((i * 7919) % 5000));
    const digest = await store.put(content);
    say(['object', digest]);
    const id = environment.newId();
    await store.record('run', id, { digest });
    say(['record', id]);
    const { version } = await store.claimVersion('churn', sha256(`${round}/${i}`));
    say(['version', String(version), sha256(`${round}/${i}`)]);
    const before = await store.readRef('champion');
    if (await store.compareAndSet('champion', before, digest, `step ${i}`)) say(['ref', digest]);
  });
