// The tests of one room, for StrykerJS: which ones is said by scripts/mutate.mjs.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: JSON.parse(process.env.AIENG_MUTATION_TESTS ?? '[]'),
    testTimeout: 30_000,
  },
});
