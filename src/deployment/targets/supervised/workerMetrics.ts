import { addMetrics, countersOf } from '../../addMetrics.ts';
import { askText } from './probe.ts';

/** Who can be asked: a name, and its own loopback port. */
interface Asked {
  readonly instance: string;
  readonly port: number;
}

/** A worker that is asked for its figures and takes longer is told of as it was last. */
const patienceMs = 2000;

/**
 * The figures of a generation of workers, added up. What a worker that died had counted stays in the sums: a counter
 * that fell back by a part would be read as one that started from zero.
 */
export class WorkerMetrics {
  readonly #last = new Map<string, string>();
  #ended = '';

  async text(workers: readonly Asked[]): Promise<string> {
    const texts = await Promise.all(
      workers.map(async ({ instance, port }) => {
        const text = await askText(port, '/metrics', patienceMs);
        if (text !== null) this.#last.set(instance, text);
        return this.#last.get(instance) ?? '';
      }),
    );
    return addMetrics([...texts, this.#ended]);
  }

  /** A worker has ended: what it last said that it had counted is kept. */
  end(instance: string): void {
    this.#ended = addMetrics([this.#ended, countersOf(this.#last.get(instance) ?? '')]);
    this.#last.delete(instance);
  }
}
