import { useEffect, useState } from 'preact/hooks';
import type { Entry, ImageFacts, Work } from '../../model/answers.ts';
import { type Relative, treeOf } from '../../model/lineage.ts';
import { Tile } from '../../parts/picture.tsx';
import { useStudio } from '../../session/studio.ts';

/** What a picture was made from, and what was made of it, as a small tree that can be walked. */
export function Lineage({ image, work }: { image: string; work: Pick<Work, 'made_from' | 'mask' | 'roles'> }) {
  const studio = useStudio();
  const { t } = studio;
  const [facts, setFacts] = useState<ImageFacts | undefined>(undefined);
  useEffect(() => {
    let isOpen = true;
    setFacts(undefined);
    void studio.read<ImageFacts>(`firefly://images/${image}/facts`).then((found) => isOpen && setFacts(found));
    return () => void (isOpen = false);
  }, [image, studio]);
  const known = new Map<string, Entry>((facts?.parents ?? []).map((parent) => [parent.image, parent]));
  const parents = {
    sources: work.made_from ?? facts?.made_from ?? [],
    mask: work.mask ?? facts?.mask,
    roles: work.roles ?? facts?.roles ?? [],
  };
  const { relatives, more } = treeOf(image, parents, facts?.children ?? [], known);
  if (relatives.length < 2) return null;
  return (
    <section>
      <h2>{parents.sources.length > 0 ? t.result.madeFrom : t.result.madeOfIt}</h2>
      <ul class="tree">
        {relatives.map((relative) => (
          <Row key={`${relative.role}${relative.image}`} relative={relative} />
        ))}
      </ul>
      {more === 0 ? null : <p class="small quiet">{t.result.more(more)}</p>}
    </section>
  );
}

function Row({ relative }: { relative: Relative }) {
  const studio = useStudio();
  const { t } = studio;
  const { image, role, depth, entry } = relative;
  const isHere = role === 'this';
  const names = { this: t.result.thisPicture, mask: t.result.aMask, source: t.result.source, child: '' };
  const name = entry?.prompt ?? relative.for?.file ?? entry?.file ?? names[role];
  const was = relative.for ? t.result.role(relative.for.role) : role === 'source' ? t.result.source : undefined;
  const facts = [was, entry === undefined || isHere ? undefined : t.result.madeAt(entry.created_at)];
  return (
    <li
      class={`${depth > 0 ? 'kid' : ''} ${depth > 1 ? 'kid2' : ''} ${isHere ? 'here' : ''}`}
      aria-current={isHere ? 'true' : undefined}
    >
      <Tile
        image={image}
        ratio={1}
        label={name === '' ? image : name}
        onPress={() => studio.go({ view: 'picture', image })}
      />
      <span>
        <span class="clamp1" dir="auto">
          {name === '' ? image : name}
        </span>
        <span class="small quiet">{facts.filter((one) => one !== undefined && one !== name).join(' · ')}</span>
      </span>
    </li>
  );
}
