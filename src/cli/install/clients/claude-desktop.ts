import { pathRules } from '../../../config/environment.ts';
import { commandAndArgs, inAppData, inHome, type Client, type Where } from '../client.ts';

const FILE = 'claude_desktop_config.json';

export const claudeDesktop: Client = {
  id: 'claude-desktop',
  title: 'Claude Desktop',
  files: (where) => [...packaged(where), inAppData(where, 'Claude', FILE)],
  format: 'json',
  servers: ['mcpServers'],
  entry: commandAndArgs,
  reload: 'Quit Claude Desktop and start it again; closing its window is not enough.',
};

/** An MSIX package does not see `%APPDATA%`: Windows gives it a folder of its own. */
function packaged(where: Where): readonly string[] {
  if (where.platform !== 'win32') return [];
  const path = pathRules(where);
  const packages = path.join(where.env['LOCALAPPDATA'] || inHome(where, 'AppData', 'Local'), 'Packages');
  const names = where.names(packages).filter((name) => /^Claude_\w+$/.test(name));
  return names.map((name) => path.join(packages, name, 'LocalCache', 'Roaming', 'Claude', FILE));
}
