/** Location of a database. */
export type DatabaseLocation =
  { readonly dialect: 'sqlite'; readonly path: string } | { readonly dialect: 'postgres'; readonly url: string };

const SQLITE = 'sqlite:';

/** Parses a location: `postgres://…` and `postgresql://…` name a server; `sqlite:/a/path`, `sqlite:///a/path` and a bare path a file. */
export function databaseLocation(url: string): DatabaseLocation {
  if (/^postgres(ql)?:\/\//i.test(url)) return { dialect: 'postgres', url };
  const path = url.startsWith(SQLITE) ? url.slice(SQLITE.length).replace(/^\/\/\/(?=[A-Za-z]:)|^\/\/(?=\/)/, '') : url;
  return { dialect: 'sqlite', path };
}
