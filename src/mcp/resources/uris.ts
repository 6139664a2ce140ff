/** Longest URI that is taken, in characters; those of this server have less than a hundred. */
export const MAX_URI_LENGTH = 2_048;

/** The value of `{id}`, the only variable of the templates. Not percent-decoded: no id has characters to escape. */
export function idIn(uriTemplate: string, uri: string): string | undefined {
  const [before = '', after = ''] = uriTemplate.split('{id}');
  if (!uri.startsWith(before) || !uri.endsWith(after) || uri.length <= before.length + after.length) return undefined;
  const id = uri.slice(before.length, uri.length - after.length);
  return /^[A-Za-z0-9_-]+$/.test(id) ? id : undefined;
}
