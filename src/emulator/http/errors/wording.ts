/** One of several ways to say the same, by the option `wording`. */
export function worded<Way>(ways: readonly [Way, ...Way[]], wording: number): Way {
  return ways[Math.abs(Math.trunc(wording)) % ways.length] ?? ways[0];
}
