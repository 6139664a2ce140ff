import { absolutePath, isInside, pathRules, type Environment } from './environment.ts';
import { fillReferences } from './references.ts';

const APP = 'firefly-mcp';

/** Folders that contain projects: none of them is taken for a project itself, but a folder below them may be. */
const SHARED_PARENTS: Readonly<Record<'posix' | 'windows', readonly string[]>> = {
  posix: ['/usr', '/var', '/opt', '/srv', '/home', '/Users', '/tmp', '/private', '/mnt', '/media', '/Volumes'],
  windows: ['C:\\Users'],
};

/** System folders: neither they nor folders below them are a project. */
const SYSTEM_FOLDERS: Readonly<Record<'posix' | 'windows', readonly string[]>> = {
  posix:
    '/bin /sbin /lib /lib64 /usr/bin /usr/sbin /usr/lib /usr/share /etc /boot /dev /proc /sys /run /snap /System /Library /Applications'.split(
      ' ',
    ),
  windows: ['C:\\Windows', 'C:\\Program Files', 'C:\\Program Files (x86)', 'C:\\ProgramData'],
};

/**
 * The platform's data folder for this program: `$XDG_DATA_HOME` or `~/.local/share` (XDG Base Directory
 * Specification), `~/Library/Application Support`, `%LOCALAPPDATA%`.
 */
export function defaultHome(environment: Environment): string {
  const path = pathRules(environment);
  if (environment.platform === 'win32') {
    return path.join(environment.env['LOCALAPPDATA'] || path.join(environment.home, 'AppData', 'Local'), APP);
  }
  if (environment.platform === 'darwin') return path.join(environment.home, 'Library', 'Application Support', APP);
  const xdg = environment.env['XDG_DATA_HOME'];
  // XDG specification: a relative path in these variables is invalid and must be ignored.
  return path.join(xdg && path.isAbsolute(xdg) ? xdg : path.join(environment.home, '.local', 'share'), APP);
}

/**
 * The working directory; none if that is a filesystem root, the home folder or a system folder: some hosts start their
 * servers there, so it does not tell what the user works on.
 */
export function defaultRoots(environment: Environment): readonly string[] {
  const { cwd } = environment;
  return cwd !== undefined && isProject(cwd, environment) ? [cwd] : [];
}

/** The working directory if it is inside a root, else `Firefly` in the user's pictures folder. */
export function defaultOutputFolder(environment: Environment, roots: readonly string[]): string {
  const path = pathRules(environment);
  const { cwd, home } = environment;
  if (cwd !== undefined && roots.some((root) => isInside(cwd, root, environment))) return cwd;
  // xdg-user-dirs writes "$HOME/Pictures".
  const xdg = fillReferences(environment.env['XDG_PICTURES_DIR'] ?? '', environment, []);
  const isPath = 'text' in xdg && path.isAbsolute(xdg.text);
  return path.join(isPath ? absolutePath(xdg.text, environment) : path.join(home, 'Pictures'), 'Firefly');
}

function isProject(cwd: string, environment: Environment): boolean {
  const path = pathRules(environment);
  const family = environment.platform === 'win32' ? 'windows' : 'posix';
  const same = (folder: string) => path.relative(folder, cwd) === '';
  if (same(path.parse(cwd).root) || same(environment.home)) return false;
  if (SHARED_PARENTS[family].some(same)) return false;
  // On Windows, hosts start their servers in their own program folder, which is below these.
  const appData = [environment.env['LOCALAPPDATA'], environment.env['APPDATA']].filter(
    (folder) => folder !== undefined,
  );
  const windowsTemp = environment.env['TEMP'];
  if (windowsTemp && isInside(cwd, windowsTemp, environment)) return true;
  return ![...SYSTEM_FOLDERS[family], ...appData].some((folder) => folder && isInside(cwd, folder, environment));
}
