import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';

const repository = path.resolve(import.meta.dirname, '../..');
const aieng = path.join(repository, 'bin/aieng.js');
const story = path.join(repository, '.aieng/demo/story-1');

/** Nobody listens there: what the demo's project would tell somebody waits. */
const env = { DEMO_ALERTS_URL: 'http://127.0.0.1:9/' };

const settings: readonly (readonly string[])[] = [
  ['--family', 'linear'],
  ['--family', 'gbdt', '--set', 'model.gbdt.leaves=7'],
  ['--family', 'gbdt', '--set', 'model.gbdt.leaves=63', '--set', 'model.gbdt.learning_rate=0.2'],
  ['--family', 'gbdt', '--set', 'model.gbdt.leaves=15', '--set', 'model.gbdt.learning_rate=0.05'],
  ['--family', 'mlp', '--set', 'model.mlp.hidden=[32]', '--set', 'model.mlp.epochs=10'],
];

/** Cells that are no numbers and a line that is cut: what a file from somewhere brings. */
const broken = [
  '"Adelie","Dream",39.1,n.a.,181,3750,"male"',
  '"Adelie","Dream",thirty,18.7,181,3750,"male"',
  '"Gentoo"',
];

async function command(
  folder: string,
  args: readonly string[],
  mayEnd: readonly number[] = [0],
): Promise<void> {
  const { exitCode, stderr } = await execa(process.execPath, [aieng, ...args], {
    cwd: folder,
    env,
    reject: false,
    stdin: 'ignore',
  });
  if (!mayEnd.includes(exitCode ?? -1))
    throw new Error(`aieng ${args.join(' ')}: exit ${exitCode}\n${stderr}`);
}

/** Penguins heavier than they were, and with labels: a look at a file that alarms. */
function heavier(text: string): string {
  const [header = '', ...lines] = text.trimEnd().split('\n');
  const changed = lines.map((line) =>
    line
      .split(',')
      .map((cell, at) =>
        at === 4 || at === 5 ? (cell === '' ? '' : String(Math.round(Number(cell) * 1.12))) : cell,
      )
      .join(','),
  );
  return `${[header, ...changed].join('\n')}\n`;
}

function addPenguins(folder: string): void {
  const text = readFileSync(path.join(repository, 'fixtures/penguins.csv'), 'utf8');
  writeFileSync(path.join(folder, 'data/penguins.csv'), `${text.trimEnd()}\n${broken.join('\n')}\n`);
  writeFileSync(path.join(folder, 'data/penguins-now.csv'), heavier(text));
  for (const name of ['penguins-mass', 'penguins-species']) {
    const own = readFileSync(path.join(repository, `pipelines/${name}.yaml`), 'utf8');
    writeFileSync(
      path.join(folder, `pipelines/${name}.yaml`),
      own.replace('fixtures/penguins.csv', 'data/penguins.csv'),
    );
    cpSync(
      path.join(repository, `pipelines/${name}.schema.json`),
      path.join(folder, `pipelines/${name}.schema.json`),
    );
  }
}

/**
 * A project with some of everything, all of it made by the built commands: what the demo left (drift, a retraining, a canary that
 * was promoted), trainings with other settings, a search, two more pipelines, rejected records, a schedule.
 *
 * @returns its folder, `shop` in a temporary one.
 */
export async function makeProject(say: (text: string) => void): Promise<string> {
  if (!existsSync(story)) {
    say('the demo first, which is missing');
    await execa('npm', ['run', 'demo'], { cwd: repository, stdin: 'ignore' });
  }
  const folder = path.join(mkdtempSync(path.join(tmpdir(), 'aieng-pages-')), 'shop');
  mkdirSync(folder);
  cpSync(story, folder, { recursive: true });
  addPenguins(folder);
  const does = async (args: readonly string[], mayEnd?: readonly number[]): Promise<void> => {
    say(`aieng ${args.join(' ')}`);
    await command(folder, args, mayEnd);
  };
  for (const each of settings) await does(['train', 'churn', ...each], [0, 4]);
  await does(['train', 'churn', '--family', 'gbdt', '--search', '8'], [0, 4]);
  await does(['run', 'penguins-species', '--family', 'linear'], [0, 4]);
  await does(['run', 'penguins-mass', '--family', 'gbdt'], [0, 4]);
  await does(['validate', 'penguins-mass']);
  await does(['monitor', 'penguins-mass', '--current', 'data/penguins-now.csv'], [0, 5]);
  await does(['schedule', 'churn', '--every', '0 3 * * *', '--do', 'monitor,retrain', '--on', 'github']);
  await does(['alias', 'churn@2', 'staging', '--why', 'tried by the retention team']);
  await does(['deploy', 'churn']);
  return folder;
}

/** Ends what the project runs. */
export const stopProject = (folder: string): Promise<void> => command(folder, ['stop', 'churn'], [0, 2]);

if (process.argv[1] === import.meta.filename) console.log(await makeProject((text) => console.error(text)));
