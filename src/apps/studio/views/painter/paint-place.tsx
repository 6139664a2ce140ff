import { useEffect, useState } from 'preact/hooks';
import type { Picture } from '../../model/answers.ts';
import { useStudio } from '../../session/studio.ts';
import { PainterView } from './painter-view.tsx';

/** The painter for a picture that is known by its handle: its size is found first. */
export function PaintPlace({ image, mask }: { image: string; mask?: string | undefined }) {
  const studio = useStudio();
  const [picture, setPicture] = useState<Picture | undefined>(undefined);
  useEffect(() => {
    const known = (studio.work.value?.images ?? []).find((one) => one.image === image);
    if (known !== undefined && known.bytes > 0) return setPicture(known);
    let isOpen = true;
    void studio.pictureOf(image).then(({ images = [] }) => isOpen && setPicture(images[0]));
    return () => void (isOpen = false);
  }, [image, studio]);
  if (picture?.image !== image) return <main class="body one" aria-busy="true" />;
  return <PainterView key={image} picture={picture} mask={mask} />;
}
