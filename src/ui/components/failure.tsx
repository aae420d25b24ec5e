import type { Markup } from '../markup.ts';

/** What is wrong, and what to do. */
export const FailurePage = ({
  message,
  hint,
}: {
  readonly message: string;
  readonly hint?: string;
}): Markup => (
  <section class="verdict bad">
    <p>{message}</p>
    {hint !== undefined && <p>{hint}</p>}
  </section>
);

/** For somebody without the printed address. It says nothing of the project. */
export const LockedPage = ({ assets }: { readonly assets: string }): Markup => (
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>aieng: locked</title>
      <link rel="icon" href="data:," />
      <link rel="stylesheet" href={`/assets/ui.css?${assets}`} />
    </head>
    <body>
      <main>
        <h1>Locked</h1>
        <section>
          <p>
            Open the address that <code>aieng ui</code> printed last. Each opens the pages in one browser;
            then it prints another.
          </p>
        </section>
      </main>
    </body>
  </html>
);
