"use strict";
// The page is whole without this: it filters, copies, saves, shows the marked place, and opens the folds for printing.
const byId = (id) => document.getElementById(id);
const form = byId("filter");
const findings = [...document.querySelectorAll(".finding")];
const sections = [...document.querySelectorAll(".pair, .rest")];
const choices = ["endpoint", "contract", "severity", "state"];

// Of hundreds of findings most hold only text below their line, until they are opened.
const textOf = (finding) => finding.querySelector("noscript")?.textContent;

function complete(finding) {
  const rest = finding.querySelector("noscript");
  if (rest) rest.outerHTML = rest.textContent;
}

// What a finding marks in an example or in the contract is brought into view within its own box.
function showMarks(finding) {
  for (const box of finding.querySelectorAll("pre")) {
    const mark = box.querySelector("mark");
    if (mark) box.scrollTop = mark.offsetTop - box.clientHeight / 3;
  }
}

// What opens is completed before it can be seen; `toggle` comes after, and does not bubble.
document.addEventListener("toggle", ({ target }) => {
  if (!target.open || !target.classList.contains("finding")) return;
  complete(target);
  showMarks(target);
}, true);

const entities = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#x27;": "'", "&amp;": "&" };

// What can be read in a finding, complete or not, in lower case; made once, when somebody first searches.
const texts = new Map();
function words(finding) {
  if (!texts.has(finding)) {
    const rest = textOf(finding) ?? "";
    const plain = rest.replace(/<[^>]*>/g, " ").replace(/&(lt|gt|quot|#x27|amp);/g, (entity) => entities[entity]);
    const shown = rest ? finding.firstChild.textContent : finding.textContent;
    texts.set(finding, `${shown} ${plain}`.toLowerCase());
  }
  return texts.get(finding);
}

function apply() {
  const wanted = choices.map((name) => [name, form.elements[name].value]).filter(([, value]) => value);
  const text = form.elements.text.value.trim().toLowerCase();
  let shown = 0;
  for (const finding of findings) {
    const fits =
      wanted.every(([name, value]) => "=" + finding.dataset[name] === value) &&
      (!text || words(finding).includes(text));
    finding.hidden = !fits;
    shown += fits;
  }
  const narrowed = wanted.length || text;
  for (const section of sections) {
    section.hidden = !section.querySelector(".finding:not([hidden])");
    // What is folded is opened for what is looked for, and closed again after it.
    if (section.matches(".rest") && Boolean(narrowed) !== section.classList.contains("narrowed")) {
      section.open = section.classList.toggle("narrowed");
    }
  }
  const count = byId("count");
  count.textContent = count.dataset.template.replace("{n}", shown).replace("{of}", findings.length);
}

function reset() {
  form.reset();
  apply();
}

// A link to a finding or to one of its drifts must lead to it, whatever is folded or hidden by the filter.
function follow() {
  const name = decodeURIComponent(location.hash.slice(1));
  if (!name) return;
  const row = name.startsWith("d-") && name.slice(2);
  const finding = row
    ? findings.find((one) => one.dataset.rows.split(" ").includes(row))
    : byId(name)?.closest(".finding, .pair");
  if (!finding) return;
  if (finding.hidden) reset();
  for (let fold = finding.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  if (finding.matches(".finding")) complete(finding);
  const target = row ? byId(name) : finding.querySelector(finding.matches("section") ? "h2" : "summary");
  target.scrollIntoView({ block: "start" });
  target.focus({ preventScroll: true });
}

if (form) {
  form.hidden = false;
  for (const event of ["input", "change"]) form.addEventListener(event, apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  // The fields still hold their old values while a reset is being announced.
  form.addEventListener("reset", () => setTimeout(apply));
  addEventListener("hashchange", follow);
  addEventListener("load", follow); // after the browser has gone there itself, and taken the focus away
}

document.documentElement.classList.add("scripted");
document.addEventListener("click", async ({ target }) => {
  if (!target.classList.contains("copy")) return;
  const code = target.nextElementSibling;
  const label = target.textContent;
  try {
    await navigator.clipboard.writeText(code.textContent);
  } catch {
    getSelection().selectAllChildren(code);
    if (!document.execCommand("copy")) return;
  }
  target.textContent = target.dataset.done;
  setTimeout(() => (target.textContent = label), 1500);
});

const save = byId("save");
save.hidden = false;
save.addEventListener("click", () => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([byId("report").textContent], { type: "application/json" }));
  link.download = "drift.json";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
});

let opened = [];
addEventListener("beforeprint", () => {
  const shown = findings.filter((finding) => !finding.hidden);
  if (shown.length > 200) return;
  shown.forEach(complete);
  opened = [...document.querySelectorAll("details:not([open])")].filter((fold) => !fold.hidden);
  for (const fold of opened) fold.open = true;
});
addEventListener("afterprint", () => {
  for (const fold of opened) fold.open = false;
  opened = [];
});
