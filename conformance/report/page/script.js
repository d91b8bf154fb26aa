"use strict";
// The page is whole without this: it filters, copies, saves, and opens the folds for printing.
const byId = (id) => document.getElementById(id);
const form = byId("filter");
const cards = [...document.querySelectorAll(".card")];
const choices = ["endpoint", "contract", "severity", "state"];

// Of thousands of cards most hold only text below their heading, until there is time to make elements of it.
const textOf = (card) => card.querySelector("noscript")?.textContent;
const waiting = cards.filter(textOf);

function complete(card) {
  const rest = card.querySelector("noscript");
  if (rest) rest.outerHTML = rest.textContent;
}

function completeSome(deadline) {
  while (waiting.length && (!deadline || deadline.timeRemaining() > 2)) complete(waiting.shift());
  if (waiting.length) requestIdleCallback(completeSome);
}

if (window.requestIdleCallback) requestIdleCallback(completeSome);
else completeSome();

const entities = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#x27;": "'", "&amp;": "&" };

// What can be read on a card, complete or not, in lower case.
function words(card) {
  const text = textOf(card);
  if (!text) return card.textContent.toLowerCase();
  const plain = text.replace(/<[^>]*>/g, " ").replace(/&(lt|gt|quot|#x27|amp);/g, (entity) => entities[entity]);
  return `${card.firstChild.textContent} ${plain}`.toLowerCase();
}

function apply() {
  const wanted = choices.map((name) => [name, form.elements[name].value]).filter(([, value]) => value);
  const text = form.elements.text.value.trim().toLowerCase();
  let shown = 0;
  for (const card of cards) {
    const fits =
      wanted.every(([name, value]) => "=" + card.dataset[name] === value) &&
      (!text || words(card).includes(text));
    card.hidden = !fits;
    shown += fits;
  }
  const count = byId("count");
  count.textContent = count.dataset.template.replace("{n}", shown).replace("{of}", cards.length);
}

// A link to a drift must lead to it, whatever the filter hides.
function follow() {
  const target = location.hash && byId(location.hash.slice(1));
  if (!target || !target.classList.contains("card")) return;
  if (target.hidden) form.reset();
  complete(target);
  target.scrollIntoView({ block: "start" });
  target.focus({ preventScroll: true });
}

if (form) {
  form.hidden = false;
  for (const event of ["input", "change"]) form.addEventListener(event, apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  // The fields still hold their old values while a reset is being announced.
  form.addEventListener("reset", () => {
    for (const card of cards) card.hidden = false;
    setTimeout(apply);
  });
  for (const link of document.querySelectorAll(".matrix a")) {
    link.addEventListener("click", () => {
      form.reset();
      form.elements.endpoint.value = link.dataset.endpoint;
      form.elements.contract.value = link.dataset.contract;
      setTimeout(apply);
    });
  }
  addEventListener("hashchange", follow);
  follow();
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
  const shown = cards.filter((card) => !card.hidden);
  completeSome();
  if (shown.length > 200) return;
  opened = shown.flatMap((card) => [...card.querySelectorAll("details:not([open])")]);
  for (const fold of opened) fold.open = true;
});
addEventListener("afterprint", () => {
  for (const fold of opened) fold.open = false;
  opened = [];
});
