import { useEffect, useRef, useState } from 'preact/hooks';
import { useStudio } from '../session/studio.ts';
import { Icon } from './icon.tsx';

export type Quality = 'small' | 'large' | 'sharp';

/** The address of a picture, once it is there; `failed` where it cannot be had. */
export function usePicture(image: string | undefined, quality: Quality): { url?: string; failed: boolean } {
  const { pictures, bridge } = useStudio();
  const [state, setState] = useState<{ image?: string; url?: string; failed: boolean }>({ failed: false });
  useEffect(() => {
    if (image === undefined) return;
    const stop = new AbortController();
    const load =
      quality === 'small'
        ? pictures.small(image, stop.signal)
        : quality === 'large'
          ? pictures.large(image)
          : pictures.sharp(image);
    load.then(
      (url) => !stop.signal.aborted && setState({ image, url, failed: false }),
      () => !stop.signal.aborted && setState({ image, failed: true }),
    );
    return () => stop.abort();
  }, [image, quality, pictures, bridge]);
  if (state.image !== image) return { failed: false };
  return { failed: state.failed, ...(state.url === undefined ? {} : { url: state.url }) };
}

/** A picture in a frame that has its shape from the start, so that nothing moves when it comes. */
export function Shown({ image, quality, alt, ratio }: { image: string; quality: Quality; alt: string; ratio: number }) {
  const { url, failed } = usePicture(image, quality);
  const { t } = useStudio();
  if (failed) {
    return (
      <span class="unreadable" style={{ '--ar': ratio }} role="img" aria-label={t.result.unreadable}>
        <Icon name="picture" />
      </span>
    );
  }
  return url === undefined ? (
    <span class="placeholder" style={{ '--ar': ratio }} />
  ) : (
    <img src={url} alt={alt} draggable={false} />
  );
}

interface TileProps {
  readonly image: string;
  readonly ratio: number;
  readonly label: string;
  readonly number?: string;
  readonly quality?: Quality;
  readonly pressed?: boolean;
  readonly tabIndex?: number;
  readonly onPress: (event: MouseEvent) => void;
}

/** A picture that can be pressed. */
export function Tile({ image, ratio, label, number, quality = 'small', pressed, tabIndex, onPress }: TileProps) {
  const own = useRef<HTMLButtonElement>(null);
  return (
    <button
      ref={own}
      type="button"
      class="picture"
      style={{ '--ar': ratio }}
      aria-label={label}
      aria-pressed={pressed}
      tabIndex={tabIndex}
      onClick={onPress}
    >
      <Shown image={image} quality={quality} alt="" ratio={ratio} />
      {number === undefined ? null : (
        <span class="number" aria-hidden="true">
          {number}
        </span>
      )}
      {pressed === true ? (
        <span class="tick">
          <Icon name="check" small />
        </span>
      ) : null}
    </button>
  );
}
