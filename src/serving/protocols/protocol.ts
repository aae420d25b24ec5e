import type { Answering, Answers, Question, ServedModel } from '../answering.ts';
import type { Bounds } from '../bodies/bounds.ts';
import type { Intake } from '../bodies/intake.ts';
import type { ServiceState } from '../health.ts';
import type { Scope } from '../http/app.ts';
import type { Asked, Reply } from '../http/exchange.ts';
import type { ServingPredictor } from '../predictor.ts';
import type { RequestProblem } from '../problem.ts';

/** What is served, and the contract of its rows. */
export type Contract = Pick<ServingPredictor, 'manifest' | 'schema'>;

/** Answers what one request asks; at once, where nothing has to be waited for. */
export type Ask = (question: Omit<Question, 'silent' | 'key'>) => Answers | Promise<Answers>;

/** The JSON that is said to a caller whose rows were answered. */
export interface Said {
  readonly model: ServedModel;
  readonly text: string;
}

/** A path whose small requests need none of what stands around routes: they go from Node's server to the model and back. */
export interface ShortPath {
  /** As it stands in the head of a request. */
  readonly path: string;
  /** The pattern of the route that the path has too; requests are counted by it. */
  readonly route: string;
  /** Is a body of no type JSON there? */
  readonly isUntyped: boolean;
  /** What the route answers to a body of JSON. */
  readonly answer: (body: unknown, ask: Ask) => Said | Promise<Said>;
  /** The answer to the text of one good row; null, and nothing was done, for any other. */
  readonly answerText?: (text: string) => Said | Promise<Said> | null;
}

/** What a protocol may use of the service to say what it is asked. */
export interface AnswerContext extends Contract {
  readonly answering: Pick<Answering, 'model' | 'models' | 'answerText'>;
}

/** What a protocol may use of the service. */
export interface ProtocolContext extends AnswerContext {
  /** Answers a request; the headers of the reply then name the model that did. */
  readonly ask: (request: Asked, reply: Reply) => Ask;
  /** The way of a body of another content type than JSON to this protocol's routes. */
  readonly intake: Intake;
  readonly bounds: Bounds;
  readonly state: () => ServiceState;
  /** aieng's own version. */
  readonly softwareVersion: string;
}

/** OpenAPI 3.1 path items by path. */
export type OpenApiPaths = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/**
 * A way to ask for predictions over HTTP. All end in the same `ask`. Add one: a file in this folder and
 * a line in its index; test/conformance/protocols.test.ts runs over the index.
 */
export interface Protocol {
  readonly name: string;
  /** Does an unknown path belong to this protocol, so that its 404 has this protocol's shape? */
  readonly owns: (path: string) => boolean;
  readonly errorBody: (problem: RequestProblem) => object;
  /** Routes that hold no data and that whoever looks after the service asks without a token. */
  readonly openRoutes: readonly string[];
  /** Adds routes to a scope of its own: parsers and handlers set there reach no other protocol. */
  register(scope: Scope, context: ProtocolContext): void;
  /** Those of its paths that are asked for rows most. */
  readonly shortPaths: (context: AnswerContext) => readonly ShortPath[];
  openApi(contract: Contract): OpenApiPaths;
}
