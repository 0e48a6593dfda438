// What a step played in the browser needs beside JavaScript's own arithmetic: numbers as Python and NumPy have them.

/**
 * `a ** b` as in C: JavaScript alone takes 1 ** NaN for NaN.
 * @param {number} a
 * @param {number} b
 */
const power = (a, b) => (a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : a ** b);

/**
 * The upper half of a number's digits (Veltkamp).
 * @param {number} x
 */
const upperHalf = (x) => {
  const scaled = 134217729 * x; // 2 ** 27 + 1
  return scaled - (scaled - x);
};

/**
 * Gives a number to the powers 1, 2, 3 …, when asked for t = 1, 2, 3 …: a running product in two doubles (Dekker),
 * rounded once. JavaScript's own powers round otherwise than Python's; these nearly never do.
 * @param {number} b
 * @returns {(t: number) => number}
 */
function powersOf(b) {
  const c = upperHalf(b);
  const d = b - c;
  let high = 1;
  let low = 0;
  let at = 0;
  return (t) => {
    if (!(b > 1e-3 && b < 1e3)) return power(b, t);
    for (; at < t && high > 1e-290 && high < 1e290; at++) {
      const product = high * b;
      const a = upperHalf(high);
      const e = high - a;
      const lost = a * c - product + a * d + e * c + e * d + low * b;
      high = product + lost;
      low = lost - (high - product);
    }
    return at === t ? high + low : power(b, t);
  };
}

/** @type {Map<number, Float64Array>} */
const knownPowers = new Map();

/**
 * The same powers as an array, from 0 to n + 1. They are kept: the runs of a map have few bases between them.
 * @param {number} b
 * @param {number} n
 */
function powersUpTo(b, n) {
  let powers = knownPowers.get(b);
  if (!powers || powers.length < n + 2) {
    if (knownPowers.size * (n + 2) > 4e6) knownPowers.clear();
    const of = powersOf(b);
    powers = Float64Array.from({ length: n + 2 }, (_, t) => of(t));
    knownPowers.set(b, powers);
  }
  return powers;
}

/**
 * The same for one whole power, by squaring.
 * @param {number} b
 * @param {number} t
 */
function powWhole(b, t) {
  if (!(t >= 0 && t <= 1e9 && Math.floor(t) === t && b > 1e-3 && b < 1e3)) return power(b, t);
  let high = 1;
  let low = 0;
  let square = b;
  let rest = 0; // square + rest is b to the powers 1, 2, 4, 8 …
  for (let left = t; left; ) {
    if (left % 2) [high, low] = longProduct(high, low, square, rest);
    left = Math.floor(left / 2);
    if (left) [square, rest] = longProduct(square, rest, square, rest);
  }
  return high + low > 1e-290 && high + low < 1e290 ? high + low : power(b, t);
}

/**
 * A product of numbers that are the sum of two doubles each (Dekker).
 * @param {number} high
 * @param {number} low
 * @param {number} otherHigh
 * @param {number} otherLow
 */
function longProduct(high, low, otherHigh, otherLow) {
  const product = high * otherHigh;
  const a = upperHalf(high);
  const b = high - a;
  const c = upperHalf(otherHigh);
  const d = otherHigh - c;
  const lost = a * c - product + a * d + b * c + b * d + (high * otherLow + low * otherHigh);
  const rounded = product + lost;
  return [rounded, lost - (rounded - product)];
}

/**
 * Python's `a % b`, which has the sign of b.
 * @param {number} a
 * @param {number} b
 */
function remainder(a, b) {
  const rest = a % b;
  if (rest === 0) return copySign(0, b);
  return rest < 0 === b < 0 || b !== b ? rest : rest + b;
}

/**
 * Python's `a // b`.
 * @param {number} a
 * @param {number} b
 */
function floorDivide(a, b) {
  if (b === 0) return a / b;
  const rest = a % b;
  const whole = (a - rest) / b - (rest !== 0 && rest < 0 !== b < 0 ? 1 : 0);
  if (whole === 0) return copySign(0, a / b);
  const floor = Math.floor(whole);
  return whole - floor > 0.5 ? floor + 1 : floor;
}

/**
 * The size of a with the sign of b.
 * @param {number} a
 * @param {number} b
 */
const copySign = (a, b) => (b < 0 || Object.is(b, -0) ? -Math.abs(a) : Math.abs(a));

/**
 * The nearest whole number; of two equally near ones the even one.
 * @param {number} x
 */
function roundToEven(x) {
  const floor = Math.floor(x);
  const apart = x - floor;
  const up = apart > 0.5 || (apart === 0.5 && floor % 2 !== 0);
  return Number.isFinite(x) ? copySign(up ? floor + 1 : floor, x) : x;
}

/**
 * NumPy's maximum: NaN if one is.
 * @param {number} a
 * @param {number} b
 */
const maximum = (a, b) => (a > b || a !== a ? a : b);

/**
 * NumPy's minimum: NaN if one is.
 * @param {number} a
 * @param {number} b
 */
const minimum = (a, b) => (a < b || a !== a ? a : b);

/**
 * NumPy's fmax: the other one if one is NaN.
 * @param {number} a
 * @param {number} b
 */
const fmax = (a, b) => (a >= b || b !== b ? a : b);

/**
 * NumPy's fmin: the other one if one is NaN.
 * @param {number} a
 * @param {number} b
 */
const fmin = (a, b) => (a <= b || b !== b ? a : b);

/**
 * log(exp(a) + exp(b)) without overflow.
 * @param {number} a
 * @param {number} b
 */
function logAddExp(a, b) {
  if (a === b) return a + Math.LN2;
  return a > b ? a + Math.log1p(Math.exp(b - a)) : b + Math.log1p(Math.exp(a - b));
}

/**
 * Whether Python raises an error where a function of these numbers has this result.
 * @param {number} result
 * @param {number} a
 * @param {number} [b]
 */
const fails = (result, a, b = 0) =>
  result !== result ? a === a && b === b : Math.abs(result) === Infinity && Number.isFinite(a) && Number.isFinite(b);
