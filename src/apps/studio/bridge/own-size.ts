/** Width and height in CSS pixels, as MCP Apps count them. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Calls `tell` with the size of the page's content, now and after each change, at most once a frame. */
export function observeSize(own: Window, tell: (size: Size) => void): void {
  const { body } = own.document;
  let told: Size = { width: 0, height: 0 };
  let asked = false;
  const measure = (): void => {
    asked = false;
    const { width, height } = body.getBoundingClientRect();
    const size = { width: Math.ceil(width), height: Math.ceil(height) };
    if (size.width === told.width && size.height === told.height) return;
    told = size;
    tell(size);
  };
  new ResizeObserver(() => {
    if (asked) return;
    asked = true;
    own.requestAnimationFrame(measure);
  }).observe(body);
}
