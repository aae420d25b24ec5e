import type { IncomingMessage } from 'node:http';
import { bodyTooLarge, overloaded } from '../problem.ts';
import type { RequestProblem } from '../problem.ts';

/** The bytes of one request's body that are held, until its answer is sent. */
export interface Hold {
  /** False where there is no room for so many more. */
  add(bytes: number): boolean;
  readonly release: () => void;
}

/** Bounds the bytes of all bodies that are held at once: many large requests are not cheaper than one that is too large. */
export interface BodyBudget {
  open(): Hold;
  readonly bytesHeld: () => number;
}

/** What a door holds at once, where requests may have so many bytes. */
export const budgetFor = (bodyLimitBytes: number): number => Math.max(16 * 1024 * 1024, 4 * bodyLimitBytes);

/** A budget of so many bytes, asked at each chunk. */
export function createBodyBudget(mostBytes: () => number): BodyBudget {
  let held = 0;
  return {
    open: () => {
      let own = 0;
      return {
        add: (bytes) => {
          if (held + bytes > mostBytes()) return false;
          own += bytes;
          held += bytes;
          return true;
        },
        release: () => {
          held -= own;
          own = 0;
        },
      };
    },
    bytesHeld: () => held,
  };
}

/** So much of a body that was refused is read and thrown away, so that its sender gets to read why; then we hang up. */
export const drainableBytes = 16 * 1024 * 1024;

/** Throws away what still comes of a refused body, up to a bound. */
export function drain(message: IncomingMessage): void {
  let drained = 0;
  message.on('data', (chunk: Buffer) => {
    drained += chunk.length;
    if (drained > drainableBytes) message.destroy();
  });
  message.resume();
}

/** The length that a request declares; null where it comes in chunks of unknown total. */
export const declaredLength = (message: IncomingMessage): number | null =>
  message.headers['transfer-encoding'] === undefined ? Number(message.headers['content-length'] ?? 0) : null;

/** More bytes than are held at once: 503. */
export const noRoom = (): RequestProblem =>
  overloaded('Too many bytes of requests are being worked on right now; try again in a second.');

/**
 * Reads a body whole. One that says that it is too long is refused before a byte is read, one that turns out to be at
 * the limit; nothing is held of either. Nothing happens where the sender hangs up before the end.
 */
export function readBody(
  message: IncomingMessage,
  { limitBytes, hold }: { readonly limitBytes: number; readonly hold: Hold },
  done: (refused: RequestProblem | null, body: Buffer) => void,
): void {
  const declared = declaredLength(message);
  let chunks: Buffer[] = [];
  if (declared !== null && declared > limitBytes) {
    done(bodyTooLarge(limitBytes), empty);
    return;
  }
  let length = 0;
  const refuse = (problem: RequestProblem): void => {
    message.off('data', take).off('end', end);
    chunks = [];
    hold.release();
    drain(message);
    done(problem, empty);
  };
  function take(chunk: Buffer): void {
    length += chunk.length;
    if (length > limitBytes) refuse(bodyTooLarge(limitBytes));
    else if (!hold.add(chunk.length)) refuse(noRoom());
    else chunks.push(chunk);
  }
  function end(): void {
    const [first] = chunks;
    done(null, chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks, length));
  }
  message.on('data', take).on('end', end);
}

const empty = Buffer.alloc(0);
