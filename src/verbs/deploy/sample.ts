import { sampled, sampleDigest, sampleInstant } from '../sample.ts';
import { deployView } from './view.ts';
import type { DeploymentStatus } from '../../deployment/target.ts';
import type { DeployResult } from './result.ts';

/** A service that runs. */
export const sampleStatus: DeploymentStatus = {
  name: 'churn',
  target: 'local',
  state: 'running',
  url: 'http://127.0.0.1:8080',
  version: 3,
  bundleDigest: sampleDigest,
  since: sampleInstant,
  pid: 4711,
  restarts: 1,
  message: '',
};

/** A switch from one version to the next. */
export const sampleDeployment: DeployResult = {
  name: 'churn',
  version: 3,
  plan: { action: 'switch', steps: ['start churn@3 beside churn@2', 'switch, then drain churn@2'] },
  applied: { status: sampleStatus, durationMs: 2310 },
  previousVersion: 2,
  rendered: [],
};

/** Outcomes of `deploy`, for the suite over all verbs. */
export const samples = sampled(deployView, { result: sampleDeployment });
