/** Groups of tools that an installation may offer or leave out (`FIREFLY_TOOLSETS`). Some have no tool yet. */
export const TOOLSETS = ['core', 'editing', 'video', 'batch', 'library'] as const;
export type Toolset = (typeof TOOLSETS)[number];
