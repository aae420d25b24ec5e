import { mlflow } from './mlflow.ts';
import { native } from './native.ts';
import { openInference } from './openInference.ts';
import type { Protocol } from './protocol.ts';

/** Every protocol the service speaks. The first one's error shape is that of unknown paths. */
export const protocols: readonly Protocol[] = [native, openInference, mlflow];
