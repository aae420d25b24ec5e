import { styleSheet } from '../reporting/style.ts';

/** The style of the reports, whose pieces stand in the pages too, and what is the browser's own: one accent, `--a`. */
export const uiStyle = `${styleSheet}
html{scroll-padding-top:4rem}
body{display:grid;grid-template-columns:13.5rem minmax(0,1fr);min-height:100vh;align-items:start;font-size:15px}
.skip{position:absolute;left:-99rem;top:0;background:var(--card);color:var(--ink);padding:.5rem 1rem;z-index:9}
.skip:focus{left:0}
a{color:var(--link);text-underline-offset:.15em;text-decoration-thickness:1px}
a:hover{text-decoration-thickness:2px}
:root{--link:#0a5a92;--focus:#0072b2}
:focus-visible{outline:2px solid var(--focus);outline-offset:2px;border-radius:3px}
main:focus{outline:none}
.bar{position:sticky;top:0;height:100vh;overflow-y:auto;margin:0;padding:1.25rem .75rem;border-right:1px solid var(--line);background:var(--card);display:flex;flex-direction:column;gap:1.25rem}
.brand{font-weight:700;font-size:1.05rem;color:var(--ink);text-decoration:none;padding:0 .6rem;letter-spacing:-.01em;overflow-wrap:anywhere}
.brand span{display:block;font-weight:400;font-size:.8125rem;color:var(--muted);letter-spacing:0}
.bar ul{list-style:none;margin:0;padding:0;display:grid;gap:1px}
.bar nav a{display:block;padding:.38rem .6rem;border-radius:6px;color:var(--ink);text-decoration:none}
.bar nav a:hover{background:var(--code)}
.bar nav a[aria-current]{background:var(--code);font-weight:600;box-shadow:inset 3px 0 0 var(--a)}
.mode{margin:auto 0 0;padding:0 .6rem;font-size:.8125rem;color:var(--muted)}
main{max-width:76rem;width:100%;margin:0;padding:1.5rem 2rem 4rem}
main>h1{font-size:1.5rem;margin:0 0 1rem}
.head{display:flex;flex-wrap:wrap;align-items:baseline;justify-content:space-between;gap:.25rem 1rem;margin:0 0 .75rem}
.head h2{margin:0;overflow-wrap:anywhere}
.head>:last-child:not(h2){font-size:.875rem;color:var(--muted)}
.piece>section:last-child{margin-bottom:1rem}
thead th a{color:inherit;text-decoration:none}thead th a:hover{text-decoration:underline}
th[aria-sort] a{color:var(--ink)}
th[aria-sort=ascending] a::after{content:" ↑"}th[aria-sort=descending] a::after{content:" ↓"}
tbody tr:hover>*{background:var(--hover)}
:root{--hover:#0072b20d}
tbody tr:focus-within>*{background:var(--hover)}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(14rem,1fr));gap:.5rem 1.5rem;margin:0 0 1rem}
.facts dt{color:var(--muted);font-size:.8125rem}
.facts dd{margin:0;overflow-wrap:anywhere}
.empty{color:var(--muted);padding:.5rem 0}
.empty p{margin:.1rem 0 .5rem}
section>.empty:last-child{padding-bottom:0}.empty pre{display:inline-block;max-width:100%;margin:0;color:var(--ink);padding:.45rem .8rem}
.ask{display:flex;flex-wrap:wrap;gap:.5rem .75rem;align-items:end;margin:0 0 1rem}
label>span{display:block;font-size:.8125rem;color:var(--muted);margin-bottom:.15rem}
input,select,textarea,button{font:inherit;color:var(--ink);background:var(--page);border:1px solid var(--edge);border-radius:6px;padding:.3rem .55rem;max-width:100%}
:root{--edge:#868f99}
input,select{height:2.2rem}input[type=checkbox],input[type=range]{height:auto}
input[type=range]{padding:0;accent-color:var(--a);width:100%}
time{white-space:nowrap}.figures time{white-space:normal}td:last-child,th:last-child{padding-right:0}td:has(input[type=checkbox]){min-width:0}
input[type=checkbox]{accent-color:var(--a);width:1rem;height:1rem;margin:0;vertical-align:-2px}
button,.button{font-weight:600;cursor:pointer;background:var(--card);text-decoration:none;display:inline-block;color:var(--ink);border:1px solid var(--edge);border-radius:6px;padding:.3rem .75rem}
button:hover,.button:hover{background:var(--code)}
.scripted .unscripted{display:none}
.act{border:1px solid var(--line);border-radius:8px;padding:.4rem .75rem;margin:.5rem 0}
.act form{display:flex;flex-wrap:wrap;gap:.5rem .75rem;align-items:end;margin:.6rem 0 .4rem}
.long p{white-space:pre-wrap;max-height:20rem;overflow:auto}
.long summary{color:inherit}
.set{overflow-wrap:anywhere;min-width:11rem}
.pager{display:flex;gap:1rem;align-items:center;justify-content:space-between;margin:.75rem 0 0;font-size:.875rem;color:var(--muted)}
code{overflow-wrap:anywhere}
td code,tbody th code{white-space:nowrap}
.wide svg{width:100%;min-width:38rem}.wide.scroll svg{max-width:none}
svg a{cursor:pointer}svg a:focus-visible{outline:none}svg a:focus-visible>*,svg a:hover>*{stroke:var(--ink);stroke-width:3;opacity:1}
.parallel{min-width:50rem;font-size:11px}.parallel text{fill:var(--muted)}.parallel .name{fill:var(--ink)}.parallel path{fill:none;stroke-width:1.75;stroke-linecap:round;stroke-linejoin:round;opacity:.6}
.parallel.many path{stroke-width:1.25;opacity:.4}.parallel .outside path{stroke:var(--line);opacity:1}.parallel .upright{stroke:var(--edge)}.parallel .axis{fill:transparent;cursor:ns-resize;touch-action:none}.parallel .axis:hover{fill:var(--hover)}.parallel .band{fill:var(--a);opacity:.3}
.parallel .lit path,.parallel a:hover path{stroke:var(--ink);stroke-width:3;opacity:1}tr.lit>*{background:var(--hover)}
.spans .fields{display:flex;flex-wrap:wrap;gap:.5rem 1rem;margin:.5rem 0 0}.spans fieldset{border:0;margin:0;padding:0;display:flex;gap:.25rem;min-width:0}.spans legend{font-size:.8125rem;color:var(--muted);padding:0}.spans input{width:6.2rem}.ask .ask{margin:0}
.head .mark,.facts .mark{white-space:normal;overflow-wrap:anywhere}.head>*{min-width:0;max-width:100%}
.ask label{min-width:0;max-width:100%}select{max-width:min(100%,16rem)}
label.tick{align-self:center;padding-top:1.1rem;white-space:nowrap}label.grow{flex:1 1 20rem}label.grow>input,label.grow>textarea{width:100%}label.slider{flex:1 1 20rem}
input[type=search]{min-width:16rem}
kbd{font:inherit;font-size:.75rem;line-height:1;border:1px solid var(--line);border-radius:4px;padding:0 .3rem}
.below{margin:.75rem 0 0}
.legend span{display:inline-flex;align-items:center;gap:.35rem}
.legend{display:flex;flex-wrap:wrap;gap:.25rem 1rem;font-size:.875rem;color:var(--muted)}
.waits{list-style:none;margin:0 0 1rem;padding:0;display:grid;gap:.4rem}
.waits li{background:var(--wait-wash);border-radius:8px;padding:.5rem .75rem}
meter{width:8rem;height:.7rem}
.lineage{list-style:none;margin:0 0 1rem;padding:0;display:flex;flex-wrap:wrap;gap:1.5rem}
.way{margin:0 0 1.25rem}.way svg{display:block;max-width:none}.way .box{fill:var(--card);stroke-width:1.5}.way .name{fill:var(--ink);font-weight:600}.way a:focus-visible .box,.way a:hover .box{stroke-width:3}.way a:focus-visible text,.way a:hover text{stroke:none}
.node:target{box-shadow:0 0 0 2px var(--focus)}
.node{position:relative;background:var(--card);border:1px solid var(--line);border-top:3px solid var(--a);border-radius:10px;min-width:0;flex:1 1 12rem}.node:has(>details[open]){flex-basis:100%}
.node:not(:first-child)::before{content:"→";position:absolute;left:-1.35rem;top:.7rem;color:var(--muted);font-size:1.1rem}.node:not(:first-child):has(>details[open])::before{content:"↓";left:1rem;top:-1.6rem}
.node.gone{border-top-color:var(--line)}
.node summary{padding:.6rem .8rem;color:var(--ink);font-size:1rem}
.node .kind{display:inline;color:var(--muted);font-size:.75rem;text-transform:uppercase;letter-spacing:.04em}
.node .name{display:block;font-weight:600;overflow-wrap:anywhere}
.inside{padding:0 .8rem .8rem;font-size:.875rem}
.inside .facts{margin:0}
.parts{margin:.5rem 0 0}.parts dt{color:var(--muted);font-size:.8125rem}.parts dd{margin:0 0 .3rem;overflow-wrap:anywhere}
.versions{list-style:none;margin:0;padding:0;display:grid;gap:.35rem}
ul.plain{list-style:none;padding:0;margin:0}
@media(max-width:60rem){
body{display:block}
.bar{position:static;height:auto;border-right:0;border-bottom:1px solid var(--line);padding:.75rem 1rem .5rem;gap:.4rem}
.brand{padding:0}.brand span{display:inline;margin-left:.4rem}
.bar nav{overflow-x:auto;margin:0 -1rem;padding:0 1rem .25rem}
.bar ul{display:flex;gap:.15rem;width:max-content}
.bar nav a{padding:.3rem .6rem}
.bar nav a[aria-current]{box-shadow:inset 0 -2px 0 var(--a)}
.mode{display:none}
main{padding:1rem .75rem 3rem}
.lineage{flex-direction:column;gap:1.4rem}.node{flex:none}.node:not(:first-child)::before{content:"↓";left:1rem;top:-1.4rem}
input[type=search]{min-width:0;width:100%}
.wide svg{min-width:55rem}
}
@media screen and (prefers-color-scheme:dark){:root{--link:#6cb6ee;--focus:#56b4e9;--hover:#56b4e914;--edge:#6e7781}}
@media print{.bar,.ask,.act,.skip{display:none}body{display:block}}
`;
