import { sampled, sampleDigest } from '../sample.ts';
import { packageView } from './view.ts';
import type { PackageResult } from './result.ts';

/** A bundle with an image. */
export const samplePackage: PackageResult = {
  name: 'churn',
  version: 3,
  digest: sampleDigest,
  existed: false,
  path: '.aieng/bundles/a1b2',
  tar: null,
  signature: { key: sampleDigest, because: null },
  files: [{ path: 'model/weights.bin', bytes: 123_456 }],
  image: {
    reference: 'registry.example.com/ml/churn:3',
    digest: `sha256:${sampleDigest}`,
    base: { name: 'node:20-bookworm-slim', digest: `sha256:${sampleDigest}` },
    variant: 'serve',
    platform: 'linux/amd64',
    layers: [{ name: 'bundle', digest: `sha256:${sampleDigest}`, bytes: 81_920 }],
    layout: '.aieng/images/a1b2',
    archive: '.aieng/images/a1b2.tar',
    existed: false,
    pushed: {
      pullReference: `registry.example.com/ml/churn@sha256:${sampleDigest}`,
      uploadedBytes: 81_920,
      reusedBytes: 38_000_000,
    },
  },
  dockerfile: ['build/Dockerfile'],
  portable: {
    target: 'browser',
    folder: 'churn-browser',
    files: [{ path: 'model.mjs', bytes: 262_144, sha256: sampleDigest }],
    module: { bytes: 262_144, gzipBytes: 81_920 },
    runtime: { name: 'trees', bytes: 150_000, gzipBytes: 56_000 },
    tested: 12,
  },
  onnx: {
    path: 'churn-onnx/model.onnx',
    bytes: 61_440,
    sha256: sampleDigest,
    inputs: [
      { name: 'tenure', type: 'double', holds: 'numbers' },
      { name: 'contract', type: 'string', holds: 'words' },
    ],
    outputs: [
      { name: 'prediction', type: 'string', columns: 1 },
      { name: 'probabilities', type: 'double', columns: 2 },
    ],
    tested: { rows: 44, difference: 2e-8, runtime: 'onnxruntime-web 1.30.0' },
  },
};

/** Outcomes of `package`, for the suite over all verbs. */
export const samples = sampled(packageView, { result: samplePackage });
