import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readNetwork, writeNetwork } from './artifact.ts';
import type { Task } from '../model.ts';
import { initialise } from './network.ts';
import type { Network } from './network.ts';
import { createRandom } from '../../random.ts';

const task: Task = { kind: 'binary', classes: ['no', 'yes'], positive: 'yes' };
const network = initialise(task, 4, [3], Float64Array.of(0.5), createRandom(1));
const files = writeNetwork(network);
const text = new TextDecoder().decode(files.get('model.json'));

/** The files with another text or other weights. */
function changed(json: string, weights = files.get('weights.bin')!): Map<string, Uint8Array> {
  return new Map([
    ['model.json', new TextEncoder().encode(json)],
    ['weights.bin', weights],
  ]);
}

describe('writeNetwork and readNetwork', () => {
  it('are inverse for any sizes', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 3 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 9 }), fc.integer(), (hidden, inputs, seed) => {
        const made: Network = initialise(task, inputs, hidden, Float64Array.of(seed % 7), createRandom(seed));
        expect(readNetwork(writeNetwork(made), task)).toEqual(made);
      }),
      { numRuns: 50 },
    );
  });

  it('writes the same bytes for the same network, with nothing of time or place', () => {
    expect(writeNetwork(network)).toEqual(files);
    expect(text).toBe(`${JSON.stringify(JSON.parse(text))}\n`);
    expect([...files.keys()]).toEqual(['model.json', 'weights.bin']);
    expect(files.get('weights.bin')).toHaveLength(4 * (4 * 3 + 3 + 3 + 1));
  });

  it('also reads dropout and separate activation layers', () => {
    const document = JSON.parse(text);
    const layers = document.modelTopology.config.layers;
    layers[0].config.activation = 'linear';
    layers.splice(1, 0, { class_name: 'Activation', config: { activation: 'relu' } });
    layers.splice(2, 0, { class_name: 'Dropout', config: { rate: 0.5 } });
    layers.unshift({ class_name: 'InputLayer', config: { batch_input_shape: [null, 4] } });
    document.modelTopology = { model_config: document.modelTopology };
    expect(readNetwork(changed(JSON.stringify(document)), task)).toEqual(network);
  });

  it.each([
    ['not JSON', '{'],
    ['another kind of model', text.replace('Sequential', 'Model')],
    ['a layer with code', text.replace('"Dense"', '"Lambda"')],
    ['an unknown activation', text.replace('"relu"', '"evil"')],
    ['a hidden sigmoid', text.replace('"relu"', '"sigmoid"')],
    ['another last activation', text.replace('"sigmoid"', '"linear"')],
    ['a size that the weights do not have', text.replace('"units":3', '"units":4')],
    ['a size beyond all measure', text.replace('"units":3', '"units":1e300')],
    ['a negative size', text.replace('[null,4]', '[null,-4]')],
    ['no input size', text.replace('"batch_input_shape":[null,4],', '')],
    ['weights of another folder', text.replace('"weights.bin"', '"../weights.bin"')],
    ['another order of arrays', text.replace('dense_1/bias', 'dense_9/bias')],
    [
      'another type of numbers',
      text.replace('"float32","name":"dense_1/kernel"', '"int32","name":"dense_1/kernel"'),
    ],
    ['a prototype', text.replace('"modelTopology"', '"__proto__"')],
    ['null', 'null'],
    ['a list', '[]'],
  ])('refuses %s', (_what, json) => {
    expect(json).not.toBe(text);
    expect(() => readNetwork(changed(json), task)).toThrow(
      expect.objectContaining({ code: 'model-damaged', exitCode: 8 }),
    );
  });

  it('refuses weights that are cut, too many, or not numbers', () => {
    const bytes = files.get('weights.bin')!;
    const poisoned = bytes.slice();
    new DataView(poisoned.buffer).setFloat32(8, NaN, true);
    for (const wrong of [bytes.slice(4), new Uint8Array(0), new Uint8Array([...bytes, 0]), poisoned])
      expect(() => readNetwork(changed(text, wrong), task)).toThrow(expect.objectContaining({ exitCode: 8 }));
  });

  it('never fails with anything but a damaged error, whatever the file says', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        expect(() => readNetwork(changed(json), task)).toThrow(expect.objectContaining({ exitCode: 8 }));
      }),
      { numRuns: 200 },
    );
  });
});
