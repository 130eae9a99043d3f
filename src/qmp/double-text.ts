const DIGITS = 17;

/** A double as C's `%.17g` writes it. */
export function doubleText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value < 0 ? '-inf' : 'inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [digits = '', exponentText] = scientific(Math.abs(value)).split('e');
  const exponent = Number(exponentText);
  const significant = digits.replace('.', '').replace(/0+$/, '');
  const sign = value < 0 ? '-' : '';
  if (exponent >= -4 && exponent < DIGITS) return sign + positional(significant, exponent);
  const fraction = significant.length > 1 ? `.${significant.slice(1)}` : '';
  const power = String(Math.abs(exponent)).padStart(2, '0');
  return `${sign}${significant[0]}${fraction}e${exponent < 0 ? '-' : '+'}${power}`;
}

/** 17 digits and the exponent. C rounds a tie to the even digit, toExponential away from zero. */
function scientific(value: number): string {
  const rounded = value.toExponential(DIGITS - 1);
  const exact = value.toExponential(100);
  const [mantissa = '', exponent] = exact.split('e');
  if (!/^5?0*$/.test(mantissa.slice(DIGITS + 1)) || mantissa[DIGITS + 1] !== '5') return rounded;
  const even = Number(mantissa[DIGITS]) % 2 === 0;
  return even ? `${mantissa.slice(0, DIGITS + 1)}e${exponent}` : rounded;
}

function positional(digits: string, exponent: number): string {
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const fraction = digits.slice(exponent + 1);
  return fraction === '' ? whole : `${whole}.${fraction}`;
}
