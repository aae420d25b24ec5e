import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { bin } from '../cli/support.ts';
import type { CliResult } from '../cli/support.ts';
import { createPenguinsProject, penguinsPipeline } from './penguinsProject.ts';
import type { Project } from './project.ts';

/** The penguins' pipeline with a training that does not end before somebody ends it. */
const endless = penguinsPipeline('data/penguins.csv', 100_000)
  .replace('mlp: {', 'mlp: { patience: 100000, max_row_visits: 1000000000000,')
  .replace('[16]', '[512, 512]');

const verified = async (project: Project): Promise<void> => {
  const { json } = await project.aieng('doctor', '--json');
  const store = json.result.checks.find(({ name }: { name: string }) => name === 'store');
  expect(store).toMatchObject({ state: 'ok' });
};

const ranIn = ({ json }: CliResult): string[] =>
  json.stages.flatMap(({ name, state }: { name: string; state: string }) => (state === 'ran' ? [name] : []));

describe('commands at once', () => {
  it('eight runs of one pipeline all succeed, and make one version', async () => {
    const project = createPenguinsProject();
    const runs = await Promise.all(
      Array.from({ length: 8 }, () => project.aieng('run', '--wait', '150', '--json')),
    );
    expect(runs.map(({ exitCode }) => exitCode)).toEqual(runs.map(() => 0));
    expect(new Set(runs.map(({ json }) => `${json.bundle} ${json.version}`)).size).toBe(1);
    expect(runs[0]!.json.version).toBe(1);
    // One did the work, the others found it done.
    expect(runs.map((run) => ranIn(run).length).sort()).toEqual([0, 0, 0, 0, 0, 0, 0, 5]);
    await verified(project);
  });

  it('two pipelines do not wait for each other, and keep apart', async () => {
    const project = createPenguinsProject();
    const mass = penguinsPipeline('data/penguins.csv')
      .replace('{ column: species, task: multiclass }', '{ column: body_mass_g, task: regression }')
      .replace('split: { strategy: stratified }\n', '');
    project.write('pipelines/mass.yaml', mass);
    // Not one moment of waiting is allowed.
    const runs = await Promise.all(
      ['species', 'mass'].map((name) => project.aieng('run', name, '--wait', '0', '--json')),
    );
    expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    expect(runs.map(({ json }) => `${json.pipeline}@${json.version}`)).toEqual(['species@1', 'mass@1']);
    await verified(project);
  });

  it('a second command that may not wait is told who holds the pipeline', async () => {
    const project = createPenguinsProject();
    project.write('pipelines/species.yaml', endless);
    const holder = await startTraining(project);
    const busy = await project.aieng('train', '--wait', '0', '--json');
    expect(busy.json).toMatchObject({ exitCode: 7, error: { code: 'busy' } });
    expect(busy.json.error.message).toContain(`process ${holder.pid}`);
    const retrain = await project.aieng('retrain', '--wait', '0', '--json');
    expect(retrain.json).toMatchObject({ exitCode: 0, decision: 'busy' });
    await holder.kill();
  });
});

/** A `run` in a process of its own, once its training goes on. */
async function startTraining(project: Project): Promise<{ pid: number; kill(): Promise<void> }> {
  const child = spawn(process.execPath, [bin, 'run', '--verbose'], {
    cwd: project.folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'exit');
  let said = '';
  await new Promise<void>((resolve, reject) => {
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (/log_loss \d/.test(said)) resolve();
    });
    child.once('exit', () => reject(new Error(`it ended before it trained:\n${said}`)));
  });
  return {
    pid: child.pid!,
    kill: async () => {
      child.kill('SIGKILL');
      expect(await ended).toEqual([null, 'SIGKILL']);
    },
  };
}

describe('kill -9 in the middle of training', () => {
  it('loses that training and nothing else; the next run works at once', async () => {
    const project = createPenguinsProject();
    project.write('pipelines/species.yaml', endless);
    const victim = await startTraining(project);
    await victim.kill();
    await verified(project);
    project.write('pipelines/species.yaml', penguinsPipeline('data/penguins.csv'));
    const again = await project.must('run', '--wait', '0', '--json');
    expect(ranIn(again)).toEqual(['train', 'package']);
    expect(again.json.version).toBe(1);
    const untouched = await createPenguinsProject().must('run', '--json');
    expect(again.json.bundle).toBe(untouched.json.bundle);
    await verified(project);
  });
});
