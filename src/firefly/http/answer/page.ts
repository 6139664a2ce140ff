import type { HttpAnswer } from '../exchange.ts';

/**
 * Whether a text is an HTML page. Adobe's API documents one answer in HTML, the 413 of its image operations; any other
 * page comes from something between: a proxy, a firewall, the sign-in page of a network.
 */
export function isPage({ text, headers }: Pick<HttpAnswer, 'text' | 'headers'>): boolean {
  const start = text.slice(0, 1_000).trimStart();
  if (/^(<!doctype html|<html|<head|<body|<title)/i.test(start)) return true;
  return isPageType(headers['content-type']) && start.startsWith('<');
}

/** Whether a `Content-Type` says that a page follows. */
export function isPageType(header: string | string[] | undefined): boolean {
  const value = Array.isArray(header) ? header[0] : header;
  return /^\s*(text\/html|application\/xhtml\+xml)\b/i.test(value ?? '');
}
