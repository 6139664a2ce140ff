import { Icon, type IconName } from '../../parts/icon.tsx';
import type { PaintingSession, Tool } from '../../session/painting/painting-session.ts';
import { useStore } from '../../session/store.ts';
import { useStudio } from '../../session/studio.ts';

type Entry = readonly [tool: Tool, icon: IconName, key: string] | 'fit' | 'invert' | 'undo' | 'redo' | 'line';

const ENTRIES: readonly Entry[] = [
  ['brush', 'brush', 'B'],
  ['eraser', 'eraser', 'E'],
  ['rectangle', 'rectangle', 'R'],
  ['ellipse', 'ellipse', 'O'],
  ['lasso', 'lasso', 'L'],
  ['polygon', 'polygon', 'P'],
  'line',
  'fit',
  ['belongs', 'belongs', '+'],
  ['stays', 'stays', '-'],
  'line',
  'invert',
  'undo',
  'redo',
  ['hand', 'hand', 'Space'],
];

/** The tools, as one stop of the Tab key with arrows inside. */
export function ToolRail(props: { session: PaintingSession; panel: boolean; onPanel: () => void }) {
  const { session, panel, onPanel } = props;
  const { t } = useStudio();
  const tool = useStore(session.tool);
  const history = useStore(session.history);
  const fitting = useStore(session.fitting);
  const acts = {
    fit: { icon: 'subject', label: t.paint.fit, key: 'F', off: fitting, act: () => void session.fit() },
    invert: { icon: 'invert', label: t.paint.invert, key: 'I', off: false, act: () => session.do({ kind: 'invert' }) },
    undo: { icon: 'undo', label: t.paint.undo, key: 'Control+Z', off: history.at === 0, act: () => session.undo() },
    redo: {
      icon: 'redo',
      label: t.paint.redo,
      key: 'Control+Y',
      off: history.at === history.steps.length,
      act: () => session.redo(),
    },
  } as const;
  return (
    <div class="rail" role="toolbar" aria-orientation="vertical" aria-label={t.paint.toolsLabel} onKeyDown={moveFocus}>
      {ENTRIES.map((entry, place) => {
        if (entry === 'line') return <hr key={`line${place}`} />;
        if (typeof entry === 'string') {
          const { icon, label, key, off, act } = acts[entry];
          return <RailButton key={entry} icon={icon} label={label} keys={key} disabled={off} onPress={act} />;
        }
        const [name, icon, key] = entry;
        return (
          <RailButton
            key={name}
            icon={icon}
            label={t.paint.tools[name]}
            keys={key}
            pressed={name === tool}
            onPress={() => session.tool.set(name)}
          />
        );
      })}
      <RailButton only icon="list" label={t.paint.panel} pressed={panel} onPress={onPanel} />
    </div>
  );
}

interface RailButtonProps {
  readonly icon: IconName;
  readonly label: string;
  readonly keys?: string;
  /** On a phone alone. */
  readonly only?: boolean;
  readonly pressed?: boolean;
  readonly disabled?: boolean;
  readonly onPress: () => void;
}

function RailButton({ icon, label, keys, only = false, pressed, disabled = false, onPress }: RailButtonProps) {
  return (
    <button
      type="button"
      class={`button ${only ? 'only-s' : ''}`}
      aria-label={label}
      title={keys === undefined ? label : `${label}  (${keys})`}
      aria-keyshortcuts={keys}
      aria-pressed={pressed}
      aria-disabled={disabled}
      tabIndex={pressed === true && !only ? 0 : -1}
      onClick={() => !disabled && onPress()}
    >
      <Icon name={icon} />
    </button>
  );
}

/** Arrow keys, Home and End move within a toolbar. */
function moveFocus(event: KeyboardEvent): void {
  const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  if (by === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  const buttons = [...(event.currentTarget as HTMLElement).querySelectorAll('button')];
  const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
  buttons[(at + by + buttons.length) % buttons.length]?.focus();
}
