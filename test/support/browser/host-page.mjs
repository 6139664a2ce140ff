// The page of a host of MCP Apps, around the official bridge. Runs in a browser; `apps-host.ts` bundles and drives it.
import { AppBridge, PostMessageTransport } from '@modelcontextprotocol/ext-apps/app-bridge';

/**
 * Shows the view and serves it.
 * @param {{ context: object, capabilities: object, modes: string[], size: { width: number, height?: number } }} options
 */
globalThis.openView = async ({ context, capabilities, modes, size }) => {
  const frame = document.createElement('iframe');
  frame.setAttribute('sandbox', 'allow-scripts');
  frame.name = 'view';
  frame.title = 'View';
  Object.assign(frame.style, { border: '0', width: `${size.width}px`, height: `${size.height ?? 100}px` });
  document.body.append(frame);
  const bridge = new AppBridge(null, { name: 'test-host', version: '1' }, capabilities, { hostContext: context });
  // Each of these is a function of the test process.
  const told = (kind, params) => globalThis.toldToHost(kind, params);
  bridge.oncalltool = (params) => globalThis.callServer('tools/call', params);
  bridge.onreadresource = (params) => globalThis.callServer('resources/read', params);
  bridge.onlistresources = (params) => globalThis.callServer('resources/list', params);
  bridge.onupdatemodelcontext = async (params) => (await told('context', params), {});
  bridge.onmessage = async (params) => (await told('message', params), {});
  bridge.onopenlink = async (params) => (await told('link', params), {});
  bridge.ondownloadfile = async (params) => (await told('download', params), {});
  bridge.onrequestdisplaymode = async ({ mode }) => {
    const granted = modes.includes(mode) ? mode : 'inline';
    if (granted === 'fullscreen') Object.assign(frame.style, { width: '100vw', height: '100vh' });
    else Object.assign(frame.style, { width: `${size.width}px` });
    await told('mode', { mode: granted });
    return { mode: granted };
  };
  bridge.addEventListener('sizechange', ({ height }) => {
    if (height !== undefined && size.height === undefined) frame.style.height = `${height}px`;
    void told('size', { height });
  });
  const initialized = new Promise((resolve) => bridge.addEventListener('initialized', resolve));
  await bridge.connect(new PostMessageTransport(frame.contentWindow, frame.contentWindow));
  frame.src = '/view';
  await initialized;
  globalThis.bridge = bridge;
};
