/** Width by height of a size such as "2304x1792"; 1 where it is not known. */
export function ratioOf(size: string | undefined): number {
  const [, width = '1', height = '1'] = /^(\d+)x(\d+)/.exec(size ?? '') ?? [];
  return Number(width) / Math.max(1, Number(height));
}
