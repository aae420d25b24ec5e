import type { Table } from '../../data/columns.ts';
import { concatTables, takeRows } from '../../data/columns.ts';

/** Rows that are kept at least, where a file has so many; at most twice as many. */
const fewestKept = 20_000;

/** Every so many rows of a file that is read once, however long it is: a look at all of it, in bounded memory. */
export class SpreadRows {
  private kept: Table[] = [];
  private rows = 0;
  private seen = 0;
  private stride = 1;

  add(part: Table): void {
    this.keep(part, (row) => (this.seen + row) % this.stride === 0);
    this.seen += part.rows;
    while (this.rows > 2 * fewestKept) {
      const whole = concatTables(this.kept);
      [this.kept, this.rows] = [[], 0];
      this.stride *= 2;
      this.keep(whole, (row) => row % 2 === 0);
    }
  }

  table(): Table {
    return concatTables(this.kept);
  }

  private keep(part: Table, chosen: (row: number) => boolean): void {
    const rows = Int32Array.from(Array.from({ length: part.rows }, (_, row) => row).filter(chosen));
    if (rows.length === 0) return;
    this.kept.push(rows.length === part.rows ? part : takeRows(part, rows));
    this.rows += rows.length;
  }
}
