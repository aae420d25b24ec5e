// The tests of one room, for StrykerJS: which ones is said by scripts/mutate.mjs.
import path from 'node:path';

import { defineConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';

/** The longest that each test file took in this process, ms. */
const longest = new Map();

/** A mutant is killed by the first test that fails: the file that killed the one before comes first, then the quickest. */
class QuickestFirst extends BaseSequencer {
  async sort(files) {
    const placed = files.map((file) => {
      const key = `${file.project.name}:${path.relative(this.ctx.config.root, file.moduleId)}`;
      const { failed = false, duration = 0 } = this.ctx.cache.getFileTestResults(key) ?? {};
      longest.set(key, Math.max(duration, longest.get(key) ?? 0));
      return { file, rank: failed ? -1 : longest.get(key) };
    });
    return placed.sort((left, right) => left.rank - right.rank).map(({ file }) => file);
  }
}

export default defineConfig({
  test: {
    include: JSON.parse(process.env.AIENG_MUTATION_TESTS ?? '[]'),
    testTimeout: 120_000,
    setupFiles: [path.join(import.meta.dirname, 'fewerRuns.mjs')],
    sequence: { sequencer: QuickestFirst },
  },
});
