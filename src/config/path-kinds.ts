import { absolutePath, pathRules, type Environment } from './environment.ts';
import { entries, type Kind } from './kinds.ts';
import { serverFault } from './proxy-address.ts';
import { pathFault, unwrapped } from './references.ts';

/** A file or folder, made absolute. */
export const path: Kind<string> = {
  expected: 'a path',
  fault: pathFault,
  parse: (value, environment) => absolutePath(value.trim(), environment),
};

/** Absolute paths, separated as in `PATH`; `none` is the empty list. */
export const paths: Kind<readonly string[]> = {
  expected: 'folders separated as in PATH (":", on Windows ";"), or "none"',
  separator: (environment) => pathRules(environment).delimiter,
  fault: (value, environment) => {
    const { delimiter, sep } = pathRules(environment);
    // Split at ":", a path of Windows would become two folders.
    if (sep === '/' && /(^|[:;,])\s*["']?[A-Za-z]:\\/.test(value)) return pathFault('C:\\', environment);
    if (sep === '/' && /[;,]\s*["']?(\/|~\/)/.test(value)) return `folders that are not separated by "${delimiter}"`;
    const folders = folderEntries(value, environment);
    if (folders.length > 1 && folders.includes('none')) return '"none" beside folders';
    return folders.map((folder) => pathFault(folder, environment)).find((fault) => fault !== undefined);
  },
  parse: (value, environment) => {
    if (value.trim() === 'none') return [];
    return folderEntries(value, environment).map((entry) => absolutePath(entry, environment));
  },
};

function folderEntries(value: string, environment: Environment): readonly string[] {
  const { delimiter } = pathRules(environment);
  // The colon of `file:///folder` separates nothing.
  const separator = delimiter === ':' ? /(?<!(?:^|:)\s*["']?file):(?!\/\/)/i : delimiter;
  return entries(value, separator).map(unwrapped);
}

/** Address of the database: a PostgreSQL server, which may include a password, or a SQLite file. */
export const database: Kind<string> = {
  expected: 'postgres://user:password@host:port/database, or sqlite: and a path',
  keepsReferences: (text) => !/^sqlite:/i.test(text),
  fault: (value, environment) =>
    /^sqlite:/i.test(value) ? pathFault(sqliteFile(value), environment) : serverFault(value.trim()),
  parse: (value, environment) => {
    const address = value.trim();
    if (/^postgres(ql)?:\/\//i.test(address)) return URL.canParse(address) ? address : undefined;
    if (!/^sqlite:/i.test(address)) return undefined;
    const file = sqliteFile(address);
    return file === '' ? undefined : `sqlite:${absolutePath(file, environment)}`;
  },
};

/** The path of a SQLite address: `sqlite:///a/path` is equivalent to `sqlite:/a/path`. */
function sqliteFile(address: string): string {
  return address
    .trim()
    .slice('sqlite:'.length)
    .replace(/^\/\/\/(?=[A-Za-z]:)|^\/\/(?=\/)/, '');
}
