// `npm run long -- simulations [runs]`: how often the tests of drift are right on data whose truth is known (intervals and
// promotions: `npm run long -- intervals`). Each line says what was
// asked and what came; the job fails where a rate leaves its bounds by more than four standard errors of the simulation.
import { hypergeometric, ks } from '../src/monitoring/drift/index.ts';
import { createRandom } from '../src/random.ts';
import type { Random } from '../src/random.ts';
import { sortedFinite } from '../src/statistics/quantiles.ts';

const runs = Number(process.argv[2] ?? 1000);
const normals = (random: Random, rows: number): Float64Array =>
  sortedFinite(Float64Array.from({ length: rows }, () => random.normal()));

function ksRejects(random: Random): boolean {
  const [reference, current] = [normals(random, 500), normals(random, 300)];
  return ks.compute({ kind: 'numeric', reference, referenceRows: 500, referenceStd: 1, current }) <= 0.05;
}

function sharesReject(random: Random): boolean {
  const draw = (rows: number): Float64Array => {
    const counts = new Float64Array(12);
    // Shares of 1/2, 1/4, 1/8 …: the last ones are too rare for an approximation.
    for (let i = 0; i < rows; i += 1) counts[Math.min(11, Math.floor(-Math.log2(1 - random.next())))]! += 1;
    return counts;
  };
  return hypergeometric.compute({ kind: 'categorical', reference: draw(500), current: draw(300) }) <= 0.05;
}

const simulations = [
  { name: 'KS at .05 rejects the same population', one: ksRejects, low: 0.03, high: 0.05 },
  {
    name: 'exact shares at .05 reject the same population, rare categories',
    one: sharesReject,
    low: 0,
    high: 0.05,
  },
];

let outside = 0;
for (const { name, one, low, high } of simulations) {
  let hits = 0;
  for (let run = 0; run < runs; run += 1) if (one(createRandom(`${name}/${run}`))) hits += 1;
  const rate = hits / runs;
  const slack = 4 * Math.sqrt((0.05 * 0.95) / runs);
  const fits = rate >= low - slack && rate <= high + slack;
  if (!fits) outside += 1;
  console.log(`${fits ? '✔' : '✖'} ${name}: ${(100 * rate).toFixed(1)} % (${100 * low} to ${100 * high})`);
}
console.log(
  `simulations: ${simulations.length - outside} of ${simulations.length} rates within their bounds, ${runs} runs each`,
);
process.exitCode = outside === 0 ? 0 : 1;
