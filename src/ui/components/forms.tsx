import type { Child, Markup } from '../markup.ts';
import type { Asked } from '../page.ts';

interface AskFormProps {
  readonly path: string;
  readonly children: Child;
}

/** A form that asks the same page anew: by itself where the script runs, by its button elsewhere. */
export const AskForm = ({ path, children }: AskFormProps): Markup => (
  <form class="ask" method="get" action={path} data-ask>
    {children}
    <button class="unscripted">Show</button>
  </form>
);

interface ChoiceProps {
  readonly name: string;
  readonly label: string;
  readonly chosen: string;
  /** Values with what is read. */
  readonly of: readonly (readonly [value: string, text: string])[];
}

/** A labelled list to choose from. */
export const Choice = ({ name, label, chosen, of }: ChoiceProps): Markup => (
  <label>
    <span>{label}</span>
    <select name={name}>
      {of.map(([value, text]) => (
        <option key={value} value={value} selected={value === chosen}>
          {text}
        </option>
      ))}
    </select>
  </label>
);

interface ActionFormProps {
  readonly asked: Asked;
  /** Posts to `/do/<action>`. */
  readonly action: string;
  /** What is opened to see the form: nothing is sent before it was read and confirmed. */
  readonly opens: string;
  /** What the button says. */
  readonly does: string;
  readonly hidden?: Readonly<Record<string, string>>;
  readonly children?: Child;
}

/** A form that changes something, behind a summary, so that it takes two steps; nothing where changes are not allowed. */
export function ActionForm({
  asked,
  action,
  opens,
  does,
  hidden = {},
  children,
}: ActionFormProps): Markup | null {
  if (!asked.write) return null;
  return (
    <details class="act">
      <summary>{opens}</summary>
      <form method="post" action={`/do/${action}`}>
        <input type="hidden" name="csrf" value={asked.csrf} />
        {Object.entries(hidden).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        {children}
        <button>{does}</button>
      </form>
    </details>
  );
}
