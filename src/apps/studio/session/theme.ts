import type { HostContext } from '../bridge/bridge.ts';

/** Names of CSS variables that a host may set; its values are CSS text and go nowhere else. */
const NAME = /^--[a-z0-9-]+$/;

/** Takes theme, colours, direction and safe areas of the host over into the page. */
export function applyTheme(root: HTMLElement, { theme, styles, safeAreaInsets, locale }: HostContext): void {
  root.dataset['theme'] = theme ?? 'light';
  if (locale !== undefined) root.lang = 'en';
  for (const [name, value] of Object.entries(styles?.variables ?? {})) {
    if (NAME.test(name) && value !== undefined && value !== '') root.style.setProperty(name, value);
  }
  if (safeAreaInsets !== undefined) root.style.setProperty('--s-safe-b', `${safeAreaInsets.bottom}px`);
}
