// Preloaded before a server that runs in a process of its own (`node --import bench/figures.mjs bin/aieng.js …`): tells whoever
// started it the CPU time of the process (µs) and the bytes that it allocated since they were asked for first (sampled).
import { Session } from 'node:inspector/promises';

/** @typedef {{selfSize: number, children: readonly Sample[]}} Sample */

/** @param {Sample} sample @returns {number} */
const sizeOf = ({ selfSize, children }) => children.reduce((sum, child) => sum + sizeOf(child), selfSize);

/** @type {Session | undefined} */
let session;

/** Also of what is collected again. */
async function allocated() {
  if (session === undefined) {
    session = new Session();
    session.connect();
    const all = { includeObjectsCollectedByMajorGC: true, includeObjectsCollectedByMinorGC: true };
    await session.post('HeapProfiler.startSampling', { samplingInterval: 65_536, ...all });
    return 0;
  }
  return sizeOf((await session.post('HeapProfiler.getSamplingProfile')).profile.head);
}

process.on('message', (figure) => {
  const { user, system } = process.cpuUsage();
  if (figure === 'cpu') process.send?.(user + system);
  else if (figure === 'allocated') void allocated().then((bytes) => process.send?.(bytes));
});
