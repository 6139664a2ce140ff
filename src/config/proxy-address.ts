/** As in other programs, a bare host and port means plain http. */
export function withScheme(text: string): string {
  return text.includes('://') ? text.trim() : `http://${text.trim()}`;
}

/**
 * What is wrong with the address of a proxy, as the end of "… names"; undefined for a good one. Nothing of the address is
 * quoted: with an unescaped character, a URL parser takes a part of the password for the host (RFC 3986 section 3.2).
 */
export function proxyFault(text: string): string | undefined {
  if (/^socks/i.test(text)) return 'a SOCKS proxy, which is not supported; set it to an http or https proxy';
  if (/^(proxy|https?)\s|;/i.test(text) && !text.includes('@'))
    return 'a result of a PAC script; write http://host:port';
  const [, rest = ''] = /^[a-z][a-z\d+.-]*:\/\/(.*)$/is.exec(withScheme(text)) ?? [];
  const end = rest.lastIndexOf('@');
  if (end >= 0 && !isEscaped(rest.slice(0, end))) return `a proxy ${UNESCAPED}`;
  const path = rest.slice(end + 1).replace(/^[^/?#]*/, '');
  if (path === '' || path === '/') return undefined;
  return /,|^https?:\/[^/]/i.test(text)
    ? 'something other than one address; write http://host:port'
    : 'an address with a path; name the proxy itself, no script';
}

const UNESCAPED =
  'with a special character in its user name or password; write that character percent-encoded ' +
  '("@" as %40, "#" as %23, "/" as %2F, "?" as %3F, "%" as %25, a blank as %20)';

/** What is wrong with the address of a PostgreSQL server, as `proxyFault`: the part before `@` is taken for the host. */
export function serverFault(address: string): string | undefined {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.username ? isEscaped(url.username + url.password) : /[?&]user=/.test(url?.search ?? '')) return undefined;
  const [, userinfo = ''] = /:\/\/(.*)@/.exec(address) ?? [];
  return isEscaped(userinfo) ? undefined : `an address ${UNESCAPED}`;
}

/** Whether user name and password hold nothing that would end them, and can be decoded. */
function isEscaped(userinfo: string): boolean {
  if (/[@#/?\\\s]/.test(userinfo)) return false;
  try {
    // Compared, since a build takes a bare call for one without effect, and leaves it out.
    return userinfo === '' || decodeURIComponent(userinfo) !== '';
  } catch {
    return false;
  }
}

/**
 * Whether a text is an address or a range of either family, by form alone: Node's own check is in its network module, which
 * a start does not load.
 */
export function isAddressRange(range: string): boolean {
  const [, address = '', prefix = '0'] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(range) ?? [];
  const parts = address.split('.');
  const isV4 = parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255);
  // A URL takes exactly the addresses of IPv6 between brackets, without a zone.
  const isV6 = address.includes(':') && /^[\da-f:.]+$/i.test(address) && URL.canParse(`http://[${address}]/`);
  return (isV4 && Number(prefix) <= 32) || (isV6 && Number(prefix) <= 128);
}
