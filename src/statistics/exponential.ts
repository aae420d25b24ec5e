/** The half of a double that holds sign, exponent and the first bits. */
const double = new Float64Array(1);
const halves = new Uint32Array(double.buffer);
const upper = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 1 : 0;

function upperHalf(value: number): number {
  double[0] = value;
  return halves[upper]!;
}

/** 2^k, for k from −1022 to 1023. */
function powerOf2(k: number): number {
  halves[1 - upper] = 0;
  halves[upper] = (k + 1023) << 20;
  return double[0]!;
}

/** ln 2 in two parts: the first has so few bits that its multiples are exact. */
const ln2 = { high: 6.9314718036912381649e-1, low: 1.90821492927058770002e-10 } as const;
const perLn2 = 1.442695040888963387;

/**
 * e^x to the last bit the same on every engine: `Math.exp` is not, for the language leaves its last bits open, and engines
 * changed them. x = k · ln 2 + r, and e^r by the rational approximation of Sun's fdlibm (within 1 unit in the last place),
 * which older engines use.
 */
export function exp(x: number): number {
  const high = upperHalf(x) & 0x7fffffff;
  if (Number.isNaN(x)) return x;
  if (x > 709.782712893383973096) return Infinity;
  if (x < -745.13321910194110842) return 0;
  if (x === 1) return Math.E;
  if (high < 0x3e300000) return 1 + x;
  let k = 0;
  let far = x;
  let near = 0;
  if (high > 0x3fd62e42) {
    k = high < 0x3ff0a2b2 ? (x < 0 ? -1 : 1) : Math.trunc(perLn2 * x + (x < 0 ? -0.5 : 0.5));
    far = x - k * ln2.high;
    near = k * ln2.low;
  }
  const r = far - near;
  const t = r * r;
  const c =
    r -
    t *
      (1.66666666666666019037e-1 +
        t *
          (-2.77777777770155933842e-3 +
            t *
              (6.61375632143793436117e-5 + t * (-1.6533902205465251539e-6 + t * 4.13813679705723846039e-8))));
  if (k === 0) return 1 - ((r * c) / (c - 2) - r);
  const y = 1 - (near - (r * c) / (2 - c) - far);
  if (k === 1024) return y * 2 * powerOf2(1023);
  return k >= -1021 ? y * powerOf2(k) : y * powerOf2(k + 1000) * powerOf2(-1000);
}

/**
 * ln x for positive numbers, to the last bit the same on every engine, as `exp` is. x = 2^k · (1 + f), and ln(1 + f) by a
 * polynomial in (f / (2 + f))² (fdlibm).
 */
export function ln(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  if (x === Infinity) return x;
  const scaled = x < 2.2250738585072014e-308 ? x * 18014398509481984 : x;
  const half = upperHalf(scaled);
  const low = halves[1 - upper]!;
  const fraction = half & 0xfffff;
  const turn = (fraction + 0x95f64) & 0x100000;
  const k = (half >>> 20) - 1023 + (turn >>> 20) - (scaled === x ? 0 : 54);
  halves[1 - upper] = low;
  halves[upper] = fraction | (turn ^ 0x3ff00000);
  const f = double[0]! - 1;
  if ((0xfffff & (2 + fraction)) < 3) {
    if (f === 0) return k === 0 ? 0 : k * ln2.high + k * ln2.low;
    const own = f * f * (0.5 - (1 / 3) * f);
    return k === 0 ? f - own : k * ln2.high - (own - k * ln2.low - f);
  }
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const odd = w * (3.999999999940941908e-1 + w * (2.222219843214978396e-1 + w * 1.531383769920937332e-1));
  const even =
    z *
    (6.66666666666673513e-1 +
      w * (2.857142874366239149e-1 + w * (1.818357216161805012e-1 + w * 1.479819860511658591e-1)));
  const all = even + odd;
  const side = (fraction - 0x6147a) | (0x6b851 - fraction);
  if (side > 0) {
    const square = 0.5 * f * f;
    return k === 0
      ? f - (square - s * (square + all))
      : k * ln2.high - (square - (s * (square + all) + k * ln2.low) - f);
  }
  return k === 0 ? f - s * (f - all) : k * ln2.high - (s * (f - all) - k * ln2.low - f);
}
