import { fileURLToPath } from 'node:url';

/** What the meaning of a path depends on besides its text. */
export interface PathStyle {
  /** Home folder, which `~` means; undefined where it means nothing. */
  readonly home?: string | undefined;
  /** Whether paths are those of Windows. */
  readonly windows?: boolean | undefined;
}

const QUOTES = /^(?:"([^]*)"|'([^]*)'|`([^]*)`|“([^]*)”|‘([^]*)’|„([^]*)[“”]|«([^]*)»|<([^]*)>)$/;
/** Home as `~` or as a variable; shells expand them only where they are not quoted. */
const HOME = /^(?:~|\$HOME|\$\{HOME\}|%USERPROFILE%)(?=[\\/]|$)/;
/** Characters that people and shells escape with a backslash. A letter, which begins a name on Windows, is none. */
const ESCAPED = /\\([ ()'"&[\]{}$!;,#*?<>|`~=+%^@-])/g;

/** A link or picture in Markdown, with what it leads to. */
const MARKDOWN = /^!?\[[^\]]*\]\(([^]*)\)$/;
/** Longest link that is looked at, characters. */
const LONGEST_LINK = 5_000;

/** The target of a link in Markdown, without the brackets that it may have around it; the text itself if it is none. */
function linked(text: string): string {
  const target = text.length > LONGEST_LINK ? undefined : MARKDOWN.exec(text)?.[1]?.trim();
  return target === undefined ? text : target.replace(/^<([^<>]*)>$/, '$1');
}

/** A text without the quotes or the Markdown around it, and without the `@` that some hosts put before a file that a person names. */
export function unquoted(text: string): string {
  const plain = text.trim();
  const inner = linked(plain.startsWith('@') ? plain.slice(1).trimStart() : plain);
  const quoted = QUOTES.exec(inner);
  return quoted === null ? inner : (quoted.slice(1).find((part) => part !== undefined) ?? '').trim();
}

/**
 * The paths that a text may mean, as people and hosts write paths: quoted, with `@` or `~` before it, with escaped blanks,
 * as a file URL, percent-encoded, or in the form of another system. The text itself is first; the last one has all of that
 * removed. Nothing is opened.
 */
export function pathSpellings(text: string, style: PathStyle): readonly string[] {
  const steps: readonly ((path: string) => string | undefined)[] = [
    unquoted,
    (path) => ofFileUrl(path, style),
    (path) => style.home && path.replace(HOME, () => style.home ?? ''),
    (path) => (style.windows ? undefined : path.replace(ESCAPED, '$1')),
    percentDecoded,
    (path) => (style.windows ? windowsForm(path) : posixForm(path)),
  ];
  const paths = new Set([text.trim()]);
  for (const step of steps) {
    const before = Array.from(paths);
    for (const path of before) {
      const other = step(path);
      if (other !== undefined && other !== '' && !other.includes('\0')) paths.add(other);
    }
  }
  return [...paths];
}

/** The path of a file URL; of one that is not well formed, such as `file://pictures/a b.png` or `file:a.png`, what follows its slashes. */
function ofFileUrl(text: string, { windows }: PathStyle): string | undefined {
  if (!/^file:/i.test(text)) return undefined;
  if (/^file:[^/\\]/i.test(text)) return text.slice('file:'.length);
  try {
    return fileURLToPath(text, { windows: windows ?? false });
  } catch {
    return text.replace(/^file:(\/\/(localhost(?=\/))?)?/i, '');
  }
}

function percentDecoded(path: string): string | undefined {
  if (!/%[0-9a-f]{2}/i.test(path)) return undefined;
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

/** A Windows path on another system: below `/mnt`, as in WSL, where it has a drive; with slashes. */
function posixForm(path: string): string | undefined {
  if (!path.includes('\\') && !/^[a-z]:\//i.test(path)) return undefined;
  return path.replaceAll('\\', '/').replace(/^([a-z]):\//i, (_, drive: string) => `/mnt/${drive.toLowerCase()}/`);
}

/** A path of Git Bash or WSL on Windows. */
function windowsForm(path: string): string | undefined {
  const [, drive, rest] = /^(?:\/mnt)?\/([a-z]):?\/(.*)$/is.exec(path) ?? [];
  return drive === undefined ? undefined : `${drive.toUpperCase()}:/${rest}`;
}
