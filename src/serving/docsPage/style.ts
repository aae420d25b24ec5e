/** How the page looks, in light and dark as the reader's system is. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --ink: light-dark(#1c2530, #e6eaf0);
  --quiet: light-dark(#5a6675, #9aa7b8);
  --ground: light-dark(#f6f7f9, #12161c);
  --sheet: light-dark(#ffffff, #1a2029);
  --line: light-dark(#d8dde4, #323b48);
  --accent: light-dark(#0b5cad, #6db3f8);
  --good: light-dark(#176b3a, #6fce95);
  --bad: light-dark(#a3231f, #f1908b);
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
header, main { max-width: 58rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 2rem; }
h1 { margin: 0; font-size: 1.6rem; line-height: 1.2; }
h1 small { color: var(--quiet); font-size: 1rem; font-weight: 400; margin-left: .5rem; }
h2 { margin: 2.25rem 0 .75rem; font-size: 1.15rem; }
p { margin: .4rem 0; }
.quiet { color: var(--quiet); }
.sheet { background: var(--sheet); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem 1.25rem; }
.fields { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: .9rem 1.25rem; }
label { display: block; font-size: .9rem; font-weight: 600; overflow-wrap: anywhere; }
label .quiet { font-weight: 400; }
.hint { font-size: .8rem; color: var(--quiet); margin: .2rem 0 0; overflow-wrap: anywhere; }
input, select { width: 100%; margin-top: .25rem; padding: .4rem .5rem; font: inherit; color: inherit;
  background: var(--ground); border: 1px solid var(--line); border-radius: .35rem; }
button { margin-top: 1rem; padding: .5rem 1.1rem; font: inherit; font-weight: 600; cursor: pointer;
  color: var(--sheet); background: var(--accent); border: 0; border-radius: .35rem; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
pre { margin: .75rem 0 0; padding: .75rem; overflow-x: auto; font-size: .85rem; line-height: 1.45;
  background: var(--ground); border: 1px solid var(--line); border-radius: .35rem; }
code, pre { font-family: ui-monospace, monospace; }
details { border-top: 1px solid var(--line); padding: .6rem 0; }
details:first-child { border-top: 0; }
summary { cursor: pointer; overflow-wrap: anywhere; }
.method { display: inline-block; min-width: 3.5rem; font-family: ui-monospace, monospace; font-weight: 700;
  color: var(--accent); }
.good { color: var(--good); }
.bad { color: var(--bad); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; margin: .6rem 0 0; font-size: .9rem; }
dt { font-family: ui-monospace, monospace; }
dd { margin: 0; overflow-wrap: anywhere; }
[hidden] { display: none; }
`;
