// Preloaded before the command line (`node --import bench/clock.mjs bin/aieng.js …`): the clock starts at BENCH_CLOCK (ISO 8601)
// and goes on from there, so that a year can be lived through in minutes. Nothing else of the program is touched.
const start = Date.parse(process.env['BENCH_CLOCK'] ?? '');
if (!Number.isNaN(start)) {
  const Real = Date;
  const offset = start - Real.now();
  globalThis.Date = class extends Real {
    /** @param {ConstructorParameters<typeof Real>} given */
    constructor(...given) {
      super(...(given.length === 0 ? [Real.now() + offset] : given));
    }
    static now() {
      return Real.now() + offset;
    }
  };
}
