// The order that people drag: fractional keys in base 36, as the node has them. A drag writes one key of one item.

const BASE = 36;

const valid = (key) => /^[0-9a-z]*[1-9a-z]$/.test(key || '');

/** The key by which an item stands in its column: what was dragged, else priority and number. */
export const orderKey = (item) => (valid(item.order) ? item.order
  : `${Math.min(item.priority ?? 2, 9)}${item.number.toString(BASE).padStart(8, '0')}i`);

/** The same order as the node's own board. */
export function byPlace(a, b) {
  const x = orderKey(a);
  const y = orderKey(b);
  return x < y ? -1 : x > y ? 1 : (a.priority ?? 2) - (b.priority ?? 2) || a.number - b.number || (a.key < b.key ? -1 : 1);
}

/** A key between two others; null below is the top, null above the bottom. */
export function between(low, high) {
  if (low !== null && high !== null && low >= high) return `${low}i`;
  let out = '';
  let above = high;
  const below = low || '';
  for (let at = 0; ; at++) {
    const a = at < below.length ? parseInt(below[at], BASE) : 0;
    const b = above === null ? BASE : parseInt(above[at], BASE);
    if (a === b) {
      out += a.toString(BASE);
    } else if (b - a > 1) {
      return out + Math.floor((a + b) / 2).toString(BASE);
    } else if (above !== null && at + 1 < above.length) {
      return out + b.toString(BASE);
    } else {
      out += a.toString(BASE);
      above = null;
    }
  }
}
