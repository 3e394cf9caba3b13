// Units are counted in hundredths, so sums are exact. The server reads and refuses; this only reads what it would accept.
export function cents(text) {
  const found = /^(\d*)(?:\.(\d{0,2})0*)?\s*(?:u|units?)?$/i.exec(text.trim());
  if (!found || !(found[1] || found[2])) return 0;
  return Number(found[1] || 0) * 100 + Number((found[2] ?? "").padEnd(2, "0") || 0);
}

export function shown(hundredths) {
  const whole = Math.floor(hundredths / 100).toString().replace(/\B(?=(\d{3})+$)/g, ",");
  const rest = (hundredths % 100).toString().padStart(2, "0").replace(/0+$/, "");
  return rest ? `${whole}.${rest}` : whole;
}
