// Numbers as Python writes them, so that a sentence is the same in the browser and in Python.

/**
 * `x.toExponential`, but of two equally near numbers the one with an even last digit, as Python takes it.
 * @param {number} x finite
 * @param {number} digits significant ones
 * @returns {[string, number]} mantissa and exponent
 */
function rounded(x, digits) {
  const [mantissa, exponent] = x.toExponential(digits - 1).split("e");
  // 17 digits tell two numbers apart, so with 25 of them a tie shows as 5000…
  const exact = x.toExponential(25).split("e")[0].replace(/[-.]/g, "");
  const tie = exact[digits] === "5" && /^0*$/.test(exact.slice(digits + 1));
  if (!tie || Number(exact[digits - 1]) % 2) return [mantissa, Number(exponent)];
  const head = exact.slice(0, digits); // JavaScript has rounded it up, away from the even digit
  const text = (x < 0 ? "-" : "") + head[0] + (digits > 1 ? `.${head.slice(1)}` : "");
  return [text, Number(x.toExponential(25).split("e")[1])];
}

/** @param {string} text */
const withoutZeros = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);

/**
 * Python's `f"{x:.6g}"`.
 * @param {number} x
 * @param {number} [digits]
 */
function general(x, digits = 6) {
  if (Number.isNaN(x)) return "nan";
  if (!Number.isFinite(x)) return x > 0 ? "inf" : "-inf";
  if (x === 0) return Object.is(x, -0) ? "-0" : "0";
  const [mantissa, exponent] = rounded(x, digits);
  if (exponent < -4 || exponent >= digits) {
    const sign = exponent < 0 ? "-" : "+";
    return `${withoutZeros(mantissa)}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
  }
  return withoutZeros(Number(`${mantissa}e${exponent}`).toFixed(Math.max(digits - 1 - exponent, 0)));
}

/**
 * A number for people: three digits, and 2.3e-4 rather than 0.00023; the twin of `format_number`.
 * @param {number} x
 */
function forPeople(x) {
  if (!Number.isFinite(x)) return general(x);
  const size = Math.abs(x);
  if (x === 0 || (size >= 1e-3 && size < 1e5)) {
    if (size < 999.5) return general(x, 3);
    const [mantissa, exponent] = rounded(x, Math.floor(Math.log10(size)) + 1);
    return Number(`${mantissa}e${exponent}`).toFixed(0);
  }
  const [mantissa, exponent] = rounded(x, 2);
  return `${mantissa}e${exponent}`;
}
