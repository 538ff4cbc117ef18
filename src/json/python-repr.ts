/**
 * A finite double in the notation of Python's `repr`: the shortest digits that read back as the same double, at least one of
 * them after the point, and an exponent of two digits or more below 1e-4 and from 1e16 up. Servers hashed and signed the
 * events of room versions 1 to 5 in this notation.
 */
export function pythonRepr(value: number): string {
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const [mantissa = '', power = '0'] = Math.abs(value).toExponential().split('e');
  const digits = mantissa.replace('.', '');
  const exponent = Number(power);
  return sign + (exponent < -4 || exponent >= 16 ? scientific(mantissa, exponent) : positional(digits, exponent));
}

function scientific(mantissa: string, exponent: number): string {
  const power = String(Math.abs(exponent)).padStart(2, '0');
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${power}`;
}

function positional(digits: string, exponent: number): string {
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = exponent + 1;
  return `${digits.slice(0, whole).padEnd(whole, '0')}.${digits.slice(whole) || '0'}`;
}
