/**
 * Writes the generated pages: docs/cli.md from the program's own help, docs/json.md from the shapes
 * of the results, docs/pipeline.md from the pipeline schema, docs/errors.md from the errors of the sources.
 * `--check` compares instead and exits 1 where a page is out of date.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { jsonReference } from '../src/cli/jsonReference.ts';
import { cliReference } from '../src/cli/reference.ts';
import { transformParams, transformSummaries } from '../src/features/index.ts';
import { familySections } from '../src/modeling/reference.ts';
import { pipelineReference, pipelineSchema } from '../src/pipeline/index.ts';
import { errorsReference } from './errorsReference.ts';
import { metrics } from '../src/statistics/metrics/index.ts';

const root = resolve(import.meta.dirname, '..');

const transforms = transformParams();

const pages: ReadonlyMap<string, string> = new Map([
  ['docs/cli.md', cliReference()],
  ['docs/json.md', await jsonReference()],
  ['docs/errors.md', errorsReference(root)],
  [
    'docs/pipeline.md',
    pipelineReference(
      pipelineSchema({ transforms, metrics, families: familySections() }),
      transforms,
      transformSummaries(),
    ),
  ],
]);

function current(page: string): string {
  try {
    return readFileSync(join(root, page), 'utf8');
  } catch {
    return '';
  }
}

const outdated = [...pages].filter(([page, text]) => current(page) !== text);
if (process.argv.includes('--check')) {
  for (const [page] of outdated) console.log(`${page} is out of date: run \`npx tsx scripts/docs.ts\`.`);
  process.exitCode = outdated.length === 0 ? 0 : 1;
} else {
  mkdirSync(join(root, 'docs'), { recursive: true });
  for (const [page, text] of outdated) {
    writeFileSync(join(root, page), text);
    console.log(`${page} written`);
  }
}
