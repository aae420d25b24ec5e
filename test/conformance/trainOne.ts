import { sha256 } from '../../src/digest.ts';
import { load, train } from '../../src/modeling/index.ts';
import { labelled, options, scoreFor, tasks } from './problems.ts';

// Trains one family on one problem, and prints the digests of its files and whether TensorFlow.js was loaded: run by the
// suite as another process.

const [family = '', name = '', seed = ''] = process.argv.slice(2);
const task = tasks[name]!;
const { model } = await train(
  task,
  labelled(400, 5, 'train')(task),
  labelled(150, 5, 'validation')(task),
  { ...options, family },
  Number(seed),
  scoreFor(task),
);
const scorer = await load(model);
scorer.dispose();
console.log([...model.files].map(([path, bytes]) => `${path} ${sha256(bytes)}`).join('\n'));
console.log(`TensorFlow.js ${'_tfengine' in globalThis ? 'was' : 'was not'} loaded`);
