/**
 * The part of a content that a Range header asks for (RFC 9110, section 14). Several ranges, other units and what is no
 * range count as none: the whole is then sent.
 * @param length bytes of the content
 * @returns bytes from `from`, which is counted, to `to`, which is not
 */
export function requestedRange(
  header: string | undefined,
  length: number,
): { readonly from: number; readonly to: number } | 'whole' | 'unsatisfiable' {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/i.exec(header?.trim() ?? '') ?? [];
  if (first === '' && last === '') return 'whole';
  if (first === '') {
    const count = Math.min(Number(last), length);
    return count === 0 ? 'unsatisfiable' : { from: length - count, to: length };
  }
  const [from, to] = [Number(first), last === '' ? length : Math.min(Number(last) + 1, length)];
  if (last !== '' && Number(last) < from) return 'whole';
  return from >= length ? 'unsatisfiable' : { from, to };
}
