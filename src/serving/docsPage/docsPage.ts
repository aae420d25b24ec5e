import type { Scope } from '../http/app.ts';
import { pageScript } from './script.ts';
import { pageStyle } from './style.ts';

/** The page itself says nothing of the model: what it shows it asks for, as any caller, with a token where one is needed. */
const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>How to ask this service</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="docs/page.css">
<script src="docs/page.js" defer></script>
</head>
<body>
<header>
<h1 id="title">How to ask this service</h1>
<p id="about"></p>
<p id="message" role="status"></p>
</header>
<main>
<section id="locked" hidden>
<form id="unlock" class="sheet">
<label for="token">Token <span class="quiet">This service asks for one. It stays in this page’s memory and is gone when the page is.</span></label>
<input id="token" type="password" autocomplete="off" required>
<button>Go on</button>
</form>
</section>
<section id="try" hidden>
<h2>Try a row</h2>
<form id="form" class="sheet">
<div id="fields" class="fields"></div>
<button>Predict</button>
<p class="hint">It is a request like any other: it is recorded and counted where the service does so.</p>
</form>
<div id="result" aria-live="polite" hidden>
<p><strong id="status"></strong></p>
<pre id="answer" tabindex="0"></pre>
<p class="quiet">The same in a shell:</p>
<pre id="curl" tabindex="0"></pre>
</div>
</section>
<section id="operations" hidden>
<h2>All requests</h2>
<div id="list" class="sheet"></div>
<p class="quiet">As a file: <a href="openapi.json">openapi.json</a> (OpenAPI 3.1).</p>
</section>
</main>
</body>
</html>
`;

/** Nothing from elsewhere, nothing inline, nobody may frame it, and text can never become a program. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

const pieces = [
  ['/docs', 'text/html; charset=utf-8', page],
  ['/docs/page.css', 'text/css; charset=utf-8', pageStyle],
  ['/docs/page.js', 'text/javascript; charset=utf-8', pageScript],
] as const;

/** Routes of the page: they hold no data, and browsers cannot send a token when they open one. */
export const docsRoutes: readonly string[] = pieces.map(([route]) => route);

/** Adds the page on which people see what the service answers to, and try a row. */
export function addDocsPage(scope: Scope): void {
  for (const [route, type, text] of pieces)
    scope.get(route, (_request, reply) => {
      reply.type(type).headers({
        'content-security-policy': policy,
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-cache',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
      });
      return text;
    });
}
