/** What charts use of D3, which has no types of its own. */
declare module 'd3-scale' {
  interface Continuous<Value> {
    (value: number): number;
    domain(ends: readonly [number, number]): this;
    nice(count: number): this;
    ticks(count: number): Value[];
    tickFormat(count: number, specifier?: string): (value: Value) => string;
  }
  interface Places {
    (place: number): number | undefined;
    domain(places: readonly number[]): this;
    step(): number;
    bandwidth(): number;
  }
  export function scaleLinear(): Continuous<number>;
  export function scaleUtc(): Continuous<Date>;
  export function scaleBand(): Places;
}

declare module 'd3-shape' {
  interface Path<Datum> {
    (data: readonly Datum[]): string | null;
    defined(test: (datum: Datum) => boolean): this;
    curve(how: object): this;
    digits(places: number): this;
  }
  interface Line<Datum> extends Path<Datum> {
    x(of: (datum: Datum) => number): this;
    y(of: (datum: Datum) => number): this;
  }
  interface Area<Datum> extends Path<Datum> {
    x(of: (datum: Datum) => number): this;
    y0(of: (datum: Datum) => number): this;
    y1(of: (datum: Datum) => number): this;
  }
  export function line<Datum>(): Line<Datum>;
  export function area<Datum>(): Area<Datum>;
  export const curveLinear: object;
  export const curveStepAfter: object;
}
