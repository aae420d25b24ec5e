import { expect } from 'vitest';
import { AiengError } from './errors.ts';

/** What was thrown, as the error of ours that it must be. */
export function asAiengError(thrown: unknown): AiengError {
  expect(thrown).toBeInstanceOf(AiengError);
  return thrown as AiengError;
}
