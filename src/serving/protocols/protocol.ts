import type { Answering, Answers, Question } from '../answering.ts';
import type { Bounds } from '../bodies/bounds.ts';
import type { Intake } from '../bodies/intake.ts';
import type { ServiceState } from '../health.ts';
import type { Scope } from '../http/app.ts';
import type { Asked, Reply } from '../http/exchange.ts';
import type { ServingPredictor } from '../predictor.ts';
import type { RequestProblem } from '../problem.ts';

/** What is served, and the contract of its rows. */
export type Contract = Pick<ServingPredictor, 'manifest' | 'schema'>;

/** What a protocol may use of the service. */
export interface ProtocolContext extends Contract {
  readonly answering: Pick<Answering, 'model' | 'models'>;
  /** Answers a request; the headers of the reply then name the model that did. */
  readonly ask: (
    request: Asked,
    reply: Reply,
    question: Omit<Question, 'silent' | 'key'>,
  ) => Promise<Answers>;
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
  openApi(contract: Contract): OpenApiPaths;
}
