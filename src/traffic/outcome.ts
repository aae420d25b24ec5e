import { isIssue } from '../data/cells/cell.ts';
import type { CellIssue } from '../data/cells/cell.ts';
import { classMatcher } from '../data/cells/classes.ts';
import { parseNumber } from '../data/cells/numbers.ts';
import type { Task } from '../data/task.ts';

/** What a label says of a prediction: the model's name for the class, or a number. */
export interface Outcome {
  readonly value: string | number;
  /** The label is spelled otherwise than its class. */
  readonly respelled: boolean;
}

/** Reads a label in the terms of a task; the same label gives the same, by whatever door it came. */
export type OutcomeReader = (label: string | number) => Outcome | CellIssue;

function readNumber(label: string | number): Outcome | CellIssue {
  const value = parseNumber(String(label));
  return isIssue(value) ? value : { value, respelled: false };
}

/** How labels of a task are read: by class name, or as numbers. */
export function outcomeReader(task: Task): OutcomeReader {
  if (task.kind === 'regression') return readNumber;
  const match = classMatcher(task.classes);
  return (label) => {
    const matched = match(label);
    return isIssue(matched) ? matched : { value: matched.name, respelled: matched.by !== 'spelling' };
  };
}
