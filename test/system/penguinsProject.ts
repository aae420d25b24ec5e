import { createProject, someRows } from './project.ts';
import type { Project } from './project.ts';

/** The penguins of the fixture. */
export const penguins = (): string => someRows('penguins.csv', 0, 344);

/** A pipeline on the penguins' species that trains in a second. `source` is relative to the project. */
export const penguinsPipeline = (source: string, epochs = 30): string => `source: ${source}
label: { column: species, task: multiclass }
split: { strategy: stratified }
model: { family: mlp, mlp: { hidden: [16], epochs: ${epochs}, batch_size: 32, learning_rate: 0.01 } }
evaluation: { bootstrap: 200, slices: [island], min_slice_rows: 10 }
`;

/** A project whose pipeline `species` has not run yet. */
export const createPenguinsProject = (rows = penguins()): Project =>
  createProject({
    'pipelines/species.yaml': penguinsPipeline('data/penguins.csv'),
    'data/penguins.csv': rows,
  });
