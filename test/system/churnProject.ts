import { freePort, createProject, someRows } from './project.ts';
import type { Project } from './project.ts';

/** Rows of the churn fixture that a miniature project trains on; those after them come as traffic. */
export const trainedRows = 1500;

/** A pipeline on them that trains in about a second. `more` is appended as it stands. */
export function churnPipeline(port: number, more = ''): string {
  return `source: data/customers.csv
label: { column: churn, task: binary, positive: 'Yes' }
model: { family: linear }
evaluation: { bootstrap: 200, slices: [contract], gates: [{ metric: log_loss, at_most: 0.6 }] }
deploy: { port: ${port} }
monitor: { min_rows: 100, health: { max_p99_ms: 60000, max_memory_mb: 4096 } } # a busy machine is no alarm here
${more}`;
}

/** A project whose pipeline `churn` has not run yet. */
export async function createChurnProject(more = ''): Promise<Project & { readonly port: number }> {
  const port = await freePort();
  const project = createProject({
    'pipelines/churn.yaml': churnPipeline(port, more),
    'data/customers.csv': someRows('telco-churn.csv', 0, trainedRows),
  });
  return { ...project, port };
}
