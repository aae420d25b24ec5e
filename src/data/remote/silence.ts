/** Ends something that says nothing for too long. Time in which nobody waits for it does not count. */
export class Silence {
  readonly #limitMs: number;
  readonly #end: () => void;
  #timer: NodeJS.Timeout | undefined;
  /** Was it ended? */
  broken = false;

  constructor(limitMs: number, end: () => void) {
    this.#limitMs = limitMs;
    this.#end = end;
  }

  /** From now on it is waited for. */
  wait(): void {
    this.rest();
    this.#timer = setTimeout(() => {
      this.broken = true;
      this.#end();
    }, this.#limitMs);
  }

  /** It said something. */
  heard(): void {
    this.#timer?.refresh();
  }

  /** Nobody waits for it. */
  rest(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
