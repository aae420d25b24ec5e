import type { Answering, Answers, Question } from '../answering.ts';
import type { ServingPredictor } from '../predictor.ts';
import { RequestProblem } from '../problem.ts';
import type { PredictionLog } from '../../traffic/predictionLog.ts';
import { isInShare, rowKey } from './choose.ts';
import type { Sharing } from './choose.ts';
import type { ShadowLine } from './shadowLine.ts';

/** A bundle and the way to its answers. */
interface Side {
  readonly predictor: ServingPredictor;
  readonly answering: Answering;
}

interface SplitParts {
  readonly first: Side;
  readonly second: Side;
  readonly sharing: Sharing;
  readonly line: ShadowLine;
  readonly log: PredictionLog | null;
  readonly clock: () => number;
  /** Told of requests that the second bundle could not answer and the first did. */
  readonly onRescue: () => void;
}

/** Whether the log refused, and not the model: the other model would be refused as well. */
const isOfTheLog = (error: unknown): boolean => error instanceof RequestProblem && error.status === 503;

/**
 * Two bundles behind one door. As a canary the second answers the requests of its share, sticky by key, and the first is
 * asked in the shadow; where the second refuses a row or breaks, the first answers, so that no caller fails through it.
 * As a shadow the second is asked its share after the first has answered. A request is answered by one of them whole; its
 * first row decides.
 */
export function splitAnswering(parts: SplitParts): Answering {
  const { first, second, sharing, line, log, clock } = parts;
  const { digest, version } = second.predictor;

  const shadow = ({ rows, way = 'json' }: Question, answers: Answers, { predictor }: Side): void =>
    line.take({
      predictor,
      rows,
      way,
      ids: answers.rows.map(({ id }) => id),
      callerMs: answers.ms / answers.rows.length,
    });

  /** The first answers for the second, which is written down. What neither of them takes is the caller's own mistake. */
  const rescue = async (question: Question, error: unknown): Promise<Answers> => {
    const answers = await first.answering.answer(question);
    parts.onRescue();
    const fault = error instanceof RequestProblem ? 'refused' : 'failed';
    const callerMs = answers.ms / answers.rows.length;
    for (const { id } of answers.rows)
      log?.shadow({ id, at: clock(), bundle: digest, fault, prediction: null, scores: [], ms: 0, callerMs });
    return answers;
  };
  const askSecond = async (question: Question): Promise<Answers> => {
    let answers: Answers;
    try {
      answers = await second.answering.answer(question);
    } catch (error) {
      if (isOfTheLog(error)) throw error;
      return rescue(question, error);
    }
    shadow(question, answers, first);
    return answers;
  };
  const isMeant = ({ key, rows }: Question): boolean =>
    isInShare(digest, key ?? rowKey(rows[0], first.predictor.manifest), sharing.share);

  return {
    model: first.answering.model,
    models: [first.answering.model, second.answering.model],
    answer: async (question) => {
      // Who names a version gets that one, or its error.
      if (question.version !== undefined && version !== null && question.version === String(version))
        return second.answering.answer(question);
      if (question.silent || question.version !== undefined || !isMeant(question))
        return first.answering.answer(question);
      if (sharing.mode === 'canary') return askSecond(question);
      const answers = await first.answering.answer(question);
      shadow(question, answers, second);
      return answers;
    },
  };
}
