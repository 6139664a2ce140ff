import { render } from 'preact';
import { AppsBridge } from './bridge/apps-bridge.ts';
import { BrowserBridge } from './bridge/browser-bridge.ts';
import { Foreground } from './session/foreground.ts';
import { Studio, StudioContext } from './session/studio.ts';
import { applyTheme } from './session/theme.ts';
import { App } from './views/shell/app.tsx';

/** Where the server of a browser's page answers calls. */
const ENDPOINT = '/mcp';

async function start(root: HTMLElement): Promise<void> {
  const bridge = window.parent === window ? new BrowserBridge(window, ENDPOINT) : new AppsBridge(window);
  await bridge.connect();
  const studio = new Studio(bridge);
  const foreground = new Foreground(studio);
  const dress = (): void => applyTheme(document.documentElement, studio.context.value);
  studio.context.watch(dress);
  dress();
  foreground.open();
  render(
    <StudioContext.Provider value={studio}>
      <App foreground={foreground} />
    </StudioContext.Provider>,
    root,
  );
}

const root = document.getElementById('studio');
if (root !== null) void start(root);
