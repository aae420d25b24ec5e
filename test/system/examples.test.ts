import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { pythonWith } from '../../scripts/pythonWith.ts';
import { fixture, repository } from '../cli/support.ts';
import { createProject } from './project.ts';
import { noteUnavailable } from './unavailable.ts';

// The worked examples of training scripts, by the real libraries, as their README tells it.

const examples = [
  {
    name: 'lightgbm',
    pipeline: 'churn',
    rows: 'telco-churn.csv',
    left: 'model.txt',
    modules: ['lightgbm', 'pandas', 'pyarrow'],
  },
  {
    name: 'sklearn',
    pipeline: 'penguins',
    rows: 'penguins.csv',
    left: 'model.onnx',
    modules: ['sklearn', 'skl2onnx', 'pandas', 'pyarrow'],
  },
];

for (const { name, pipeline, rows, left, modules } of examples) {
  const python = await pythonWith(modules);
  noteUnavailable(
    `python-${name}`,
    python === null ? `no Python here has ${modules.join(', ')} (AIENG_PYTHON, else python3)` : null,
  );

  it.skipIf(python === null)(`the example ${name}`, async () => {
    const folder = join(repository, 'examples', name);
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    const text = names.filter((path) => /\.(yaml|py|txt)$/.test(path));
    const project = createProject(
      Object.fromEntries([
        ...text.map((path) => [path, readFileSync(join(folder, path), 'utf8')] as const),
        [rows, readFileSync(fixture(rows), 'utf8')] as const,
      ]),
    );
    const file = `pipelines/${pipeline}.yaml`;
    // The Python that has the libraries; whoever follows the README has it on the PATH.
    project.write(
      file,
      readFileSync(join(folder, file), 'utf8').replace('[python3,', `[${JSON.stringify(python)},`),
    );
    const { stdout } = await project.must('run');
    expect(stdout).toContain(`model/given/${left}`);
    expect(stdout).toContain('Worth having');
    const again = await project.must('reproduce', `${pipeline}@1`, '--json');
    expect(again.json.result.state).toBe('same');
  });
}
