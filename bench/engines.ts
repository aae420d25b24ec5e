// Trains every family on small problems with several versions of Node and compares the bytes: of the models' files, and of
// their answers.
//   node --import tsx bench/engines.ts /path/to/node22 /path/to/node24
// Each Node is a program of that version; npm's package `node` has them (`npm install --prefix /tmp/22 node@22`).
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { sha256 } from '../src/digest.ts';
import { families, load, train } from '../src/modeling/index.ts';
import { scoresFor } from '../src/modeling/rows.fixture.ts';
import { labelled, nets, options, scoreFor, tasks } from '../test/conformance/problems.ts';

/** A line for each family and task: digests of its files, and of its answers. */
async function digests(): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const { name: family } of families)
    for (const [name, task] of Object.entries(tasks)) {
      const parts = [labelled(400, 5, 'train')(task), labelled(150, 5, 'validation')(task)] as const;
      const asked = { ...options, ...nets({ epochs: 6 }), family };
      const { model } = await train(task, ...parts, asked, 1, scoreFor(task));
      const scorer = await load(model);
      const answers = scoresFor(scorer, labelled(60, 5, 'answers')(task).rows);
      scorer.dispose();
      const files = [...model.files.values(), new Uint8Array(answers.buffer)].map(sha256);
      lines.push(`${family} on ${name}: ${files.join(' ')}`);
    }
  return lines;
}

const engines = process.argv.slice(2);
const own = await digests();
if (engines[0] === '--digests') console.log(own.join('\n'));
else {
  let differing = 0;
  for (const engine of engines) {
    const { status, stdout } = spawnSync(
      engine,
      ['--import', 'tsx', fileURLToPath(import.meta.url), '--digests'],
      { encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(`${engine} ended with ${status}`);
    const there = stdout.trim().split('\n');
    const different = own.filter((line, at) => line !== there[at]);
    differing += different.length;
    console.log(`${engine}: ${own.length - different.length} of ${own.length} models are the same bytes`);
    for (const line of different) console.log(`  another one: ${line.slice(0, line.indexOf(':'))}`);
  }
  if (engines.length === 0) console.log('Skipped: no other Node was named.');
  process.exitCode = differing === 0 ? 0 : 1;
}
