import { absolutePath, isInside, pathRules, type Environment } from './environment.ts';

const APP = 'firefly-mcp';

/** Folders that hold other people's work: neither they nor the ones right above them are anybody's project. */
const NEVER_A_PROJECT: Readonly<Record<'posix' | 'windows', readonly string[]>> = {
  posix: ['/usr', '/var', '/opt', '/srv', '/home', '/Users', '/tmp', '/private', '/mnt', '/media', '/Volumes'],
  windows: ['C:\\Users'],
};

/** Folders of the system: nothing below them is a project either. */
const SYSTEM: Readonly<Record<'posix' | 'windows', readonly string[]>> = {
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
export function defaultHome(place: Environment): string {
  const path = pathRules(place);
  if (place.platform === 'win32') {
    return path.join(place.env['LOCALAPPDATA'] || path.join(place.home, 'AppData', 'Local'), APP);
  }
  if (place.platform === 'darwin') return path.join(place.home, 'Library', 'Application Support', APP);
  const xdg = place.env['XDG_DATA_HOME'];
  // The specification: a relative path in these variables is invalid and must be ignored.
  return path.join(xdg && path.isAbsolute(xdg) ? xdg : path.join(place.home, '.local', 'share'), APP);
}

/**
 * The working directory, or nothing where that is a filesystem root, the home folder or a system folder: some hosts
 * start their servers there, and then it says nothing about what the user works on.
 */
export function defaultRoots(place: Environment): readonly string[] {
  return isProject(place) ? [place.cwd] : [];
}

/** `./firefly` where the working directory is under a root, else `Firefly` in the user's pictures folder. */
export function defaultOutputFolder(place: Environment, roots: readonly string[]): string {
  const path = pathRules(place);
  if (roots.some((root) => isInside(place.cwd, root, place))) return path.join(place.cwd, 'firefly');
  const xdg = place.env['XDG_PICTURES_DIR'];
  const pictures = xdg ? absolutePath(xdg, place) : path.join(place.home, 'Pictures');
  return path.join(pictures, 'Firefly');
}

function isProject(place: Environment): boolean {
  const path = pathRules(place);
  const family = place.platform === 'win32' ? 'windows' : 'posix';
  const same = (folder: string) => path.relative(folder, place.cwd) === '';
  if (same(path.parse(place.cwd).root) || same(place.home)) return false;
  if (NEVER_A_PROJECT[family].some(same)) return false;
  // Hosts on Windows start their servers in their own program folder, which lies here.
  const appData = [place.env['LOCALAPPDATA'], place.env['APPDATA']].filter((folder) => folder !== undefined);
  const windowsTemp = place.env['TEMP'];
  if (windowsTemp && isInside(place.cwd, windowsTemp, place)) return true;
  return ![...SYSTEM[family], ...appData].some((folder) => folder && isInside(place.cwd, folder, place));
}
