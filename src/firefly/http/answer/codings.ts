/** Codings that are undone one after the other; more of them are a mistake or an attack. */
export const MOST_CODINGS = 3;

/**
 * The content codings that were applied (RFC 9110 section 8.4), the last one first.
 * @param coding the header `Content-Encoding`
 */
export function codingsIn(coding: string | string[] | undefined): readonly string[] {
  const names = [coding ?? []].flat().join(',').toLowerCase().split(',');
  return names
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity')
    .toReversed();
}

/** Whether bytes begin as a gzip, which some gateways send without naming it. */
export function isGzip([first, second]: Uint8Array): boolean {
  return first === 0x1f && second === 0x8b;
}
