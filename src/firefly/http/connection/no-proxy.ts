const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'https:': '443', 'http:': '80' };

/** Whether `NO_PROXY` names every host, also as one entry of several. */
export function bypassesAll(noProxy: string | undefined): boolean {
  return entries(noProxy).includes('*');
}

/**
 * Whether requests to this origin go past the proxy: plain http goes to this machine only; otherwise the host, or a
 * domain above it, is in `NO_PROXY`. As undici's `EnvHttpProxyAgent` decides.
 */
export function bypassesProxy(origin: string, noProxy: string | undefined): boolean {
  const { protocol, hostname, port } = new URL(origin);
  if (protocol === 'http:' || bypassesAll(noProxy)) return true;
  return entries(noProxy).some((entry) => {
    const [, host = entry, wanted] = /^(.+):(\d+)$/.exec(entry) ?? [];
    const domain = host.replace(/^\*?\./, '').toLowerCase();
    if (wanted !== undefined && wanted !== (port || DEFAULT_PORTS[protocol])) return false;
    return hostname === domain || hostname.endsWith(`.${domain}`);
  });
}

function entries(noProxy = ''): readonly string[] {
  return noProxy.split(/[,\s]/).filter((entry) => entry !== '');
}
