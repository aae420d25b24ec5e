const suffixes: Readonly<Record<string, number>> = {
  '': 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/**
 * The number that a resource quantity of the Kubernetes API says: bytes, or cores; undefined for what is none.
 *
 * @example quantity('250m') === 0.25
 */
export function quantity(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return undefined;
  const [, digits, suffix = '', exponent] =
    /^([+-]?[0-9.]+)(?:([A-Za-z]{1,2})|[eE]([+-]?[0-9]+))?$/.exec(value) ?? [];
  const factor = exponent === undefined ? suffixes[suffix] : 10 ** Number(exponent);
  const number = Number(digits);
  return factor === undefined || Number.isNaN(number) ? undefined : number * factor;
}
