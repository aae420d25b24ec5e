/** The rows of `bench/kills.ts` about a disk that takes nothing more. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ask } from '../test/system/load.ts';
import { oneRow } from './killsProject.ts';
import type { KillsProject } from './killsProject.ts';
import { answering, pidsOf, unwell, within } from './killsRows.ts';
import type { Row } from './killsRows.ts';

const megabytes = 256;

/** A disk of its own under the store; null where nobody may mount one here. */
function mountAt(
  folder: string,
): { readonly remount: (flag: 'ro' | 'rw') => void; readonly end: () => void } | null {
  const mount = (...given: readonly string[]): void =>
    void execFileSync('mount', given, { stdio: ['ignore', 'ignore', 'pipe'] });
  try {
    mount('-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder);
  } catch {
    return null;
  }
  return {
    remount: (flag) => mount('-o', `remount,${flag}`, folder),
    end: () => void execFileSync('umount', [folder]),
  };
}

/** Takes all that is left of the disk; gives it back with what is returned. */
function fill(folder: string): () => void {
  const file = join(folder, 'filler');
  const block = Buffer.alloc(1 << 16);
  for (let size = block.length; size >= 1; size >>= 4)
    try {
      for (;;) appendFileSync(file, block.subarray(0, size));
    } catch {
      // Full for blocks of this size.
    }
  return () => rmSync(file, { force: true });
}

/** Commands that change something: each is refused with words, and leaves what was. */
const commands = [['retrain'], ['deploy', 'churn'], ['run'], ['monitor'], ['gc']] as const;

async function refusedInWords(project: KillsProject, args: readonly string[]): Promise<readonly string[]> {
  const { exitCode, stderr } = await project.aieng(...args);
  const inWords = /^error: /m.test(stderr) && !/^\s+at .*[:(]\d/m.test(stderr);
  if (exitCode === 0 || exitCode === 5 || inWords) return [];
  return [`${args.join(' ')}: exit ${exitCode} without words: ${stderr.slice(-400)}`];
}

/** kill -9 of a worker and then of the supervisor, while the disk takes nothing: another worker answers, and nobody is left behind. */
async function killedOnFullDisk(project: KillsProject): Promise<readonly string[]> {
  const wrong: string[] = [];
  const { supervisor, workers } = await pidsOf(project);
  const [victim] = workers;
  if (victim === undefined) return ['there are no workers'];
  process.kill(victim, 'SIGKILL');
  const isBack = await within(async () => {
    const now = await pidsOf(project);
    return now.workers.length === workers.length && !now.workers.includes(victim);
  });
  if (!isBack) wrong.push('no other worker came');
  if ((await answering(project)) === null) wrong.push('nothing answers after a worker was killed');
  process.kill(supervisor, 'SIGKILL');
  if (!(await within(() => project.processes().length === 0)))
    wrong.push(
      `left: ${project
        .processes()
        .map(({ command }) => command)
        .join(' | ')}`,
    );
  const { exitCode } = await project.aieng('status');
  if (exitCode !== 5) wrong.push(`status of a dead service: exit ${exitCode}`);
  return [...wrong, ...(await refusedInWords(project, ['deploy', 'churn']))];
}

export const brokenDisk =
  (how: 'full' | 'read-only'): Row =>
  async ({ project, copy }) => {
    await project.aieng('stop', 'churn');
    const disk = mountAt(project.folder);
    if (disk === null) return { figures: 'not run: nobody may mount a disk here', wrong: [] };
    const wrong: string[] = [];
    const codes: string[] = [];
    try {
      project.restore(copy);
      // A disk with an open file cannot be made read-only: nothing serves meanwhile.
      if (how === 'full') await project.must('deploy', 'churn');
      const heal =
        how === 'full'
          ? fill(project.folder)
          : ((): (() => void) => {
              disk.remount('ro');
              return () => disk.remount('rw');
            })();
      if (how === 'full')
        for (let asked = 0; asked < 50; asked += 1) {
          const { status, body } = await ask(`${project.url}/predict`, { body: oneRow });
          if (status !== 200) wrong.push(`/predict: ${status} ${body.slice(0, 200)}`);
        }
      for (const args of commands) {
        wrong.push(...(await refusedInWords(project, args)));
        const { exitCode } = await project.aieng(...args);
        codes.push(`${args[0]} ${exitCode}`);
      }
      if (how === 'full') {
        const { json } = await project.aieng('status');
        const { status, lostRecords } = json?.result?.deployments?.[0] ?? {};
        // Those of the 50 answers wait in memory for space: none is lost before the kill.
        codes.push(`${lostRecords} records dropped`);
        if (status?.version !== (await answering(project))) wrong.push(`status says ${status?.version}`);
        wrong.push(...(await killedOnFullDisk(project)));
      }
      heal();
      const next = await project.aieng('deploy', 'churn');
      if (next.exitCode !== 0) wrong.push(`deploy afterwards: exit ${next.exitCode} ${next.stderr}`);
      const retrained = await project.aieng('retrain');
      if (retrained.exitCode !== 0)
        wrong.push(`retrain afterwards: exit ${retrained.exitCode} ${retrained.stderr}`);
      wrong.push(...(await unwell(project)));
      const gc = await project.aieng('gc');
      if (gc.exitCode !== 0 || project.unfinished().length > 0)
        wrong.push(`gc: exit ${gc.exitCode}, left ${project.unfinished().join(', ')}`);
    } finally {
      await project.aieng('stop', 'churn');
      disk.end();
      mkdirSync(project.folder, { recursive: true });
    }
    return {
      figures: `${how} disk: ${codes.join(', ')}`,
      wrong: wrong.map((fault) => `${how} disk: ${fault}`),
    };
  };
