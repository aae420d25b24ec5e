import type { Socket } from 'node:net';
import { createHeadReader } from './rawRequest.ts';
import type { RawRequest } from './rawRequest.ts';

/** A flood mostly comes back: connections are watched so long after the last refusal. */
const restMs = 1000;

/** A request that may be refused unread. */
export interface Refusal {
  readonly bodyBytes: number;
  /** The answer to it, which keeps the connection. */
  readonly answer: () => string;
}

export interface SheddingOptions {
  /** Is there more to do than can be done in time? */
  readonly isFull: () => boolean;
  /** Null for a request that is not refused unread. */
  readonly refusal: (request: RawRequest) => Refusal | null;
}

/**
 * Refuses requests before HTTP is read. By Node's HTTP a 503 costs more than half of a prediction of one row, so that in
 * a flood refusing takes what would have answered. While more comes than can be answered, the bytes of connections are looked
 * at as they come: a plain request is refused there and then where too many wait, else it goes to HTTP's parser, as does
 * everything unusual. Connections stay open: a new one costs more than an answer.
 */
export interface Shedding {
  /** A request has come by HTTP. */
  readonly began: (socket: Socket) => void;
  /** Its answer was handed to the connection, after its body was read to the end or before. */
  readonly ended: (socket: Socket, isWhole: boolean) => void;
  readonly overload: (isOverloaded: boolean) => void;
}

/** Sheds nothing: for services whose connections are not their own. */
export const noShedding: Shedding = {
  began: () => undefined,
  ended: () => undefined,
  overload: () => undefined,
};

/** When requests are refused unread. */
interface Watchman extends SheddingOptions {
  readonly isArmed: () => boolean;
  readonly refused: () => void;
}

/** One connection and what it carries. */
class Carried {
  readonly #socket: Socket;
  readonly #watchman: Watchman;
  /** Requests that HTTP has taken and not answered yet. */
  #owed = 0;
  /** Something came of which only HTTP knows where it ends: the connection is left to it for good. */
  #isOdd = false;
  #isWatched = false;
  #read: ReturnType<typeof createHeadReader> | undefined;
  /** HTTP's own listener. */
  #parse: ((chunk: Buffer) => void) | undefined;
  /** Bytes that are still to come of the body of a request that was let in, or refused. */
  #toPass = 0;
  #toDrop = 0;

  constructor(socket: Socket, watchman: Watchman) {
    this.#socket = socket;
    this.#watchman = watchman;
  }

  began(): void {
    this.#owed += 1;
  }

  ended(isWhole: boolean): void {
    this.#owed -= 1;
    if (!isWhole) this.#isOdd = true;
    if (this.#watchman.isArmed() && this.#owed === 0 && !this.#isOdd && !this.#isWatched) this.#watch();
  }

  /** Takes the place of the parser's listener. Node hands the bytes to whoever listens from then on. */
  #watch(): void {
    const socket = this.#socket;
    if (this.#parse === undefined) {
      const [parse, ...others] = socket.listeners('data');
      if (parse === undefined || others.length > 0 || socket.destroyed) {
        this.#isOdd = true;
        return;
      }
      this.#parse = (chunk) => void Reflect.apply(parse, socket, [chunk]);
      this.#read = createHeadReader();
    }
    socket.removeAllListeners('data').on('data', this.#take);
    this.#isWatched = true;
  }

  /** Leaves these bytes and all after them to HTTP. */
  #leave(chunk: Buffer, isOdd: boolean): void {
    this.#isOdd ||= isOdd;
    this.#isWatched = false;
    this.#socket.off('data', this.#take);
    if (this.#parse === undefined) return;
    this.#socket.on('data', this.#parse);
    this.#parse(chunk);
  }

  readonly #take = (chunk: Buffer): void => {
    if (this.#toDrop > 0) this.#drop(chunk);
    else if (this.#toPass > 0) this.#pass(chunk, this.#toPass);
    // A second request before the first is answered; or a caller who does not read his answers.
    else if (this.#owed > 0 || this.#socket.writableNeedDrain) this.#leave(chunk, true);
    else if (this.#watchman.isArmed()) this.#judge(chunk);
    else this.#leave(chunk, false);
  };

  #drop(chunk: Buffer): void {
    const rest = this.#toDrop - chunk.length;
    this.#toDrop = Math.max(0, rest);
    if (rest < 0) this.#leave(chunk.subarray(rest), true);
  }

  #pass(chunk: Buffer, bytes: number): void {
    this.#toPass = bytes - chunk.length;
    if (this.#toPass < 0) this.#leave(chunk, true);
    else this.#parse?.(chunk);
  }

  #judge(chunk: Buffer): void {
    const { isFull, refusal, refused } = this.#watchman;
    const request = this.#read?.(chunk) ?? null;
    const given = request === null ? null : refusal(request);
    if (request === null || given === null) {
      this.#leave(chunk, true);
      return;
    }
    const bytes = request.headBytes + given.bodyBytes;
    if (chunk.length > bytes || !isFull()) {
      this.#pass(chunk, bytes);
      return;
    }
    refused();
    this.#toDrop = bytes - chunk.length;
    this.#socket.write(given.answer());
  }
}

export function createShedding(options: SheddingOptions): Shedding {
  const known = new WeakMap<Socket, Carried>();
  let isArmed = false;
  let hasRefused = false;
  let disarming: NodeJS.Timeout | undefined;
  const watchman: Watchman = {
    ...options,
    isArmed: () => isArmed,
    refused: () => (hasRefused = true),
  };

  const rest = (): void => {
    hasRefused = false;
    disarming = setTimeout(() => {
      if (hasRefused) rest();
      else isArmed = false;
    }, restMs).unref();
  };

  return {
    began: (socket) => {
      let carried = known.get(socket);
      if (carried === undefined) known.set(socket, (carried = new Carried(socket, watchman)));
      carried.began();
    },
    ended: (socket, isWhole) => known.get(socket)?.ended(isWhole),
    overload: (isOverloaded) => {
      clearTimeout(disarming);
      if (isOverloaded) isArmed = true;
      else rest();
    },
  };
}
