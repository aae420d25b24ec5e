/** Settings of AdamW, with the paper's names. */
export interface AdamWOptions {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** A derivative beyond this (or NaN) comes from features no float32 sum can hold; its square would not fit either. */
const largestGradient = 1e15;

/** Running moments of one parameter array. */
export interface Moments {
  readonly first: Float32Array;
  readonly second: Float32Array;
}

export const adamDefaults: AdamWOptions = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

export function zeroMoments(length: number): Moments {
  return { first: new Float32Array(length), second: new Float32Array(length) };
}

/**
 * One AdamW step in place (Loshchilov & Hutter 2019, algorithm 2): w ← w − rate · m̂ / (√v̂ + ε) − rate · decay · w.
 * `step` counts from 1. Decay is decoupled: it does not pass through the moments.
 */
export function adamwStep(
  parameters: Float32Array,
  gradient: Float32Array,
  moments: Moments,
  step: number,
  rate: number,
  decay: number,
  { beta1, beta2, epsilon }: AdamWOptions = adamDefaults,
): void {
  const { first, second } = moments;
  const correction2 = Math.sqrt(1 - beta2 ** step);
  const size = (rate * correction2) / (1 - beta1 ** step);
  const floor = epsilon * correction2;
  const keep = 1 - rate * decay;
  const fresh1 = 1 - beta1;
  const fresh2 = 1 - beta2;
  for (let i = 0; i < parameters.length; i += 1) {
    const raw = gradient[i]!;
    const g = Math.abs(raw) <= largestGradient ? raw : 0;
    const m = beta1 * first[i]! + fresh1 * g;
    const v = beta2 * second[i]! + fresh2 * g * g;
    first[i] = m;
    second[i] = v;
    parameters[i] = keep * parameters[i]! - (size * m) / (Math.sqrt(v) + floor);
  }
}
