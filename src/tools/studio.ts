/** Address of the studio's page (`src/resources/studio.ts`). */
export const STUDIO_URI = 'ui://firefly/studio.html';

/** `_meta` of a tool whose calls hosts show in the studio (MCP Apps, revision 2026-01-26). */
export const SHOWN_IN_STUDIO = { ui: { resourceUri: STUDIO_URI } } as const;
