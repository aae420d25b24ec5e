import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { deadline } from '../../../deadline.ts';

/** Predictions on another backend may differ by float32 rounding (product.md: golden rows). */
const tolerance = 1e-5;

interface GoldenRequest {
  readonly input: unknown;
  readonly scores: readonly number[];
  readonly outputs: readonly string[];
}

const objectOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};

async function readJson(folder: string, name: string): Promise<Readonly<Record<string, unknown>>> {
  return objectOf(JSON.parse(await readFile(path.join(folder, name), 'utf8')));
}

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((member) => typeof member === 'string');
const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((member) => typeof member === 'number');

/** The bundle's first golden row and the names of its outputs. */
async function goldenRequest(bundlePath: string): Promise<GoldenRequest> {
  const { rows } = await readJson(bundlePath, 'golden.json');
  const { outputs } = await readJson(bundlePath, 'manifest.json');
  const { input, scores } = objectOf(Array.isArray(rows) ? rows[0] : undefined);
  if (input === undefined || !isNumbers(scores) || !isTexts(outputs))
    throw new Error('the bundle has no golden row to ask for');
  return { input, scores, outputs };
}

/** Scores of an answer in the order of the bundle's outputs. */
function scoresOf(answer: unknown, outputs: readonly string[]): readonly unknown[] {
  const { prediction, probabilities } = objectOf(answer);
  const shares = objectOf(probabilities);
  return outputs.length === 0 ? [prediction] : outputs.map((name) => shares[name]);
}

/** The first score that is not what it was at packaging, in words; null where all are. */
export function compareGolden(answer: unknown, golden: Omit<GoldenRequest, 'input'>): string | null {
  const got = scoresOf(answer, golden.outputs);
  const differs = golden.scores.findIndex((expected, index) => {
    const value = got[index];
    return (
      typeof value !== 'number' ||
      !(Math.abs(value - expected) <= tolerance * Math.max(1, Math.abs(expected)))
    );
  });
  if (differs === -1) return null;
  const what = golden.outputs[differs] ?? 'prediction';
  return `golden row over HTTP: ${what} is ${JSON.stringify(got[differs])}, was ${golden.scores[differs] ?? '?'} at packaging`;
}

export interface ProbeOptions {
  readonly port: number;
  readonly bundlePath: string;
  /** Keeps the probe out of log and counters. */
  readonly token: string;
  readonly signal: AbortSignal;
}

/** Waits until `/health/ready` answers 200; the signal ends the wait. */
export async function waitUntilReady({ port, signal }: ProbeOptions): Promise<void> {
  for (;;) {
    const ready = await fetch(`http://127.0.0.1:${port}/health/ready`, { signal }).catch(() => null);
    await ready?.arrayBuffer();
    if (ready?.status === 200) return;
    signal.throwIfAborted();
    await pause(50, undefined, { signal });
  }
}

/** One golden row through the whole door: HTTP, row check, features, model. Throws what differs. */
export async function askGolden({ port, bundlePath, token, signal }: ProbeOptions): Promise<void> {
  const golden = await goldenRequest(bundlePath);
  const response = await fetch(`http://127.0.0.1:${port}/predict`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-aieng-probe': token },
    body: JSON.stringify({ features: golden.input }),
    signal,
  });
  const text = await response.text();
  if (response.status !== 200)
    throw new Error(`golden row over HTTP: status ${response.status}, ${text.slice(0, 200)}`);
  const problem = compareGolden(JSON.parse(text), golden);
  if (problem !== null) throw new Error(problem);
}

/**
 * Does the process still answer on that port? A worker's thread for it does while the main thread is busy, and says
 * no when that hangs.
 */
export async function isLive(port: number, timeoutMs: number): Promise<boolean> {
  const signal = deadline(timeoutMs);
  const response = await fetch(`http://127.0.0.1:${port}/health/live`, { signal }).catch(() => null);
  await response?.arrayBuffer().catch(() => undefined);
  return response?.status === 200;
}

/** The text at a place of a worker's own port; null where it does not give one in time. */
export async function askText(port: number, place: string, timeoutMs: number): Promise<string | null> {
  const signal = deadline(timeoutMs);
  const response = await fetch(`http://127.0.0.1:${port}${place}`, { signal }).catch(() => null);
  const text = await response?.text().catch(() => null);
  return response?.status === 200 ? (text ?? null) : null;
}
