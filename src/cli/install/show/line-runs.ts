/** Lines that differ: from (with) and to (without), counted from 0. */
export interface Run {
  readonly old: readonly [from: number, to: number];
  readonly now: readonly [from: number, to: number];
}

/** Most cells of the table that finds equal lines; beyond them, all between the first and the last change is one run. */
const MOST_CELLS = 4_000_000;

/** Where two lists of lines differ. */
export function changedRuns(old: readonly string[], now: readonly string[]): readonly Run[] {
  const shorter = Math.min(old.length, now.length);
  let start = 0;
  while (start < shorter && old[start] === now[start]) start += 1;
  let end = 0;
  while (end < shorter - start && old[old.length - 1 - end] === now[now.length - 1 - end]) end += 1;
  const [oldEnd, nowEnd] = [old.length - end, now.length - end];
  const runs: Run[] = [];
  let [from, to] = [start, start];
  for (const [left, right] of [
    ...equalLines(old.slice(start, oldEnd), now.slice(start, nowEnd)),
    [oldEnd - start, nowEnd - start] as const,
  ]) {
    const [nextOld, nextNow] = [left + start, right + start];
    if (nextOld > from || nextNow > to) runs.push({ old: [from, nextOld], now: [to, nextNow] });
    [from, to] = [nextOld + 1, nextNow + 1];
  }
  return runs;
}

/** Pairs of equal lines, in order: a longest common subsequence. */
function equalLines(old: readonly string[], now: readonly string[]): readonly (readonly [number, number])[] {
  const width = now.length + 1;
  if ((old.length + 1) * width > MOST_CELLS) return [];
  const lengths = new Uint32Array((old.length + 1) * width);
  const at = (left: number, right: number) => lengths[left * width + right] ?? 0;
  for (let left = old.length - 1; left >= 0; left -= 1) {
    for (let right = now.length - 1; right >= 0; right -= 1) {
      lengths[left * width + right] =
        old[left] === now[right] ? at(left + 1, right + 1) + 1 : Math.max(at(left + 1, right), at(left, right + 1));
    }
  }
  const pairs: [number, number][] = [];
  for (let [left, right] = [0, 0]; left < old.length && right < now.length;) {
    if (old[left] === now[right]) pairs.push([left++, right++]);
    else if (at(left + 1, right) >= at(left, right + 1)) left += 1;
    else right += 1;
  }
  return pairs;
}
